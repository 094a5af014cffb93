"""From facts to mailboxes: each notice once or in doubt, whatever the server does."""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from notice_rig import (
    NOON,
    Clock,
    commit,
    fact,
    ids_of,
    label,
    notify_of,
    order,
    said,
    settings,
    take_in,
)

from wismo_desk.channels.smtp import Mail, build_message
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Milestone, NoticeLedger
from wismo_desk.domain.notice import Step as Move
from wismo_desk.errors import DeskError, MailUnreachable, Refused, SettingsProblem, SharedUnreachable
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.sender import NO_ADDRESS, OVERTAKEN
from wismo_desk.practice.failing_mail_server import AFTER_BODY_BEGAN, FailingMailServer, Plan, Step
from wismo_desk.store.store import Store

S, M = EffectState, Milestone
ONE, TWO = order("1"), order("2")


def until_quiet(notify: Notify, clock: Clock, turns: int = 400) -> Counter[str]:
    """Turn after turn, an hour of rest after each trouble, until nothing waits."""
    told: Counter[str] = Counter()
    for _ in range(turns):
        turn = notify.turn()
        told.update(sent=turn.sent, failed=turn.failed, in_doubt=turn.in_doubt)
        if turn.error is not None or turn.waiting:
            clock.pass_(minutes=5)
        if not notify.counts().get(S.PENDING):
            return told
    raise AssertionError(notify.counts())


def test_the_life_of_an_order_is_told_once(
    store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger
) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, ledger, lambda: settings(server.port), clock)
        parcel = pen.new_id()
        steps: list[Callable[[], Changes]] = [
            lambda: take_in(store, pen, ONE),
            lambda: commit(store, pen, fact(pen, ONE, FactKind.ORDER_IN_HAND)),
            lambda: commit(store, pen, label(pen, ONE, parcel)),
            lambda: commit(store, pen, fact(pen, ONE, FactKind.PARCEL_MANIFESTED, parcel, manifest="m")),
            lambda: commit(store, pen, said(pen, ONE, "LIVRE")),
            lambda: commit(store, pen, said(pen, ONE, "LIVRE")),
        ]
        for step in steps:
            clock.pass_(minutes=10)
            changes = step()
            notify.queue(changes)
            notify.queue(changes)
            notify.turn()
        assert notify.start() == 0, "nothing was missed"
    subjects = [str(each.message["Subject"]) for each in server.received]
    assert len(subjects) == len(set(ids_of(server.received))) == 5
    assert subjects[0] == "Merci\u202f! Votre commande 1 est bien arrivée"
    assert subjects[-1] == "Votre commande 1 est livrée"
    assert [row.notice.milestone for row in reversed(notify.rows())] == [*list(M)[:4], M.DELIVERED]
    assert {row.customer for row in notify.rows()} == {"Zoé Lefèvre"}
    assert all(each.to == "zoe.1@example.org" for each in server.received)


@pytest.mark.parametrize("hangs", [False, True], ids=["hangs up", "hangs"])
def test_two_hundred_notices_and_a_server_that_fails_at_every_step(
    store: Store, pen: Pen, clock: Clock, hangs: bool
) -> None:
    steps = list(Step)
    plan = Plan(
        fault=lambda n: steps[n // 9 % len(steps)] if n % 9 == 0 else None, hangs=hangs, silent_s=0.15
    )
    with FailingMailServer(plan) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        assert notify.queue(take_in(store, pen, *[order(str(n)) for n in range(200)])) == 200
        told = until_quiet(notify, clock)
    doubtful = sum(count for step, count in server.met.items() if step in AFTER_BODY_BEGAN)
    assert max(Counter(ids_of(server.received)).values()) == 1, "none twice"
    assert doubtful > 5
    assert told == {"sent": 200 - doubtful, "failed": 0, "in_doubt": doubtful}
    assert notify.counts() == {S.DONE: 200 - doubtful, S.IN_DOUBT: doubtful}
    kept = server.met[Step.ANSWER]
    assert len(server.received) == 200 - doubtful + kept, "some of the doubtful did arrive"


def test_naive_twin_tries_again_on_any_exception_and_doubles(clock: Clock) -> None:
    steps = list(Step)
    plan = Plan(fault=lambda n: steps[n // 9 % len(steps)] if n % 9 == 0 else None)
    with FailingMailServer(plan) as server:
        for number in range(200):
            mail = Mail(
                to="a@example.org", to_name="", subject=str(number), text="x\n" * 9, html="x",
                message_id=f"<{number}@a.example>", date=NOON, language="fr",
            )  # fmt: skip
            body = build_message(mail, settings(1)).as_bytes()
            for _ in range(5):
                with suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", server.port) as line:
                    line.sendmail("b@example.org", ["a@example.org"], body)
                    break
    assert max(Counter(ids_of(server.received)).values()) > 1
    assert len(server.received) > 200


def test_a_server_away_is_probed_not_stormed(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer(Plan(fault=lambda _: Step.GREETING)) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, *[order(str(n)) for n in range(50)]))
        turn = notify.turn()
        assert isinstance(turn.error, MailUnreachable)
        assert turn.waiting == 20
        assert turn.rests_until is not None
        for _ in range(10):
            assert notify.turn().error is turn.error
        assert server.met == {Step.GREETING: 1}
        assert notify.counts() == {S.PENDING: 50}
        rests = []
        for _ in range(9):
            rests.append(turn.rests_until - clock.now)
            clock.now = turn.rests_until
            turn = notify.turn()
            assert turn.rests_until is not None
        assert rests == sorted(rests)
        assert timedelta(minutes=30) < rests[-1] <= timedelta(hours=1)
        server.plan.fault = lambda _: None
        clock.now = turn.rests_until
        assert notify.turn().sent == 20
        assert {row.notice.attempts for row in notify.rows((S.DONE,))} == {1}


def test_a_server_that_works_between_its_hang_ups_is_not_left_alone_until_the_news_is_old(
    store: Store, pen: Pen, clock: Clock
) -> None:
    plan = Plan(fault=lambda n: Step.BODY_ASKED if n % 4 == 0 else None)
    with FailingMailServer(plan) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, *[order(str(n)) for n in range(40)]))
        rests = []
        while notify.counts().get(S.PENDING):
            turn = notify.turn()
            if turn.rests_until is not None:
                rests.append(turn.rests_until - clock.now)
                clock.now = turn.rests_until
    assert len(rests) > 5
    assert max(rests) <= timedelta(seconds=35)  # with one pause counted on the other, it would be an hour


def test_a_refused_one_waits_for_a_person_the_others_go(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer(Plan(answers={Step.RCPT: "550 unknown"})) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE))
        assert notify.turn().failed == 1
        server.plan.answers.clear()
        notify.queue(take_in(store, pen, TWO))
        assert notify.turn().sent == 1
        (failed,) = notify.rows((S.FAILED,))
        assert failed.notice.details["raw"] == "550 unknown"
        clock.pass_(hours=60)
        assert notify.turn().sent == 0
        notify.resend(failed.notice.notice_id, reason="address corrected")
        assert notify.turn().sent == 1
    assert [each.to for each in server.received] == ["zoe.2@example.org", "zoe.1@example.org"]


def test_greylisted_is_tried_later_and_gives_up_when_stale(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer(Plan(answers={Step.RCPT: "450 greylisted"})) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE, TWO))
        assert notify.turn().waiting == 2
        assert notify.turn().waiting == 0, "not at once"
        clock.pass_(minutes=2)
        assert notify.turn().waiting == 2
        assert {row.notice.attempts for row in notify.rows()} == {2}
        clock.pass_(hours=48)
        notify.turn()
    assert notify.counts() == {S.FAILED: 2}


def test_doubt_is_settled_by_a_person(store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger) -> None:
    with FailingMailServer(Plan(fault=lambda n: Step.ANSWER if n <= 2 else None)) as server:
        notify = notify_of(store, ledger, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE, TWO))
        notify.turn()
        clock.pass_(hours=1)
        notify.turn()
        clock.pass_(hours=1)
        first, second = notify.rows((S.IN_DOUBT,))
        assert "may have arrived" in str(first.notice.details["error"])
        with pytest.raises(Refused, match="reason"):
            notify.settle(first.notice.notice_id, reason=" ")
        notify.settle(first.notice.notice_id, reason="the customer has it")
        notify.resend(second.notice.notice_id, reason="the customer has nothing")
        with pytest.raises(Refused, match="settled already"):
            notify.settle(first.notice.notice_id, reason="again")
        with pytest.raises(Refused, match="waits"):
            notify.resend(second.notice.notice_id, reason="again")
        assert notify.turn().sent == 1
    ids = ids_of(server.received)
    assert Counter(ids).most_common(1)[0][1] == 2, "on a person's word, under the same Message-ID"
    facts = [
        each for one in (ONE, TWO) for each in store.read.order_facts(one.order_id)
        if each.kind is FactKind.OUTCOME_RESOLVED
    ]  # fmt: skip
    assert {each.data["outcome"] for each in facts} == {"notice_sent", "notice_resent"}
    kept = ledger.get(second.notice.notice_id)
    assert kept is not None
    assert kept.details["history"][0]["reason"] == "the customer has nothing"  # type: ignore[index]  # plain JSON


def test_sent_again_on_purpose_is_a_second_message(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE))
        notify.turn()
        (row,) = notify.rows()
        notify.resend(row.notice.notice_id, reason="asked for it")
        notify.turn()
    assert len(set(ids_of(server.received))) == 2


def test_overtaken_news_is_not_told(store: Store, pen: Pen, clock: Clock) -> None:
    away = Plan(fault=lambda _: Step.GREETING)
    with FailingMailServer(away) as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE))
        notify.queue(commit(store, pen, fact(pen, ONE, FactKind.ORDER_IN_HAND)))
        notify.turn()
        away.fault = lambda _: None
        clock.pass_(hours=1)
        notify.queue(commit(store, pen, label(pen, ONE, pen.new_id())))
        until_quiet(notify, clock)
    told = {row.notice.milestone: row.notice for row in notify.rows()}
    assert told[M.IN_PREPARATION].state is S.FAILED
    assert told[M.IN_PREPARATION].details["error"] == OVERTAKEN
    assert (told[M.CONFIRMED].state, told[M.SHIPPED].state) == (S.DONE, S.DONE)
    assert len(server.received) == 2


def test_a_cancelled_order_is_not_confirmed(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE))
        commit(store, pen, fact(pen, ONE, FactKind.ORDER_CANCELLED, reason="x"))
        assert notify.turn().overtaken == 1
    assert server.received == []


def test_late_orders_are_told_by_the_tick_of_the_rules(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        late = order("9", promised_on=NOON.date())
        notify.queue(take_in(store, pen, late))
        notify.turn()
        clock.pass_(hours=12)
        changes = store.judge_due(clock.now)
        assert notify.queue(changes) == 1
        assert notify.turn().sent == 1
        assert notify.start() == 0
    assert "a du retard" in str(server.received[1].message["Subject"])


def test_off_or_without_address_nothing_is_queued(store: Store, pen: Pen, clock: Clock) -> None:
    mail = settings(1, on=False)
    notify = notify_of(store, store.notices, lambda: mail, clock)
    nameless = order("3", recipient=replace(ONE.recipient, email=" "))
    changes = take_in(store, pen, ONE, nameless)
    assert notify.queue(changes) == 0
    assert notify.start() == 0
    assert notify.turn().changes == Changes()
    mail = settings(1, milestones=frozenset({M.SHIPPED}))
    assert notify.queue(changes) == 0
    mail = settings(1)
    assert notify.start() == 1, "what was missed while off, and is still fresh"


def test_an_address_that_went_away(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE, TWO))
        take_in(store, pen, replace(ONE, recipient=replace(ONE.recipient, email="")))
        take_in(store, pen, replace(TWO, recipient=replace(TWO.recipient, email="zoe@@example")))
        assert notify.turn().failed == 2
    errors = {str(row.notice.details["error"]) for row in notify.rows()}
    assert NO_ADDRESS in errors
    assert len(errors) == 2


def test_test_mode(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        mail = settings(server.port, test_to="moi@papeterie.example")
        notify = notify_of(store, store.notices, lambda: mail, clock)
        notify.queue(take_in(store, pen, ONE))
        notify.turn()
    (got,) = server.received
    assert got.to == "moi@papeterie.example"
    assert str(got.message["To"]) == "moi@papeterie.example"
    assert str(got.message["Subject"]).startswith("[Test → zoe.1@example.org] Merci")
    assert notify.rows()[0].notice.details["test"] is True


def test_preview(store: Store, pen: Pen, clock: Clock) -> None:
    notify = notify_of(store, store.notices, lambda: settings(1), clock)
    take_in(store, pen, ONE)
    ship = shipment_id(ONE.order_id)
    assert notify.preview(ship).subject.startswith("Merci")
    commit(store, pen, label(pen, ONE, pen.new_id()))
    clock.pass_(days=30)
    made = notify.preview(ship)
    assert "prête à partir" in made.subject
    assert "PX111" in made.text
    assert "a du retard" in notify.preview(ship, M.DELAYED).subject
    assert notify.counts() == {}


def test_a_sample_of_any_news_in_either_language(store: Store, pen: Pen, clock: Clock) -> None:
    notify = notify_of(store, store.notices, lambda: settings(1), clock)
    with pytest.raises(Refused, match="no order yet"):
        notify.sample("", M.SHIPPED)
    take_in(store, pen, ONE)
    clock.pass_(minutes=1)
    take_in(store, pen, TWO)
    assert notify.sample("", M.CONFIRMED).subject == "Merci\u202f! Votre commande 2 est bien arrivée"
    assert notify.sample("1", M.DELAYED).to == "zoe.1@example.org"
    english = notify.sample(" 1 ", M.HANDED_OVER, language="en")
    assert english.language == "en" and english.text.startswith("Hello")
    with pytest.raises(Refused, match="10999"):
        notify.sample("10999", M.SHIPPED)
    assert notify.counts() == {}


def test_a_broken_text_makes_all_wait_until_it_is_mended(
    store: Store, pen: Pen, clock: Clock, tmp_path: Path
) -> None:
    """It is the desk's own fault: to give each message up would cost a click for each."""
    broken = tmp_path / "own" / "fr" / "confirmed.txt.j2"
    broken.parent.mkdir(parents=True)
    broken.write_text("Bonjour {{ prenom }}", encoding="utf-8")
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock, tmp_path / "own")
        notify.queue(take_in(store, pen, ONE, TWO))
        turn = notify.turn()
        assert isinstance(turn.error, SettingsProblem) and turn.rests_until is None
        assert (turn.waiting, turn.failed) == (2, 0)
        (row, _) = notify.rows((S.PENDING,))
        assert row.notice.details["error_values"] == {"path": str(broken), "line": "1"}
        broken.write_text("Bonjour {{ name }}", encoding="utf-8")
        clock.pass_(minutes=5)
        assert notify.turn().sent == 2
    assert notify.counts() == {S.DONE: 2}


class Flaky:
    """A ledger whose commits answer with silence once in a while, done or not done."""

    def __init__(self, ledger: NoticeLedger, *, every: int) -> None:
        self._ledger, self._every, self._calls = ledger, every, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def move_all(self, steps: Sequence[Move]) -> list[bool]:
        self._calls += 1
        if self._calls % self._every == 0:
            if self._calls % (2 * self._every) == 0:
                self._ledger.move_all(steps)
            raise SharedUnreachable("gone")
        return self._ledger.move_all(steps)


def test_a_ledger_that_comes_and_goes(store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger) -> None:
    with FailingMailServer() as server:
        flaky = Flaky(ledger, every=5)
        notify = notify_of(store, flaky, lambda: settings(server.port), clock)  # type: ignore[arg-type]  # by __getattr__
        notify.queue(take_in(store, pen, *[order(str(n)) for n in range(60)]))
        for _ in range(80):
            with suppress(DeskError):
                notify.turn()
            clock.pass_(minutes=4)
        assert notify.counts() == {S.DONE: 60}, "nothing in doubt: this desk knows what it did"
    assert max(Counter(ids_of(server.received)).values()) == 1


class Away:
    """The shared ledger; while `away` nothing is told to it."""

    def __init__(self, ledger: NoticeLedger) -> None:
        self._ledger, self.away = ledger, False

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def move_all(self, steps: Sequence[Move]) -> list[bool]:
        if self.away:
            raise SharedUnreachable("gone")
        return self._ledger.move_all(steps)


def test_at_the_end_of_the_process_the_ledger_is_told(
    store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger
) -> None:
    """The line is lost while the server answers, others take this desk for dead, and then it is closed."""
    waits: list[float] = []
    plan = Plan()
    with FailingMailServer(plan) as server:
        line = Away(ledger)

        def answering(_number: int) -> float:
            line.away = True
            return 0.0

        plan.slow_s = answering
        notify = notify_of(store, line, lambda: settings(server.port), clock)  # type: ignore[arg-type]  # by __getattr__
        assert notify.finish(), "nothing was sent: nobody is asked"
        notify.queue(take_in(store, pen, ONE))
        notify.turn()
        notify.sender.recover()
        assert (notify.counts(), len(server.received)) == ({S.IN_DOUBT: 1}, 1)
        assert not notify.sender.finish(tries=2, wait=waits.append)
        assert (notify.counts(), waits) == ({S.IN_DOUBT: 1}, [1.0])
        line.away = False
        assert notify.finish()
    assert notify.counts() == {S.DONE: 1}


def test_stopping_gives_the_rest_back(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE, TWO))
        notify.stop()
        assert notify.turn().waiting == 2
    assert notify.counts() == {S.PENDING: 2}
