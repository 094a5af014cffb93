"""What customers ask, and why an answer is left to a person: the closed words of the answer card and the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """Closed vocabulary, printed by `--vocabulary`. One per question, the chief one."""

    WHERE_IS_IT = "where_is_it"  # where, when does it come, late, no movement, not here
    WHEN_WILL_IT_LEAVE = "when_will_it_leave"  # not shipped yet
    DELIVERED_NOT_RECEIVED = "delivered_not_received"
    CHANGE_ADDRESS = "change_address"  # another place, or a fault in this one; another pickup point
    DELIVERY_INSTRUCTIONS = "delivery_instructions"  # same place: code, floor, neighbour, hour, day
    ABSENT = "absent"  # was or will be out; the card in the letter box; deliver again
    WHICH_CARRIER = "which_carrier"  # who brings it, its number, its link, which pickup point
    PARCEL_PROBLEM = "parcel_problem"  # damaged, incomplete, wrong, lost: a claim
    OTHER = "other"  # not about a parcel on its way to a customer


ANSWERED = frozenset(Intent) - {Intent.PARCEL_PROBLEM, Intent.OTHER}
# Where telling is not enough: somebody must do something, while it still can be done.
DEEDS = frozenset({Intent.CHANGE_ADDRESS, Intent.DELIVERY_INSTRUCTIONS, Intent.ABSENT})


class Task(StrEnum):
    """Closed vocabulary: what a person does about a question, because facts alone do not settle it."""

    CANCEL = "cancel"
    RETURN = "return"  # to be cancelled, but delivered already
    SEARCH = "search"  # delivered by the facts, not by the customer
    CHANGE_ADDRESS = "change_address"
    TELL_ADDRESS = "tell_address"  # which address it goes to
    INSTRUCT = "instruct"
    OTHER_DAY = "other_day"
    REST = "rest"  # asked beside it, and no facts could answer


class Concern(StrEnum):
    """What makes a question serious whatever it asks."""

    LOST = "lost"
    CLAIM = "claim"
    ANGER = "anger"


class HandOff(StrEnum):
    """Why a person answers instead."""

    NONE = ""
    NO_ORDER = "no_order"  # nothing named an order that is here
    SEVERAL_ORDERS = "several_orders"
    NOT_WISMO = "not_wismo"
    LOST = "lost"
    CLAIM = "claim"
    ANGER = "anger"
    UNSURE = "unsure"  # the question was not understood well enough
    ONE_KEY = "one_key"  # an address may only be spoken of to who names two keys
    CONTRADICTION = "contradiction"  # the facts and the question do not go together
    NO_FACTS = "no_facts"  # nothing kept that would answer
    NEEDS_PERSON = "needs_person"  # something must be changed or asked of the carrier
    AUTOMATIC = "automatic"  # an out-of-office message, a newsletter, a bounce


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """`confidence` 0 to 1, of `intent`, exactly 0 where no word was found; `points` are all that is asked and wished
    for, as the mail has them; `concerns` make a person answer, and so does `beyond`: asked beside it for certain, and
    no facts could answer."""

    intent: Intent
    confidence: float
    points: tuple[Intent | Task, ...] = ()
    beyond: HandOff = HandOff.NONE
    concerns: tuple[Concern, ...] = ()
    language: str = "fr"  # fr | en

    @property
    def asked(self) -> tuple[Intent | Task, ...]:
        """`points`, or the one thing that is asked where nothing was told apart."""
        return self.points or (self.intent,)

    @property
    def others(self) -> tuple[Intent, ...]:
        """What is asked beside a question that facts may answer."""
        if self.intent not in ANSWERED:
            return ()
        return tuple(each for each in self.points if isinstance(each, Intent) and each is not self.intent)

    @property
    def questions(self) -> tuple[Intent, ...]:
        """Each once, those that facts may answer."""
        return tuple(each for each in self.asked if isinstance(each, Intent) and each in ANSWERED)

    @property
    def cancels(self) -> bool:
        """The order is not wanted any more."""
        return Task.CANCEL in self.points
