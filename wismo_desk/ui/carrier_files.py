"""In the import pane: orders out to a carrier's own label program in a file, and its file of numbers in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.errors import BadInput, DeskError
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Handed, HandToFile, Numbered
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import choose_file, choose_new
from wismo_desk.ui.page_parts import Outcome, empty, rule
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.theme import Weight

_MOST = 20  # refused ones shown


class CarrierFiles(QWidget):
    """Three buttons for each carrier that takes files; hidden where none is set up. `changed` hands on Changes."""

    changed = Signal(object)

    def __init__(self, desk: Desk, hand_to_file: HandToFile) -> None:
        super().__init__()
        self._desk, self._flow = desk, hand_to_file
        self.outcome = Outcome()
        self.out: dict[str, Button] = {}
        self.last: dict[str, Button] = {}
        self.back: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        column.addLayout(self._rows)
        column.addWidget(self.outcome)
        self.refresh()
        if not self.out:
            self.hide()

    def refresh(self) -> None:
        """A contract may have been entered or taken away meanwhile."""
        choices = self._flow.choices()
        if [code for code, _ in choices] == list(self.out):
            return
        for known in (self.out, self.last, self.back):
            known.clear()
        empty(self._rows)
        for code, name in choices:
            self._add(code, name)
        if self.parentWidget() is not None:  # alone it would be a window of its own
            self.setVisible(bool(choices))

    def _add(self, code: str, name: str) -> None:
        words, look = self._desk.words, self._desk.look
        self.out[code] = Button(look, words("Write the file of orders"), icon="send")
        self.last[code] = Button(look, words("The last file once more"), icon="history")
        self.back[code] = Button(look, words("Take in its numbers"), icon="download")
        self.out[code].clicked.connect(partial(self._hand, code))
        self.last[code].clicked.connect(partial(self._again, code))
        self.back[code].clicked.connect(partial(self._choose, code))
        title = write(name, 14, Weight.SEMIBOLD, wrap=True)
        for widget in (rule(), title, self.out[code], self.last[code], self.back[code]):
            self._rows.addWidget(widget)

    def _hand(self, code: str, _: bool = False) -> None:
        self._desk.run(Lane.INTAKE, partial(self._flow, code), self._handed, self._fail)

    def _again(self, code: str, _: bool = False) -> None:
        """For a file that was lost, or never saved."""
        self._desk.run(Lane.INTAKE, partial(self._flow.again, code), self._save, self._fail)

    def _handed(self, handed: Handed) -> None:
        words = self._desk.words
        self.changed.emit(handed.changes)
        said = self._refused(handed.refused)
        if not handed.parcels:
            self.outcome.say(Mark.INFO, words("No parcel waits for this file."), said)
            return
        several = words("{count} parcels are in the file.", count=words.number(handed.parcels))
        count = words("1 parcel is in the file.") if handed.parcels == 1 else several
        self.outcome.say(Mark.WARN if said else Mark.OK, count, said)
        self._save(handed)

    def _save(self, handed: Handed) -> None:
        choose_new(
            self, self._desk.words("Write the file of orders"), handed.name, partial(self._write, handed)
        )

    def _write(self, handed: Handed, path: Path) -> None:
        said = self._desk.words("Saved: {path}", path=str(path))
        self._desk.run(
            Lane.INTAKE,
            partial(_written, path, handed.content),
            lambda _: self.outcome.say(Mark.OK, said),
            self._fail,
        )

    def _choose(self, code: str, _: bool = False) -> None:
        words = self._desk.words
        filters = f"{words('Order files')} (*.csv *.txt *.tsv);;{words('All files')} (*)"
        choose_file(self, words("Take in its numbers"), filters, partial(self.take, code))

    def take(self, code: str, path: Path) -> None:
        self._desk.run(
            Lane.INTAKE, lambda: self._flow.take_numbers(_bytes(path), code), self._taken, self._fail
        )

    def _taken(self, done: Numbered) -> None:
        words = self._desk.words
        head = words(
            "{taken} numbers taken in, {same} known already.",
            taken=words.number(done.taken),
            same=words.number(done.same),
        )
        self.outcome.say(Mark.WARN if done.refused else Mark.OK, head, self._refused(done.refused))
        self.changed.emit(done.changes)

    def _refused(self, refused: Sequence[tuple[str, DeskError]]) -> str:
        said = [f"{what}: {self._desk.told(error)}" for what, error in refused[:_MOST]]
        return "\n".join(said)

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            "The file {name} cannot be read. Close it in other programs, then try again.",
            name=path.name,
            raw=error.strerror or "",
        ) from error


def _written(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(
            "{path} cannot be written. Choose another folder.", path=str(path), raw=error.strerror or ""
        ) from error
