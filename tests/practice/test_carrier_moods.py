"""How a practice company behaves until it is told otherwise."""

from __future__ import annotations

from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.loopback import Fault


def test_a_mood_stays_until_it_is_taken_back() -> None:
    server = CarrierServer()
    server.stay(Fault.DROP_AFTER_CREATE)
    assert [server.take_fault(), server.take_fault("GET")] == [Fault.DROP_AFTER_CREATE] * 2
    server.stay(None)
    assert server.take_fault() is None


def test_a_refusal_is_for_what_is_to_be_made() -> None:
    server = CarrierServer()
    server.stay(Fault.REFUSE)
    assert (server.take_fault("GET"), server.take_fault("POST")) == (None, Fault.REFUSE)


def test_a_single_fault_comes_before_the_mood() -> None:
    server = CarrierServer()
    server.stay(Fault.REFUSE)
    server.fail_next(Fault.BUSY)
    assert [server.take_fault(), server.take_fault()] == [Fault.BUSY, Fault.REFUSE]
