"""The ledger's promises, over the journal file and over PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from notice_rig import NOON, notice

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Milestone, Notice, NoticeLedger, Step
from wismo_desk.errors import StoreProblem

S = EffectState
LEASE = timedelta(minutes=10)
STALE = timedelta(minutes=15)


def claimed(ledger: NoticeLedger, by: str = "me", limit: int = 20, *, minutes: float = 0) -> list[Notice]:
    return ledger.claim(NOON + timedelta(minutes=minutes), by=by, limit=limit, lease=LEASE)


def step(ledger: NoticeLedger, row: Notice, to: S, *was: S, minutes: float = 0, **more: object) -> bool:
    at = NOON + timedelta(minutes=minutes)
    return ledger.move(row, to, was=was, at=at, **more)  # type: ignore[arg-type]  # due_at, details


def only(ledger: NoticeLedger) -> Notice:
    (row,) = ledger.listed()
    return row


def test_queued_twice_is_one_row(ledger: NoticeLedger) -> None:
    assert ledger.queue([notice("1"), notice("2"), notice("1", Milestone.SHIPPED)]) == 3
    assert ledger.queue([notice("1"), notice("3")]) == 1
    assert ledger.counts() == {S.PENDING: 4}
    assert ledger.queue([]) == 0


def test_queueing_again_leaves_what_was_done(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1")])
    (row,) = claimed(ledger)
    step(ledger, row, S.SENDING, S.PENDING)
    step(ledger, row, S.DONE, S.SENDING, details={"evidence": "250"})
    assert ledger.queue([notice("1")]) == 0
    assert only(ledger).state is S.DONE
    assert only(ledger).details["evidence"] == "250"


def test_a_row_reads_as_it_was_written(ledger: NoticeLedger) -> None:
    made = notice("É 1", Milestone.DELAYED, details={"happened_at": "x", "é": ["«", 1]})
    ledger.queue([made])
    assert ledger.get(made.notice_id) == made
    assert ledger.of_order(made.order_id) == [made]
    assert ledger.get(notice("2").notice_id) is None


def test_claims_are_exclusive_until_the_lease_is_over(ledger: NoticeLedger) -> None:
    ledger.queue([notice(str(n)) for n in range(30)])
    first, second = claimed(ledger, "a"), claimed(ledger, "b")
    assert (len(first), len(second)) == (20, 10)
    assert not {row.key for row in first} & {row.key for row in second}
    assert claimed(ledger, "c", minutes=9) == []
    assert len(claimed(ledger, "c", 50, minutes=11)) == 30


def test_a_lost_claim_cannot_send(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1")])
    (mine,) = claimed(ledger, "slow")
    (theirs,) = claimed(ledger, "other", minutes=11)
    assert not step(ledger, mine, S.SENDING, S.PENDING, minutes=11)
    assert step(ledger, theirs, S.SENDING, S.PENDING, minutes=11)


def test_two_concurrent_senders_never_begin_the_same(ledger: NoticeLedger) -> None:
    ledger.queue([notice(str(n)) for n in range(120)])
    start = threading.Barrier(2)

    def work(who: str) -> list[str]:
        start.wait()
        begun = []
        while rows := claimed(ledger, who, 7):
            begun += [row.key for row in rows if step(ledger, row, S.SENDING, S.PENDING)]
        return begun

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(work, ["a", "b"])
    assert len(one) + len(two) == len(set(one + two)) == 120


def test_naive_twin_reads_then_marks_and_begins_twice(ledger: NoticeLedger) -> None:
    """Without claim and compare-and-set, two senders that look at the same time take the same rows."""
    ledger.queue([notice(str(n)) for n in range(10)])
    looked = [ledger.listed(states=(S.PENDING,)) for _ in ("a", "b")]
    begun = [row.key for rows in looked for row in rows]
    assert len(begun) == 2 * len(set(begun))


def test_two_stations_queue_the_same_news_at_once(ledger: NoticeLedger) -> None:
    batch = [notice(str(n)) for n in range(50)]
    start = threading.Barrier(2)

    def queue(rows: list[Notice]) -> int:
        start.wait()
        return ledger.queue(rows)

    with ThreadPoolExecutor(2) as pool:
        new = list(pool.map(queue, [batch, batch[::-1]]))
    assert sum(new) == 50
    assert ledger.counts() == {S.PENDING: 50}


def test_settled_once(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1")])
    (row,) = claimed(ledger)
    assert step(ledger, row, S.SENDING, S.PENDING, details={"message_id": "<1>"})
    assert step(ledger, row, S.DONE, S.SENDING, details={"evidence": "ok"})
    assert not step(ledger, row, S.FAILED, S.SENDING)
    kept = only(ledger)
    assert (kept.state, kept.attempts) == (S.DONE, 1)
    assert kept.details == {"message_id": "<1>", "evidence": "ok"}


def test_tried_again_later(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1")])
    (row,) = claimed(ledger)
    step(ledger, row, S.SENDING, S.PENDING)
    assert step(ledger, row, S.PENDING, S.SENDING, due_at=NOON + timedelta(minutes=2))
    assert claimed(ledger, minutes=1) == []
    (again,) = claimed(ledger, minutes=2)
    assert again.attempts == 1
    assert not step(ledger, row, S.SENDING, S.PENDING), "the old claim is void"


def test_stale_news_is_not_sent(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1"), notice("2", expires_at=NOON + timedelta(hours=1))])
    assert [row.order_number for row in claimed(ledger, minutes=61)] == ["1"]
    (old,) = ledger.listed(states=(S.FAILED,))
    assert old.order_number == "2"
    assert old.details["error"] == "The news was too old to be sent."


def test_what_was_being_sent_when_its_sender_died_is_in_doubt(ledger: NoticeLedger) -> None:
    ledger.queue([notice(str(n)) for n in range(3)])
    mine, theirs = claimed(ledger, "me", 1), claimed(ledger, "them", 1)
    for row in (*mine, *theirs):
        step(ledger, row, S.SENDING, S.PENDING)
    assert ledger.recover(NOON, by="me", stale=STALE) == 1
    assert ledger.counts() == {S.IN_DOUBT: 1, S.SENDING: 1, S.PENDING: 1}
    assert ledger.recover(NOON + timedelta(minutes=14), by="", stale=STALE) == 0
    assert ledger.recover(NOON + timedelta(minutes=16), by="", stale=STALE) == 1, "another's, long silent"
    (late,) = theirs
    assert step(ledger, late, S.DONE, S.SENDING, S.IN_DOUBT, minutes=17), "the sender itself knows better"


def test_what_its_sender_had_only_claimed_is_free_again(ledger: NoticeLedger) -> None:
    """Its lease would keep it from everybody for minutes, though nobody works on it."""
    ledger.queue([notice(str(n)) for n in range(4)])
    mine, theirs = claimed(ledger, "me", 2), claimed(ledger, "them", 1)
    assert len(claimed(ledger, "third", 4)) == 1
    assert ledger.recover(NOON, by="me", stale=STALE) == 0
    again = claimed(ledger, "me", 4)
    assert {row.notice_id for row in again} == {row.notice_id for row in mine}
    assert not step(ledger, mine[0], S.SENDING, S.PENDING), "the claim of the dead one is void"
    assert step(ledger, theirs[0], S.SENDING, S.PENDING)


def test_a_person_decides_once(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1")])
    (row,) = claimed(ledger)
    step(ledger, row, S.SENDING, S.PENDING)
    step(ledger, row, S.IN_DOUBT, S.SENDING, minutes=1)
    seen = only(ledger)
    at = NOON + timedelta(hours=60)
    ledger.decide(seen, S.PENDING, at=at, expires_at=at + LEASE, details={"reason": "asked"})
    with pytest.raises(StoreProblem, match="settled already"):
        ledger.decide(seen, S.DONE, at=at, expires_at=at, details={})
    assert not step(ledger, row, S.DONE, S.SENDING, S.IN_DOUBT), "the old sender has no say any more"
    (again,) = ledger.claim(at, by="me", limit=5, lease=LEASE)
    assert again.details["reason"] == "asked"


def test_newest_first_and_by_state(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1"), notice("2", changed_at=NOON + timedelta(minutes=1))])
    assert [row.order_number for row in ledger.listed()] == ["2", "1"]
    assert ledger.listed(states=(S.DONE,)) == []
    assert len(ledger.listed(limit=1)) == 1


def test_several_steps_are_one_commit_in_their_order_and_each_is_compared_and_set(
    ledger: NoticeLedger,
) -> None:
    ledger.queue([notice("1"), notice("2")])
    first, second = sorted(claimed(ledger), key=lambda row: row.order_number)
    steps = [
        Step(notice=first, to=S.SENDING, was=(S.PENDING,), at=NOON, details={"message_id": "<1>"}),
        Step(notice=first, to=S.DONE, was=(S.SENDING,), at=NOON, details={"evidence": "250"}),
        Step(notice=first, to=S.FAILED, was=(S.SENDING,), at=NOON),
        Step(notice=second, to=S.SENDING, was=(S.PENDING,), at=NOON),
    ]
    assert ledger.move_all(steps) == [True, True, False, True]
    assert ledger.move_all([]) == []
    found = {row.order_number: row for row in ledger.listed()}
    assert (found["1"].state, found["1"].attempts) == (S.DONE, 1)
    assert (found["1"].details["message_id"], found["1"].details["evidence"]) == ("<1>", "250")
    assert found["2"].state is S.SENDING


def test_what_the_other_side_calls_a_message_finds_it(ledger: NoticeLedger) -> None:
    ledger.queue([notice("1"), notice("2")])
    for row, said in zip(
        sorted(claimed(ledger), key=lambda row: row.order_number), ("m1 m2", "m12"), strict=True
    ):
        assert step(ledger, row, S.SENDING, S.PENDING)
        assert step(ledger, row, S.DONE, S.SENDING, details={"evidence": said})
    for asked, number in (("m1", "1"), ("m2", "1"), ("m12", "2")):
        (found,) = ledger.taken_as(Channel.EMAIL, (asked,))
        assert found.order_number == number
    assert ledger.taken_as(Channel.SMS, ("m1",)) == []
    assert ledger.taken_as(Channel.EMAIL, ("m%", "", "_1")) == []
