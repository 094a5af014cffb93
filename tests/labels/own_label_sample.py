"""One own-delivery request to vary, and readers of what a printer would have got."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import zplkit
import zplkit.rendering
import zxingcpp

from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.sscc import make_sscc

SSCC = make_sscc("952", 3, 17)
PAYLOAD = f"WD1|ABCDEFGHIJKLM|{SSCC}|10482"
CODES = {("]C1", f"00{SSCC}"), ("]d1", PAYLOAD)}

_SAMPLE = LabelRequest(
    reference="ABCDEFGHIJKLM",
    order_number="10482",
    parcel_id=UUID(int=1),
    parcel_no=1,
    issue_no=1,
    service="home",
    shipper=Party(name="Atelier Mirabelle", street=("18 rue Niepce",), postcode="69800", city="Saint-Priest"),
    recipient=Party(name="Claire Lefevre", street=("14 rue Colbert",), postcode="37000", city="Tours"),
    weight_g=842,
    ship_on=date(2026, 12, 1),
    sscc=SSCC,
    practice=True,
)


def sample(**changes: object) -> LabelRequest:
    return replace(_SAMPLE, **changes)


def to(**changes: object) -> LabelRequest:
    """The sample for another recipient."""
    return sample(recipient=replace(_SAMPLE.recipient, **changes))


def rendered(zpl: bytes, *, width: int, height: int, dpi: int) -> tuple[int, int, bytes]:
    """What zplkit makes of the bytes: width, height, one grey byte per dot. It knows neither ^JZ nor ^PQ."""
    known = re.sub(rb"\^JZN|\^PQ1,0,1,N", b"", zpl)
    limits = zplkit.rendering.Limits(graphic_bytes=400_000, field_bytes=1_000_000)
    document = zplkit.render(known, zplkit.Options(width=width, height=height, dpi=dpi), limits=limits)
    raster = document.labels[0].rasterize()
    return raster.width, raster.height, raster.pixels


def read(width: int, height: int, pixels: bytes) -> set[tuple[str, str]]:
    view = zxingcpp.ImageView(pixels, width, height, zxingcpp.Lum)
    found = zxingcpp.read_barcodes(view, text_mode=zxingcpp.Plain)
    return {(code.symbology_identifier, code.text) for code in found}
