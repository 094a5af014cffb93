"""A desk that worked alone comes to the others: with all it knows, or with empty hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from wismo_desk.errors import Refused
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.store import Store

_PAGE: Final = 500


def upload(
    store: Store, shared: SharedDatabase, *, station: str, clock: Callable[[], datetime]
) -> tuple[int, int]:
    """Give every fact and recipient of this desk to the shared database; returns how many of each. May be
    broken off and done again. The next turn pulls what the others have."""
    contact = shared.check()
    feed = Feed(shared, journal_id=store.journal.journal_id, station=station)
    feed.register()
    counts = upload_all(store, feed, clock=clock)
    store.inbox.keep_cursor("")
    store.outbox.join(contact.database_id)
    return counts


def start_fresh(store: Store, shared: SharedDatabase, *, station: str, forced: bool = False) -> None:
    """Forget what this desk knows; the next turns read everything from the shared database. Raises Refused
    when something of its own would be lost for good, unless `forced`."""
    contact = shared.check()
    outbox = store.outbox
    alone = outbox.joined() != contact.database_id
    own = not store.inbox.is_empty() if alone else outbox.batch(outbox.acked() or 0, 1) is not None
    if not forced and (own or outbox.unsettled()):
        raise Refused(
            "This desk holds orders or labels that the shared database does not know. Upload them, or say "
            "clearly that they may be lost."
        )
    feed = Feed(shared, journal_id=store.journal.journal_id, station=station)
    feed.register()
    outbox.forget()
    store.inbox.empty()
    outbox.join(contact.database_id)
    feed.mark(outbox.last_seq(), None)


def upload_all(store: Store, feed: Feed, *, clock: Callable[[], datetime]) -> tuple[int, int]:
    """The whole main file, in pages that may be sent again; then the journal counts as sent up to here.
    Recipients go first: who pulls meanwhile sees no nameless order."""
    until = store.outbox.last_seq()
    store.catch_up(clock())
    people = facts = 0
    after = UUID(int=0)
    while parties := store.inbox.parties_after(after, _PAGE):
        feed.upload((), parties)
        people, after = people + len(parties), parties[-1].order_id
    after = UUID(int=0)
    while page := store.inbox.facts_after(after, _PAGE):
        feed.upload(page, ())
        facts, after = facts + len(page), page[-1].fact_id
    feed.mark(until, store.outbox.fact_at(until))
    store.outbox.ack(until)
    return facts, people
