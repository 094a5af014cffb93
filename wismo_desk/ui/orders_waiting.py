"""Over the orders: files of the watched folder that wait for somebody to say their columns, and those of which
nothing or not everything could come in, each with its sentence. All of it stays until somebody acted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import IntakeReport
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import Answer, Button, write

_MOST: Final = 3  # sentences on view; the others come up as these are put away


class WaitingFiles(QFrame):
    """`chosen` carries the file whose columns somebody will say now; empty it takes no room."""

    chosen = Signal(object)  # Path

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._paths: tuple[Path, ...] = ()
        self._told: dict[str, tuple[Mark, str, str]] = {}  # what each file brought, newest last
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 8, 12, 8)
        self._rows.setSpacing(6)
        self.hide()

    def show_waiting(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._fill()

    def show_failed(self, name: str, told: str) -> None:
        """Nothing of this file came in, and why."""
        said = self._desk.words("Nothing of {name} came in.", name=name)
        self._tell(name, Mark.DANGER, said, told)

    def show_report(self, name: str, key: str, report: IntakeReport, errors: Path | None) -> None:
        """A file that came in, but not whole, or with something to know. `key` tells it from others of its name;
        `errors` is the file with its refused lines."""
        words, refused, remarks = self._desk.words, report.refusals, report.remarks
        if refused:
            said = words(
                "{name}: lines that stayed out: {count}.", name=name, count=words.number(len(refused))
            )
            told = words(refused[0].sentence, **dict(refused[0].values))
            parts = [words("Line {number}: {what}", number=words.number(refused[0].line_no), what=told)]
            if errors is not None:
                parts.append(words("All of them, with the reasons: {path}", path=str(errors)))
            came_in = report.taken or report.changed or report.same or report.kept
            self._tell(key, Mark.WARN if came_in else Mark.DANGER, said, "\n".join(parts))
        if remarks:
            said = words(
                "{name}: came in, with something to know about order numbers: {count}.",
                name=name,
                count=words.number(len(remarks)),
            )
            told = words(remarks[0].sentence, **dict(remarks[0].values))
            self._tell(f"{key}?", Mark.INFO, said, told)

    def _tell(self, key: str, mark: Mark, said: str, told: str) -> None:
        self._told.pop(key, None)
        self._told[key] = (mark, said, told)
        self._fill()

    def forget(self, key: str) -> None:
        self._told.pop(key, None)
        self._fill()

    def _fill(self) -> None:
        empty(self._rows)
        if self._paths:
            self._rows.addLayout(self._waiting())
        for key, (mark, said, told) in list(self._told.items())[-_MOST:]:
            self._rows.addLayout(self._message(key, mark, said, told))
        more = len(self._told) - _MOST
        if more > 0:
            rest = self._desk.words("Messages on other files below these: {count}.", count=more)
            self._rows.addWidget(write(rest, 13, tone="muted"))
        self.setVisible(bool(self._paths or self._told))

    def _waiting(self) -> QHBoxLayout:
        words = self._desk.words
        count = len(self._paths)
        first = (
            words("{count} files wait: nobody has said yet which column is what.", count=words.number(count))
            if count > 1
            else words("One file waits: nobody has said yet which column is what.")
        )
        names = ", ".join(path.name for path in self._paths[:_MOST])
        self.answer = Answer(Mark.WARN, first, names + (" …" if count > _MOST else ""))
        self.say = Button(self._desk.look, words("Say the columns"), icon="clipboard-list")
        self.say.clicked.connect(lambda: self.chosen.emit(self._paths[0]))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.answer, 1)
        row.addWidget(self.say, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _message(self, key: str, mark: Mark, said: str, told: str) -> QHBoxLayout:
        away = IconButton(self._desk.look, "x", self._desk.words("Put this message away: {name}", name=said))
        away.clicked.connect(partial(self.forget, key))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Answer(mark, said, told), 1)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignVCenter)
        return row
