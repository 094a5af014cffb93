"""Settings: a change is saved when its field is left, can be undone, and a wrong value changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from page_fakes import CARRIERS, Direct, FakePapers, make_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from wismo_desk.domain.order import Party
from wismo_desk.domain.packing import Gate
from wismo_desk.domain.printer import PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.errors import PrinterProblem, SettingsProblem
from wismo_desk.settings.station import Settings, load, save
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.theme import Look

START = Settings(
    station="Poste 3",
    printers=(PrinterProfile(name="QUAI-3", address="192.168.1.43"), PrinterProfile(name="QUAI-1")),
    shipper=Party(
        company="Atelier Mirabelle", street=("18 rue Niépce",), postcode="69800", city="Saint-Priest"
    ),
    services=(("Livraison express", "chronopost", "13"),),
)


class Bench:
    """The callbacks of the page, over a real settings file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counter = 100
        self.tested: list[str] = []
        self.backups: list[Path] = []
        self.full = False
        self.jammed = False

    def save(self, settings: Settings) -> None:
        if self.full:
            raise SettingsProblem("The disk is full.")
        save(self.folder, settings)

    def status(self, name: str) -> PrinterStatus:
        if name == "QUAI-1":
            return PrinterStatus(state=PrinterState.HEAD_OPEN)
        return PrinterStatus(state=PrinterState.READY, odometer=self.counter, queued=0)

    def test(self, name: str) -> None:
        self.tested.append(name)
        if self.jammed:
            raise PrinterProblem("Printer {printer} has no labels left.", printer=name)
        self.counter += 1


def _page(
    qtbot: QtBot, look: Look, bench: Bench, run: object = None, *, orders: Path | None = None
) -> SettingsPage:
    asks = SettingsAsks(
        save=bench.save,
        printer_status=bench.status,
        print_test=bench.test,
        backup=bench.backups.append,
        papers=FakePapers(),
        carriers=CARRIERS,
        documents=bench.folder / "documents",
        orders=orders,
    )
    page = SettingsPage(make_desk(look, run=run), START, asks)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    return page


def _field(page: SettingsPage, kind: type, name: str) -> object:
    return next(w for w in page.findChildren(kind) if w.accessibleName() == name)


def test_a_field_is_saved_when_it_is_left(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    field = _field(page, QLineEdit, "Station name")
    field.clear()
    qtbot.keyClicks(field, "Poste 4")
    assert field.property("changed") == "true"
    assert not (tmp_path / "station.toml").exists()
    with qtbot.waitSignal(page.saved):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("changed") == "false"
    assert load(tmp_path).station == "Poste 4"
    assert "next start" in page._said.text()


def test_undo_brings_the_old_settings_back(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    slider = _field(page, QSlider, "Sound volume")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert load(tmp_path).volume == 75
    with qtbot.waitSignal(page.saved) as told:
        page.undo.click()
    assert told.args[0].volume == 80
    assert load(tmp_path).volume == 80
    assert _field(page, QSlider, "Sound volume").value() == 80


def test_choices_and_switches_are_saved(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    gate = _field(page, QComboBox, "Verification")
    gate.setCurrentIndex(gate.findData("warn"))
    gate.activated.emit(gate.currentIndex())
    assert load(tmp_path).gate is Gate.WARN
    weigh = next(w for w in page.findChildren(QCheckBox) if w.text() == "A label needs a weight")
    qtbot.mouseClick(weigh, Qt.MouseButton.LeftButton)
    assert load(tmp_path).weigh is False


@pytest.mark.parametrize(("typed", "kept"), [("16:45", "16:45"), ("a quarter to", None)])
def test_an_hour_that_is_none_changes_nothing(
    qtbot: QtBot, look: Look, tmp_path: Path, typed: str, kept: str | None
) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    page.show_section(2)
    field = _field(page, QLineEdit, "Colissimo")
    field.setText(typed)
    field.editingFinished.emit()
    assert page.settings.cut_offs.get("colissimo") == kept
    if kept is None:
        assert "is not a time of day" in page._said.text()
        assert not page.undo.isVisible()


def test_a_full_disk_is_told(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    page = _page(qtbot, look, bench)
    bench.full = True
    page.change(volume=10)
    assert page._said.text() == "The disk is full."


def test_printers_say_how_they_are_on_their_own_lanes(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    lanes = Direct()
    page = _page(qtbot, look, Bench(tmp_path), lanes)
    page.show_section(1)
    assert {"printer:QUAI-3", "printer:QUAI-1"} <= set(lanes.lanes)
    names = [button.accessibleName() for button in page.printers.list._group.buttons()]
    assert names == ["QUAI-3, ready", "QUAI-1, head open"]


def test_a_test_label_is_proven_by_the_counter(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    page = _page(qtbot, look, bench)
    page.show_section(1)
    page.printers.test_button.setFocus()
    qtbot.keyClick(page.printers.test_button, Qt.Key.Key_T)
    assert bench.tested == ["QUAI-3"]
    assert page.printers.outcome.accessibleName() == "Printed once: counter from 100 to 101."
    bench.jammed = True
    page.printers.print_test()
    assert page.printers.outcome.accessibleName() == "Printer QUAI-3 has no labels left."
    assert page.printers.test_button.isEnabled()


def test_printers_are_added_changed_and_removed(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    page.show_section(1)
    page.printers._set_port("9101")
    for wrong in ("ninety", "910²"):
        port = next(each for each in page.printers.findChildren(QLineEdit) if each.accessibleName() == "Port")
        port.setText(wrong)
        port.editingFinished.emit()
        assert page.settings.printers[0].port == 9101
        assert f"“{wrong}” is not a port" in page._said.text()
        assert port.property("wrong") == "true"
    port.setText("9102")
    port.editingFinished.emit()  # the card is built anew
    assert page.settings.printers[0].port == 9102
    page.printers._remove()
    page.printers._remove()
    assert page.settings.printers == ()
    assert page.printers._blank.isVisible()
    page.printers._add()
    assert [p.name for p in load(tmp_path).printers] == ["Printer 1"]


def test_a_changed_printer_is_asked_at_once_and_needs_no_restart(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    lanes = Direct()
    page = _page(qtbot, look, Bench(tmp_path), lanes)
    page.show_section(1)
    lanes.lanes.clear()
    page.printers._set(address="192.168.1.99")
    assert page._said.text() == "Saved."
    assert lanes.lanes.index("settings") < lanes.lanes.index("printer:QUAI-3")
    page.printers._set(name="QUAI-1")
    assert "is no name of its own" in page._said.text()
    page.printers._set(name=" ")
    assert [printer.name for printer in page.settings.printers] == ["QUAI-3", "QUAI-1"]


def test_the_watched_folder_is_the_real_one(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path), orders=tmp_path / "orders")
    assert page.files.folder.text() == str(tmp_path / "orders" / "in")
    assert page.files.back.isHidden()
    page.files._watch(tmp_path / "drop")
    assert page.files.folder.text() == str(tmp_path / "drop" / "in")
    assert not page.files.back.isHidden()
    page.files.back.click()
    assert page.files.folder.text() == str(tmp_path / "orders" / "in")


def test_the_address_keeps_its_other_fields(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, Bench(tmp_path))
    page.show_section(3)
    street = _field(page, QLineEdit, "Street")
    street.setText("18 rue Niépce / Bâtiment B")
    street.editingFinished.emit()
    expected = replace(START.shipper, street=("18 rue Niépce", "Bâtiment B"))
    assert load(tmp_path).shipper == expected


def test_the_command_sheet_and_the_backup(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    page = _page(qtbot, look, bench)
    page.show_section(4)
    page.files.paper.make("Command sheet", FakePapers().command_sheet)
    assert page.files.paper.path is not None
    page.show_section(5)
    page.backup.button.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    assert len(bench.backups) == 1
    assert bench.backups[0].parent == tmp_path
    assert page.backup.outcome.accessibleName().startswith("Saved: ")
