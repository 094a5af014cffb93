"""What of a question is left to a person, in the light of the facts: why, and what there is to do, gravest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wismo_desk.domain.answer import Case, statements
from wismo_desk.domain.cues import cues
from wismo_desk.domain.intent import ANSWERED, DEEDS, Concern, HandOff, Intent, Task, Understood
from wismo_desk.domain.intent_wishes import denies_receipt
from wismo_desk.domain.status import ENDED, IncidentReason, TrackingStatus

_GRAVE: Final = frozenset(
    {TrackingStatus.LOST, TrackingStatus.DESTROYED, TrackingStatus.DAMAGED, TrackingStatus.RETURNED}
)
_GONE: Final = (IncidentReason.CARRIER_LOST, IncidentReason.CARRIER_THEFT)
_CONCERNS: Final = {Concern.LOST: HandOff.LOST, Concern.CLAIM: HandOff.CLAIM, Concern.ANGER: HandOff.ANGER}
_DEED: Final = {
    Intent.CHANGE_ADDRESS: Task.CHANGE_ADDRESS,
    Intent.DELIVERY_INSTRUCTIONS: Task.INSTRUCT,
    Intent.ABSENT: Task.OTHER_DAY,
}
_FIRST: Final = frozenset({Task.CANCEL, Task.RETURN})
_SAYS_GIVEN: Final = frozenset({"said_given", "given_but", "who_got"})
_PROOF: Final = re.compile(r"\bsign(?:e|ed|ature)\b|preuve|proof")
_STILL: Final = frozenset({Intent.WHERE_IS_IT, Intent.WHEN_WILL_IT_LEAVE})
_SURE: Final = 0.45


def beside_facts(understood: Understood, case: Case, plain: str) -> Understood:
    """What the words mean of this order: "I never got it" is a question of a parcel on its way, and a dispute of one
    that was delivered. `plain`: the mail's own words through `wording.plain`."""
    is_answered = understood.intent in ANSWERED
    if not is_answered and not understood.cancels:
        return understood
    disputed = Intent.DELIVERED_NOT_RECEIVED
    if case.status is TrackingStatus.DELIVERED:
        if not denies_receipt(plain):
            return understood
        points = _instead(understood, _STILL, disputed)
        points = points if disputed in points else (disputed, *points)
        return replace(understood, intent=disputed if is_answered else understood.intent, points=points)
    if understood.intent is disputed and not _SAYS_GIVEN & cues(plain) and not _PROOF.search(plain):
        points = _instead(understood, frozenset({disputed}), Intent.WHERE_IS_IT)
        return replace(understood, intent=Intent.WHERE_IS_IT, points=points)
    return understood


def _instead(understood: Understood, these: frozenset[Intent], one: Intent) -> tuple[Intent | Task, ...]:
    return tuple(dict.fromkeys(one if each in these else each for each in understood.asked))


def can_be_done(case: Case, intent: Intent) -> bool:
    """Whether what is wished for may still be done, as far as the facts tell: not after the end, and nobody need
    be at home for a parcel that waits at a pickup point."""
    if case.status in ENDED:
        return False
    return intent is not Intent.ABSENT or case.status is not TrackingStatus.READY_FOR_PICKUP


def task_of(point: Intent | Task, case: Case | None) -> Task | None:
    """What a person does about one point of a mail; None where the facts settle it. Without a case, as far as the
    words tell."""
    status = case.status if case is not None else None
    if isinstance(point, Intent):
        if point is Intent.DELIVERED_NOT_RECEIVED and status is TrackingStatus.DELIVERED:
            return Task.SEARCH
        return _DEED.get(point) if case is None or can_be_done(case, point) else None
    if point is Task.CANCEL and status is TrackingStatus.DELIVERED:
        return Task.RETURN
    return None if point is Task.CANCEL and status in ENDED else point


def tasks(understood: Understood, case: Case | None) -> tuple[Task, ...]:
    """All that a person does about a mail: cancelling first (overlooked, it gets shipped), then in its order."""
    found = [task for each in understood.asked if (task := task_of(each, case)) is not None]
    if understood.beyond is not HandOff.NONE:
        found.append(Task.REST)
    return tuple(dict.fromkeys(sorted(found, key=lambda task: task not in _FIRST)))


def hand_off(understood: Understood, case: Case | None, *, found: int) -> HandOff:
    """Why a person answers, NONE when the facts may. `found`: how many orders the keys of the question name."""
    if not understood.confidence:
        return HandOff.UNSURE
    if understood.intent is Intent.OTHER and not (understood.cancels or (understood.points and found)):
        return HandOff.NOT_WISMO
    for concern in understood.concerns:
        return _CONCERNS[concern]
    if understood.intent is Intent.PARCEL_PROBLEM:
        return HandOff.CLAIM
    if found != 1 or case is None:
        return HandOff.SEVERAL_ORDERS if found > 1 else HandOff.NO_ORDER
    if not _FIRST.isdisjoint(tasks(understood, case)):
        return HandOff.NEEDS_PERSON
    if understood.intent is Intent.OTHER:
        return HandOff.NEEDS_PERSON
    if understood.confidence < _SURE:
        return HandOff.UNSURE
    return next(_by_facts(understood, case), HandOff.NONE)


def _by_facts(understood: Understood, case: Case) -> Iterator[HandOff]:
    if case.status in _GRAVE or case.reason in _GONE:
        yield HandOff.LOST
    if case.status is TrackingStatus.RETURNING:
        yield HandOff.NEEDS_PERSON  # whoever waits for it has to be asked what becomes of it
    is_delivered = case.status is TrackingStatus.DELIVERED
    disputed = Intent.DELIVERED_NOT_RECEIVED
    if understood.intent is disputed or (is_delivered and disputed in understood.questions):
        yield HandOff.CONTRADICTION  # a person decides, whichever of the two says "delivered"
    if understood.beyond is not HandOff.NONE:
        yield understood.beyond
    if not all(statements(case, each) for each in understood.questions):
        yield HandOff.NO_FACTS
    yield _deed(understood, case)


def _deed(understood: Understood, case: Case) -> HandOff:
    """Somebody must act, or must first know who asks: an address is changed, or told, by two keys only."""
    wished = tasks(understood, case)
    waits = case.status is TrackingStatus.READY_FOR_PICKUP
    where = waits and any(scan.place for scan in case.scans if scan.status is case.status)
    speaks = Task.CHANGE_ADDRESS in wished or Task.TELL_ADDRESS in wished
    if not case.proven and (speaks or (where and not wished)):
        return HandOff.ONE_KEY
    return HandOff.NEEDS_PERSON if wished else HandOff.NONE


def adds(case: Case, intent: Intent) -> bool:
    """Whether something is told beside the facts of a question."""
    return intent not in DEEDS or can_be_done(case, intent)
