"""A customer hears of a claim where the merchant wants it: once each, nothing that was taken back before it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from notice_rig import (
    NOON,
    Clock,
    commit,
    fact,
    label,
    letters_of,
    notice,
    notify_of,
    order,
    said,
    settings,
    take_in,
)

from wismo_desk.domain.claim import ClaimKind, ClaimVerb
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import OF_CLAIMS, Channel, Milestone, NoticeLedger, rung
from wismo_desk.domain.notice_rules import News, NoticeRule, NoticeRules, dump_rules, read_rules
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.lint import lint_source
from wismo_desk.notices.sender import OVERTAKEN
from wismo_desk.notices.stories import tell
from wismo_desk.notices.webhook_post import news_of
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

M, S, V = Milestone, EffectState, ClaimVerb
ONE = order("1")


@dataclass
class Case:
    """One parcel on its way, and the claim for it."""

    store: Store
    pen: Pen
    clock: Clock
    notify: Notify
    parcel: UUID
    opened: Fact | None = None

    def open(self, kind: ClaimKind = ClaimKind.LOST) -> Changes:
        values = {"carrier": "practice", "number": "PX111", "wrong": kind.value}
        self.opened = fact(self.pen, ONE, FactKind.CLAIM_OPENED, self.parcel, **values)
        return self._kept(self.opened)

    def say(self, verb: ClaimVerb, **data: Any) -> Fact:
        assert self.opened is not None
        values = {"claim": self.opened.fact_id.hex, "verb": verb.value, **data}
        one = fact(self.pen, ONE, FactKind.CLAIM_HANDLED, self.parcel, **values)
        self._kept(one)
        return one

    def _kept(self, one: Fact) -> Changes:
        changes = commit(self.store, self.pen, one)
        self.notify.queue(changes)
        self.notify.queue(changes)
        return changes

    def later(self, **how_long: float) -> None:
        self.clock.pass_(**(how_long or {"minutes": 6}))
        self.notify.turn()

    def told(self) -> list[tuple[Milestone, EffectState]]:
        rows = [one for one in self.notify.of_order(ONE.order_id) if one.milestone in OF_CLAIMS]
        return [(one.milestone, one.state) for one in rows]


def case_of(
    store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger, mail: MailSettings, *codes: str
) -> Case:
    notify = notify_of(store, ledger, lambda: mail, clock)
    parcel = pen.new_id()
    take_in(store, pen, ONE)
    commit(store, pen, label(pen, ONE, parcel))
    for code in codes:
        clock.pass_(minutes=1)
        commit(store, pen, said(pen, ONE, code))
    return Case(store, pen, clock, notify, parcel)


def wanted(port: int) -> MailSettings:
    return settings(port, milestones=OF_CLAIMS, language="fr")


def test_told_once_when_it_is_sent_and_once_when_it_is_decided(
    store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger
) -> None:
    with FailingMailServer() as server:
        case = case_of(store, pen, clock, ledger, wanted(server.port), "TRI")
        assert case.open()
        case.later()
        assert case.told() == [], "a draft"
        case.say(V.SEND, how="form")
        case.notify.turn()
        assert case.told() == [(M.CLAIM_OPENED, S.PENDING)], "time to take it back"
        case.later()
        case.say(V.ANSWER, text="we look")
        case.say(V.ACCEPT, approved=500)
        case.say(V.PAY, received=500)
        case.later()
        assert case.notify.start() == 0
        case.later(hours=1)
    assert case.told() == [(M.CLAIM_OPENED, S.DONE), (M.CLAIM_SETTLED, S.DONE)]
    subjects = [str(each.message["Subject"]) for each in server.received]
    assert subjects == [
        "Commande 1\u202f: nous avons saisi le transporteur",
        "Commande 1\u202f: la réponse du transporteur",
    ]
    body = server.received[0].message.get_body(("plain",))
    assert body is not None
    assert "qui ne vous est pas parvenue" in body.get_content()


def test_nothing_unless_the_merchant_wants_it(
    store: Store, pen: Pen, clock: Clock, ledger: NoticeLedger
) -> None:
    case = case_of(store, pen, clock, ledger, settings(9), "TRI")
    case.open()
    case.say(V.SEND, how="form")
    case.say(V.ACCEPT, approved=500)
    assert case.told() == []


@pytest.mark.parametrize("verb", [V.WITHDRAW, V.CLOSE])
def test_taken_back_or_given_up_before_it_leaves_is_not_told(
    store: Store, pen: Pen, clock: Clock, verb: ClaimVerb
) -> None:
    with FailingMailServer() as server:
        case = case_of(store, pen, clock, store.notices, wanted(server.port), "TRI")
        case.open()
        sent = case.say(V.SEND, how="form")
        more: dict[str, Any] = {"facts": [sent.fact_id.hex]} if verb is V.WITHDRAW else {"text": "found"}
        case.say(verb, **more)
        case.later()
    assert server.received == []
    (one,) = [each for each in case.notify.of_order(ONE.order_id) if each.milestone in OF_CLAIMS]
    assert (one.state, one.details["error"]) == (S.FAILED, OVERTAKEN)


def test_naive_twin_that_sends_what_was_queued_tells_what_was_taken_back(
    store: Store, pen: Pen, clock: Clock
) -> None:
    case = case_of(store, pen, clock, store.notices, wanted(9), "TRI")
    case.open()
    sent = case.say(V.SEND, how="form")
    case.say(V.WITHDRAW, facts=[sent.fact_id.hex])
    clock.pass_(minutes=6)
    claimed = store.notices.claim(clock.now, by="naive", limit=9, lease=timedelta(minutes=1))
    assert [one.milestone for one in claimed] == [M.CLAIM_OPENED]


def test_refused_and_then_accepted_after_all_is_told_anew(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as server:
        case = case_of(store, pen, clock, store.notices, wanted(server.port), "TRI")
        case.open()
        case.say(V.SEND, how="post")
        case.say(V.REFUSE, text="too late")
        closed = case.say(V.CLOSE, text="so be it")
        case.later()
        case.say(V.WITHDRAW, facts=[closed.fact_id.hex])
        case.say(V.ACCEPT, approved=500)
        case.later()
    bodies = [each.message.get_body(("plain",)) for each in server.received]
    assert [body is not None and "négative" in body.get_content() for body in bodies] == [True, False]


def test_the_news_of_a_claim_comes_after_the_delivery_too(store: Store, pen: Pen, clock: Clock) -> None:
    """Contested: the carrier says delivered, the customer does not have it."""
    case = case_of(store, pen, clock, store.notices, wanted(9), "LIVRE")
    case.open(ClaimKind.NOT_RECEIVED)
    case.say(V.SEND, how="form")
    assert case.told() == [(M.CLAIM_OPENED, S.PENDING)]


def test_what_was_missed_is_caught_up_though_the_carrier_has_been_silent_for_weeks(
    store: Store, pen: Pen, clock: Clock
) -> None:
    off = settings(9, milestones=frozenset())
    case = case_of(store, pen, clock, store.notices, off, "TRI")
    clock.pass_(days=30)
    case.open()
    case.say(V.SEND, how="form")
    clock.pass_(hours=2)
    on = notify_of(store, store.notices, lambda: wanted(9), clock)
    assert on.start() == 1
    clock.pass_(days=5)
    assert on.start() == 0


def test_a_program_is_told_how_it_ended(store: Store, pen: Pen, clock: Clock) -> None:
    case = case_of(store, pen, clock, store.notices, settings(9), "TRI")

    def news() -> object:
        told = tell(store, shipment_id(ONE.order_id))
        assert told is not None
        data = news_of(told, notice("1", M.CLAIM_SETTLED), NOON)["data"]
        assert isinstance(data, dict)
        return data["claim"]

    assert news() is None
    case.open()
    case.say(V.SEND, how="form")
    assert news() == {"kind": "lost", "end": None}
    case.say(V.ACCEPT, approved=1)
    assert news() == {"kind": "lost", "end": "accepted"}
    before = dump_rules(NoticeRules())
    kept = {**before, "told": {"webhook": [each for each in M if each not in OF_CLAIMS], "sms": []}}
    assert read_rules(kept).told[Channel.WEBHOOK] == frozenset(M), "saved before there was such news"


def test_beside_the_ladder() -> None:
    assert {rung(notice("1", each)) for each in OF_CLAIMS} == {None}


@pytest.mark.parametrize("milestone", sorted(OF_CLAIMS))
def test_an_exception_for_all_news_does_not_switch_it_on(milestone: Milestone) -> None:
    news = News(milestone=milestone, shop="csv", carrier="practice", country="BE")
    both = frozenset({Channel.EMAIL, Channel.SMS})
    everything = NoticeRules(exceptions=(NoticeRule(countries=frozenset({"BE"}), channels=both),))
    assert everything.channels(news, ()) == {Channel.WEBHOOK}
    assert everything.channels(news, {milestone}) == both | {Channel.WEBHOOK}, "chosen as usual news"
    named = NoticeRule(milestones=frozenset({milestone}), channels=frozenset({Channel.SMS}))
    rules = NoticeRules(exceptions=(named,))
    assert rules.channels(news, ()) == {Channel.SMS, Channel.WEBHOOK}
    assert MailSettings().milestones.isdisjoint(OF_CLAIMS)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind is not ClaimKind.LATE])
def test_the_texts_say_what_was_claimed_and_how_it_ended(
    store: Store, pen: Pen, clock: Clock, kind: ClaimKind, language: str, tmp_path: Path
) -> None:
    case = case_of(store, pen, clock, store.notices, settings(9), "TRI")
    letters = letters_of(lambda: settings(9))
    texts = []
    case.open(kind)
    for verb, data in (
        (V.SEND, {"how": "form"}),
        (V.REFUSE, {"text": "no"}),
        (V.CLOSE, {"text": "no"}),
    ):
        case.say(verb, **data)
        told = tell(store, case.opened.shipment_id) if case.opened and case.opened.shipment_id else None
        assert told is not None
        for milestone in sorted(OF_CLAIMS):
            made = letters.write(told, milestone, at=NOON, language=language)
            assert len(made.subject) <= 60
            assert "PX111" in made.html
            texts.append(made.text)
            for part in ("subject", "txt", "sms"):
                assert lint_source(part, letters.source(language, f"{milestone.value}.{part}.j2")) == ()
    assert texts[1] != texts[-1], "refused reads otherwise"
