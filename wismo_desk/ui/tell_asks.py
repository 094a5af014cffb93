"""Telling customers by hand: what is asked of the flow, and the question that shows what they will read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from PySide6.QtWidgets import QLabel

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import DeskError
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.parts import write

TELL_LANE: Final = "notices:page"  # with a shared ledger these are questions over the network
NEWS: Final = (Milestone.DELAYED, Milestone.PREDICTED_LATE)
_TEXT: Final = 320


class Preview(Protocol):
    @property
    def count(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def refused(self) -> Sequence[tuple[str, DeskError]]: ...


class Queued(Protocol):
    @property
    def count(self) -> int: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def refused(self) -> Sequence[tuple[str, DeskError]]: ...


class Tell(Protocol):
    """flows/tell_customers.py."""

    def look(self, shipments: Sequence[UUID], milestone: Milestone, /) -> Preview: ...

    def __call__(self, shipments: Sequence[UUID], milestone: Milestone, /) -> Queued: ...

    def undo(self, done: Any, /) -> int: ...


def tell_question(
    desk: Desk, seen: Preview, then: Callable[[Milestone], None]
) -> tuple[Reason, Callable[[str], None]]:
    """Which news, with the message of the first customer below; the second is what to do with the answer."""
    words = desk.words
    names = (words("It is late"), words("It will probably be late"))
    title = (
        words("Tell {n} customers now?", n=words.number(seen.count))
        if seen.count != 1
        else words("Tell 1 customer now?")
    )
    question = Reason(desk, title, names, words("Send the messages"), note=True)
    question.without_note()
    if seen.refused:
        question.add_field(_line(left_out(desk, seen.refused)))
    text = seen.text.strip()
    shown = f"{text[:_TEXT].rstrip()}…" if len(text) > _TEXT else text
    question.add_field(_line(f"{seen.subject}\n\n{shown}" if seen.subject else shown))

    def answered(_: str) -> None:
        then(NEWS[question.chosen])

    return question, answered


def left_out(desk: Desk, refused: Sequence[tuple[str, DeskError]]) -> str:
    """How many are not told, and why the first is not; "" when all are."""
    if not refused:
        return ""
    words = desk.words
    number, error = refused[0]
    why = desk.told(error)
    if len(refused) == 1:
        return words("Order {number} not: {why}", number=number, why=why)
    return words("{n} not, the first is order {number}: {why}", n=len(refused), number=number, why=why)


def _line(text: str) -> QLabel:
    return write(text, 13, tone="muted", wrap=True)
