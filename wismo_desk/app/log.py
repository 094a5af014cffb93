"""What the program writes down of itself, in the data folder and nowhere else."""

from __future__ import annotations

import faulthandler
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from wismo_desk.words import Words

log = logging.getLogger(__name__)


def log_to(folder: Path) -> None:
    """A rotating file: what the desk itself did, and every warning. Personal data is never logged."""
    logging.getLogger("wismo_desk").setLevel(logging.INFO)
    (folder / "log").mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "log" / "desk.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    line = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
    handler.setFormatter(logging.Formatter(line))
    logging.getLogger().addHandler(handler)


class SpokenWarnings(logging.Handler):
    """What a command warns of, on the terminal and in the reader's language where it is known in it."""

    def __init__(self, words: Words) -> None:
        super().__init__(logging.WARNING)
        self._words = words

    def emit(self, record: logging.LogRecord) -> None:
        said = self._words(str(record.msg))
        print(said % record.args if record.args else said, file=sys.stderr)  # noqa: T201 - as logging itself would


def hear_qt() -> None:
    """Qt's own messages go to the log instead of the terminal."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    levels = {
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" not in text:  # the offscreen platform says it of every window
            logging.getLogger("qt").log(levels.get(kind, logging.DEBUG), text)

    qInstallMessageHandler(hear)


def report_crashes(folder: Path) -> None:
    """Where the program stood when it fell: bugs in the log, a fallen interpreter in crash.log."""
    faulthandler.enable(file=(folder / "log" / "crash.log").open("a"))

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("uncaught", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)

    sys.excepthook = hook
