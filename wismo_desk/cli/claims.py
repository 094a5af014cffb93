"""`wismo-desk claims`: what is open and until when, opened and written out without a window."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from uuid import UUID

from wismo_desk.domain.claim import ClaimRow, Sum, whole
from wismo_desk.domain.ids import shipment_id
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.claim import OpenClaims
from wismo_desk.flows.claim_letter import WriteClaim, kind_words
from wismo_desk.words import Words


def claims(flow: OpenClaims, write: WriteClaim, words: Words, options: argparse.Namespace) -> tuple[str, int]:
    """What is said, and the exit code: 1 when every number was refused. Raises Refused when the file of a number is
    asked that names nothing here."""
    if options.action == "open":
        return _open(flow, words, options.number, as_json=options.json)
    if options.action == "file":
        return _file(flow, write, words, options.number, options.target), 0
    every = options.action == "list" and options.all
    carrier = options.carrier if options.action == "list" else ""
    rows = flow.rows(is_open=None if every else True, carrier=carrier)
    return _listed(rows, flow.sums(), words, as_json=options.json), 0


def _listed(rows: list[ClaimRow], sums: tuple[Sum, ...], words: Words, *, as_json: bool) -> str:
    if as_json:
        said = {"claims": [row_data(row) for row in rows], "sums": [_sum_data(one) for one in sums]}
        return json.dumps(said, ensure_ascii=False)
    total = whole(sums)
    asked, received = words.money(total.asked, total.currency), words.money(total.received, total.currency)
    head = words("{n} claims", n=words.number(len(rows))) if len(rows) != 1 else words("1 claim")
    money = words("{received} received of {asked} asked", received=received, asked=asked)
    return "\n".join([f"{head}, {money}", *(_line(row, words) for row in rows)])


def _line(row: ClaimRow, words: Words) -> str:
    claim = row.claim
    until = (
        words("until {day}", day=words.date(claim.deadline))
        if claim.deadline
        else words("No limit known here")
    )
    if claim.deadline is not None and not claim.trusted:
        until = f"{until} ({words('to be checked in your contract')})"
    parts = (
        until if claim.state.value == "draft" else words("sent to the carrier"),
        kind_words(claim.kind, words),
        row.carrier_name,
        claim.number,
        words("Order {number}", number=row.order_number),
        words.money(claim.requested, claim.currency) if claim.requested else "",
    )
    return "  " + " · ".join(part for part in parts if part)


def _open(flow: OpenClaims, words: Words, numbers: list[str], *, as_json: bool) -> tuple[str, int]:
    """One number that is refused stops no other."""
    shipments: list[UUID] = []
    refused: list[tuple[str, DeskError]] = []
    for number in numbers:
        try:
            shipments.append(_shipment(flow, number))
        except Refused as error:
            refused.append((number, error))
    done = flow(list(dict.fromkeys(shipments)))
    told = [(number, words.error(error)) for number, error in (*refused, *done.refused)]
    code = 0 if done.claims else 1
    if as_json:
        said = {
            "opened": [row_data(row) for row in flow.shown(done.claims)],
            "refused": [{"order": number, "why": why} for number, why in told],
        }
        return json.dumps(said, ensure_ascii=False), code
    lines = [_line(row, words) for row in flow.shown(done.claims)]
    lines += [words("Order {number} not: {why}", number=number, why=why) for number, why in told]
    return "\n".join(lines), code


def _file(flow: OpenClaims, write: WriteClaim, words: Words, number: str, target: Path) -> str:
    rows = flow.of_shipment(_shipment(flow, number))
    if not rows:
        raise Refused("No claim is open for order {number}. Open it first.", number=number)
    newest = next((row for row in reversed(rows) if not row.claim.is_over), rows[-1])
    target.write_bytes(write.paper(newest.claim.claim_id))
    return words("Saved as {path}.", path=str(target))


def _shipment(flow: OpenClaims, number: str) -> UUID:
    """By the number of its order or of a parcel."""
    found = flow.store.read.named([number.strip()])
    for what, key in found:
        if what == "order":
            return shipment_id(UUID(key))
    for what, key in found:
        parcel = flow.store.read.parcel(UUID(key)) if what in ("parcel", "return") else None
        if parcel is not None:
            return parcel.shipment_id
    raise Refused("Order {number} is not known here.", number=number)


def row_data(row: ClaimRow) -> dict[str, object]:
    """A contract: keys are only ever added."""
    claim = row.claim
    return {
        "claim": str(claim.claim_id),
        "order": row.order_number,
        "carrier": claim.carrier,
        "number": claim.number,
        "kind": claim.kind.value,
        "state": claim.state.value,
        "opened_at": claim.opened_at.isoformat(),
        "deadline": claim.deadline.isoformat() if claim.deadline else None,
        "working_days_left": row.left,
        "deadline_source": claim.source,
        "deadline_trusted": claim.trusted,
        "currency": claim.currency,
        "requested_cents": claim.requested,
        "approved_cents": claim.approved,
        "received_cents": claim.received,
        "double_of": str(claim.double_of) if claim.double_of else None,
    }


def _sum_data(one: Sum) -> dict[str, object]:
    return {
        "month": one.month,
        "carrier": one.carrier,
        "currency": one.currency,
        "claims": one.claims,
        "asked_cents": one.asked,
        "accepted_cents": one.accepted,
        "received_cents": one.received,
    }
