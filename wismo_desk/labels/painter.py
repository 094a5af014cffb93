"""The one thing the desk asks for: a label painted, its codes read back, and the bytes for its printer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import LabelRequest, Remark
from wismo_desk.errors import BadInput
from wismo_desk.labels import gf, zpl
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.gate import check
from wismo_desk.labels.items import Page
from wismo_desk.labels.own_delivery import OwnLabel, lay_out
from wismo_desk.labels.paint import from_png, paint, to_png
from wismo_desk.labels.preview import preview
from wismo_desk.labels.strip import text_strip
from wismo_desk.labels.text import lost_signs
from wismo_desk.labels.trial import lay_out_trial
from wismo_desk.words import Words

_NO_SIGN: Final = "The label shows □ instead of {signs}: no letter of the address is missing."


@dataclass(frozen=True, slots=True)
class PaintedLabel:
    """A label that has passed the gate. `codes` is what a scanner types for each code on it, the parcel's
    own first; `width` and `height` are dots of the 1-bit `image_png`."""

    image_png: bytes
    codes: tuple[str, ...]
    width: int
    height: int
    page: Page = field(repr=False)  # holds an address
    source: OwnLabel | None = field(default=None, repr=False)
    remarks: tuple[Remark, ...] = ()  # what the paper does not show as it was written


class LabelPainter:
    """Paints, checks and encodes labels. Needs a QGuiApplication; may be called from any thread.

    `fonts_dir` is resources/fonts. SettingsProblem when the faces are missing.
    """

    def __init__(self, words: Words, fonts_dir: Path) -> None:
        self._words = words
        self._fonts = Fonts(fonts_dir)

    def paint(self, request: LabelRequest, *, carrier: str, service: str, copy: int = 1) -> PaintedLabel:
        """The own-delivery label of one parcel at `request.dpi`; `carrier` and `service` as people say
        them, `copy` from 2 for a reprint.

        BadInput naming the field: the SSCC, a letter without a glyph, an address that does not fit, or a
        code that does not read back from the painted dots.
        """
        label = OwnLabel(request=request, carrier=carrier, service=service, copy=copy)
        page = lay_out(label, fonts=self._fonts, words=self._words)
        return replace(self._checked(page), source=label, remarks=self._remarks(request))

    def test_label(self, profile: PrinterProfile, *, station: str, at: datetime) -> PaintedLabel:
        """The printer's test page, checked like a label. `at` is an aware time."""
        page = lay_out_trial(profile, station=station, at=at, fonts=self._fonts, words=self._words)
        return self._checked(page)

    def to_zpl(self, painted: PaintedLabel, profile: PrinterProfile) -> bytes:
        """The bytes for this printer: one label, one copy. Painted anew when the printer's resolution is
        another than the label's. `language` "native" is not checked dot by dot: the printer draws it."""
        if profile.dpi != painted.page.media.dpi:
            painted = self._at_resolution(painted, profile.dpi)
        encoding = gf.Encoding(profile.encoding)
        if profile.language == "native":
            return zpl.native(painted.page, fonts=self._fonts, encoding=encoding)
        return zpl.graphic(from_png(painted.image_png), encoding)

    def picture(self, payload: bytes) -> bytes:
        """PNG of the picture inside ZPL of our own: what came out of the paperless printer."""
        return to_png(gf.bitmap(payload))

    def preview(self, png: bytes) -> bytes:
        """PNG for a screen: every code is cut, so that only paper can be scanned."""
        return preview(png, fonts=self._fonts, words=self._words)

    def draw_text(self, text: str, px: int, *, bold: bool = False) -> tuple[bytes, int, int]:
        """One line in any script as 1-bit PNG, width and height in dots: what `documents` takes for names
        its own fonts cannot shape. Characters nobody can draw become □."""
        return text_strip(text, px, bold=bold, fonts=self._fonts)

    def _remarks(self, request: LabelRequest) -> tuple[Remark, ...]:
        """Signs that no bundled face has."""
        who = request.recipient
        shown = (
            who.name,
            who.company,
            *who.street,
            who.postcode,
            who.city,
            request.note,
            request.order_number,
        )
        signs = lost_signs(" ".join(shown), fonts=self._fonts)
        return (Remark(_NO_SIGN, (("signs", " ".join(signs)),)),) if signs else ()

    def _checked(self, page: Page) -> PaintedLabel:
        image = paint(page, fonts=self._fonts)
        check(image, page.codes, dpi=page.media.dpi)
        # The parcel's own number is the code with the tall bars; scanners meet it first.
        codes = sorted(page.codes, key=lambda code: not code.linear)
        texts = tuple(dict.fromkeys(code.text for code in codes))
        return PaintedLabel(to_png(image), texts, image.width(), image.height(), page)

    def _at_resolution(self, painted: PaintedLabel, dpi: int) -> PaintedLabel:
        label = painted.source
        if label is None:
            raise BadInput(
                "This test label is for another resolution than {dpi} dpi. Print a new one.",
                field="dpi",
                dpi=dpi,
            )
        request = replace(label.request, dpi=dpi)
        return self.paint(request, carrier=label.carrier, service=label.service, copy=label.copy)
