"""A paper (PDF) that was made: it lies in the documents folder, its path is shown, one click opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from wismo_desk.errors import SettingsProblem
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Elided
from wismo_desk.ui.theme import set_tone

PAPERS_LANE = "papers"


def open_file(path: Path) -> None:
    """Hand the file to the system's viewer, which also prints it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


_ENDINGS: Final = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "message/rfc822": ".eml",
}


def keep(
    folder: Path, name: str, content: bytes, at: datetime, *, media_type: str = "application/pdf"
) -> Path:
    """Write a paper into `folder` under a name that is not taken; runs on a lane."""
    ending = _ENDINGS.get(media_type.partition(";")[0].strip().lower(), ".bin")
    safe = "".join(ch if ch.isalnum() or ch in "-_ " else "-" for ch in name).strip()
    path = folder / f"{safe} {at:%Y-%m-%d %Hh%M%S}{ending}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise SettingsProblem(
            "The folder {folder} cannot be written to. Choose another one in the settings.",
            folder=str(folder),
            raw=error.strerror or str(error),
        ) from error
    return path


class PaperLine(QWidget):
    """One line: making it, where it lies, or why it failed; with "Open". Empty it takes no room."""

    def __init__(self, desk: Desk, folder: Path, *, viewer: Callable[[Path], None] = open_file) -> None:
        super().__init__()
        self._desk, self._folder, self._viewer = desk, folder, viewer
        self.path: Path | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self._words = Elided("", 13)
        self.open = Button(desk.look, desk.words("Open"), icon="external-link", small=True)
        self.open.clicked.connect(self._open)
        row.addWidget(self._words, 1)
        row.addWidget(self.open)
        self.hide()

    def make(self, name: str, draw: Callable[[], bytes]) -> None:
        """Draw on a lane of its own (reportlab takes its time), keep, and say where it lies."""
        words, now = self._desk.words, self._desk.clock().astimezone(self._desk.words.zone)
        self._say(words("Making {name}…", name=name), "muted")

        def work() -> Path:
            return keep(self._folder, name, draw(), now)

        self._desk.run(PAPERS_LANE, work, self.show_path, self._fail)

    def show_path(self, path: Path) -> None:
        self._say(self._desk.words("Saved: {path}", path=str(path)), "ok")
        self.path = path
        self.open.show()

    def _fail(self, error: Exception) -> None:
        self._say(self._desk.told(error), "danger")

    def _say(self, sentence: str, tone: str) -> None:
        self.path = None
        self._words.setText(sentence)
        set_tone(self._words, "tone", tone)
        self.setAccessibleName(sentence)
        self.open.hide()
        self.show()

    def _open(self) -> None:
        if self.path is not None:
            self._viewer(self.path)


def choose_file(parent: QWidget, title: str, filters: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for an existing file without stopping the window (`open`, never `exec`)."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(filters)
    return _show(dialog, then)


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a folder, likewise."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _show(dialog, then)


def choose_new(parent: QWidget, title: str, name: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save, likewise."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return _show(dialog, then)


def _show(dialog: QFileDialog, then: Callable[[Path], None]) -> QFileDialog:
    # Qt's own dialog: the same on every system, in our words, and it can be tested.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
