"""Over the orders: files of the watched folder that wait for somebody to say their columns, and those of which
nothing could come in, each with its sentence. Both stay until somebody acted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import Answer, Button

_MOST: Final = 3  # sentences on view; the folder `error` holds every file


class WaitingFiles(QFrame):
    """`chosen` carries the file whose columns somebody will say now; empty it takes no room."""

    chosen = Signal(object)  # Path

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._paths: tuple[Path, ...] = ()
        self._failed: dict[str, str] = {}  # file name to sentence, newest last
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 8, 12, 8)
        self._rows.setSpacing(6)
        self.hide()

    def show_waiting(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._fill()

    def show_failed(self, name: str, told: str) -> None:
        """Nothing of this file came in, and why."""
        self._failed.pop(name, None)
        self._failed[name] = told
        self._fill()

    def forget(self, name: str) -> None:
        self._failed.pop(name, None)
        self._fill()

    def _fill(self) -> None:
        empty(self._rows)
        if self._paths:
            self._rows.addLayout(self._waiting())
        for name, told in list(self._failed.items())[-_MOST:]:
            self._rows.addLayout(self._refused(name, told))
        self.setVisible(bool(self._paths or self._failed))

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

    def _refused(self, name: str, told: str) -> QHBoxLayout:
        words = self._desk.words
        said = words("Nothing of {name} came in.", name=name)
        away = IconButton(self._desk.look, "x", words("Put this message away: {name}", name=name))
        away.clicked.connect(partial(self.forget, name))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Answer(Mark.DANGER, said, told), 1)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignVCenter)
        return row
