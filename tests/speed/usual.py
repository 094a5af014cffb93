"""The field's usual label, for comparison: a PDF by reportlab, its picture by pdfium at four times the dots,
reduced and cut to black and white, checked by zxing, sent as ^GFA in hex."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Final

import pypdfium2  # type: ignore[import-untyped]  # it publishes no types
import zxingcpp
from PIL import Image
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.resources import resources_dir

_WIDTH, _HEIGHT = 100, 150  # mm
_OVER: Final = 4
_FNC1: Final = "\xf1"
_INK: Final = bytes(255 - n for n in range(256))  # Pillow's set bit is paper, ZPL's is ink


@cache
def _faces() -> tuple[str, str]:
    fonts = resources_dir() / "fonts"
    for name in ("NotoSans-Regular", "NotoSans-Bold"):
        pdfmetrics.registerFont(TTFont(name, fonts / f"{name}.ttf"))
    return "NotoSans-Regular", "NotoSans-Bold"


def pdf(request: LabelRequest) -> bytes:
    """The same words and codes as the own-delivery label, in fixed places."""
    plain, bold = _faces()
    data = BytesIO()
    canvas = Canvas(data, pagesize=(_WIDTH * mm, _HEIGHT * mm))
    for x, y, size, face, text in _texts(request, plain, bold):
        canvas.setFont(face, size * mm)
        canvas.drawString(x * mm, (_HEIGHT - y) * mm, text)
    for y in (15, 37, 82, 103):
        canvas.rect(2.5 * mm, (_HEIGHT - y) * mm, 95 * mm, 0.3 * mm, stroke=0, fill=1)
    canvas.rect(2.5 * mm, 2 * mm, 95 * mm, 146 * mm, stroke=1, fill=0)
    bars = Code128(
        f"{_FNC1}00{request.sscc}", barWidth=0.5 * mm, barHeight=32 * mm, humanReadable=False, quiet=0
    )
    bars.drawOn(canvas, 11 * mm, 10 * mm)
    _matrix(canvas, f"WD1|{request.reference}|{request.sscc}|{request.order_number}")
    canvas.showPage()
    canvas.save()
    return data.getvalue()


def _texts(request: LabelRequest, plain: str, bold: str) -> list[tuple[float, float, float, str, str]]:
    to, by = request.recipient, request.shipper
    rows = [
        (4.5, 8, 5.6, bold, "Livraison magasin"),
        (4.5, 13, 3.2, plain, "Livraison à domicile"),
        (65.0, 6, 2.2, bold, "COMMANDE"),
        (65.0, 13, 6.0, bold, request.order_number),
        (4.5, 18, 2.2, bold, "EXPÉDITEUR"),
        *((4.5, 22 + 3.3 * n, 2.7, plain, text) for n, text in enumerate((by.company, *by.street, by.city))),
        (54.0, 18, 2.2, bold, "COLIS"),
        (67.0, 18, 3.4, plain, str(request.parcel_no)),
        (54.0, 23, 2.2, bold, "POIDS"),
        (67.0, 23, 3.4, plain, f"{request.weight_g / 1000:.3f} kg"),
        (54.0, 28, 2.2, bold, "DATE"),
        (67.0, 28, 3.4, plain, request.ship_on.strftime("%d/%m/%Y")),
        (54.0, 33, 2.2, bold, "RÉF."),
        (67.0, 33, 3.0, plain, request.reference),
        (4.5, 40, 2.2, bold, "DESTINATAIRE"),
        (60.0, 40, 3.0, plain, to.phone),
        (4.5, 48, 6.0, bold, to.name),
        *((4.5, 56 + 7 * n, 5.0, plain, text) for n, text in enumerate(to.street)),
        (4.5, 70, 6.0, bold, f"{to.postcode} {to.city}"),
        (4.5, 79, 4.0, plain, "FRANCE"),
        (4.5, 97, 13.0, bold, to.postcode[:2]),
        (36.0, 90, 4.4, bold, "Livraison à domicile"),
        (4.5, 106, 2.2, bold, "NUMÉRO DE COLIS (SSCC)"),
        (18.0, 146, 4.6, bold, f"(00) {request.sscc[0]} {request.sscc[1:]}"),
    ]
    return [(x, y, size, face, text) for x, y, size, face, text in rows if text]


def _matrix(canvas: Canvas, text: str) -> None:
    """reportlab has no usable DataMatrix: zxing's modules as rectangles."""
    picture = zxingcpp.create_barcode(text, zxingcpp.DataMatrix, force_square=True).to_image(
        scale=1, add_quiet_zones=False
    )
    height, width = picture.shape
    dots = bytes(memoryview(picture))  # type: ignore[arg-type]  # the stub leaves out the buffer protocol
    side = 0.5 * mm
    for row in range(height):
        for column in range(width):
            if dots[row * width + column] == 0:
                x, y = 78 * mm + column * side, (_HEIGHT - 84) * mm - (row + 1) * side
                canvas.rect(x, y, side, side, stroke=0, fill=1)


def raster(data: bytes, dpi: int) -> Image.Image:
    """One bit per dot. At the printer's own dots pdfium makes bars that fail to decode (printing.md §3)."""
    document = pypdfium2.PdfDocument(data)
    try:
        large: Image.Image = document[0].render(scale=dpi * _OVER / 72, grayscale=True).to_pil()
    finally:
        document.close()
    return (
        large.reduce(_OVER)
        .point(lambda grey: 255 if grey > 127 else 0)
        .convert("1", dither=Image.Dither.NONE)
    )


def decode(image: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.Code128, zxingcpp.DataMatrix])
    )
    return [code.text for code in found]


def zpl(image: Image.Image) -> bytes:
    """The picture as plain hex: what most programs send."""
    width = (image.width + 7) // 8
    raw = image.tobytes().translate(_INK)
    size = len(raw)
    return b"^XA^PW%d^LL%d^FO0,0^GFA,%d,%d,%d,%s^FS^XZ" % (
        image.width,
        image.height,
        size,
        size,
        width,
        raw.hex().upper().encode(),
    )


def label(request: LabelRequest) -> bytes:
    """From the order to printer bytes, as a bench that prints PDFs does it; nothing is checked."""
    return zpl(raster(pdf(request), request.dpi))
