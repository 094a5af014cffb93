"""The one e-mail a day: once, on working days, and tried again when the server is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.store.store_rig import NOON, Clock, opened, order, taken_in
from wismo_desk.domain.cutoff import is_working_day
from wismo_desk.errors import MailUnreachable
from wismo_desk.flows.digest import Digest
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.triage import Triage
from wismo_desk.words import Words

PARIS = ZoneInfo("Europe/Paris")
OFF = date(2026, 11, 25)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock(NOON)
        self.store = opened(folder)
        self.pen = Pen("QUAI-1", clock=self.clock)
        self.sent: list[tuple[str, str, str]] = []
        self.away = False
        self.digest = Digest(
            store=self.store,
            pen=self.pen,
            triage=Triage(store=self.store, pen=self.pen, names=lambda c, s: (c.upper(), s), zone=PARIS),
            words=Words("en", zone=PARIS),
            zone=PARIS,
            asked=lambda: (self.to, time(8, 0)),
            works=lambda day: is_working_day(day) and day != OFF,
            send=self._send,
        )
        self.to = "chef@example.org"

    def _send(self, to: str, subject: str, text: str) -> None:
        if self.away:
            raise MailUnreachable("The mail server {host} does not answer.", host="x")
        self.sent.append((to, subject, text))

    def late(self) -> None:
        late = order("1", ship_by=NOON - timedelta(hours=1), promised_on=None)
        self.store.commit(taken_in(self.pen, late))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.store.close()


def test_it_tells_what_is_to_be_settled_and_names_nobody(desk: Desk) -> None:
    desk.late()
    assert desk.digest()
    ((to, subject, text),) = desk.sent
    assert (to, subject) == ("chef@example.org", "To settle: 1, to watch: 0")
    assert "1 × Late to pack (OWN)" in text
    assert "Lefèvre" not in text and "Tours" not in text


def test_of_several_desks_only_the_one_that_took_the_day_sends_it(desk: Desk) -> None:
    desk.late()
    taken: list[tuple[str, str]] = []

    def elsewhere(to: str, day: str) -> bool:
        taken.append((to, day))
        return False

    assert not replace(desk.digest, is_ours=elsewhere)() and desk.sent == []
    assert taken == [("chef@example.org", NOON.date().isoformat())]
    assert desk.digest(), "nothing was written down by the one that did not send"


def test_it_is_sent_once_a_day(desk: Desk) -> None:
    desk.late()
    assert [desk.digest() for _ in range(3)] == [True, False, False]
    desk.clock.pass_(days=1)
    assert desk.digest()


def test_nothing_is_sent_on_a_day_off_before_its_hour_or_to_nobody(desk: Desk) -> None:
    desk.late()
    for days in (2, 5, 6):  # the holiday, Saturday, Sunday
        desk.clock.now = NOON + timedelta(days=days)
        assert not desk.digest()
    desk.clock.now = NOON.replace(hour=6, minute=59)  # 07:59 in Paris
    assert not desk.digest()
    desk.clock.now, desk.to = NOON, ""
    assert not desk.digest()
    assert desk.sent == []


def test_nothing_to_tell_is_no_message(desk: Desk) -> None:
    assert not desk.digest()
    desk.late()
    assert desk.digest()


def test_it_is_tried_again_when_the_server_is_back(desk: Desk) -> None:
    desk.late()
    desk.away = True
    with pytest.raises(MailUnreachable):
        desk.digest()
    desk.away = False
    assert [desk.digest(), desk.digest()] == [True, False]
