"""`rules --apply` and `prices` while the desk is open: laid before it, done there, answered to the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from desk_rig import Bench, line

from wismo_desk.app.wishing import grant
from wismo_desk.cli.wishing import FOLDER, NO_ANSWER, NOT_HEARD, ask_open_desk
from wismo_desk.domain.rules import Comparison, Condition, Rule, RuleBook, Subject, Target
from wismo_desk.errors import DeskIsOpen, Refused
from wismo_desk.flows.wishes import LEFT_FOR, Granted, Wish, WishBox, WishKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRICES = b"carrier;service;zone;max_weight_g;price_cents;transit_days\nown;home;FR;30000;400;2\n"
BAD = PRICES + b"own;home;FR;x;400;2\n"


def wish(kind: WishKind = WishKind.APPLY_RULES, until: datetime = NOON, content: bytes = b"") -> Wish:
    return Wish(wish_id="0a", kind=kind, until=until, content=content, name="tarifs.csv")


class Beside:
    """A clock that goes on by what is waited; `act` is what the open desk does meanwhile."""

    def __init__(self, act: Callable[[datetime], object]) -> None:
        self.now, self._act = NOON, act

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self._act(self.now)


def test_a_wish_is_taken_once_and_answered_once(tmp_path: Path) -> None:
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    asked = wish(WishKind.PRICES, content=PRICES)
    box.put(asked)
    assert list(box.take(NOON)) == [asked]
    assert list(box.take(NOON)) == []
    assert not box.withdraw(asked)
    assert box.answered(asked) is None
    granted = Granted(said="fait", code=1, error_file=b"x")
    box.answer(asked, granted)
    assert box.answered(asked) == granted
    assert box.answered(asked) is None
    assert box.heard
    box.stop_listening()
    assert not box.heard
    assert not list((tmp_path / FOLDER).iterdir())


def test_what_came_too_late_or_cannot_be_read_is_dropped(tmp_path: Path) -> None:
    """A wish that a killed command left would else be done when the desk is opened tomorrow. The first minutes it is
    its command that takes it away: a desk that did would make it wait for an answer that never comes."""
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    box.put(wish())
    (tmp_path / FOLDER / "0b.wish").write_text("{", encoding="utf-8")
    (tmp_path / FOLDER / "0c.wish").write_text('{"kind": "format_disk"}', encoding="utf-8")
    assert list(box.take(NOON + timedelta(seconds=1))) == []
    assert [path.name for path in (tmp_path / FOLDER).glob("*.wish")] == ["0a.wish"]
    later = datetime.now(UTC) + timedelta(minutes=11)
    assert list(box.take(later)) == []
    assert not list((tmp_path / FOLDER).glob("*.wish"))
    assert box.heard


def test_taken_up_too_late_the_command_is_told_so_and_does_not_wait(tmp_path: Path) -> None:
    """The desk looks in the moment between the end of the command's patience and its withdrawal."""
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    clock = Beside(
        lambda now: list(box.take(now + timedelta(seconds=0.2))) if now >= NOON + LEFT_FOR else None
    )
    with pytest.raises(Refused) as refused:
        ask_open_desk(tmp_path, WishKind.APPLY_RULES, wait=clock.wait, now=clock)
    assert refused.value.sentence == NO_ANSWER
    assert clock.now < NOON + 2 * LEFT_FOR


def test_a_desk_that_is_closed_meanwhile_is_not_waited_for(tmp_path: Path) -> None:
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    clock = Beside(lambda _now: box.stop_listening())
    with pytest.raises(Refused) as refused:
        ask_open_desk(tmp_path, WishKind.APPLY_RULES, wait=clock.wait, now=clock)
    assert refused.value.sentence == NO_ANSWER
    assert clock.now < NOON + timedelta(seconds=1)
    assert not list((tmp_path / FOLDER).iterdir())


def test_a_mistake_over_one_wish_leaves_the_next_where_it_is(tmp_path: Path) -> None:
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    for name in ("0a", "0b"):
        box.put(replace(wish(), wish_id=name))
    assert next(box.take(NOON)).wish_id  # the desk trips over this one and looks no further
    (left,) = box.take(NOON)
    assert left.wish_id in ("0a", "0b")


def test_what_is_withdrawn_while_it_is_looked_at_is_not_done(tmp_path: Path) -> None:
    """The command says then that nothing was changed."""
    box, asked = WishBox(tmp_path / FOLDER), wish()

    class Then(datetime):
        """The moment at which the desk looks: the command gives up in it."""

        def __gt__(self, other: date) -> bool:
            assert box.withdraw(asked)
            return super().__gt__(other)

    box.listen()
    box.put(asked)
    assert list(box.take(Then(2026, 11, 22, 12, tzinfo=UTC))) == []


def test_nobody_listens(tmp_path: Path) -> None:
    clock = Beside(lambda _now: None)
    with pytest.raises(DeskIsOpen) as refused:
        ask_open_desk(tmp_path, WishKind.APPLY_RULES, wait=clock.wait, now=clock)
    assert refused.value.sentence == NOT_HEARD
    assert clock.now == NOON


def test_a_desk_that_does_not_take_it_up_changes_nothing_later(tmp_path: Path) -> None:
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    clock = Beside(lambda _now: None)
    with pytest.raises(Refused) as refused:
        ask_open_desk(tmp_path, WishKind.APPLY_RULES, wait=clock.wait, now=clock)
    assert refused.value.sentence == NO_ANSWER
    assert NOON + LEFT_FOR < clock.now < NOON + 2 * LEFT_FOR
    assert list(box.take(clock.now)) == []


def test_the_open_desk_applies_the_rules(desk: Bench) -> None:
    station = desk.station
    desk.take(line("1", service="Exercice"), line("2", service="Relais"))
    rule = Rule(
        conditions=(Condition(Subject.SHOP_WORD, Comparison.ONE_OF, "Exercice"),),
        target=Target("own", "home"),
    )
    station.routing.reroute.save(RuleBook(rules=(rule,)))
    box = WishBox(station.folder / FOLDER)
    box.listen()

    def at_work(now: datetime) -> None:
        for asked in box.take(now):
            granted, changes = grant(station, asked)
            assert changes.orders
            box.answer(asked, granted)

    clock = Beside(at_work)
    granted = ask_open_desk(station.folder, WishKind.APPLY_RULES, wait=clock.wait, now=clock, as_json=True)
    assert granted.code == 0
    said = json.loads(granted.said)
    assert said["applied"] is True
    assert [row.carrier for row in station.store.read.orders(text="1")] == ["own"]


def test_the_open_desk_takes_prices_in_or_says_why_not(desk: Bench) -> None:
    station = desk.station
    granted, changes = grant(station, wish(WishKind.PRICES, content=PRICES))
    assert (granted.code, changes.values) == (0, True)
    assert station.routing.price.counts() == {"own": 1}
    granted, changes = grant(station, wish(WishKind.PRICES, content=BAD))
    assert granted.code == 1
    assert "cannot be used, so none was" in granted.said
    assert granted.error_file
    assert not changes
    assert station.routing.price.counts() == {"own": 1}


def test_the_answer_is_in_the_language_of_the_command(desk: Bench, tmp_path: Path) -> None:
    station = desk.station
    desk.take(line("1", service="Exercice"))
    here = station.words.language
    other = "en" if here == "fr" else "fr"
    said = {}
    for language in ("", here, other):
        refused, _ = grant(station, replace(wish(WishKind.PRICES, content=BAD), language=language))
        rules, _ = grant(station, replace(wish(), language=language))
        said[language] = (refused.said, refused.error_file, rules.said)
    assert said[""] == said[here]
    assert all(mine != theirs for mine, theirs in zip(said[here], said[other], strict=True))
    box = WishBox(tmp_path / FOLDER)
    box.listen()
    box.put(replace(wish(), language="en"))
    assert next(box.take(NOON)).language == "en"
    old = json.dumps(
        {"id": "0d", "kind": "prices", "until": NOON.isoformat(), "name": "", "content": "", "as_json": False}
    )
    (tmp_path / FOLDER / "0d.wish").write_text(old, encoding="utf-8")
    assert next(box.take(NOON)).language == ""  # of a release before
