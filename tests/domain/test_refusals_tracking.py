"""Error tables, event ids and pickup points: small, pure, and the same at every station."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from wismo_desk.domain.pickup import PickupPoint
from wismo_desk.domain.refusals import MUTE, UNLISTED, Told, read_refusals
from wismo_desk.domain.tracking import TrackingEvent, event_id

TABLE = read_refusals("code,field,sentence,fix\n30108,shipper.city,The town is missing.,Enter it.\n")
EVENT = TrackingEvent(code="OUT", label="En tournée", at=datetime(2026, 11, 20, 8, tzinfo=UTC), place="Lille")
DAY = date(2026, 11, 19)


def test_a_listed_code_is_said_in_our_words() -> None:
    error = TABLE.refused("30108", "champ ville absent")
    assert str(error) == "The town is missing. Enter it. [30108]"
    assert error.field == "shipper.city"
    assert TABLE.row(Told("30108")).fix == "Enter it."


def test_an_unlisted_one_in_the_carriers() -> None:
    assert "Solde épuisé." in str(TABLE.refused("99", " Solde\n épuisé. "))
    assert TABLE.row(Told("99", "x")) is UNLISTED
    assert TABLE.row(Told("99", " . ")) is MUTE
    assert "{" not in str(TABLE.refused("99"))


def test_the_same_news_has_the_same_id_everywhere() -> None:
    first = event_id("x", "N1", EVENT, shipped_on=DAY)
    assert first == event_id("x", "N1", replace(EVENT, label="autre mot"), shipped_on=DAY)
    assert first != event_id("x", "N1", replace(EVENT, place="Lyon"), shipped_on=DAY)
    assert first != event_id("x", "N2", EVENT, shipped_on=DAY)
    assert first != event_id("x", "N1", EVENT, shipped_on=date(2025, 6, 1))  # a number given again


def test_without_a_code_the_words_count() -> None:
    bare = replace(EVENT, code="", label="Colis  LIVRÉ")
    assert event_id("x", "N1", bare, shipped_on=DAY) == event_id(
        "x", "N1", replace(bare, label="colis livré"), shipped_on=DAY
    )


def test_ids_follow_time() -> None:
    later = replace(EVENT, at=EVENT.at + timedelta(minutes=1))
    assert event_id("x", "N1", EVENT, shipped_on=DAY) < event_id("x", "N1", later, shipped_on=DAY)
    paris = replace(EVENT, at=EVENT.at.astimezone(timezone(timedelta(hours=1))))
    assert (
        event_id("x", "N1", paris, shipped_on=DAY).bytes[:6]
        == event_id("x", "N1", EVENT, shipped_on=DAY).bytes[:6]
    )


def test_a_point_is_open() -> None:
    point = PickupPoint(point_id="1", name="A", street="", postcode="59000", city="Lille")
    monday = date(2026, 11, 23)
    assert point.is_open_on(monday)
    hours = ("09:00–12:00", *[""] * 6)
    assert replace(point, hours=hours).is_open_on(monday)
    assert not replace(point, hours=hours).is_open_on(monday + timedelta(days=1))
    assert not replace(point, closed=((monday, monday),)).is_open_on(monday)
