"""An order to pack, and readers of what was printed: text and codes of a PDF, commands of a receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2
import zxingcpp
from PIL import Image

from wismo_desk.domain.order import Order, OrderLine, Party, Product

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
PRODUCTS = {
    "FIG-1": Product(sku="FIG-1", name="Bougie figuier", variant="180 g", aisle="A10"),
    "SAV-2": Product(sku="SAV-2", name="Savon d’Alep", aisle="A2"),
    "OEU-3": Product(sku="OEU-3", name="", aisle=""),
}


def line(number: int, sku: str, *, name: str = "", quantity: int = 1) -> OrderLine:
    return OrderLine(line_id=UUID(int=number), sku=sku, name=name, quantity=quantity)


_ORDER = Order(
    order_id=UUID(int=1),
    source="csv",
    source_ref="1",
    number="10482",
    ordered_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    recipient=Party(name="Claire Lefèvre", street=("14 rue Colbert",), postcode="37000", city="Tours"),
    lines=(
        line(1, "OEU-3", name="Œuf d’argile"),
        line(2, "FIG-1", quantity=3),
        line(3, "SAV-2", quantity=2),
    ),
    note="Fragile",
    chosen_service="Home",
)


def order(**changes: object) -> Order:
    return replace(_ORDER, **changes)


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(textpage.get_text_bounded())
        textpage.close()
        page.close()
    document.close()
    return texts


def picture(pdf: bytes, page: int = 0, *, dpi: int = 300) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page]
    image = sheet.render(scale=dpi / 72).to_pil().convert("L")
    sheet.close()
    document.close()
    return image


def codes(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image)]


@dataclass(frozen=True)
class Receipt:
    """What came out of the printer: text in one string, and the pictures one below the other."""

    text: str
    pictures: tuple[Image.Image, ...]
    cut: bool


_COMMAND = re.compile(
    rb"\x1dv0.(?P<raster>....)|\x1b@|\x1bt(?P<page>.)|\x1bE.|\x1b!.|\x1bd.|\x1bJ.|(?P<cut>\x1dV(?:[\x00\x01]|[AB].))"
    rb"|(?P<text>[^\x00-\x09\x0b-\x1f]+)",
    re.DOTALL,
)


def read_receipt(data: bytes) -> Receipt:
    """A small printer: knows the commands we mean to send, and fails on any other byte."""
    text, rasters, cut, at = "", [], False, 0
    while at < len(data):
        command = _COMMAND.match(data, at)
        assert command is not None, data[at : at + 12]
        at = command.end()
        if command["raster"]:
            width = command["raster"][0] + 256 * command["raster"][1]
            height = command["raster"][2] + 256 * command["raster"][3]
            ink = Image.frombytes("1", (width * 8, height), data[at : at + width * height])
            rasters.append(ink.point(lambda dot: 255 - dot).convert("L"))
            at += width * height
        text += (command["text"] or b"").decode("cp858")
        cut = cut or bool(command["cut"])
        assert command["page"] in (None, b"\x13")
    return Receipt(text, tuple(rasters), cut)
