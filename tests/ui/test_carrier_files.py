"""The files of a carrier's label program, in the import pane."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from page_fakes import make_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes
from wismo_desk.errors import CarrierRefused, Refused
from wismo_desk.ui.carrier_files import CarrierFiles
from wismo_desk.ui.theme import Look

WHY = CarrierRefused(
    "The weight of the parcel is not known. Enter the weights of its products, or pack it first."
)


@dataclass
class Gave:
    name: str = "coliship-1.csv"
    content: bytes = b"x\r\n"
    parcels: int = 2
    taken: int = 3
    same: int = 1
    refused: tuple[tuple[str, Any], ...] = ()
    changes: Changes = field(default_factory=lambda: Changes(values=True))


@dataclass
class FakeFiles:
    """Gives what it was made with; `error` is raised instead."""

    gave: Gave = field(default_factory=Gave)
    error: Exception | None = None
    known: list[tuple[str, str]] = field(default_factory=lambda: [("coliship", "Colissimo (Coliship)")])
    asked: list[object] = field(default_factory=list)

    def choices(self) -> list[tuple[str, str]]:
        return self.known

    def __call__(self, code: str, /) -> Gave:
        return self._give(code)

    def again(self, code: str, /) -> Gave:
        return self._give(("again", code))

    def take_numbers(self, content: bytes, code: str = "", /) -> Gave:
        return self._give((content, code))

    def _give(self, asked: object) -> Gave:
        self.asked.append(asked)
        if self.error is not None:
            raise self.error
        return self.gave


def made(qtbot: QtBot, look: Look, flow: FakeFiles) -> CarrierFiles:
    files = CarrierFiles(make_desk(look), flow)
    qtbot.addWidget(files)
    shown(qtbot, files)
    return files


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def save_as(files: CarrierFiles, path: Path) -> None:
    dialog = files.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_the_file_is_asked_for_and_saved(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    flow = FakeFiles()
    files = made(qtbot, look, flow)
    with qtbot.waitSignal(files.changed) as changed:
        click(qtbot, files.out["coliship"])
    assert changed.args == [Changes(values=True)]
    save_as(files, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"x\r\n"
    assert str(tmp_path) in files.outcome.accessibleName()


def test_the_refused_are_named(qtbot: QtBot, look: Look) -> None:
    files = made(qtbot, look, FakeFiles(gave=Gave(parcels=0, refused=(("A3", WHY),))))
    click(qtbot, files.out["coliship"])
    assert "A3" in files.outcome.accessibleName()
    assert files.findChild(QFileDialog) is None


def test_the_last_file_once_more(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    flow = FakeFiles()
    files = made(qtbot, look, flow)
    click(qtbot, files.last["coliship"])
    save_as(files, tmp_path / "again.csv")
    assert flow.asked == [("again", "coliship")]
    assert (tmp_path / "again.csv").exists()


def test_numbers_come_in(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    flow = FakeFiles()
    files = made(qtbot, look, flow)
    path = tmp_path / "numbers.csv"
    path.write_bytes(b"6A15984040331,ABC")
    with qtbot.waitSignal(files.changed):
        click(qtbot, files.back["coliship"])
        save_as(files, path)
    assert flow.asked == [(b"6A15984040331,ABC", "coliship")]
    assert "3" in files.outcome.accessibleName()


def test_what_goes_wrong_is_said(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    flow = FakeFiles(error=Refused("No file was written for {carrier} yet.", carrier="Coliship"))
    files = made(qtbot, look, flow)
    click(qtbot, files.last["coliship"])
    assert "Coliship" in files.outcome.accessibleName()
    files.take("coliship", tmp_path / "nowhere.csv")
    assert "nowhere.csv" in files.outcome.accessibleName()
    flow.error = None
    click(qtbot, files.last["coliship"])
    save_as(files, tmp_path / "no" / "where.csv")
    assert "where.csv" in files.outcome.accessibleName()


def test_nothing_is_shown_where_no_carrier_takes_files(qtbot: QtBot, look: Look) -> None:
    flow = FakeFiles(known=[])
    files = CarrierFiles(make_desk(look), flow)
    qtbot.addWidget(files)
    assert not files.isVisible()
    assert files.out == {}
    flow.known.append(("coliship", "Colissimo (Coliship)"))
    files.refresh()
    assert list(files.out) == ["coliship"]
    flow.known.clear()
    files.refresh()
    assert files.out == {}
