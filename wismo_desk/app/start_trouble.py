"""What a person sees when the desk cannot start: a red page that says why, or a box where there is no window yet."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from wismo_desk.app.qt import need_screen
from wismo_desk.domain.bench_view import BenchMode, BenchView, Cue, Problem, ProblemView
from wismo_desk.errors import DeskError, Refused


def not_open(error: Exception, station: str, told: Callable[[Exception], str]) -> BenchView:
    """The whole bench page, red: no scan of that day may believe that it counts."""
    said = (
        (error.sentence, tuple(error.values.items())) if isinstance(error, DeskError) else (told(error), ())
    )
    raw = error.raw if isinstance(error, DeskError) else ""
    problem = ProblemView(kind=Problem.NOT_OPEN, sentence=said[0], values=said[1], raw=raw)
    return BenchView(mode=BenchMode.PROBLEM, station=station, cue=Cue.WRONG, problem=problem)


def show_box(said: str) -> None:
    """For who started the desk by a double-click and reads no terminal. Nothing where there is no screen."""
    try:
        need_screen()
    except Refused:
        return
    application = QApplication.instance() or QApplication(["wismo-desk"])
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return
    application.setApplicationName("WISMO Desk")
    QMessageBox.critical(None, "WISMO Desk", said)
