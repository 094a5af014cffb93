"""A desk that worked alone comes to the others: with all it knows, or with empty hands.

Bringing everything may take minutes, and the program may be closed meanwhile: what was chosen and how far it
came stand in the journal, and the next turn goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from wismo_desk.domain.order import OrderState
from wismo_desk.errors import Refused
from wismo_desk.store.outbox import Move
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import Feed
from wismo_desk.store.store import Store

Told = Callable[[int, int], None]  # how many facts and recipients of how many are there
_PAGE: Final = 500


def nobody(_done: int, _total: int) -> None:
    """When nobody looks."""


def upload(
    store: Store,
    shared: SharedDatabase,
    *,
    station: str,
    clock: Callable[[], datetime],
    told: Told = nobody,
) -> tuple[int, int]:
    """Give every fact and recipient of this desk to the shared database; returns how many of each it did not have.
    May be broken off and done again: it goes on. The next turn pulls what the others have."""
    contact = shared.check()
    feed = Feed(shared, journal_id=store.journal.journal_id, station=station)
    feed.register()
    move = store.outbox.moving()
    if move is None or move.database_id != contact.database_id:
        move = Move(database_id=contact.database_id, until=store.outbox.last_seq())
        store.outbox.move(move)
    counts = upload_all(store, feed, move, clock=clock, told=told)
    store.inbox.keep_cursor("")
    store.outbox.join(contact.database_id)
    return counts


def start_fresh(store: Store, shared: SharedDatabase, *, station: str, forced: bool = False) -> None:
    """Forget what this desk knows; the next turns read everything from the shared database. Raises Refused
    when something of its own would be lost for good, unless `forced`; and always while an order is in hand
    here, for the bench works from what would be forgotten."""
    contact = shared.check()
    in_hand = store.read.orders(states=(OrderState.IN_HAND,), station=station, limit=1)
    if in_hand:
        raise Refused(
            "Order {order} is in hand at this desk. Finish it or set it aside, then start clean.",
            order=in_hand[0].number,
            field="in_hand",
        )
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


def upload_all(
    store: Store, feed: Feed, move: Move, *, clock: Callable[[], datetime], told: Told = nobody
) -> tuple[int, int]:
    """The whole main file from `move` on, in pages that may be sent again; then the journal counts as sent up
    to there. Recipients go first: who pulls meanwhile sees no nameless order. Returns how many facts and recipients
    the shared database did not have; what went before a break counts among them."""
    new_facts, new_people = move.facts, move.people
    store.catch_up(clock())
    total = sum(store.inbox.counts())
    while parties := store.inbox.parties_after(move.person, _PAGE):
        new_people += feed.upload((), parties)[1]
        move = replace(move, people=move.people + len(parties), person=parties[-1].order_id)
        store.outbox.move(move)
        told(move.people + move.facts, total)
    while page := store.inbox.facts_after(move.fact, _PAGE):
        new_facts += feed.upload(page, ())[0]
        move = replace(move, facts=move.facts + len(page), fact=page[-1].fact_id)
        store.outbox.move(move)
        told(move.people + move.facts, total)
    feed.mark(move.until, store.outbox.fact_at(move.until))
    store.outbox.ack(move.until)
    store.outbox.moved()
    return new_facts, new_people
