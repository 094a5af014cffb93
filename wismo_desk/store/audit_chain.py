"""Chains what an auditor asks about: each such fact carries a hash of itself and of the one before it.

The link is part of the fact, so every desk and the shared database hold it: who changes a row on one computer is found
there, and who writes a whole chain anew is found by all the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.errors import StoreProblem
from wismo_desk.store.codec import dump, fact_row
from wismo_desk.store.copies import JOURNAL, MAIN
from wismo_desk.store.engine import looking

LINK: Final = "link"  # of a fact's data: journal, number, before, hash
HEAD: Final = "chain"  # in the journal's meta: what was written last
_KINDS: Final = (FactKind.OUTCOME_RESOLVED, FactKind.LABEL_VOIDED, FactKind.PERSON_ERASED)
_COLUMNS: Final = ("fact_id", "kind", "at_ms", "station", "by", "order_id", "shipment_id", "parcel_id")

CHANGED: Final = (
    "The audit trail of {station} is broken: entry {number} ({kind}) was changed after it was written."
)
MISSING: Final = "The audit trail of {station} is broken: entry {number} is missing."
TWICE: Final = (
    "The audit trail of {station} is broken: entry {number} ({kind}) was written twice, differently."
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a journal's chain. A restored journal has another name, and begins another chain."""

    journal: str
    number: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.journal}/{self.number}/{self.hash}"

    @classmethod
    def parse(cls, said: str | None, journal: str) -> Self:
        if said and said.startswith(f"{journal}/"):
            _, number, value = said.split("/")
            return cls(journal, int(number), value)
        return cls(journal)


def is_audited(fact: Fact) -> bool:
    """Decided questions, voids, erasures, and every print after the first."""
    if fact.kind is FactKind.LABEL_PRINTED:
        return int(str(fact.data.get("copy") or 1)) > 1
    return fact.kind in _KINDS


def chained(facts: Sequence[Fact], head: Head) -> tuple[tuple[Fact, ...], Head]:
    """The same facts, those of the trail with their links; and where the chain ends then."""
    found = []
    for fact in facts:
        if is_audited(fact) and LINK not in fact.data:  # one that is salvaged keeps its place in its chain
            row = fact_row(fact)
            link = {"journal": head.journal, "number": head.number + 1, "before": head.hash}
            value = _hash(row, json.loads(row["data"]), link)
            head = Head(head.journal, head.number + 1, value)
            fact = replace(fact, data={**fact.data, LINK: {**link, "hash": value}})
        found.append(fact)
    return tuple(found), head


def last_link(facts: Sequence[Fact], head: Head) -> Head:
    """Where the chain ends once these facts, which have their links, are written."""
    for fact in facts:
        link: Any = fact.data.get(LINK)
        if link is not None and is_audited(fact) and link["journal"] == head.journal:
            head = Head(link["journal"], link["number"], link["hash"])
    return head


def check_trail(folder: Path, key: bytes) -> list[StoreProblem]:
    """The first thing wrong with each chain that these files know; empty when all hold. Read-only. The beginning of
    another desk's chain may have gone with its time, of this desk's own nothing may be missing."""
    rows: dict[str, Any] = {}
    head = Head("")
    for name in (MAIN, JOURNAL):
        if not (folder / name).exists():
            continue
        with looking(folder / name, key) as file:
            for row in _rows(file):
                rows.setdefault(row["fact_id"], row)
            if name == JOURNAL:
                meta = dict(
                    file.execute("SELECT name, value FROM meta WHERE name IN ('journal_id', 'chain')")
                )
                head = Head.parse(meta.get(HEAD), meta.get("journal_id", ""))
    chains: dict[str, list[Any]] = {head.journal: []}
    for row in rows.values():
        chains.setdefault(str(row["link"]["journal"]), []).append(row)
    return [
        problem
        for name, some in chains.items()
        for problem in _first_wrong(some, head, own=name == head.journal)
    ]


def _rows(file: Any) -> Iterator[dict[str, Any]]:
    kinds = [kind.value for kind in (*_KINDS, FactKind.LABEL_PRINTED)]
    marks = ", ".join("?" * len(kinds))
    columns = ", ".join(f'"{name}"' for name in (*_COLUMNS, "data"))
    for values in file.execute(f"SELECT {columns} FROM fact WHERE kind IN ({marks})", kinds):  # noqa: S608 - our names
        row = dict(zip((*_COLUMNS, "data"), values, strict=True))
        data = json.loads(row["data"])
        link = data.pop(LINK, None)
        if link is not None:  # one from before there were chains has none
            yield {**row, "plain": data, "link": link}


def _first_wrong(rows: Iterable[dict[str, Any]], head: Head, *, own: bool) -> list[StoreProblem]:
    ordered = sorted(rows, key=lambda row: int(row["link"]["number"]))
    due = 1 if own or not ordered else int(ordered[0]["link"]["number"])
    before = None if due > 1 else ""
    station = ordered[-1]["station"] if ordered else ""
    for row in ordered:
        link, told = (
            row["link"],
            {"station": row["station"], "number": row["link"]["number"], "kind": row["kind"]},
        )
        if link["number"] < due:
            return [StoreProblem(TWICE, **told)]
        if link["number"] > due:
            return [StoreProblem(MISSING, station=station, number=due)]
        if _hash(row, row["plain"], link) != link["hash"] or before not in (None, link["before"]):
            return [StoreProblem(CHANGED, **told)]
        before, due = link["hash"], due + 1
    if own and due <= head.number:
        return [StoreProblem(MISSING, station=station, number=due)]
    if own and before != head.hash:
        return [
            StoreProblem(
                CHANGED, station=station, number=due - 1, kind=ordered[-1]["kind"] if ordered else ""
            )
        ]
    return []


def _hash(row: Any, data: Any, link: Any) -> str:
    """Of the row as it lies in the files, whatever the order of the keys in its JSON."""
    said = [_plain(row[name]) for name in _COLUMNS]
    whole = [link["before"], link["journal"], link["number"], *said, json.loads(dump(data))]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return getattr(value, "hex", value) if not isinstance(value, str | int | float) else value
