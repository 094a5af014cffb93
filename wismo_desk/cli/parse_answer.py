"""`wismo-desk parse CARRIER label|track|error FILE`: what a connector makes of an answer kept in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.domain.refusals import Refusals, Told
from wismo_desk.domain.shipment import Label
from wismo_desk.domain.status import UNKNOWN_RULE, Codes, StatusRule, fold_key, standing
from wismo_desk.domain.tracking import Tracked, TrackingEvent, event_id
from wismo_desk.errors import CarrierRefused, DeskError, OutcomeUnknown
from wismo_desk.web import Answer
from wismo_desk.words import Words

_HEAD: Final = re.compile(rb"HTTP/[\d.]+ (\d{3})[^\n]*\n(.*?)\r?\n\r?\n", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The pure half of a carrier module; what it does not answer is None."""

    carrier: str
    codes: Codes
    refusals: Refusals
    parse_label: Callable[[Answer], Label] | None = None
    parse_tracking: Callable[[Answer], tuple[Tracked, ...]] | None = None
    parse_error: Callable[[Answer], Told | None] | None = None


def kept_answer(content: bytes, kind: str) -> Answer:
    """The answer in a file: a body, or a whole one with its status line and headers as `curl -i` keeps it. A bare
    body counts as HTTP 200, one that is said to be an error as 400."""
    head = _HEAD.match(content)
    if head is None:
        return Answer(status=400 if kind == "error" else 200, content=content, headers={}, host="file")
    pairs = (line.partition(":") for line in head[2].decode("latin-1").splitlines())
    headers = {key.strip().lower(): value.strip() for key, colon, value in pairs if colon}
    return Answer(status=int(head[1]), content=content[head.end() :], headers=headers, host="file")


def parse_answer(
    connector: Connector, kind: str, content: bytes, words: Words, *, as_json: bool
) -> tuple[str, int]:
    """The text and the exit code: 0 also for a refusal that was understood, 1 when the answer cannot be read."""
    found: dict[str, Any] = {
        "carrier": connector.carrier,
        "tracking_number": None,
        "aliases": [],
        "label": None,
        "events": [],
        "status": None,
        "error": None,
    }
    exit_code = 0
    try:
        found |= _understood(connector, kind, kept_answer(content, kind), words)
    except CarrierRefused as error:
        found["error"] = _refused(connector, error, words)
    except DeskError as error:
        found["error"] = {"code": error.raw, "message": words(error.sentence, **error.values), "fix": ""}
        exit_code = 1
    text = json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(_lines(found))
    return text, exit_code


def _understood(connector: Connector, kind: str, answer: Answer, words: Words) -> dict[str, Any]:
    """The fields that the answer fills."""
    if kind == "label" and connector.parse_label is not None:
        return _label(connector.parse_label(answer), words)
    if kind == "track" and connector.parse_tracking is not None:
        tracked = connector.parse_tracking(answer)
        if not tracked:
            raise OutcomeUnknown("The answer names no parcel. Ask the carrier again, or look at the file.")
        first, *others = [_tracked(connector, one, words) for one in tracked]
        return first | ({"others": others} if others else {})
    if kind == "error" and connector.parse_error is not None:
        told = connector.parse_error(answer)
        return {"error": _told(connector, told, words) if told else None}
    raise OutcomeUnknown("This carrier gives no answers of that kind. Try label, track or error.")


def _label(label: Label, words: Words) -> dict[str, Any]:
    return {
        "tracking_number": label.tracking_number,
        "aliases": list(label.aliases),
        "label": {"format": label.format.value, "bytes": len(label.content)},
        "papers": [{"kind": paper.kind.value, "bytes": len(paper.content)} for paper in label.papers],
        "remarks": [words(remark.sentence, **dict(remark.values)) for remark in label.remarks],
    }


def _tracked(connector: Connector, tracked: Tracked, words: Words) -> dict[str, Any]:
    pairs = [(event, _rule(connector, event)) for event in tracked.events]
    keys = [(fold_key(rule.status, event.at, _id(connector, tracked, event)), rule) for event, rule in pairs]
    error = _told(connector, Told(tracked.problem), words) if tracked.problem else None
    return {
        "tracking_number": tracked.number,
        "aliases": list(tracked.aliases),
        "events": [_event(event, rule) for event, rule in pairs],
        "status": standing(keys).status.value if tracked.found else "not_found",
        "expected_on": tracked.expected_on.isoformat() if tracked.expected_on else None,
        "error": error,
    }


def _rule(connector: Connector, event: TrackingEvent) -> StatusRule:
    rule = connector.codes.rule(event.code, event.label) or UNKNOWN_RULE
    return StatusRule(rule.status, rule.reason, rule.is_scan and not event.logical)


def _id(connector: Connector, tracked: Tracked, event: TrackingEvent) -> Any:
    return event_id(connector.carrier, tracked.number, event, shipped_on=event.at.date())


def _event(event: TrackingEvent, rule: StatusRule) -> dict[str, Any]:
    return {
        "code": event.code,
        "label": event.label,
        "status": rule.status.value,
        "reason": rule.reason.value,
        "at": event.at.isoformat(),
        "place": event.place,
        "is_scan": rule.is_scan,
    }


def _told(connector: Connector, told: Told, words: Words) -> dict[str, Any]:
    row = connector.refusals.row(told)
    reason = " ".join(told.text.split()).rstrip(". ")
    return {
        "code": told.code,
        "message": words(row.sentence, reason=reason),
        "fix": words(row.fix, reason=reason),
        "field": row.field,
        "said": told.text,
    }


def _refused(connector: Connector, error: CarrierRefused, words: Words) -> dict[str, Any]:
    row = connector.refusals.get(error.raw)
    if row is None or row.whole != error.sentence:
        return {"code": error.raw, "message": words(error.sentence, **error.values), "fix": ""}
    return _told(connector, Told(error.raw, str(error.values.get("reason", ""))), words)


def _lines(found: dict[str, Any]) -> list[str]:
    """For people: what is there, a line each."""
    said = [f"{found['carrier']} {found['tracking_number'] or ''}".strip()]
    said += [f"  = {alias}" for alias in found["aliases"]]
    if found["label"]:
        said.append(f"  {found['label']['format']}, {found['label']['bytes']} bytes")
    said += [f"  ! {remark}" for remark in found.get("remarks", ())]
    for one in (found, *found.get("others", ())):
        if one is not found:
            said.append(f"{found['carrier']} {one['tracking_number']}")
        said += [
            "  "
            + " · ".join(filter(None, (e["at"], e["status"], e["reason"], e["code"], e["label"], e["place"])))
            for e in one["events"]
        ]
        if one["status"]:
            said.append(f"  → {one['status']}")
        if one["error"]:
            said.append("  ✕ " + " ".join(filter(None, (one["error"]["message"], one["error"]["fix"]))))
            said[-1] += f" [{one['error']['code']}]" if one["error"]["code"] else ""
    return said
