"""Brings an order file or a product list in: the good lines come in, the others are told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from pathlib import PurePath
from typing import Any, Final, TypeVar
from uuid import UUID

from wismo_desk.domain.choices import FIXED, reconcile
from wismo_desk.domain.cutoff import is_working_day, next_departure
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.order_columns import Field
from wismo_desk.domain.order_file import (
    Mapping as Columns,
)
from wismo_desk.domain.order_file import OrderFile, Refusal, error_file, fingerprint, parse_orders
from wismo_desk.domain.order_file_text import Table, read_head
from wismo_desk.domain.order_remarks import LineRemark
from wismo_desk.domain.order_state_column import (
    LOOKED_AT,
    StateColumn,
    judge_state,
    state_named,
    unused_columns,
    whole_guess,
)
from wismo_desk.domain.product_file import parse_products
from wismo_desk.errors import Refused
from wismo_desk.flows.intake_fields import FIELD_SENTENCES
from wismo_desk.flows.order_numbers import OrderNumbers
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.route import Route
from wismo_desk.store.codec import content_hash, order_data, party_data, product_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

SOURCE: Final = "csv"
_MAPPINGS: Final = "order_columns"  # scope of remembered column maps, by fingerprint of the header
_NAMED: Final = "order_column_names"  # the same by the name of the file each was said for
_CHUNK: Final = 250
_LONG: Final = 2_000  # orders: a file whose progress is worth a word
_SAMPLE: Final = 3  # records shown when columns are asked for
_PRODUCT_WORDS: Final = frozenset(
    {"barcodes", "codes", "codes-barres", "poids", "weight", "weight_g", "aisle", "allée", "picture"}
)
T = TypeVar("T")


class IntakeKind(StrEnum):
    ORDERS = "orders"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeLook:
    """What a file seems to be, before anything is taken in. `fields` are (ours, sentence, required)."""

    kind: IntakeKind
    header: tuple[str, ...]
    mapping: Mapping[str, str]
    named: Mapping[str, str]  # the same by the headings' own names alone, whatever is remembered for them
    known: bool  # every needed column is found: it can come in without asking
    sample: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[str, str, bool], ...]
    mappable: bool = True  # false: too few columns for any order
    unclear: str = ""  # a column that may be the state of the address, or what became of the order


@dataclass(frozen=True, slots=True)
class Underway:
    """How far a long file has come: lines read, then orders kept, of so many."""

    lines: int
    orders: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """`kept` orders differ from what is here but were started already: what was done here stays."""

    kind: IntakeKind
    name: str
    taken: int = 0
    changed: int = 0
    same: int = 0
    kept: int = 0
    erased: int = 0  # whose person was erased: they stay as they are
    corrected: int = 0  # of the changed ones, those that keep what was corrected here
    overruled: int = 0  # and those where the shop changed since what was corrected here
    lines: int = 0
    repeated: int = 0
    refusals: tuple[Refusal, ...] = ()
    remarks: tuple[LineRemark, ...] = ()  # on orders that came in all the same
    unused: tuple[str, ...] = ()  # columns that nothing was read from
    error_file: bytes = b""
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corrected:
    """An order with what was corrected here; `overruled` says that the shop changed some of it since."""

    order: Order
    kept: bool
    overruled: Fact | None


@dataclass(slots=True)
class _Sorted:
    """The orders of a file beside those that are here already."""

    fresh: list[tuple[Order, Fact]] = field(default_factory=list)  # to be written
    lines: list[tuple[int, Order]] = field(
        default_factory=list
    )  # the same, with their first lines in the file
    again: list[Order] = field(default_factory=list)  # of these, what the shop tells anew
    same: int = 0
    kept: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn:
    store: Store
    pen: Pen
    words: Words
    route: Callable[[], Route]
    zone: tzinfo
    cut_off: Callable[[str], time]
    works: Callable[[date], bool] = is_working_day  # whether trucks leave on that day

    def look(self, data: bytes, name: str) -> IntakeLook:
        """Raises BadInput when there is no table in the file at all."""
        table = read_head(data, LOOKED_AT)
        columns = self._columns(table)
        kind = _kind(table.header, columns)
        unclear = self._unclear(table) if kind is IntakeKind.ORDERS else ""
        required = {Field.ORDER, Field.QUANTITY, Field.SKU}
        return IntakeLook(
            kind=kind,
            header=table.header,
            mapping=columns.to_dict(),
            named=whole_guess(table.header, [row.fields for row in table.rows]).to_dict(),
            known=kind is IntakeKind.PRODUCTS or not (columns.missing or unclear),
            sample=tuple(tuple(row.fields) for row in table.rows[:_SAMPLE]),
            fields=tuple((ours.value, FIELD_SENTENCES[ours], ours in required) for ours in Field),
            mappable=len({name for name in table.header if name}) >= len(required),
            unclear=unclear,
        )

    def __call__(
        self,
        data: bytes,
        name: str,
        *,
        mapping: Mapping[str, str] | None = None,
        underway: Callable[[Underway], None] = lambda _how_far: None,
    ) -> IntakeReport:
        """Idempotent: the same file again changes nothing. A given mapping says that these are orders, and is
        remembered for its header once orders came in by it. `underway` hears, on this thread, how far a long file has
        come."""
        table = read_head(data, LOOKED_AT)
        chosen = Columns.from_dict(dict(mapping)) if mapping else self._remembered(table.header)
        if not mapping and _kind(table.header, chosen or self._columns(table)) is IntakeKind.PRODUCTS:
            return self._products(data, name)
        report = self._orders(data, name, chosen, Changes(), underway)
        known = report.taken or report.changed or report.same or report.kept or report.erased
        if not mapping or not known:  # by a map that nothing came in with, the next file would fail, too
            return report
        changes = report.changes | self._set(_MAPPINGS, fingerprint(table.header), dict(mapping))
        changes |= self._set(_NAMED, PurePath(name).stem, dict(mapping))
        return replace(report, changes=changes)

    def columns(self, header: Sequence[str], sample: Iterable[Sequence[str]] = ()) -> Columns:
        """Which column of such a file is what: as somebody said, else as its names and the values of `sample` look."""
        return self._remembered(header) or whole_guess(header, sample)

    def _columns(self, table: Table) -> Columns:
        return self.columns(table.header, [row.fields for row in table.rows])

    def _unclear(self, table: Table) -> str:
        if self._remembered(table.header) is not None:
            return ""
        guessed = whole_guess(table.header, ())
        judged = judge_state(table.header, [row.fields for row in table.rows], guessed)
        return state_named(table.header, guessed) if judged is StateColumn.UNCLEAR else ""

    def map_named(self, name: str) -> dict[str, str]:
        """The column map remembered under the name of the file it was first said for."""
        known = self.store.read.values(_NAMED)
        if name not in known:
            raise Refused(
                "No column map is called {name}. Known ones: {known}.",
                name=name,
                known=", ".join(sorted(known)) or "–",
            )
        return dict(known[name])

    def _orders(
        self,
        data: bytes,
        name: str,
        columns: Columns | None,
        changes: Changes,
        underway: Callable[[Underway], None],
    ) -> IntakeReport:
        now = self.pen.clock()
        file = parse_orders(
            data,
            source=SOURCE,
            zone=self.zone,
            received_at=now,
            mapping=columns,
            progress=lambda lines: underway(Underway(lines)),
        )
        found = self._sorted(file, now)
        remarks = OrderNumbers(self.store).remarks(found.lines)
        corrected = {each.order.order_id: each for each in self._corrected(found.again)}
        count = len(found.fresh)
        told = (lambda done: underway(Underway(file.lines, done, count))) if count > _LONG else None
        changes |= self._keep(found.fresh, corrected, now, told)
        refused = error_file(file.refusals, self.words, header=file.header, delimiter=file.delimiter)
        return IntakeReport(
            kind=IntakeKind.ORDERS,
            name=name,
            taken=count - len(found.again),
            changed=len(found.again),
            same=found.same,
            kept=found.kept,
            erased=found.erased,
            corrected=sum(each.kept for each in corrected.values()),
            overruled=sum(each.overruled is not None for each in corrected.values()),
            lines=file.lines,
            repeated=file.repeated,
            refusals=file.refusals,
            remarks=tuple(remarks),
            unused=unused_columns(file.header, (name for _, name in file.mapping.columns)),
            error_file=refused if file.refusals else b"",
            changes=changes,
        )

    def _sorted(self, file: OrderFile, now: datetime) -> _Sorted:
        ids = [order.order_id for order in file.orders]
        known, erased = self.store.read.known_content(ids), self.store.personal.erased(ids)
        found, route = _Sorted(erased=len(erased)), self.route()
        for line_no, order in zip(file.first_lines, file.orders, strict=True):
            if order.order_id in erased:
                continue
            content, state = known.get(order.order_id, ("", OrderState.WAITING))
            fact = self._fact(order, route, now)
            if content == fact.data["content"]:
                found.same += 1
            elif content and state is not OrderState.WAITING:
                found.kept += 1
            else:
                found.fresh.append((order, fact))
                found.lines.append((line_no, order))
                found.again += [order] if content else []
        return found

    def _keep(
        self,
        fresh: Sequence[tuple[Order, Fact]],
        corrected: Mapping[UUID, _Corrected],
        now: datetime,
        told: Callable[[int], None] | None,
    ) -> Changes:
        """`told` hears after each commit how many orders are on disk."""
        changes, done = Changes(), 0
        for chunk in _chunks(fresh):
            known_here = [corrected.get(order.order_id) for order, _ in chunk]
            said = [each.order if each else order for (order, _), each in zip(chunk, known_here, strict=True)]
            facts = [fact for _, fact in chunk]
            facts += [each.overruled for each in known_here if each and each.overruled]
            parties = tuple((order.order_id, order.recipient, order.note) for order in said)
            changes |= self.store.commit(Entry(at=now, facts=tuple(facts), parties=parties))
            done += len(chunk)
            if told is not None:
                told(done)
        return changes

    def _fact(self, order: Order, route: Route, now: datetime) -> Fact:
        carrier, service = route(order)
        data: dict[str, Any] = order_data(order, carrier=carrier, service=service)
        data["content"] = content_hash(data, party_data(order.recipient, order.note))
        ordered = min(order.ordered_at, now)
        ship_by = order.ship_by or next_departure(ordered, self.cut_off(carrier), self.zone, self.works)
        data["ship_by"] = ship_by.isoformat()
        shipment = shipment_id(order.order_id)
        return self.pen.fact(FactKind.ORDER_TAKEN_IN, order_id=order.order_id, shipment_id=shipment, **data)

    def _corrected(self, again: Sequence[Order]) -> Iterator[_Corrected]:
        """Of orders that the shop tells anew, those in which something was corrected here."""
        fixes = self.store.read.values(FIXED) if again else {}
        for order in again:
            fixed = fixes.get(str(order.order_id))
            here = self.store.read.order(order.order_id) if fixed and fixed["fields"] else None
            if fixed is None or here is None:
                continue
            found = reconcile(order.recipient, here.recipient, fixed["fields"])
            left = {name: fixed["fields"][name] for name in found.kept}
            fact = None
            if found.overruled:
                value = {**fixed, "fields": left, "overruled": list(found.overruled)}
                ids = {"order_id": order.order_id, "shipment_id": shipment_id(order.order_id)}
                fact = self.pen.fact(
                    FactKind.VALUE_SET, **ids, scope=FIXED, key=str(order.order_id), value=value
                )
            told = replace(order, recipient=found.recipient)
            yield _Corrected(order=told, kept=bool(found.kept), overruled=fact)

    def _products(self, data: bytes, name: str) -> IntakeReport:
        file = parse_products(data)
        known = self.store.read.products([product.sku for product in file.products])
        fresh = [product for product in file.products if known.get(product.sku) != product]
        now, changes = self.pen.clock(), Changes()
        for chunk in _chunks(fresh):
            facts = [
                self.pen.fact(
                    FactKind.VALUE_SET, scope="product", key=product.sku, value=product_data(product)
                )
                for product in chunk
            ]
            changes |= self.store.commit(Entry(at=now, facts=tuple(facts)))
        changed = sum(1 for product in fresh if product.sku in known)
        refused = error_file(file.refusals, self.words, header=file.header, delimiter=file.delimiter)
        return IntakeReport(
            kind=IntakeKind.PRODUCTS,
            name=name,
            taken=len(fresh) - changed,
            changed=changed,
            same=len(file.products) - len(fresh),
            lines=len(file.products) + len(file.refusals),
            refusals=file.refusals,
            unused=unused_columns(file.header, file.used),
            error_file=refused if file.refusals else b"",
            changes=changes,
        )

    def _remembered(self, header: Sequence[str]) -> Columns | None:
        kept = self.store.read.values(_MAPPINGS).get(fingerprint(header))
        return Columns.from_dict(kept) if kept else None

    def _set(self, scope: str, key: str, value: object) -> Changes:
        fact = self.pen.fact(FactKind.VALUE_SET, scope=scope, key=key, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))


def missing_fields(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """The fields without a column in a map given by a person, and without which no line can be packed."""
    return tuple(field.value for field in Columns.from_dict(dict(mapping)).missing)


def _kind(header: Sequence[str], columns: Columns) -> IntakeKind:
    """A list without order number and quantity, but with what products have, is a product list."""
    names = {name.strip().casefold() for name in header}
    lacks_order = Field.ORDER in columns.missing
    return IntakeKind.PRODUCTS if lacks_order and names & _PRODUCT_WORDS else IntakeKind.ORDERS


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
