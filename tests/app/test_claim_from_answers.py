"""Réponses in the real window: a claim from a customer's question, and the customer hears of it once it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytestqt.qtbot import QtBot
from test_claims_in_window import WAIT, parcels_on_their_way

from wismo_desk.app.desk import Desk
from wismo_desk.domain.claim import ClaimKind, Way
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.notice import OF_CLAIMS, Milestone
from wismo_desk.store.journal import Entry


def test_from_the_question_to_the_customers_news(desk: Desk, qtbot: QtBot) -> None:
    station, pages = desk.station, desk.pages
    assert station is not None and pages is not None
    (shipment,) = parcels_on_their_way(desk, 1)
    row = station.watch.detail(shipment).row
    ids: dict[str, Any] = {"order_id": row.order_id, "shipment_id": shipment}
    said: dict[str, Any] = {
        "carrier": "practice",
        "number": row.number,
        "code": "LIVRE",
        "label": "Livré",
        "place": "Lyon",
    }
    delivered = station.pen.fact(FactKind.TRACKING_SAID, **ids, **said)
    desk.apply(station.store.commit(Entry(at=station.clock(), facts=(delivered,))))

    desk.window.show_page("answers")
    page, claims = pages.answers.page, station.store.read.claims
    page.search_entered(row.order_number)
    qtbot.waitUntil(lambda: page.card.claim.isVisible(), timeout=WAIT)
    page.reply.asked.setCurrentIndex(page.reply.asked.findData(Intent.DELIVERED_NOT_RECEIVED))
    page.reply.asked.activated.emit(0)
    qtbot.waitUntil(lambda: page.reply.intent is Intent.DELIVERED_NOT_RECEIVED, timeout=WAIT)
    qtbot.waitUntil(lambda: "dit le client" in page.card.claim.accessibleName(), timeout=WAIT)
    page.card.claim.press()
    qtbot.waitUntil(lambda: page.outcome.accessibleName() == "1 réclamation ouverte", timeout=WAIT)
    (claim,) = claims.listed()
    assert claim.kind is ClaimKind.NOT_RECEIVED
    assert (claim.order_id, claim.shipment_id) == (row.order_id, shipment)

    page.card.claim.press()  # it is there now: the same key shows it
    qtbot.waitUntil(lambda: pages.claims.pane.claim == claim, timeout=WAIT)
    assert pages.claims.isVisible()
    desk.window.show_page("shipments")
    pages.claims.close_pane()
    bar = pages.shipments.panel.action_bar
    pages.shipments.panel.show_shipment(station.watch.detail(shipment).row)
    qtbot.waitUntil(lambda: bar.claim.button.text() == "Voir la réclamation", timeout=WAIT)
    bar.claim.wanted.emit(claim.claim_id)
    qtbot.waitUntil(lambda: pages.claims.pane.claim == claim, timeout=WAIT)

    def told() -> list[Milestone]:
        found = station.notify.of_order(row.order_id)
        return [one.milestone for one in found if one.milestone in OF_CLAIMS]

    mail = station.settings.mail
    station.settings = replace(station.settings, mail=replace(mail, milestones=mail.milestones | OF_CLAIMS))
    moved = pages.answers.claim.steps.send(claim, how=Way.FORM)
    desk.apply(moved.changes)
    qtbot.waitUntil(lambda: told() == [Milestone.CLAIM_OPENED], timeout=WAIT)
