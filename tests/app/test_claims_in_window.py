"""Claims in the real window: opened from ticked parcels, listed, sent by a key, taken back, and never twice."""

from __future__ import annotations

from uuid import UUID

from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.domain.claim import ClaimState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.store.journal import Entry

WAIT = 20_000


def parcels_on_their_way(desk: Desk, count: int) -> list[UUID]:
    """Of the sample's first orders: labelled, and scanned once by the carrier."""
    station = desk.station
    assert station is not None
    facts, shipments = [], []
    for n, row in enumerate(station.watch.orders(states=[OrderState.WAITING])[:count]):
        ids = {"order_id": row.order_id, "shipment_id": shipment_id(row.order_id)}
        label = {
            "carrier": "practice",
            "service": "home",
            "tracking_number": f"EX{n}00000017",
            "aliases": [],
            "reference": f"R{n}",
            "parcel_no": 1,
            "issue_no": 1,
            "weight_g": 842,
            "price_cents": None,
            "last": True,
        }
        parcel = station.pen.new_id()
        facts.append(station.pen.fact(FactKind.LABEL_BOUGHT, **ids, parcel_id=parcel, **label))
        said = {
            "carrier": "practice",
            "number": f"EX{n}00000017",
            "code": "TRI",
            "label": "Trié",
            "place": "Lyon",
        }
        facts.append(station.pen.fact(FactKind.TRACKING_SAID, **ids, parcel_id=parcel, **said))
        shipments.append(ids["shipment_id"])
    desk.apply(station.store.commit(Entry(at=station.clock(), facts=tuple(facts))))
    return shipments


def test_from_a_ticked_parcel_to_a_claim_that_was_sent(desk: Desk, qtbot: QtBot) -> None:
    assert desk.station is not None and desk.pages is not None
    shipments = parcels_on_their_way(desk, 1)
    pages, window, claims = desk.pages, desk.window, desk.station.store.read.claims
    window.show_page("shipments")
    view = pages.shipments.view
    qtbot.waitUntil(lambda: pages.shipments.model.rowCount() > 0, timeout=WAIT)
    rows = desk.station.watch.row_ids(shipments)
    qtbot.waitUntil(lambda: all(pages.shipments.model.place(key) >= 0 for key in rows.values()), timeout=WAIT)

    def tick() -> None:
        """Whatever the page has read meanwhile."""
        view.clear_ticks()
        for key in rows.values():
            view._toggle(pages.shipments.model.place(key))

    tick()
    assert pages.shipments.extras is not None
    assert pages.shipments.extras.press("C")
    qtbot.waitUntil(lambda: len(claims.listed()) == 1, timeout=WAIT)
    said: list[str] = []
    pages.shipments.extras.bar.done.connect(lambda sentence, _: said.append(sentence))
    tick()
    pages.shipments.extras.bar.claim()  # a second time: told, not doubled
    qtbot.waitUntil(lambda: any("déjà ouverte" in sentence for sentence in said), timeout=WAIT)
    assert len(claims.listed()) == 1

    window.show_page("claims")
    page = pages.claims
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=WAIT)
    page.view.choose(0)
    page._choose(0)
    qtbot.waitUntil(lambda: page.pane.text is not None, timeout=WAIT)
    assert page.pane.text is not None
    assert "Madame, Monsieur" in page.pane.text.letter
    page.act("S")
    question = page.pane.question
    assert question is not None
    question._group.buttons()[0].click()
    question._confirm()
    qtbot.waitUntil(lambda: ClaimState.SENT in {one.state for one in claims.listed()}, timeout=WAIT)
    qtbot.waitUntil(lambda: window.undo_line.isVisible(), timeout=WAIT)
    window.undo_line.undo()
    qtbot.waitUntil(lambda: {one.state for one in claims.listed()} == {ClaimState.DRAFT}, timeout=WAIT)


def test_the_page_has_its_place_in_the_rail_and_its_key(desk: Desk, qtbot: QtBot) -> None:
    button = desk.window.rail.buttons["claims"]
    assert button.accessibleName() == "Réclamations"
    assert desk.window.rail.buttons["settings"].toolTip().endswith("Ctrl 0")
    lowest = desk.window.rail.buttons["settings"].geometry().bottom()
    assert lowest <= desk.window.rail.height()  # at 1366 × 768 all pages fit
