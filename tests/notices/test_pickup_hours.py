"""The pickup point that was chosen here: its name and hours reach the customer, in their language, while in force."""

from __future__ import annotations

from dataclasses import replace

from notice_rig import PARIS, Clock, commit, fact, order, said, settings, take_in

from wismo_desk.domain.choices import POINT
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Milestone
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.known import Knowledge
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.said import said_week
from wismo_desk.notices.stories import Told, tell
from wismo_desk.resources import resources_dir
from wismo_desk.store.store import Store

WEEK = ("", *("08:30–12:00 14:00–18:30",) * 4, "09:00–12:00", "")


def told(store: Store, pen: Pen, *, chosen: str = "EX1", shop: str = "EX1") -> Told:
    one = order("1", pickup_point=shop)
    take_in(store, pen, one)
    value = {"point": chosen, "name": "Tabac du Port", "was": shop, "why": "", "hours": list(WEEK)}
    key = str(one.order_id)
    commit(store, pen, fact(pen, one, FactKind.VALUE_SET, scope=POINT, key=key, value=value))
    commit(store, pen, said(pen, one, "DEPOSE"))
    found = tell(store, shipment_id(one.order_id))
    assert found is not None
    return found


def test_hours_are_grouped_and_said_in_the_readers_language() -> None:
    assert said_week(WEEK, "fr") == ("mar.–ven. 08:30–12:00 14:00–18:30", "sam. 09:00–12:00")
    assert said_week(WEEK, "en") == ("Tue–Fri 08:30–12:00 14:00–18:30", "Sat 09:00–12:00")
    assert said_week(("9–12", "", "9–12", "", "", "", "9–12"), "en") == ("Mon 9–12", "Wed 9–12", "Sun 9–12")
    assert said_week((), "fr") == ()


def test_a_message_tells_the_hours_of_the_chosen_point(store: Store, pen: Pen, clock: Clock) -> None:
    known = Knowledge(store=store, zone=PARIS)
    letters = Letters(
        (resources_dir() / "notices",),
        names=lambda carrier, service, language: (carrier, service),
        zone=PARIS,
        mail=lambda: settings(1),
        known=known,
    )
    one = told(store, pen)
    letter = letters.write(one, Milestone.READY_FOR_PICKUP, at=clock())
    assert "Tabac du Port" in letter.text
    assert "mar.–ven. 08:30–12:00 14:00–18:30" in letter.text
    english = letters.write(one, Milestone.READY_FOR_PICKUP, at=clock(), language="en")
    assert "Tue–Fri 08:30–12:00 14:00–18:30" in english.text


def test_a_choice_that_is_not_in_force_any_more_is_not_told(store: Store, pen: Pen) -> None:
    one = told(store, pen)
    moved = replace(one, order=replace(one.order, pickup_point="EX9"))
    known = Knowledge(store=store, zone=PARIS)
    assert known(one).pickup_week == WEEK
    assert (known(moved).pickup_name, known(moved).pickup_week) == ("", ())
