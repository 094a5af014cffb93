"""Brings in what the other desks did: one question, and one transaction for the few facts that come at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from wismo_desk.domain.fact import Changes, Fact
from wismo_desk.store.inbox import Inbox
from wismo_desk.store.shared_feed import Feed, read_facts, read_places
from wismo_desk.store.shared_news import Cursor, Page

_PAGE: Final = 2000
_AT_ONCE: Final = 5  # pages of one turn; the rest follows in the next, if that one begins further on
_KEEP: Final = 30  # pulls without news until the mark is written down all the same

_Row = UUID | tuple[UUID, str]  # a fact, or what was said of a recipient


@dataclass(slots=True)
class Pulled:
    """`more`: pages wait. `held`: the orders in hand at any station."""

    changes: Changes = field(default_factory=Changes)
    count: int = 0
    more: bool = False
    held: frozenset[UUID] = frozenset()


class Pull:
    """`heard` gets the largest id of each page before it is folded. `places`: this desk sees several warehouses."""

    def __init__(
        self,
        inbox: Inbox,
        feed: Feed,
        *,
        clock: Callable[[], datetime],
        heard: Callable[[UUID], None],
        places: bool,
    ) -> None:
        self._inbox, self._feed = inbox, feed
        self._clock, self._heard, self._places = clock, heard, places
        self._left = ""  # where the last pull ended, and what it had read above that: it is read again
        self._seen = frozenset[_Row]()
        self._idle = 0

    def __call__(self) -> Pulled:
        """Facts are read first and folded last: the recipient of an order that we read was committed with it, and an
        order's row shows its recipient. Raises what the line does; what came before is taken in."""
        pulled, now = Pulled(), self._clock()
        said = self._inbox.cursor()
        seen = self._seen if said == self._left else frozenset()
        news = self._feed.news(Cursor.parse(said), _PAGE)
        pulled.held = news.held
        page, people = news.facts, news.parties
        first, above, pages = page.rows[0]["xid"] if page.rows else 0, frozenset[_Row](), 0
        while True:
            if pages:
                page, people = self._feed.facts(page.last, _PAGE), self._feed.parties(people.last, _PAGE)
            people, pages = self._take_people(people, pulled, now), pages + 1
            # What is below both is read and safe: a first load that breaks off goes on from here.
            reached = min(news.top.xid, page.last[0]) if page.full else news.top.xid
            left = str(Cursor(news.top.system, news.top.timeline, reached))
            self._take(page, people, pulled, now, seen=seen, left=left)
            above |= _above(reached, page, people)
            self._left, self._seen = left, above
            if not page.full:
                return pulled
            # A transaction that stays open holds the watermark back, and every turn begins there: a turn that ended
            # after so many pages would never see what other desks did beyond them.
            if pages >= _AT_ONCE and reached > first:
                pulled.more = True
                return pulled

    def _take_people(self, page: Page, pulled: Pulled, now: datetime) -> Page:
        """All there are by now; the last few are given back, to be taken in with their orders."""
        while page.full:
            changes, _ = self._inbox.take((), _said(page), now=now)
            pulled.changes |= changes
            page = self._feed.parties(page.last, _PAGE)
        return page

    def _take(
        self,
        page: Page,
        people: Page,
        pulled: Pulled,
        now: datetime,
        *,
        seen: frozenset[_Row],
        left: str,
    ) -> None:
        fresh = [row for row in page.rows if row["fact_id"] not in seen]
        said = [one for one in _said(people) if one not in seen]
        self._idle = 0 if fresh or said else self._idle + 1
        if not fresh and not said and (not page.full or left == self._left):
            self._inbox.pass_cursor(left, keep=self._idle % _KEEP == 0)
            return
        facts = read_facts(fresh)
        self._follow(facts)
        if self._places:  # else there is but one
            self._inbox.place(read_places(fresh))
        changes, count = self._inbox.take(facts, said, now=now, cursor=left)
        pulled.changes |= changes
        pulled.count += count

    def _follow(self, facts: Sequence[Fact]) -> None:
        newest = max((fact.fact_id for fact in facts if fact.fact_id.version == 7), default=None)
        if newest is not None:
            self._heard(newest)


def _said(page: Page) -> list[tuple[UUID, str]]:
    return [(row["order_id"], row["data"]) for row in page.rows]


def _above(reached: int, page: Page, people: Page) -> frozenset[_Row]:
    """What the next pull will read once more, for the transactions beside it were still open."""
    facts = {row["fact_id"] for row in page.rows if row["xid"] >= reached}
    said = {(row["order_id"], row["data"]) for row in people.rows if row["xid"] >= reached}
    return frozenset[_Row](facts | said)
