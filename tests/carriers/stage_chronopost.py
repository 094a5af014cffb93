"""Chronopost over SOAP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from carrier_request import BUYER, REQUEST, SHOP
from stage import Clock, Stage

from wismo_desk.carriers.chronopost import build
from wismo_desk.practice.chronopost_server import ACCOUNT, PASSWORD, ChronopostServer
from wismo_desk.web import Http

# Chronopost asks for telephone and e-mail on both sides, and for a Friday where it delivers on a Saturday.
FRIDAY = date(2026, 11, 27)
SENDER = replace(SHOP, phone="0300000000", email="expedition@example.com")
RECIPIENT = replace(BUYER, email="zoe@example.com")
WANTED = replace(REQUEST, shipper=SENDER, recipient=RECIPIENT, ship_on=FRIDAY)


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    # Without the ten minutes before a parcel can be cancelled: tests/practice/test_chronopost_server.py has them.
    with (
        ChronopostServer(clock=clock, recorded_after=timedelta(0)) as server,
        Http(read_s=10.0) as http,
    ):
        yield Stage(
            carrier=build({"account": ACCOUNT, "password": PASSWORD, "url": server.url}, http),
            server=server,
            clock=clock,
            request=WANTED,
            refused=replace(WANTED, recipient=replace(RECIPIENT, postcode="3500")),
            created=lambda reference: server.created[reference],
            point="3501P",
            stranger="XX999999999FR",
        )
