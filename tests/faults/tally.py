"""The checker: compares what a desk's files say with what its machines know, and counts what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from desk_rig import Bench
from store_rig import picture

from tests.faults.machines import Books
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState


@dataclass(slots=True)
class Tally:
    """Counts, and `said`: one line for each thing that is wrong. `doubts` are named, not wrong."""

    lost: int = 0
    doubled: int = 0
    phantom: int = 0
    mismatch: int = 0
    doubts: int = 0
    done: int = 0
    said: list[str] = field(default_factory=list)

    def wrong(self, what: str, said: str, count: int = 1) -> None:
        setattr(self, what, getattr(self, what) + count)
        self.said.append(f"{what}: {said}")

    @property
    def total(self) -> int:
        return self.lost + self.doubled + self.phantom + self.mismatch

    def __iadd__(self, other: Tally) -> Tally:
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_orders(desk: Bench, books: Books, numbers: Sequence[str], pieces: int) -> Tally:
    """Every order shipped, each of its pieces scanned once, one label bought, printed and checked."""
    found = Tally()
    printed = Counter(content.strip() for content in books.printed)
    for number in numbers:
        _check_order(desk, books, printed, number, pieces, found)
    known = {parcel.reference for number in numbers for parcel in desk.parcels(number)}
    for reference in books.sold.keys() - known:
        found.wrong("phantom", f"label {reference} was sold and nobody knows")
    for _ in range(sum(printed.values())):
        found.wrong("phantom", "a label came out that no parcel has")
    if wrong := desk.station.store.check():
        found.wrong("mismatch", f"files: {wrong[0]}")
    before = picture(desk.station.store)
    desk.station.store.rebuild()
    if picture(desk.station.store) != before:
        found.wrong("mismatch", "the fold and its rebuild differ")
    return found


def _check_order(
    desk: Bench, books: Books, printed: Counter[bytes], number: str, pieces: int, found: Tally
) -> None:
    scanned = sum(int(str(fact.data["pieces"])) for fact in desk.facts(number, FactKind.ITEM_SCANNED))
    if scanned != pieces:
        found.wrong(
            "lost" if scanned < pieces else "doubled", f"order {number}: {scanned} of {pieces} pieces"
        )
    bought = desk.facts(number, FactKind.LABEL_BOUGHT)
    if len(bought) != 1 or desk.state(number) is not OrderState.SHIPPED:
        found.wrong("doubled" if len(bought) > 1 else "lost", f"order {number}: {len(bought)} labels")
    closed = desk.facts(number, FactKind.PARCEL_CLOSED)
    if len(closed) != 1:
        found.wrong("doubled" if closed else "lost", f"order {number}: {len(closed)} parcels closed")
    for parcel in desk.parcels(number):
        if parcel.carrier == "practice" and books.sold[parcel.reference] != 1:
            found.wrong("doubled", f"order {number}: {books.sold[parcel.reference]} labels at the carrier")
        stored = desk.station.store.journal.label(parcel.parcel_id)
        out = printed.pop(stored.content.strip(), 0) if stored else 0
        if out != 1:
            found.wrong("doubled" if out > 1 else "lost", f"order {number}: its label came out {out} times")
    for effect in desk.effects(number):
        found.doubts += "resolved" in effect.details
        if effect.state is not EffectState.DONE:
            found.wrong("lost", f"order {number}: {effect.kind.value} {effect.state.value}")
    prints = desk.effects(number, EffectKind.LABEL_PRINTED)
    told = desk.facts(number, FactKind.LABEL_PRINTED)
    if len(told) > len(prints):
        found.wrong("doubled", f"order {number}: {len(told)} prints recorded of {len(prints)}")


def check_notices(desk: Bench, mails: Counter[str]) -> Tally:
    """No customer has one twice; what counts as sent has arrived; what is in doubt is named."""
    found = Tally()
    for message, count in mails.items():
        if count > 1:
            found.wrong("doubled", f"message {message} arrived {count} times", count - 1)
    known = set()
    for row in desk.station.notify.rows(limit=100_000):
        message = str(row.notice.details.get("message_id", ""))
        known.add(message)
        if row.notice.state is EffectState.DONE and not mails[message]:
            found.wrong("lost", f"notice of order {row.notice.order_number} counts as sent")
        if row.notice.state in (EffectState.PENDING, EffectState.SENDING):
            found.wrong("lost", f"notice of order {row.notice.order_number} is {row.notice.state.value}")
        found.doubts += row.notice.state is EffectState.IN_DOUBT
    for message in mails.keys() - known:
        found.wrong("phantom", f"message {message} arrived and is not in the ledger")
    return found
