"""The pickup points of practice DPD: three made-up shops at a French postcode, as public connectors read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from wismo_desk.practice.loopback import Reply
from wismo_desk.web.xml import Node, write

_SHOPS: Final = (
    ("TABAC EXEMPLE", "3 RUE DES ESSAIS"),
    ("CONSIGNE EXEMPLE", "12 PLACE DU MODELE"),
    ("PRESSE EXEMPLE", "27 AVENUE DE LA DEMO"),
)
_ON_LEAVE: Final = 3
_DAY: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")


def points_reply(asked: Mapping[str, str], *, key: str) -> Reply:
    """# unverified: the form of a no"""
    day = _DAY.fullmatch(asked.get("date_from", ""))
    if asked.get("key") != key or asked.get("carrier") != "EXA":
        return _said((("ERROR", "carrier or key unknown"),))
    if day is None or not re.fullmatch(r"\d{5}", asked.get("zipCode", ""), re.ASCII):
        return _said((("ERROR", "parameter invalid"),))
    most = asked.get("max_pudo_number", "10")
    leave = date(int(day[3]), int(day[2]), int(day[1]))
    places = range(1, 1 + min(len(_SHOPS), int(most) if most.isdecimal() else 10))
    items = tuple(("PUDO_ITEM", tuple(_item(asked["zipCode"], place, leave))) for place in places)
    return _said((("REQUEST_ID", asked.get("requestID", "")), ("PUDO_ITEMS", items)))


def _item(postcode: str, place: int, leave: date) -> Iterator[Node]:
    name, street = _SHOPS[place - 1]
    yield "PUDO_ID", f"P{postcode[:2]}50{place}"
    yield "DISTANCE", str(180 * place * place)
    yield "NAME", name
    yield "ADDRESS1", street
    yield "ADDRESS2", ""
    yield "ADDRESS3", ""
    yield "ZIPCODE", postcode
    yield "CITY", "VILLE-EXEMPLE"
    yield "LONGITUDE", f"-1,6{place}"
    yield "LATITUDE", f"48,1{place}"
    yield "AVAILABLE", "partial" if place == _ON_LEAVE else "full"
    hours = [("1", "09:00", "12:30"), *((str(day), "14:00", "19:00") for day in range(1, 7))]
    yield (
        "OPENING_HOURS_ITEMS",
        tuple(
            ("OPENING_HOURS_ITEM", (("DAY_ID", day), ("START_TM", begin), ("END_TM", end)))
            for day, begin, end in hours
        ),
    )
    if place == _ON_LEAVE:
        last = leave + timedelta(days=6)
        period: Node = (
            "HOLIDAY_ITEM",
            (("START_DTM", f"{leave:%d/%m/%Y}"), ("END_DTM", f"{last:%d/%m/%Y}")),
        )
        yield "HOLIDAY_ITEMS", (period,)


def _said(content: tuple[Node, ...]) -> Reply:
    xml = write([("RESPONSE", {"quality": "1"}, content)])
    return Reply(200, f'<?xml version="1.0" encoding="utf-8"?>{xml}'.encode(), "text/xml; charset=utf-8")
