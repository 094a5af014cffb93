"""`wismo-desk preflight`, `rules` and `prices`: where orders go and what would stop them, without a window."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.preflight import Concern
from wismo_desk.domain.rules import Decision, Moved, RuleBook, dump_book
from wismo_desk.errors import Refused
from wismo_desk.flows.preflight import Flagged, Looked, Preflight
from wismo_desk.flows.preflight_words import said_short, spoken
from wismo_desk.flows.price import Price
from wismo_desk.flows.reroute import Reroute
from wismo_desk.flows.rule_words import Names, goes_words, rule_words, target_words
from wismo_desk.words import Words

_ROUNDS = 200  # of ten questions each; the meters end it long before


class Routing(Protocol):
    @property
    def reroute(self) -> Reroute: ...
    @property
    def price(self) -> Price: ...
    @property
    def preflight(self) -> Preflight: ...


def preflight(routing: Routing, words: Words, *, offline: bool, as_json: bool) -> str:
    """What to correct before packing. The carriers are asked as long as their meters allow, unless `offline`."""
    flight = routing.preflight
    if not offline:
        flight.start(by_hand=True)
        for _ in range(_ROUNDS):
            if not flight.ask():
                break
    looked = flight.look()
    if as_json:
        return json.dumps(_looked_data(looked, words), ensure_ascii=False)
    head = words(
        "{count} of {waiting} waiting orders want a look.", count=len(looked.flagged), waiting=looked.waiting
    )
    lines = [head, *(_flagged_line(one, words) for one in looked.flagged)]
    if looked.to_ask:
        lines.append(words("Orders about which the carriers were not asked: {count}.", count=looked.to_ask))
    lines += [said] if (said := said_short(looked.too_short, words)) else []
    return "\n".join(lines)


def _flagged_line(one: Flagged, words: Words) -> str:
    said = [f"{one.order.number} · {one.carrier} {one.service}".rstrip()]
    return "\n".join([*said, *(f"  {spoken(concern, words)}" for concern in one.concerns)])


def _looked_data(looked: Looked, words: Words) -> dict[str, object]:
    return {
        "waiting": looked.waiting,
        "not_asked": looked.to_ask,
        "numbers_too_short": looked.too_short,
        "orders": [
            {
                "order": one.order.number,
                "order_id": str(one.order.order_id),
                "concerns": [_concern_data(concern, words) for concern in one.concerns],
            }
            for one in looked.flagged
        ],
    }


def _concern_data(concern: Concern, words: Words) -> dict[str, object]:
    return {
        "field": concern.field,
        "fix": concern.fix.value,
        "certain": concern.certain,
        "sentence": spoken(concern, words),
        "raw": concern.raw,
    }


def rules(routing: Routing, words: Words, names: Names, *, apply: bool, as_json: bool) -> tuple[str, Changes]:
    """The rules in force, and the waiting orders that they would send another way; `apply` sends them. What is said,
    and what it changed."""
    reroute = routing.reroute
    book = reroute.book()
    preview = reroute.preview(book)
    changes = reroute.apply() if apply else Changes()
    if as_json:
        moved = [_moved_data(one) for one in preview.moved]
        data = {"waiting": preview.waiting, "by_hand": preview.by_hand, "moved": moved, "applied": apply}
        return json.dumps({**dump_book(book), **data}, ensure_ascii=False), changes
    counts = {"count": len(preview.moved), "waiting": preview.waiting}
    would = words("{count} of {waiting} waiting orders would go another way.", **counts)
    head = words("{count} of {waiting} waiting orders go another way now.", **counts) if apply else would
    shown = [
        f"  {one.order.number}: {' '.join(names(*one.before))} → {_goes(one.after, names)}"
        for one in preview.moved
    ]
    return "\n".join([*_rule_lines(book, words, names), head, *shown]), changes


def _rule_lines(book: RuleBook, words: Words, names: Names) -> list[str]:
    lines = []
    for number, rule in enumerate(book.rules, 1):
        off = "" if rule.on else f" ({words('off')})"
        lines.append(f"{number}. {rule_words(rule, words)} → {goes_words(rule, words, names)}{off}")
    return [*lines, f"{len(lines) + 1}. {words('Otherwise')} → {target_words(book.default, words, names)}"]


def _goes(decision: Decision, names: Names) -> str:
    return " ".join(names(decision.carrier, decision.service))


def _moved_data(one: Moved) -> dict[str, object]:
    return {
        "order": one.order.number,
        "before": list(one.before),
        "after": [one.after.carrier, one.after.service],
        "price_before_cents": one.price_before_cents,
        "price_after_cents": one.after.price_cents,
    }


def prices(
    routing: Routing, words: Words, data: bytes, name: str, *, refused: Callable[[bytes], object]
) -> tuple[str, Changes]:
    """Bring a price list in: what is said, and what it changed. Refused when a line of it cannot be: then nothing was
    changed, and `refused` is given the file of such lines."""
    report = routing.price(data, name)
    if report.refusals:
        refused(report.error_file)
        first = report.refusals[0]
        said = words(first.sentence, **dict(first.values))
        raise Refused(
            "{count} lines of {file} cannot be used, so none was: line {line}: {said}",
            count=len(report.refusals),
            file=name,
            line=first.line_no,
            said=said,
        )
    named = ", ".join(report.carriers)
    said = words("{name}: {count} prices of {carriers}.", name=name, count=report.taken, carriers=named)
    return said, report.changes


def told_where(refused: bytes, errors: Path | None, words: Words) -> str:
    """Where the refused lines are, or how to get them when there are more than the one that is told; else ""."""
    if not refused:
        return ""
    if errors is not None:
        said = (
            "The refused lines, each with its reason, are in {path}: correct them in your list, then bring it "
            "in again."
        )
        return words(said, path=str(errors))
    count = sum(1 for _ in csv.reader(io.StringIO(refused.decode("utf-8-sig")), delimiter=";")) - 1
    said = "There are {count} such lines. Add --errors FILE.csv: that file then holds each with its reason, to correct."
    return words(said, count=count) if count > 1 else ""
