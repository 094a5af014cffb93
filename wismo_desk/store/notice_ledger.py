"""The ledger of customer notices, one code on both databases: every step is a compare-and-set."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Milestone, Notice, Step, Tally
from wismo_desk.errors import StoreProblem
from wismo_desk.store.codec import dump, from_ms, to_ms
from wismo_desk.store.engine import Writer
from wismo_desk.store.notice_table import notice_table

Begin = Callable[[], AbstractContextManager[Connection]]
STOPPED: Final = "The program stopped while this message was being sent. It may have arrived."
_OURS: Final = ("happened_at", "message_id", "test", "issue", "by_hand")  # of `details`; no word of others
EXPIRED: Final = "The news was too old to be sent."


class SqlNotices:
    """`begin` gives one transaction that alone may write (BEGIN IMMEDIATE), or row locks (PostgreSQL)."""

    def __init__(self, begin: Begin, table: Table, *, tenant: int | None) -> None:
        self._begin = begin
        self._table = table
        self._c = table.c
        self._tenant = tenant
        self._held, self._moved = _steps(table, self._mine)

    @property
    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return () if self._tenant is None else (self._c.tenant_id == self._tenant,)

    def queue(self, notices: Sequence[Notice]) -> int:
        """How many were new; those whose key is known are left as they are."""
        if not notices:
            return 0
        # By key, so that two stations queueing the same batch cannot deadlock.
        rows = [self._row(notice) for notice in sorted(notices, key=lambda notice: notice.key)]
        statement = (
            _insert(self._table, shared=self._tenant is not None)
            .on_conflict_do_nothing()
            .returning(self._c.notice_id)
        )
        with self._begin() as db:
            return len(db.execute(statement, rows).all())

    def claim(
        self,
        now: datetime,
        *,
        by: str,
        limit: int,
        lease: timedelta,
        channels: Collection[Channel] = (),
        only: Collection[UUID] = (),
    ) -> list[Notice]:
        """Due pending rows of these channels (none: of all), the longest due first, nobody else's until `lease`
        is over. Expired ones fail. `only`: none but these."""
        c, at = self._c, to_ms(now)
        through = [c.channel.in_([each.value for each in channels])] if channels else []
        through += [c.notice_id.in_(sorted(only))] if only else []
        pending = (*self._mine, c.state == EffectState.PENDING.value, *through)
        wanted = (
            select(c.notice_id)
            .where(*pending, c.due_ms <= at)
            .order_by(c.due_ms, c.created_ms, c.notice_id)
            .limit(limit)
        )
        # As a CTE it is evaluated once: PostgreSQL may run a locking subquery again, past its limit.
        rows_wanted = _locked(wanted, skip=True).cte("wanted")
        token = uuid4().hex
        taken = (
            update(self._table)
            .where(*pending, c.notice_id.in_(select(rows_wanted.c.notice_id)))
            # Leased by its due time: when the claimer dies before asking anybody, it is due again by itself.
            .values(due_ms=to_ms(now + lease), claimed_by=by, claim=token)
            .returning(*c)
        )
        with self._begin() as db:
            self._expire(db, at)
            rows = [_notice(row) for row in db.execute(taken).mappings()]
        return sorted(rows, key=lambda notice: (notice.created_at, notice.milestone, notice.notice_id))

    def _expire(self, db: Connection, at: int) -> None:
        c = self._c
        old = select(c.notice_id, c.details).where(
            *self._mine, c.state == EffectState.PENDING.value, c.due_ms <= at, c.expires_ms <= at
        )
        for row in db.execute(old).all():
            self._set(db, row.notice_id, EffectState.FAILED, at, row.details, {"error": EXPIRED})

    def move(
        self,
        notice: Notice,
        to: EffectState,
        *,
        was: Sequence[EffectState],
        at: datetime,
        due_at: datetime | None = None,
        details: Mapping[str, object] | None = None,
    ) -> bool:
        """One Step; False when the row is not in `was` under this claim any more."""
        step = Step(notice=notice, to=to, was=tuple(was), at=at, due_at=due_at, details=details or {})
        return self.move_all([step])[0]

    def move_all(self, steps: Sequence[Step]) -> list[bool]:
        """In their order, all in one commit: which of them were taken."""
        if not steps:
            return []
        with self._begin() as db:
            return [self._take(db, step) for step in steps]

    def _take(self, db: Connection, step: Step) -> bool:
        notice, to = step.notice, step.to
        same = {"id": notice.notice_id, "held": notice.claim, "was": [state.value for state in step.was]}
        old = db.execute(self._held, same).first()
        if old is None:
            return False
        free = to is EffectState.PENDING
        values = {
            "id": notice.notice_id,
            "to": to.value,
            "at": to_ms(step.at),
            "details": dump({**json.loads(old.details), **step.details}),
            "attempts": old.attempts + (to is EffectState.SENDING),
            "claim": "" if free else notice.claim,
            "by": "" if free else old.claimed_by,
            "due": old.due_ms if step.due_at is None else to_ms(step.due_at),
        }
        db.execute(self._moved, values)
        return True

    def recover(self, now: datetime, *, by: str, stale: timedelta) -> int:
        """Rows `by` was sending when it died, and anybody's older than `stale`, become in doubt: how many. Those
        it had only claimed are free again."""
        c = self._c
        if by:
            self._let_go(now, by)
        old = c.changed_ms < to_ms(now - stale)
        whose = or_(old, c.claimed_by == by) if by else old
        found = select(c.notice_id, c.details).where(*self._mine, c.state == EffectState.SENDING.value, whose)
        with self._begin() as db:
            rows = db.execute(_locked(found)).all()
            for row in rows:
                self._set(
                    db, row.notice_id, EffectState.IN_DOUBT, to_ms(now), row.details, {"error": STOPPED}
                )
        return len(rows)

    def _let_go(self, now: datetime, by: str) -> None:
        """What `by` had claimed and not begun when it died need not wait for its lease to end."""
        c = self._c
        claimed = (c.state == EffectState.PENDING.value, c.claimed_by == by, c.claim != "")
        with self._begin() as db:
            db.execute(
                update(self._table)
                .where(*self._mine, *claimed)
                .values(due_ms=to_ms(now), claim="", claimed_by="")
            )

    def decide(
        self,
        notice: Notice,
        to: EffectState,
        *,
        at: datetime,
        expires_at: datetime,
        details: Mapping[str, object],
    ) -> None:
        """A person's word. StoreProblem when the row is no longer as `notice` shows it."""
        c = self._c
        seen = and_(c.state == notice.state.value, c.changed_ms == to_ms(notice.changed_at))
        same = select(c.details).where(*self._mine, c.notice_id == notice.notice_id, seen)
        values = {"claim": "", "claimed_by": "", "due_ms": to_ms(at), "expires_ms": to_ms(expires_at)}
        with self._begin() as db:
            old = db.scalar(_locked(same))
            if old is None:
                raise StoreProblem(
                    "This was settled already by somebody else; nothing was done twice.",
                    raw=str(notice.notice_id),
                )
            self._set(db, notice.notice_id, to, to_ms(at), old, details, **values)

    def forget(self, order_id: UUID) -> None:
        """The person of an order was erased: what servers and people said of its notices goes."""
        with self._begin() as db:
            rows = db.execute(
                select(self._c.notice_id, self._c.details).where(*self._mine, self._c.order_id == order_id)
            ).all()
            for row in rows:
                details = json.loads(row.details)
                kept = dump({name: details[name] for name in _OURS if name in details})
                mine = (*self._mine, self._c.notice_id == row.notice_id)
                db.execute(update(self._table).where(*mine).values(details=kept))

    def get(self, notice_id: UUID) -> Notice | None:
        found = self._read(self._c.notice_id == notice_id)
        return found[0] if found else None

    def of_order(self, order_id: UUID) -> list[Notice]:
        """Oldest first."""
        found = self._read(self._c.order_id == order_id)
        return sorted(found, key=lambda notice: (notice.created_at, notice.milestone))

    def sent_as(self, digest: str) -> list[Notice]:
        """Whose Message-ID began with these 32 hexadecimal digits: one, or none."""
        if len(digest) != 32 or not all(sign in "0123456789abcdef" for sign in digest):
            return []
        return self._read(self._c.details.like(f'%"message_id":"<{digest}@%'))

    def taken_as(self, channel: Channel, numbers: Sequence[str]) -> list[Notice]:
        """Those of this channel that the other side took under one of these numbers of its own."""
        like = [self._c.details.contains(number, autoescape=True) for number in numbers if number]
        if not like:
            return []
        found = self._read(self._c.channel == channel.value, or_(*like))
        wanted = set(numbers)
        return [each for each in found if wanted & set(str(each.details.get("evidence") or "").split())]

    def listed(
        self,
        *,
        states: Collection[EffectState] = (),
        channels: Collection[Channel] = (),
        left_out: bool | None = None,
        limit: int = 500,
    ) -> list[Notice]:
        """Newest first. `left_out`: only, or without, those that were left out on purpose."""
        where: list[ColumnElement[bool]] = []
        if states:
            where.append(self._c.state.in_([state.value for state in states]))
        if channels:
            where.append(self._c.channel.in_([each.value for each in channels]))
        if left_out is not None:
            where.append(self._left_out == left_out)
        return self._read(*where, limit=limit)

    @property
    def _left_out(self) -> ColumnElement[bool]:
        """As codec.dump writes it into `details`."""
        return self._c.details.like('%"overtaken":true%')

    def counts(self) -> dict[EffectState, int]:
        statement = select(self._c.state, func.count()).where(*self._mine).group_by(self._c.state)
        with self._begin() as db:
            return {EffectState(state): count for state, count in db.execute(statement)}

    def tally(self) -> Tally:
        """By channel, state, and whether it was left out on purpose."""
        c = self._c
        by = (c.channel, c.state, self._left_out.label("left_out"))
        statement = select(*by, func.count()).where(*self._mine).group_by(*by)
        with self._begin() as db:
            rows = db.execute(statement).all()
        return {
            (Channel(channel), EffectState(state), bool(left_out)): count
            for channel, state, left_out, count in rows
        }

    def _read(self, *where: ColumnElement[bool], limit: int = 500) -> list[Notice]:
        newest = (self._c.changed_ms.desc(), self._c.notice_id)
        statement = select(self._table).where(*self._mine, *where).order_by(*newest).limit(limit)
        with self._begin() as db:
            return [_notice(row) for row in db.execute(statement).mappings()]

    def _set(
        self,
        db: Connection,
        notice_id: UUID,
        to: EffectState,
        at: int,
        old: str,
        details: Mapping[str, object],
        **values: Any,
    ) -> None:
        merged = dump({**json.loads(old), **details})
        db.execute(
            update(self._table)
            .where(*self._mine, self._c.notice_id == notice_id)
            .values(state=to.value, changed_ms=at, details=merged, **values)
        )

    def _row(self, notice: Notice) -> dict[str, Any]:
        row = {
            "notice_id": notice.notice_id,
            "key": notice.key,
            "shipment_id": notice.shipment_id,
            "order_id": notice.order_id,
            "order_number": notice.order_number,
            "milestone": notice.milestone.value,
            "channel": notice.channel.value,
            "cycle": notice.cycle,
            "state": notice.state.value,
            "created_ms": to_ms(notice.created_at),
            "changed_ms": to_ms(notice.changed_at),
            "due_ms": to_ms(notice.due_at),
            "expires_ms": to_ms(notice.expires_at),
            "attempts": notice.attempts,
            "claimed_by": "",
            "claim": "",
            "details": dump(notice.details),
        }
        return row if self._tenant is None else {"tenant_id": self._tenant, **row}


def local_notices(writer: Writer) -> SqlNotices:
    """The ledger of a desk that works alone, in its journal file."""
    table = notice_table(shared=False)
    with writer.begin() as db:
        table.metadata.create_all(db)
    return SqlNotices(writer.begin, table, tenant=None)


def _steps(table: Table, mine: tuple[ColumnElement[bool], ...]) -> tuple[Any, Any]:
    """What a Step reads and writes, put together once: it is done for every message several times."""
    c, one = table.c, (*mine, table.c.notice_id == bindparam("id", type_=table.c.notice_id.type))
    same = (c.claim == bindparam("held"), c.state.in_(bindparam("was", expanding=True)))
    held = _locked(select(c.details, c.attempts, c.claimed_by, c.due_ms).where(*one, *same))
    moved = (
        update(table)
        .where(*one)
        .values(
            state=bindparam("to"),
            changed_ms=bindparam("at"),
            details=bindparam("details"),
            attempts=bindparam("attempts"),
            claim=bindparam("claim"),
            claimed_by=bindparam("by"),
            due_ms=bindparam("due"),
        )
    )
    return held, moved


def _insert(table: Table, *, shared: bool) -> Any:
    """Imported here: a desk that works alone need not load PostgreSQL's dialect."""
    if shared:
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def _locked(statement: Any, *, skip: bool = False) -> Any:
    """SQLite has no row locks and drops the words; there the transaction holds the only write lock."""
    return statement.with_for_update(skip_locked=skip)


def _notice(row: RowMapping) -> Notice:
    return Notice(
        notice_id=row["notice_id"],
        shipment_id=row["shipment_id"],
        order_id=row["order_id"],
        order_number=row["order_number"],
        milestone=Milestone(row["milestone"]),
        channel=Channel(row["channel"]),
        cycle=row["cycle"],
        state=EffectState(row["state"]),
        created_at=from_ms(row["created_ms"]),
        changed_at=from_ms(row["changed_ms"]),
        due_at=from_ms(row["due_ms"]),
        expires_at=from_ms(row["expires_ms"]),
        attempts=row["attempts"],
        claim=row["claim"],
        details=json.loads(row["details"]),
    )
