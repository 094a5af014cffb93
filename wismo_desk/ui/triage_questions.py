"""What the work list asks before it puts something off or gives it to somebody: a ready answer by one digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason

_MORNING: Final = time(8, 0)


def until_question(desk: Desk, then: Callable[[datetime], None]) -> tuple[Reason, Callable[[str], None]]:
    """Mornings people think of; the second is what to do with the answer."""
    words, today = desk.words, desk.today
    days = (
        (words("Tomorrow at 08:00"), today + timedelta(days=1)),
        (words("In three days at 08:00"), today + timedelta(days=3)),
        (words("Monday at 08:00"), today + timedelta(days=7 - today.weekday())),
        (words("In two weeks at 08:00"), today + timedelta(days=14)),
    )
    question = Reason(desk, words("Put off until"), [name for name, _ in days], words("Put off"), note=True)
    question.without_note()

    def answered(_: str) -> None:
        then(datetime.combine(days[question.chosen][1], _MORNING, tzinfo=words.zone))

    return question, answered


def owner_question(
    desk: Desk, owners: Sequence[str], then: Callable[[str], None]
) -> tuple[Reason, Callable[[str], None]]:
    """Teams and people; "" is nobody."""
    words = desk.words
    usual = (words("Customer service"), words("Dispatch"))
    nobody = words("Nobody")
    names = [*dict.fromkeys((*owners[:5], *usual)), nobody]
    question = Reason(desk, words("Who looks after it?"), names, words("Assign"))

    def answered(name: str) -> None:
        then("" if name == nobody else name)

    return question, answered
