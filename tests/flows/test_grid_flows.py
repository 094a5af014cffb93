"""Saved views, verbs for many, and files out of the grid, on real stores."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from tests.store.store_rig import Clock, bought, opened, order, taken_in
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.grid_view import GridView, view_data, view_from_data
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, ShipmentRow, Sort
from wismo_desk.errors import Refused
from wismo_desk.flows import export_rows, many
from wismo_desk.flows.export_columns import EVERY, PaperColumns
from wismo_desk.flows.export_rows import ExportRows, TableKind
from wismo_desk.flows.many import Many
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.views import Views
from wismo_desk.flows.watch import Watch
from wismo_desk.resources import resources_dir
from wismo_desk.store.journal import Entry
from wismo_desk.words import Words

EVIL = Party(name="=HYPERLINK(1)", city="Nantes", postcode="44000")


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = opened(folder)
        self.pen = Pen("QUAI-1", clock=self.clock)
        one, other = order("1", recipient=EVIL), order("2")
        self.store.commit(taken_in(self.pen, one, other, carrier="own"))
        self.ids = [shipment_id(one.order_id), shipment_id(other.order_id)]
        self.parcel = self.pen.new_id()
        self.store.commit(Entry(at=self.clock(), facts=(bought(self.pen, one, self.parcel, "PX1"),)))
        self.watch = Watch(store=self.store, clock=self.clock, names=lambda c, s: (c.upper(), s))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "desk")
    yield found
    found.store.close()


VIEW = GridView(
    name="Retards",
    filter=Filter(
        text="nantes",
        statuses=frozenset({TrackingStatus.IN_TRANSIT}),
        carriers=frozenset({"own"}),
        services=frozenset({("own", "home")}),
        anomalies=frozenset({AnomalyKind.PROMISE_PASSED}),
        owners=frozenset({""}),
        warehouses=frozenset({"lyon", ""}),
        promise=Promise.WEEK,
        silent_h=48,
        only_open=True,
        sort=Sort.PROMISED,
        descending=False,
    ),
    hidden=frozenset({"number"}),
)


def test_a_view_is_a_fact_that_all_desks_read(desk: Desk) -> None:
    views = Views(store=desk.store, pen=desk.pen)
    assert views.all() == []
    assert views.save(VIEW).values
    assert views.all() == [VIEW]
    desk.store.rebuild()
    assert views.all() == [VIEW]
    views.remove("Retards")
    assert views.all() == []
    with pytest.raises(Refused):
        views.save(GridView(name="  ", filter=Filter()))


def test_what_a_newer_desk_says_is_left_out() -> None:
    assert view_from_data("Retards", view_data(VIEW)) == VIEW
    newer = view_data(VIEW) | {
        "statuses": ["teleported"],
        "anomalies": ["haunted"],
        "promise": "yore",
        "sort": "x",
    }
    found = view_from_data("Retards", newer).filter
    assert (found.statuses, found.anomalies, found.promise, found.sort) == (
        frozenset(),
        frozenset(),
        None,
        Sort.WORST,
    )
    assert view_from_data("x", {}) == GridView(name="x", filter=Filter())


class Verbs:
    """One parcel is refused."""

    def __init__(self, bad: UUID | None = None) -> None:
        self.bad = bad
        self.said: list[tuple[UUID, str]] = []

    def __call__(self, parcel: UUID, *, reason: str) -> Any:
        if parcel == self.bad:
            raise Refused("This shipment is not known here.")
        self.said.append((parcel, reason))
        return Changes(shipments=frozenset({parcel})) if reason != "print" else _job(parcel)


def _job(parcel: UUID) -> Effect:
    state = EffectState.PENDING
    return Pen("QUAI-1").effect(EffectKind.LABEL_PRINTED, "k", state=state, order_id=parcel, parcel_id=parcel)


def test_many_are_done_one_by_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    verbs = Verbs()
    all_of_them = Many(store=desk.store, reprint_one=verbs, void_one=verbs)
    done = all_of_them.reprint(desk.ids, reason="print")
    assert (done.count, [job.parcel_id for job in done.jobs]) == (1, [desk.parcel])  # the other has no label
    assert all_of_them.void(desk.ids, reason="wrong").changes.shipments == {desk.parcel}
    bad = Verbs(desk.parcel)
    refused = Many(store=desk.store, reprint_one=bad, void_one=bad)
    assert [number for number, _ in refused.void(desk.ids, reason="wrong").refused] == ["1"]
    assert [number for number, _ in refused.reprint(desk.ids, reason="print").refused] == ["1"]
    monkeypatch.setattr(many, "MOST", 1)
    for verb in (all_of_them.reprint, all_of_them.void):
        with pytest.raises(Refused, match="at most"):
            verb(desk.ids, reason="print")


def test_asking_the_carrier_makes_the_parcel_due(desk: Desk) -> None:
    desk.clock.pass_(hours=30)
    desk.store.looks.asked([(desk.parcel, True)], desk.clock())
    assert desk.store.looks.due(["own"], desk.clock(), 10) == []
    verbs = Verbs()
    done = Many(store=desk.store, reprint_one=verbs, void_one=verbs).ask_carriers(desk.ids)
    assert done.count == 1
    (due,) = desk.store.looks.due(["own"], desk.clock(), 10)
    assert due.parcel_id == desk.parcel


def _export(desk: Desk, folder: Path, language: str = "fr") -> ExportRows:
    def said(row: ShipmentRow) -> tuple[str, str]:
        return row.status.value, "-2 days" if row.severity else ""

    words = Words(language)
    return ExportRows(
        watch=desk.watch, words=words, folder=folder, said=said, fonts=resources_dir() / "fonts"
    )


def test_files_hold_what_the_filter_shows(desk: Desk, tmp_path: Path) -> None:
    export = _export(desk, tmp_path / "out")
    path = export(Filter(), TableKind.CSV)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    assert len(rows) == 2
    assert all(len(row) == len(header) == 16 for row in rows)
    assert {row[0]: row[9] for row in rows}["1"] == "'=HYPERLINK(1)"
    some = export(Filter(), TableKind.XLSX, list(desk.store.read.row_ids(desk.ids[:1]).values()))
    assert some.read_bytes().startswith(b"PK")


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file, delimiter=";"))
    return header, rows


def test_files_have_the_columns_that_were_chosen(desk: Desk, tmp_path: Path) -> None:
    export = _export(desk, tmp_path / "out")
    header, rows = _table(export(Filter(), TableKind.CSV, (), ("customer", "number", "order")))
    assert header == ["Customer", "Place", "Number", "Parcels", "Order"]
    assert ["'=HYPERLINK(1)", "Nantes", "PX1", "1", "1"] in rows
    every, _ = _table(export(Filter(), TableKind.CSV, (), ()))
    assert len(every) == 16
    newer, _ = _table(export(Filter(), TableKind.CSV, (), ("aura", "owner")))
    assert newer == ["Who"]  # a column that no file knows is left out
    assert export(Filter(), TableKind.XLSX, (), ("event", "expected")).read_bytes().startswith(b"PK")


def test_paper_has_the_columns_that_were_chosen(desk: Desk, tmp_path: Path) -> None:
    words = Words("en")
    said = _export(desk, tmp_path).said
    shown = PaperColumns(words, said, ("number", "expected", "event", "status"))
    row = desk.watch.page(desk.watch.rows(Filter(text="PX1")))[0]
    assert shown.header() == ("Number", "Expected", "Last event", "Status")
    assert shown.values(row)[0] == "PX1"
    assert len(shown.shares) == 4
    assert len(PaperColumns(words, said).header()) == 10
    found = Expected(
        low=date(2026, 11, 24), likely=date(2026, 11, 24), high=date(2026, 11, 26), late=None, lost=None
    )
    assert "–" in shown.values(replace(row, expected=found))[1]
    whole = _export(desk, tmp_path / "out", "en")(Filter(), TableKind.PDF, (), EVERY)
    pages = pypdfium2.PdfDocument(whole.read_bytes())
    text = pages[0].get_textpage().get_text_range()
    assert "PX1" in text
    assert "Last event" in text


def test_paper_has_its_limit(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = _export(desk, tmp_path / "out", "en")
    assert export(Filter(), TableKind.PDF).read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(export_rows, "ON_PAPER", 1)
    with pytest.raises(Refused, match="rows would be"):
        export(Filter(), TableKind.PDF)


def test_promised_days_are_those_of_the_desk(desk: Desk) -> None:
    found = desk.watch.page(desk.watch.rows(Filter(promise=Promise.WEEK)))
    assert {row.promised_on for row in found} <= {date(2026, 11, 24), date(2026, 11, 27)}
    assert desk.watch.prepare() is False
