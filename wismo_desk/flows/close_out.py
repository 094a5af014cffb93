"""The day's manifest of one carrier: parcels are scanned into it, and the forgotten ones are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from wismo_desk.domain import own_reports
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.own_reports import OWN
from wismo_desk.domain.reading import read
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.watching import Manifest
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenManifest:
    """A manifest being scanned. Nothing is written until it is closed: scanning can begin again at will."""

    carrier: str
    name: str
    expected: tuple[Parcel, ...]  # labels on no manifest yet, oldest first
    scanned: tuple[UUID, ...] = ()

    @property
    def missing(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.expected if parcel.parcel_id not in self.scanned)


class ScanKind(StrEnum):
    OK = "ok"
    TWICE = "twice"
    OTHER_CARRIER = "other_carrier"
    UNKNOWN = "unknown"
    VOIDED = "voided"
    GONE = "gone"  # on an earlier manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestScan:
    """`sentence` is a catalogue key with the names of `values` in it."""

    kind: ScanKind
    parcel: Parcel | None = None
    sentence: str = ""
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedManifest:
    manifest: Manifest
    pdf: bytes
    changes: Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOut:
    store: Store
    pen: Pen
    infos: Mapping[str, CarrierInfo]
    sheet: Callable[[Manifest], bytes]  # the PDF of a closed manifest

    def carriers(self) -> list[tuple[str, str, int]]:
        """(code, name, parcels waiting) of every carrier set up here that can have parcels: one that is only
        followed sends no truck."""
        counted = [(code, info, len(self.store.read.unmanifested(code))) for code, info in self.infos.items()]
        return [(code, info.name, waiting) for code, info, waiting in counted if info.services or waiting]

    def start(self, carrier: str) -> OpenManifest:
        name = self.infos[carrier].name if carrier in self.infos else carrier
        return OpenManifest(carrier=carrier, name=name, expected=tuple(self.store.read.unmanifested(carrier)))

    def scan(self, manifest: OpenManifest, code: str) -> tuple[OpenManifest, ManifestScan]:
        named = self.store.read.named(read(code).keys)
        parcel = self._parcel([key for what, key in named if what == "parcel"])
        if parcel is None:
            said = "No parcel of this desk has this code. Scan the carrier's label."
            if any(what == "return" for what, _ in named):
                said = "This is a return label: it lies in the box. Scan the label on the outside."
            return manifest, ManifestScan(kind=ScanKind.UNKNOWN, sentence=said)
        number = (("number", parcel.tracking_number),)
        if parcel.state is ParcelState.VOIDED:
            said = "Label {number} is void: take it off the parcel and ship the order again."
            return manifest, ManifestScan(kind=ScanKind.VOIDED, parcel=parcel, sentence=said, values=number)
        if parcel.carrier != manifest.carrier:
            other = self.infos[parcel.carrier].name if parcel.carrier in self.infos else parcel.carrier
            said = "This parcel goes with {carrier}. Put it on the other pile."
            values = (("carrier", other),)
            return manifest, ManifestScan(
                kind=ScanKind.OTHER_CARRIER, parcel=parcel, sentence=said, values=values
            )
        if parcel.parcel_id in manifest.scanned:
            said = "Parcel {number} is on this manifest already."
            return manifest, ManifestScan(kind=ScanKind.TWICE, parcel=parcel, sentence=said, values=number)
        if parcel.state is ParcelState.MANIFESTED:
            said = "Parcel {number} left with an earlier manifest. Ask the driver, then set it apart."
            return manifest, ManifestScan(kind=ScanKind.GONE, parcel=parcel, sentence=said, values=number)
        expected = manifest.expected
        if parcel.parcel_id not in {known.parcel_id for known in expected}:
            expected = (*expected, parcel)  # labelled after the scanning began
        fresh = replace(manifest, expected=expected, scanned=(*manifest.scanned, parcel.parcel_id))
        return fresh, ManifestScan(kind=ScanKind.OK, parcel=parcel)

    def _parcel(self, keys: list[str]) -> Parcel | None:
        """The live parcel behind a code first: a voided one may share an alias with its successor."""
        found = [parcel for key in keys if (parcel := self.store.read.parcel(UUID(key))) is not None]
        return next((p for p in found if p.state is not ParcelState.VOIDED), found[0] if found else None)

    def close(self, manifest: OpenManifest) -> ClosedManifest:
        if not manifest.scanned:
            raise Refused("No parcel was scanned yet: there is nothing to hand over.")
        now = self.pen.clock()
        # Two desks may close in the same second: the tail tells them apart.
        manifest_id = f"{now:%Y%m%d-%H%M%S}-{manifest.carrier}-{self.pen.new_id().hex[-4:]}"
        by_id = {parcel.parcel_id: parcel for parcel in manifest.expected}
        facts = []
        for parcel_id in manifest.scanned:
            parcel = by_id[parcel_id]
            ids = {"order_id": parcel.order_id, "shipment_id": parcel.shipment_id, "parcel_id": parcel_id}
            facts.append(self.pen.fact(FactKind.PARCEL_MANIFESTED, **ids, manifest=manifest_id))
            if manifest.carrier == OWN:
                # Our own van: loading it is the first physical scan of the journey.
                said: dict[str, Any] = {"carrier": OWN, "number": parcel.tracking_number, "code": "LOADED"}
                if again := own_reports.cycle(self.store.read.order_facts(parcel.order_id)):
                    said["cycle"] = again
                facts.append(
                    self.pen.fact(
                        FactKind.TRACKING_SAID, **ids, **said, label="", place="", source="manifest"
                    )
                )
        missing = [str(parcel.parcel_id) for parcel in manifest.missing]
        facts.append(
            self.pen.fact(
                FactKind.MANIFEST_CLOSED,
                manifest=manifest_id,
                carrier=manifest.carrier,
                parcels=[str(key) for key in manifest.scanned],
                missing=missing,
            )
        )
        changes = self.store.commit(Entry(at=now, facts=tuple(facts)))
        closed = Manifest(
            manifest_id=manifest_id,
            carrier=manifest.carrier,
            closed_at=now,
            parcels=manifest.scanned,
            missing=tuple(UUID(key) for key in missing),
        )
        return ClosedManifest(manifest=closed, pdf=self.sheet(closed), changes=changes)
