"""The papers people print: packing slip, receipt, manifest, command sheet. Bytes only; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from uuid import UUID

from wismo_desk.documents.commands import command_sheet
from wismo_desk.documents.manifest import ManifestParcel, ManifestSheet, manifest
from wismo_desk.documents.packing import packing_slip
from wismo_desk.documents.receipt import packing_receipt
from wismo_desk.documents.script import DrawsText
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.commands import Command, help_text, label
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.watching import Manifest
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.store import Store
from wismo_desk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """`draw` paints a line in a script that the PDF's own fonts cannot shape; `cache` is a folder only this
    user may write."""

    store: Store
    pen: Pen
    words: Words
    shipper: Party
    infos: dict[str, CarrierInfo]
    draw: DrawsText
    fonts: Path
    zone: tzinfo
    cache: Path
    practice: bool = False

    def packing_slip(self, order_id: UUID) -> bytes:
        """A4 PDF; its barcode opens the order at the bench."""
        order = self._order(order_id)
        products = self.store.read.products([line.sku for line in order.lines])
        return packing_slip(order, products=products, words=self.words, fonts=self.fonts, draw=self.draw)

    def receipt(self, order_id: UUID) -> bytes:
        """The same slip as ESC/POS bytes for a receipt printer."""
        order = self._order(order_id)
        products = self.store.read.products([line.sku for line in order.lines])
        return packing_receipt(order, products=products, words=self.words, cache=self.cache, draw=self.draw)

    def command_sheet(self) -> bytes:
        """A4 PDF with the command barcodes of the bench."""
        commands = [(command.value, label(command), help_text(command)) for command in Command]
        return command_sheet(commands, words=self.words, fonts=self.fonts)

    def manifest(self, manifest_id: str) -> bytes:
        """A closed manifest once more."""
        found = next((m for m in self.store.read.manifests(500) if m.manifest_id == manifest_id), None)
        if found is None:
            raise Refused("This manifest is not known here.", raw=manifest_id)
        return self.manifest_sheet(found)

    def manifest_sheet(self, closed: Manifest) -> bytes:
        info = self.infos.get(closed.carrier)
        sheet = ManifestSheet(
            number=closed.manifest_id,
            carrier=info.name if info else closed.carrier,
            day=closed.closed_at.astimezone(self.zone).date(),
            printed_at=self.pen.clock(),
            shipper=self.shipper,
            station=self.pen.station,
            parcels=tuple(map(self._parcel, closed.parcels)),
            forgotten=tuple(map(self._parcel, closed.missing)),
            practice=self.practice,
        )
        return manifest(sheet, words=self.words, fonts=self.fonts, draw=self.draw)

    def _parcel(self, parcel_id: UUID) -> ManifestParcel:
        parcel = self.store.read.parcel(parcel_id)
        if parcel is None:
            return ManifestParcel(number=str(parcel_id), order_number="", postcode="")
        order = self.store.read.order(parcel.order_id)
        return ManifestParcel(
            number=parcel.tracking_number,
            order_number=order.number if order else "",
            postcode=order.recipient.postcode if order else "",
            country=order.recipient.country if order else "FR",
            weight_g=parcel.weight_g,
        )

    def _order(self, order_id: UUID) -> Order:
        order = self.store.read.order(order_id)
        if order is None:
            raise Refused("This order is not known here.")
        return order
