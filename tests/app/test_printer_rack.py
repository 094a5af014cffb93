"""A printer's address changed while the desk is open: the next label goes there, the one under way is finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from wismo_desk.app.printers import PrinterRack
from wismo_desk.app.station import Station, Wiring
from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.printer import PrinterProfile, PrinterState
from wismo_desk.errors import PrinterProblem, SettingsProblem
from wismo_desk.settings import Settings, load
from wismo_desk.words import Words


def test_a_new_address_is_in_force_at_once(tmp_path: Path, qapp: object) -> None:
    with PaperlessPrinter() as old, PaperlessPrinter() as new:
        settings = Settings(printers=(old.profile("Z1"),), language="en")
        station = Station(
            Wiring(folder=tmp_path, settings=settings, words=Words("en"), practice=True, key=bytes(32))
        )
        try:
            station.print_test("Z1")
            assert old.wait_for(1)
            station.save(replace(settings, printers=(new.profile("Z1"),)))
            while (seen := station.printers.status("Z1").odometer) is None:
                pass  # a busy machine let it answer late
            assert seen == 0
            station.print_test("Z1")
            assert new.wait_for(1)
            assert len(old.labels) == 1
            assert station.print_label.printers["Z1"] is station.printers["Z1"]  # labels go there, too
        finally:
            station.close()


def test_what_is_being_sent_is_finished_on_the_line_it_began_on() -> None:
    with PaperlessPrinter() as old, PaperlessPrinter() as new:
        rack = PrinterRack([old.profile("Z1")])
        under_way = rack["Z1"]
        under_way.status()
        rack.set_up([new.profile("Z1")])
        under_way.send(b"^XA^FDone^FS^XZ")  # nobody closed it under the label
        assert old.wait_for(1)
        waiting: list[tuple[str, Callable[[], None]]] = []
        rack.close_replaced(lambda lane, close: waiting.append((lane, close)))
        assert [lane for lane, _ in waiting] == ["printer:Z1"]  # behind it, on its own lane
        waiting[0][1]()
        rack.close_replaced(lambda lane, close: waiting.append((lane, close)))
        assert len(waiting) == 1
        rack.close()


def test_a_printer_that_stays_keeps_its_line() -> None:
    one, two = PrinterProfile(name="A"), PrinterProfile(name="B", address="10.0.0.2")
    rack = PrinterRack([one, two])
    kept, changed = rack["A"], rack["B"]
    rack.set_up([one, replace(two, port=9101)])
    assert rack["A"] is kept
    assert rack["B"] is not changed
    rack.set_up([])
    assert list(rack) == []
    assert rack.status("A").state is PrinterState.UNKNOWN
    with pytest.raises(SettingsProblem, match="is not set up"):
        rack.send_test("A", lambda _profile: b"")


def test_an_address_that_cannot_be_changes_nothing(tmp_path: Path, qapp: object) -> None:
    before = Settings(printers=(PrinterProfile(name="A"),))
    station = Station(Wiring(folder=tmp_path, settings=before, words=Words("en"), key=bytes(32)))
    try:
        kept = station.printers["A"]
        with pytest.raises(SettingsProblem, match="no usable address"):
            station.save(replace(before, printers=(PrinterProfile(name="A", address=" "),)))
        assert station.printers["A"] is kept
        assert station.settings == before
        assert load(tmp_path) == Settings()  # nothing was written
    finally:
        station.close()


def test_no_answer_is_told_without_the_names_of_our_errors(qapp: object) -> None:
    with PaperlessPrinter() as gone:
        profile = gone.profile("Z1")
    rack = PrinterRack([profile])
    with pytest.raises(PrinterProblem) as told:
        rack.send_test("Z1", lambda _profile: b"^XA^XZ")
    assert str(told.value) == "Printer Z1 cannot be reached. Check its power and its cable."
    with pytest.raises(PrinterProblem) as told:
        rack["Z1"].send(b"^XA^XZ")
    assert "Error" not in str(told.value)
    rack.close()


def test_another_watched_folder_is_watched_at_once(tmp_path: Path, qapp: object) -> None:
    before = Settings()
    station = Station(Wiring(folder=tmp_path / "desk", settings=before, words=Words("en"), key=bytes(32)))
    try:
        assert station.sweep.folder == tmp_path / "desk" / "orders"
        station.save(replace(before, watched=tmp_path / "drop"))
        station.sweep()
        assert (tmp_path / "drop" / "in").is_dir()
    finally:
        station.close()
