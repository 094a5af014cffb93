"""What to correct before packing: the list, the order's pane, the pickup points, all by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_fakes import FakePapers, FakeTakeIn, FakeWatch, french_words, make_desk, make_orders, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rule_fakes import FakeChanges, FakeFlight, FakeOrder, make_order, make_points

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.pickup import PickupPoint
from wismo_desk.domain.preflight import Fix
from wismo_desk.errors import CarrierUnreachable, Refused, StoreProblem
from wismo_desk.flows.preflight import Looked
from wismo_desk.ui.order_pane import OrderPane
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.orders_preflight import PreflightView
from wismo_desk.ui.point_row import PointRow, distance_words
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


@pytest.fixture
def changes() -> FakeChanges:
    return FakeChanges()


@pytest.fixture
def page(qtbot: QtBot, look: Look, tmp_path: Path, changes: FakeChanges) -> OrdersPage:
    made = OrdersPage(
        make_desk(look),
        FakeWatch(10, orders=make_orders()),
        FakeTakeIn(),
        FakePapers(),
        documents=tmp_path,
        watched=None,
        changes=changes,
    )
    qtbot.addWidget(made)
    made.resize(1310, 720)
    made.start()
    shown(qtbot, made)
    return made


def flight(page: OrdersPage) -> PreflightView:
    assert page.flight is not None
    return page.flight


def pane(page: OrdersPage) -> OrderPane:
    assert page.order_pane is not None
    return page.order_pane


def test_the_chip_counts_and_opens_the_list(page: OrdersPage) -> None:
    assert page.chips["to_fix"].accessibleName() == "To correct 5"
    page.chips["to_fix"].click()
    assert flight(page).isVisible()
    assert len(flight(page).rows) == 5
    first = flight(page).rows[0]
    assert first.accessibleName() == (
        "Order 10482: The pickup point Tabac de la Gare is closed from 28 Nov 2026 to 13 Dec 2026: choose another."
    )
    assert "38. Pickup points" in flight(page).state.text()
    page.apply(Changes(values=True))
    page._read()  # rows that come meanwhile do not push the list away
    assert flight(page).isVisible()
    page.chips["open"].click()
    assert page.view.isVisible()


def test_only_what_changed_is_read_again(page: OrdersPage, changes: FakeChanges, qtbot: QtBot) -> None:
    seen = changes.preflight.touched
    seen.clear()
    one, two = make_order(1).order_id, make_order(2).order_id
    page.apply(Changes(orders=frozenset({one})))
    page.apply(Changes(orders=frozenset({two})))
    qtbot.waitUntil(lambda: seen == [frozenset({one, two})])
    page.apply(Changes(orders=frozenset({one})))
    page.apply(Changes(values=True))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[-1] is None


def test_a_weight_is_said_as_people_say_it(page: OrdersPage) -> None:
    assert "31.400\u00a0kg" in flight(page).rows[2].accessibleName()


def test_the_carriers_are_asked_until_nothing_is_left(page: OrdersPage, changes: FakeChanges) -> None:
    flight(page).ask.click()
    assert changes.preflight.started == [True]
    assert changes.preflight.left == 0
    assert flight(page).ask.isEnabled()
    assert not flight(page).ask.isVisibleTo(flight(page))


def test_an_empty_list_says_so(qtbot: QtBot, look: Look) -> None:
    for looked, said in (
        (Looked(waiting=12), "Nothing would stop the orders that wait."),
        (Looked(), "No order waits."),
    ):
        view = PreflightView(make_desk(look), FakeFlight(looked))
        qtbot.addWidget(view)
        view.read()
        assert view.outcome.accessibleName() == said
    broken = FakeFlight()
    broken.error = StoreProblem("The disk is full.")
    view = PreflightView(make_desk(look), broken)
    qtbot.addWidget(view)
    view.read()
    assert view.outcome.accessibleName() == "The disk is full."


def test_carriers_that_rest_are_named(qtbot: QtBot, look: Look) -> None:
    looked = Looked(waiting=3, to_ask=3, resting=("Colissimo",))
    view = PreflightView(make_desk(look, french_words()), FakeFlight(looked))
    qtbot.addWidget(view)
    view.read()
    assert "Colissimo ne peut pas être interrogé" in view.state.text()


def test_a_fix_opens_what_corrects_it(page: OrdersPage, qtbot: QtBot) -> None:
    page.show_view("to_fix")
    rows = flight(page).rows
    rows[0].buttons[0].click()
    assert pane(page).isVisible()
    assert pane(page).title.text() == "Order 10482"
    assert [row.text() for row in pane(page).chooser.rows][:2] == ["Tabac de la Gare", "Locker Intermarché"]
    rows[1].buttons[0].click()
    qtbot.waitUntil(pane(page).fields["postcode"].hasFocus)
    rows[2].buttons[0].click()
    qtbot.waitUntil(pane(page).offers.hasFocus)
    rows[3].buttons[0].click()  # products come with a file
    assert page.pane.isVisible()
    assert not pane(page).isVisible()


def test_m_changes_the_selected_order_and_escape_closes(page: OrdersPage, qtbot: QtBot) -> None:
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    qtbot.keyClick(page.view, Qt.Key.Key_M)
    assert pane(page).isVisible()
    qtbot.keyClick(pane(page), Qt.Key.Key_Escape)
    assert not pane(page).isVisible()


# The pane


@pytest.fixture
def one() -> FakeOrder:
    return FakeOrder()


@pytest.fixture
def opened(qtbot: QtBot, look: Look, one: FakeOrder) -> OrderPane:
    made = OrderPane(make_desk(look), FakeChanges(one))
    qtbot.addWidget(made)
    made.resize(420, 900)
    shown(qtbot, made)
    made.open(one.order.order_id)
    return made


def test_another_service_with_its_price_and_why(opened: OrderPane, one: FakeOrder, qtbot: QtBot) -> None:
    assert opened.offers.currentText() == "Mondial Relay · pickup point  €8.10"
    assert opened.hand.text() == "By the rules."
    place = opened.offers.findText("Colissimo · home", Qt.MatchFlag.MatchStartsWith)
    opened.offers.setCurrentIndex(place)
    opened.offers.activated.emit(place)
    qtbot.keyClicks(opened.why, "fragile")
    with qtbot.waitSignal(opened.changed):
        opened.send.click()
    assert one.said == [("choose", "colissimo", "home", "fragile")]
    assert opened.outcome.accessibleName() == "Saved."


def test_what_was_chosen_by_hand_goes_back_to_the_rules(qtbot: QtBot, look: Look) -> None:
    one = FakeOrder(by_hand=True)
    made = OrderPane(make_desk(look), FakeChanges(one))
    qtbot.addWidget(made)
    shown(qtbot, made)
    made.open(one.order.order_id)
    assert made.hand.text() == "Chosen by hand: no rule changes it."
    assert not made.send.isEnabled()  # it is that already
    made.rules.click()
    assert one.said == [("unchoose",)]


def test_the_recipient_is_corrected(opened: OrderPane, one: FakeOrder, qtbot: QtBot) -> None:
    assert not opened.keep.isEnabled()
    field = opened.fields["city"]
    field.selectAll()
    qtbot.keyClicks(field, "Beaune")
    assert field.property("changed") == "true"
    assert opened.keep.isEnabled()
    for key in ("street0", "street1"):
        opened.fields[key].clear()
    qtbot.keyClicks(opened.fields["street2"], "3 rue Neuve")
    opened.fields["country"].clear()
    qtbot.keyClicks(opened.fields["country"], "Belgique")
    with qtbot.waitSignal(opened.changed):
        opened.keep.click()
    party = one.order.recipient
    assert (party.city, party.street, party.country) == ("Beaune", ("3 rue Neuve",), "BE")
    assert not opened.keep.isEnabled()


def test_what_was_corrected_and_what_the_shop_changed_since(qtbot: QtBot, look: Look) -> None:
    for one, said in (
        (FakeOrder(fixed=("city", "phone")), "Corrected here: town, telephone."),
        (FakeOrder(fixed=("phone",), overruled=("street",)), "The shop changed street after it"),
    ):
        made = OrderPane(make_desk(look), FakeChanges(one))
        qtbot.addWidget(made)
        shown(qtbot, made)
        made.open(one.order.order_id)
        assert made.fixed.text().startswith(said)


def test_an_order_with_its_label_can_only_be_read(qtbot: QtBot, look: Look) -> None:
    one = FakeOrder(labelled=True)
    made = OrderPane(make_desk(look), FakeChanges(one))
    qtbot.addWidget(made)
    shown(qtbot, made)
    made.open(one.order.order_id)
    assert made.outcome.accessibleName().startswith("Order 10482 has its label already")
    assert not made.send.isEnabled()
    assert not made.fields["name"].isEnabled()


def test_a_refusal_is_told(opened: OrderPane, one: FakeOrder) -> None:
    one.error = Refused(
        "Order {order} is in hand at {station}. Pause it there, then change it.", order="1", station="P2"
    )
    opened.send.click()
    assert "in hand at P2" in opened.outcome.accessibleName()


def test_a_service_to_the_door_shows_no_pickup_point(qtbot: QtBot, look: Look) -> None:
    one = FakeOrder(order=make_order(1), now=("colissimo", "home"))
    made = OrderPane(make_desk(look), FakeChanges(one))
    qtbot.addWidget(made)
    shown(qtbot, made)
    made.open(one.order.order_id)
    assert not made.point_card.isVisible()


# Pickup points


def test_a_point_is_chosen_by_keyboard(opened: OrderPane, one: FakeOrder, qtbot: QtBot) -> None:
    opened.other.click()
    chooser = opened.chooser
    assert [row.isChecked() for row in chooser.rows] == [True, False, False, False, False]
    qtbot.waitUntil(lambda: chooser.postcode.hasFocus() and chooser.rows[4].isVisible())
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert chooser.rows[2].hasFocus()
    qtbot.keyClick(chooser.rows[2], Qt.Key.Key_Up)
    with qtbot.waitSignal(opened.changed):
        qtbot.keyClick(chooser.rows[1], Qt.Key.Key_Return)
    assert one.said[-1] == ("point", "001207", "Locker Intermarché")
    assert one.order.pickup_point == "001207"


def test_another_postcode_is_searched(opened: OrderPane, one: FakeOrder, qtbot: QtBot) -> None:
    opened.other.click()
    field = opened.chooser.postcode
    assert field.text() == "21000"
    field.clear()
    qtbot.keyClicks(field, "69003")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [what for what in one.said if what[0] == "find"] == [("find", "21000"), ("find", "69003")]
    one.points = ()
    opened.chooser.search.click()
    assert opened.chooser.outcome.accessibleName() == "No pickup point around 69003. Try another postcode."
    one.error = CarrierUnreachable("The carrier cannot be reached.")
    opened.chooser.search.click()
    assert opened.chooser.outcome.accessibleName() == "The carrier cannot be reached."
    assert opened.chooser.rows == []


def test_a_carrier_that_cannot_be_asked_takes_a_typed_number(qtbot: QtBot, look: Look) -> None:
    one = FakeOrder(finds=False)
    made = OrderPane(make_desk(look), FakeChanges(one))
    qtbot.addWidget(made)
    shown(qtbot, made)
    made.open(one.order.order_id, fix=Fix.POINT)
    assert not made.chooser.postcode.isVisible()
    assert not made.chooser.take.isEnabled()
    qtbot.keyClicks(made.chooser.number, "000123")
    made.chooser.take.click()
    assert one.said == [("point", "000123", "")]


def row(look: Look, point: PickupPoint, words: Words | None = None) -> PointRow:
    return PointRow(make_desk(look, words), point, furthest=3000, ship_on=None)


def test_a_point_says_what_matters(qtbot: QtBot, look: Look) -> None:
    said = [row(look, point).accessibleName() for point in make_points()]
    assert said[0] == (
        "Tabac de la Gare, Shop, 240\u00a0m, 3 rue de la Liberté, 21000 Dijon, Today 09:00–12:30 14:00–19:00, "
        "Closed from 28 Nov 2026 to 13 Dec 2026"
    )
    assert "Locker, 410\u00a0m" in said[1]
    assert "Open day and night" in said[1]
    assert "Opening hours not told" in said[3]
    assert "Closed from 24 Dec 2026" in said[4]  # not yet, but the customer may come late
    assert row(look, make_points()[0]).sizeHint().height() > row(look, make_points()[2]).sizeHint().height()
    french = row(look, make_points()[3], french_words()).accessibleName()
    assert "Bureau de poste, 1,4\u00a0km" in french
    assert distance_words(None, Words("fr")) == ""
    assert "Sun" in row(look, make_points()[2]).toolTip()
