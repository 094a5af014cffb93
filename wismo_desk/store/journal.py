"""The station's journal: one commit here is *the* commit. Knows nothing of what facts mean."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelFormat, Paper, PaperKind
from wismo_desk.errors import StoreProblem
from wismo_desk.store import journal_tables as t
from wismo_desk.store.at_once import NUMBERED
from wismo_desk.store.audit_chain import HEAD, Head, chained, last_link
from wismo_desk.store.codec import dump, effect_row, facts_text, row_effect, row_fact, said_party, to_ms
from wismo_desk.store.engine import Writer

SCHEMA = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLabel:
    """Bytes for the printer and, where we painted it, the picture of them (1-bit PNG)."""

    parcel_id: UUID
    made_at: datetime
    format: LabelFormat
    content: bytes
    image: bytes = b""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPaper:
    """A document of a carrier's. `owner` is the hex of a parcel's id, or a manifest's id."""

    owner: str
    made_at: datetime
    paper: Paper
    number: int = 1  # of its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one commit holds; all of it or nothing."""

    at: datetime
    facts: tuple[Fact, ...] = ()
    parties: tuple[tuple[UUID, Party, str], ...] = ()  # order id, recipient, note
    effects: tuple[Effect, ...] = ()
    moves: tuple[Move, ...] = ()
    labels: tuple[StoredLabel, ...] = field(default=())
    papers: tuple[StoredPaper, ...] = ()

    @property
    def is_outcome(self) -> bool:
        """Whether it tells how something ended that was done outside: it must not be forgotten, and it begins
        nothing new."""
        return bool(self.moves) and all(move.now is not EffectState.SENDING for move in self.moves)


def row_label(row: RowMapping) -> StoredLabel:
    return StoredLabel(
        parcel_id=row["parcel_id"],
        made_at=datetime.fromtimestamp(row["made_ms"] / 1000).astimezone(),
        format=LabelFormat(row["format"]),
        content=row["content"],
        image=row["image"],
        codes=tuple(json.loads(row["codes"])),
    )


class Journal:
    """Append-only facts, the effect ledger, label bytes and number ranges of this station."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lock = threading.Lock()  # from the next number to its commit
        with writer.begin() as connection:
            t.metadata.create_all(connection)
            known = connection.scalar(select(t.meta.c.value).where(t.meta.c.name == "journal_id"))
            if known is None:
                known = uuid4().hex
                rows = [{"name": "journal_id", "value": known}, {"name": "schema", "value": SCHEMA}]
                connection.execute(insert(t.meta), rows)
            self.journal_id = known
            said = connection.scalar(select(t.meta.c.value).where(t.meta.c.name == HEAD))
            self._head = Head.parse(said, known)
            self._seq: int = connection.scalar(select(func.max(t.fact.c.seq))) or int(
                connection.scalar(select(t.meta.c.value).where(t.meta.c.name == "pruned")) or 0
            )

    def last_seq(self) -> int:
        """The number of the newest fact, still here or pruned."""
        return self._seq

    def linked(self, entry: Entry) -> Entry:
        """With its facts of the audit trail chained to the last one written. One entry at a time: the next one's link
        is to this one, once it is committed."""
        return replace(entry, facts=chained(entry.facts, self._head)[0])

    def commit(self, entry: Entry, said: str = "") -> int:
        """Write the entry; returns the sequence number of its last fact. A move whose effect is in another
        state refuses the whole entry with StoreProblem. `said`: codec.facts_text of its facts, where it is at hand."""
        with self._lock:
            head = last_link(entry.facts, self._head)
            last = self._seq + len(entry.facts)
            with self._writer.begin() as connection:
                if entry.facts:
                    connection.exec_driver_sql(NUMBERED, (self._seq, said or facts_text(entry.facts)))
                self._take_parties(connection, entry, last)
                if entry.effects:
                    connection.execute(insert(t.effect), [effect_row(effect) for effect in entry.effects])
                for move in entry.moves:
                    self._move(connection, move, entry.at)
                for label in entry.labels:
                    self._keep(connection, label)
                for paper in entry.papers:
                    self._keep_paper(connection, paper)
                if head != self._head:
                    _put_meta(connection, HEAD, str(head))
            self._seq, self._head = last, head
        return last

    def _take_parties(self, connection: Connection, entry: Entry, seq: int) -> None:
        if not entry.parties:
            return
        statement = upsert(t.party)
        statement = statement.on_conflict_do_update(
            index_elements=["order_id"],
            set_={"data": statement.excluded.data, "seq": statement.excluded.seq},
        )
        rows = [
            {"order_id": order, "seq": seq, "data": said_party(order, party, note, entry.facts)}
            for order, party, note in entry.parties
        ]
        connection.execute(statement, rows)

    def _move(self, connection: Connection, move: Move, at: datetime) -> None:
        row = t.effect.c
        old = connection.scalar(
            select(row.details).where(row.effect_id == move.effect_id, row.state == move.was.value)
        )
        if old is None:
            raise StoreProblem(
                "This was settled already by somebody else; nothing was done twice.", raw=str(move.effect_id)
            )
        connection.execute(
            update(t.effect)
            .where(row.effect_id == move.effect_id)
            .values(
                state=move.now.value,
                changed_ms=to_ms(at),
                details=dump({**json.loads(old), **move.details}),
            )
        )

    def _keep(self, connection: Connection, label: StoredLabel) -> None:
        statement = upsert(t.label).values(
            parcel_id=label.parcel_id,
            made_ms=to_ms(label.made_at),
            format=label.format.value,
            content=label.content,
            image=label.image,
            codes=json.dumps(label.codes),
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["parcel_id"],
                set_={
                    name: statement.excluded[name]
                    for name in ("made_ms", "format", "content", "image", "codes")
                },
            )
        )

    def _keep_paper(self, connection: Connection, stored: StoredPaper) -> None:
        row = {
            "owner": stored.owner,
            "kind": stored.paper.kind.value,
            "number": stored.number,
            "made_ms": to_ms(stored.made_at),
            "media_type": stored.paper.media_type,
            "content": stored.paper.content,
        }
        statement = upsert(t.paper).values(row)
        fresh = {name: statement.excluded[name] for name in ("made_ms", "media_type", "content")}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["owner", "kind", "number"], set_=fresh)
        )

    def papers(self, owner: str) -> list[StoredPaper]:
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(t.paper).where(t.paper.c.owner == owner).order_by(t.paper.c.kind, t.paper.c.number)
            ).all()
        return [
            StoredPaper(
                owner=row.owner,
                made_at=datetime.fromtimestamp(row.made_ms / 1000).astimezone(),
                paper=Paper(kind=PaperKind(row.kind), content=row.content, media_type=row.media_type),
                number=row.number,
            )
            for row in rows
        ]

    def take_serial(self, name: str, *, first: int = 1) -> int:
        """The next number of a range, for ever used up even if what it was for fails."""
        with self._writer.begin() as connection:
            value = connection.scalar(select(t.serial.c.next).where(t.serial.c.name == name)) or first
            statement = upsert(t.serial).values(name=name, next=value + 1)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_={"next": value + 1})
            )
            return int(value)

    def skip_serials(self, count: int) -> None:
        """After a restore: numbers given out since the backup are on labels already."""
        with self._writer.begin() as connection:
            connection.execute(update(t.serial).values(next=t.serial.c.next + count))

    def facts_after(self, seq: int, limit: int = 5000) -> list[tuple[int, Fact]]:
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(t.fact).where(t.fact.c.seq > seq).order_by(t.fact.c.seq).limit(limit)
            ).mappings()
            return [(row["seq"], row_fact(row)) for row in rows]

    def parties_after(self, seq: int) -> list[tuple[UUID, str]]:
        with self._writer.begin() as connection:
            rows = connection.execute(select(t.party.c.order_id, t.party.c.data).where(t.party.c.seq > seq))
            return [(row.order_id, row.data) for row in rows]

    def effect(self, kind: EffectKind, key: str) -> Effect | None:
        return self._one_effect(t.effect.c.kind == kind.value, t.effect.c.key == key)

    def effect_by_id(self, effect_id: UUID) -> Effect | None:
        return self._one_effect(t.effect.c.effect_id == effect_id)

    def _one_effect(self, *where: object) -> Effect | None:
        with self._writer.begin() as connection:
            row = connection.execute(select(t.effect).where(*where)).mappings().first()  # type: ignore[arg-type]  # column expressions
            return row_effect(row) if row else None

    def effects(
        self,
        *,
        states: Sequence[EffectState] = (),
        parcel_id: UUID | None = None,
        order_id: UUID | None = None,
        limit: int = 500,
    ) -> list[Effect]:
        """Newest first."""
        statement = select(t.effect).order_by(t.effect.c.changed_ms.desc()).limit(limit)
        if states:
            statement = statement.where(t.effect.c.state.in_([state.value for state in states]))
        if parcel_id is not None:
            statement = statement.where(t.effect.c.parcel_id == parcel_id)
        if order_id is not None:
            statement = statement.where(t.effect.c.order_id == order_id)
        with self._writer.begin() as connection:
            return [row_effect(row) for row in connection.execute(statement).mappings()]

    def label(self, parcel_id: UUID) -> StoredLabel | None:
        with self._writer.begin() as connection:
            found = connection.execute(select(t.label).where(t.label.c.parcel_id == parcel_id))
            row = found.mappings().first()
        return row_label(row) if row is not None else None

    def label_like(self, content: bytes, *, among: int = 50) -> UUID | None:
        """The parcel whose newest label has these bytes, among the last so many labels."""
        with self._writer.begin() as connection:
            rows = connection.execute(
                select(t.label.c.parcel_id, t.label.c.content).order_by(t.label.c.made_ms.desc()).limit(among)
            )
            return next((row.parcel_id for row in rows if row.content.strip() == content.strip()), None)

    def prune(self, folded: int, labels_before: datetime) -> None:
        """Drop facts that the main file holds safely, and label bytes past their time."""
        with self._writer.begin() as connection:
            connection.execute(delete(t.fact).where(t.fact.c.seq <= folded))
            connection.execute(delete(t.party).where(t.party.c.seq <= folded))
            for bytes_of in (t.label, t.paper):
                connection.execute(delete(bytes_of).where(bytes_of.c.made_ms < to_ms(labels_before)))
            _put_meta(connection, "pruned", str(folded))


def _put_meta(connection: Connection, name: str, value: str) -> None:
    statement = upsert(t.meta).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
