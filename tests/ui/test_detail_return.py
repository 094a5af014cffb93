"""The panel's return label: its number among the facts, printed again with a reason, none where there is none."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from page_fakes import NOW, FakeFlows, FakeWatch, make_desk, make_detail, make_row, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.choices import BOXED
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.watching import Detail
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.theme import Look

NUMBER, LABEL = "8R12345678901", UUID(int=77)


def with_return(detail: Detail, *, mine: bool = True) -> Detail:
    order = detail.order.order_id
    fact = Fact(
        fact_id=UUID(int=7),
        kind=FactKind.VALUE_SET,
        at=NOW,
        station="Poste 1",
        by="",
        order_id=order,
        shipment_id=detail.row.shipment_id,
        parcel_id=None,
        data={
            "scope": BOXED,
            "key": str(order),
            "value": {"number": NUMBER, "carrier": "colissimo", "parcel": str(UUID(int=1))},
        },
    )
    bought = Effect(
        effect_id=UUID(int=8),
        kind=EffectKind.RETURN_BOUGHT,
        key="k|return",
        state=EffectState.DONE,
        order_id=order,
        parcel_id=LABEL,
        created_at=NOW,
        changed_at=NOW,
        details={"number": NUMBER},
    )
    effects = (bought, *detail.effects) if mine else detail.effects
    return replace(detail, facts=(*detail.facts, fact), effects=effects)


@pytest.fixture
def panel(qtbot: QtBot, look: Look) -> DetailPanel:
    flows = FakeFlows(FakeWatch(386))
    made = DetailPanel(make_desk(look), flows.detail_asks(lambda png: b""))
    made.flows = flows  # type: ignore[attr-defined]  # for the tests' own eyes
    qtbot.addWidget(made)
    made.resize(420, 900)
    made.show_shipment(flows.watch.get(8))
    shown(qtbot, made)
    return made


def show(panel: DetailPanel, detail: Detail) -> None:
    panel._show(detail, ())


def test_it_is_printed_again_with_a_reason(panel: DetailPanel, qtbot: QtBot) -> None:
    back = panel.action_bar.back
    assert not back.button.isVisible()
    show(panel, with_return(make_detail(make_row(7))))
    assert back.button.isVisible()
    back.ask()
    (question,) = panel.findChildren(Reason)
    qtbot.keyClick(question, Qt.Key.Key_1)
    qtbot.keyClick(question, Qt.Key.Key_Return)
    flows = panel.flows  # type: ignore[attr-defined]  # set in the fixture
    assert [done[:2] for done in flows.said if done[0] == "reprint"] == [("reprint", LABEL)]
    assert panel.outcome.accessibleName().endswith("It goes into the box, or to the customer.")


def test_elsewhere_there_is_a_number_and_nothing_to_print(panel: DetailPanel) -> None:
    detail = with_return(make_detail(make_row(7)), mine=False)
    show(panel, detail)
    assert not panel.action_bar.back.button.isVisible()
    panel.action_bar.back.ask()
    assert not panel.findChildren(Reason)
    assert dict(panel._facts(detail))["Return label"] == NUMBER
