"""Rules of notices: quiet hours, the gap, one message for several changes, never backwards, exceptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_rig import NOON, PARIS, fact, notice, order, said
from test_milestones import life

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.notice import (
    LIFETIME,
    ROUNDS,
    Channel,
    Milestone,
    Notice,
    Seen,
    Story,
    due,
    overtaken,
    rung,
)
from wismo_desk.domain.notice_rules import (
    IN_TURN,
    MERGED,
    OVERTAKEN,
    QUIET,
    SEND,
    STOPPED,
    TOO_SOON,
    News,
    NoticeRule,
    NoticeRules,
    Verdict,
    address_mark,
    dump_rules,
    quiet_until,
    read_rules,
    verdict,
)
from wismo_desk.domain.status import TrackingStatus

M, S, C, T = Milestone, EffectState, Channel, TrackingStatus
ONE = order("1")
RULES = NoticeRules()


def judged(one: Notice, others: list[Notice], rules: NoticeRules = RULES, **more: object) -> Verdict:
    values = {"now": NOON, "zone": PARIS} | more
    return verdict(one, [one, *others], rules, **values)  # type: ignore[arg-type]  # now, zone, stopped


def seen(status: TrackingStatus, hours: float) -> Seen:
    at = NOON + timedelta(hours=hours)
    return Seen(status=status, at=at, on=at.date())


def told(status: TrackingStatus, *scans: Seen, **more: object) -> dict[Milestone, tuple[datetime, int]]:
    pen, _ = life()
    facts = (fact(pen, ONE, FactKind.ORDER_TAKEN_IN), said(pen, ONE, "X"))
    story = Story(status=status, facts=facts, seen=scans, **more)  # type: ignore[arg-type]  # late, waits
    found = due(story, on=frozenset(M), now=NOON - timedelta(days=1))
    return {each.milestone: (each.at, each.cycle) for each in found if each.milestone is not M.CONFIRMED}


def test_each_day_of_a_round_is_told_once() -> None:
    first, again, next_day = (seen(T.OUT_FOR_DELIVERY, hours) for hours in (0, 3, 20))
    assert told(T.OUT_FOR_DELIVERY, first) == {M.OUT_FOR_DELIVERY: (NOON, 0)}
    assert told(T.OUT_FOR_DELIVERY, first, again) == {M.OUT_FOR_DELIVERY: (NOON, 0)}, "two parcels, one van"
    assert told(T.OUT_FOR_DELIVERY, first, next_day) == {M.OUT_FOR_DELIVERY: (next_day.at, ROUNDS)}
    missed = seen(T.DELIVERY_ATTEMPTED, 5)
    assert told(T.DELIVERY_ATTEMPTED, first, missed) == {M.ATTEMPTED: (missed.at, 0)}


def test_a_pickup_point_and_its_reminders() -> None:
    ready = seen(T.READY_FOR_PICKUP, 0)
    found = told(T.READY_FOR_PICKUP, ready, seen(T.READY_FOR_PICKUP, 2), waits=timedelta(days=10))
    assert {each: at - NOON for each, (at, _) in found.items()} == {
        M.READY_FOR_PICKUP: timedelta(0),
        M.PICKUP_REMINDER: timedelta(days=5),
        M.PICKUP_LAST_REMINDER: timedelta(days=8),
    }
    assert list(told(T.DELIVERED, ready)) == [M.DELIVERED]
    assert list(told(T.RETURNING, ready, seen(T.RETURNING, 200))) == [M.RETURNING]


def test_late_wins_over_probably_late() -> None:
    assert set(told(T.IN_TRANSIT, predicted_since=NOON)) == {M.PREDICTED_LATE}
    assert set(told(T.IN_TRANSIT, predicted_since=NOON, late_since=NOON)) == {M.DELAYED}


def test_rounds_never_go_backwards() -> None:
    out, missed = notice("1", M.OUT_FOR_DELIVERY), notice("1", M.ATTEMPTED, state=S.DONE)
    assert overtaken(out, [missed])
    assert not overtaken(replace(out, cycle=ROUNDS), [missed]), "the next day's round"
    assert overtaken(missed, [notice("1", M.OUT_FOR_DELIVERY, cycle=ROUNDS, state=S.DONE)])
    assert not overtaken(out, [replace(missed, channel=C.SMS)]), "each channel tells its own story"


@given(st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30)), st.times(), st.times())
def test_quiet_hours_end_and_then_do_not_hold(moment: datetime, start: time, end: time) -> None:
    """Over both changes of the clock, too."""
    now = moment.replace(tzinfo=UTC)
    rules = NoticeRules(quiet_from=start.replace(microsecond=0), quiet_to=end.replace(microsecond=0))
    until = quiet_until(now, rules, PARIS)
    if until is None:
        return
    assert now < until or until.astimezone(PARIS).fold != now.astimezone(PARIS).fold
    assert until - now <= timedelta(hours=26)
    assert quiet_until(max(until, now), rules, PARIS) is None or now.astimezone(PARIS).date().month in (3, 10)


def test_quiet_hours_hold_what_rings() -> None:
    night = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    morning = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    sms = notice("1", M.SHIPPED, channel=C.SMS)
    assert judged(sms, [], now=night) == Verdict(QUIET, until=morning)
    assert judged(notice("1", M.SHIPPED), [], now=night) == SEND
    assert judged(sms, [], replace(RULES, quiet_to=time(21, 30)), now=night) == SEND, "no quiet hours"


def test_gap_and_merge() -> None:
    last = notice("1", M.CONFIRMED, state=S.DONE, changed_at=NOON - timedelta(minutes=10))
    gap = replace(RULES, gap=30)
    assert judged(notice("1", M.SHIPPED), [last], gap) == Verdict(
        TOO_SOON, until=NOON + timedelta(minutes=20)
    )
    assert judged(notice("1", M.SHIPPED), [last]) == SEND
    shipped, handed = notice("1", M.SHIPPED), notice("1", M.HANDED_OVER)
    assert judged(shipped, [handed]) == Verdict(MERGED, drop=True)
    assert judged(handed, [shipped]) == SEND
    assert judged(shipped, [handed], replace(RULES, merge=False)) == SEND
    assert judged(notice("1", M.CONFIRMED), [handed]) == SEND, "a receipt is sent whatever follows"
    later = replace(notice("1", M.PICKUP_REMINDER), due_at=NOON + timedelta(days=3))
    assert judged(notice("1", M.READY_FOR_PICKUP), [later]) == SEND, "a reminder to come merges nothing"


def test_who_wants_none_gets_what_is_necessary() -> None:
    assert judged(notice("1", M.SHIPPED), [], stopped=True) == Verdict(STOPPED, drop=True)
    assert judged(notice("1", M.READY_FOR_PICKUP), [], stopped=True) == SEND
    assert judged(notice("1", M.SHIPPED, channel=C.WEBHOOK), [], stopped=True) == SEND
    by_hand = notice("1", M.SHIPPED, details={"by_hand": True})
    assert judged(by_hand, [notice("1", M.DELIVERED, state=S.DONE)], stopped=True) == SEND


def test_a_program_is_told_everything_in_order() -> None:
    first = notice("1", M.SHIPPED, channel=C.WEBHOOK, details={"happened_at": NOON.isoformat()})
    after = NOON + timedelta(minutes=5)
    second = notice("1", M.HANDED_OVER, channel=C.WEBHOOK, details={"happened_at": after.isoformat()})
    assert judged(second, [first]).sentence == IN_TURN
    assert judged(first, [second]) == SEND
    assert judged(second, [replace(first, state=S.IN_DOUBT)]) == SEND
    assert judged(first, [replace(second, state=S.DONE)]) == SEND, "late, not left out"


STEPS = st.lists(st.sampled_from([each for each in M if rung(notice("1", each)) is not None]), max_size=12)


@given(STEPS, st.booleans(), st.integers(0, 90))
def test_whatever_order_they_come_in_no_customer_reads_backwards(
    steps: list[Milestone], merge: bool, gap: int
) -> None:
    """A customer whose messages are queued in any order reads them upwards, each once, and the gap is kept."""
    rules, now = replace(RULES, merge=merge, gap=gap), NOON
    known: dict[Milestone, Notice] = {}
    read: list[tuple[datetime, Milestone]] = []
    for step in steps:
        known.setdefault(step, notice("1", step, due_at=now, expires_at=NOON + timedelta(days=30)))
        for one in sorted(known.values(), key=lambda each: each.due_at):
            if one.state is not S.PENDING or one.due_at > now:
                continue
            said = verdict(one, list(known.values()), rules, now=now, zone=PARIS)
            if said.drop:
                known[one.milestone] = replace(one, state=S.FAILED)
            elif said.until is not None:
                assert said.until > now
                known[one.milestone] = replace(one, due_at=said.until)
            else:
                read.append((now, one.milestone))
                known[one.milestone] = replace(one, state=S.DONE, changed_at=now)
        now += timedelta(minutes=25)
    rungs = [list(M).index(each) for _, each in read]
    assert rungs == sorted(set(rungs))
    assert all(b - a >= timedelta(minutes=gap) for (a, _), (b, _) in pairwise(read))


def test_naive_twin_tells_as_it_comes_and_goes_backwards() -> None:
    late = [M.DELIVERED, M.SHIPPED]
    known = [notice("1", each, state=S.DONE) for each in late]
    assert overtaken(known[1], known[:1]), "ours leaves it out; who sends what is due sends it"
    assert judged(replace(known[1], state=S.PENDING), known[:1]) == Verdict(OVERTAKEN, drop=True)


def test_exceptions_decide_channel_and_language() -> None:
    news = News(milestone=M.SHIPPED, shop="shopify", carrier="dpd_france", country="be")
    rule = NoticeRule(countries=frozenset({"BE"}), channels=frozenset({C.SMS}), language="en")
    rules = replace(RULES, exceptions=(rule,))
    mail = frozenset({M.SHIPPED})
    assert rules.channels(news, mail) == {C.SMS, C.WEBHOOK}, "a program is told as ever"
    assert rules.language(news) == "en"
    at_home = replace(news, country="FR")
    assert rules.channels(at_home, mail) == {C.EMAIL, C.WEBHOOK}
    silent = replace(RULES, exceptions=(NoticeRule(shops=frozenset({"shopify"})),))
    assert silent.channels(news, mail) == {C.WEBHOOK}, "no customer is told"


@pytest.mark.parametrize(
    ("carrier", "days"), [("dpd_france", 7), ("mondial_relay", 14), ("gls", 7), ("colissimo", 15)]
)
def test_days_at_a_pickup_point_are_data(carrier: str, days: int) -> None:
    rules = NoticeRules(pickup_days={"colissimo": 15})
    assert rules.waits(carrier) == timedelta(days=days)


def test_rules_travel_as_a_value() -> None:
    rule = NoticeRule(
        milestones=frozenset({M.SHIPPED}), channels=frozenset({C.SMS, C.EMAIL}), countries=frozenset({"BE"})
    )
    rules = NoticeRules(exceptions=(rule,), gap=20, merge=False, pickup_days={"gls": 5}, quiet_to=time(9, 15))
    assert read_rules(dump_rules(rules)) == rules
    assert read_rules(None) == RULES


def test_every_milestone_has_its_place_and_lifetime() -> None:
    assert set(LIFETIME) == set(M)
    assert address_mark(" Zoe@Example.org ") == address_mark("zoe@example.org")
    assert len(address_mark("x")) == 8, "32 bits: no address can be read back"
