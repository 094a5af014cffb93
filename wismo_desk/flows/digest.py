"""One e-mail a working day with what is to be settled, to whoever asked for it; no customer is named in it.

It is written down before it is sent, so that it is never sent twice; when the server is away, that is taken back and it
is tried again until the day is over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final

from wismo_desk.domain.anomaly_kinds import Severity
from wismo_desk.domain.anomaly_words import NAMES
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.triage import Group, WorkList
from wismo_desk.errors import DeskError
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.triage import Triage
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

SCOPE: Final = "digest"  # of VALUE_SET facts: by address, the day of the last one
_MOST: Final = 20  # groups in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`asked`: the address ("" for none) and the hour; `works`: whether a day is worked; `send` takes address,
    subject and text, and raises a DeskError when it did not leave. `is_ours`: whether, of all desks, this one sends
    that address the digest of that day."""

    store: Store
    pen: Pen
    triage: Triage
    words: Words
    zone: tzinfo
    asked: Callable[[], tuple[str, time]]
    works: Callable[[date], bool]
    send: Callable[[str, str, str], object]
    is_ours: Callable[[str, str], bool] = lambda _to, _day: True

    def __call__(self) -> bool:
        """Whether one was sent now. Nothing on a day off, before its hour, a second time, or with nothing to tell.
        Raises what `send` raises."""
        to, at = self.asked()
        local = self.pen.clock().astimezone(self.zone)
        today = local.date()
        if not to or local.time() < at or not self.works(today) or self._last(to) == today.isoformat():
            return False
        work = self.triage.work()
        if not work.groups or not self.is_ours(to, today.isoformat()):
            return False
        before = self._last(to)
        self._note(to, today.isoformat())
        try:
            self.send(to, self.subject(work), self.text(work, local))
        except DeskError:
            self._note(to, before)
            raise
        return True

    def _last(self, to: str) -> str:
        return str(self.store.read.value(SCOPE, to) or "")

    def _note(self, to: str, day: str) -> None:
        fact = self.pen.fact(FactKind.VALUE_SET, scope=SCOPE, key=to, value=day)
        self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def subject(self, work: WorkList) -> str:
        words = self.words
        return words(
            "To settle: {act}, to watch: {watch}",
            act=words.number(work.to_act),
            watch=words.number(work.to_watch),
        )

    def text(self, work: WorkList, now: datetime) -> str:
        """Plain text: the groups, the worst first."""
        words = self.words
        lines = [f"{self.subject(work)}.", ""]
        for severity, title in ((Severity.ACT, words("To act on")), (Severity.WATCH, words("To watch"))):
            groups = [one for one in work.groups if one.severity is severity][:_MOST]
            if groups:
                lines += [title, *(self._line(one, now) for one in groups), ""]
        lines.append(words("The list with everything in it: WISMO Desk, page “To settle”."))
        return "\n".join(lines) + "\n"

    def _line(self, group: Group, now: datetime) -> str:
        words = self.words
        about = f" ({group.carrier_name})" if group.carrier_name else ""
        since = (
            f", {words('Since {when}', when=words.moment(group.since, now=now)).lower()}"
            if group.since
            else ""
        )
        return f"  {words.number(group.shipments)} × {words(NAMES[group.kind])}{about}{since}"
