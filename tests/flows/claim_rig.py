"""A desk with the claim flows and parcels in a carrier's hands, without a window."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from PIL import Image

from tests.store.store_rig import Clock, about, bought, opened, order, said, taken_in
from wismo_desk.domain.claim import Claim
from wismo_desk.domain.claim_terms import read_terms
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order, Party
from wismo_desk.flows.claim import OpenClaims
from wismo_desk.flows.claim_evidence import GatherEvidence
from wismo_desk.flows.claim_letter import WriteClaim
from wismo_desk.flows.claim_steps import ClaimSteps
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import catalogue, claim_terms, resources_dir
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

LOST: Final = "SOLMQT"  # Colissimo is looking for it
PDF: Final = b"%PDF-1.4\n%of nothing\nstartxref\n0\n%%EOF\n"


def photo(kind: str = "PNG", *, side: int = 16) -> bytes:
    """A whole picture of noise."""
    noise = Image.frombytes("RGB", (side, side), random.Random(side).randbytes(3 * side * side))
    noise.save(made := BytesIO(), kind)
    return made.getvalue()


PNG: Final = photo()


def writer(desk: Desk, shop: Party, *, practice: bool = False) -> WriteClaim:
    """Writes the letters of a shop in Paris."""
    return WriteClaim(
        gather=desk.gather,
        speak=lambda language: Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris")),
        shipper=lambda: shop,
        fonts=resources_dir() / "fonts",
        cut=lambda png: png,
        practice=practice,
    )


class Desk:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store: Store = opened(folder)
        self.pen = Pen("QUAI-1", clock=self.clock)
        self.open = OpenClaims(
            store=self.store,
            pen=self.pen,
            terms=read_terms(claim_terms()),
            names=lambda carrier, service: (carrier.title(), service),
            zone=ZoneInfo("Europe/Paris"),
            holidays=lambda _region: frozenset({date(2026, 11, 25)}),
        )
        self.steps = ClaimSteps(claims=self.open)
        self.gather = GatherEvidence(claims=self.open)

    def ship(self, number: str, *codes: str, carrier: str = "practice", **changes: Any) -> Order:
        """Taken in, packed, labelled, scanned by the carrier: each code an hour after the one before."""
        one = order(number, **changes)
        lines = (replace(one.lines[0], price_cents=1250, name="Mug"),)
        one = replace(one, lines=lines)
        self.store.commit(taken_in(self.pen, one, carrier=carrier))
        parcel, line = self.pen.new_id(), str(one.lines[0].line_id)
        scan = about(self.pen, one, FactKind.ITEM_SCANNED, line=line, pieces=2, code="MUG", how="scan")
        closed = about(
            self.pen, one, FactKind.PARCEL_CLOSED, parcel_no=1, weight_g=842, contents={line: 2}, last=True
        )
        label = bought(self.pen, one, parcel, f"N{number}", carrier=carrier, weight_g=842)
        self.say(scan, closed, label)
        for code in codes:
            self.clock.pass_(hours=1)
            self.say(said(self.pen, one, code, carrier=carrier, place="Lyon"))
        return one

    def say(self, *facts: Any) -> None:
        self.store.commit(Entry(at=self.clock(), facts=facts))

    def claim(self, one: Order) -> Claim:
        (claim,) = self.open([shipment_id(one.order_id)]).claims
        return claim

    def now(self, claim: Claim) -> Claim:
        return self.open.get(claim.claim_id).claim
