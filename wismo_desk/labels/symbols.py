"""The codes a label carries: made by zxing-cpp as modules, never as a picture that someone could scale."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import zxingcpp


class Symbology(StrEnum):
    """Kinds of code; the value is the AIM symbology identifier a reader must report (ISO/IEC 15424)."""

    GS1_128 = "]C1"
    CODE_128 = "]C0"
    DATA_MATRIX = "]d1"
    QR = "]Q1"


_FORMATS: Final = {
    Symbology.GS1_128: zxingcpp.Code128,
    Symbology.CODE_128: zxingcpp.Code128,
    Symbology.DATA_MATRIX: zxingcpp.DataMatrix,
    Symbology.QR: zxingcpp.QRCode,
}
_DIGITS: Final = b"1" + b"0" * 255  # 0 is ink in zxing's picture
LINEAR: Final = frozenset({Symbology.GS1_128, Symbology.CODE_128})


@dataclass(frozen=True, slots=True)
class Code:
    """One symbol and the text a scanner types for it: "00" and 18 digits for an SSCC, no parentheses."""

    symbology: Symbology
    text: str

    @property
    def linear(self) -> bool:
        return self.symbology in LINEAR

    @property
    def format(self) -> zxingcpp.BarcodeFormat:
        return _FORMATS[self.symbology]


@lru_cache(maxsize=64)
def modules(code: Code) -> tuple[str, ...]:
    """The symbol without its quiet zone: one string of "1" (ink) and "0" per row, one row if linear."""
    if code.symbology is Symbology.GS1_128:
        text = f"({code.text[:2]}){code.text[2:]}"  # only SSCC, whose identifier has two digits
        barcode = zxingcpp.create_barcode(text, code.format, gs1=True)
    elif code.symbology is Symbology.DATA_MATRIX:
        barcode = zxingcpp.create_barcode(code.text, code.format, force_square=True)
    else:
        barcode = zxingcpp.create_barcode(code.text, code.format)
    picture = barcode.to_image(scale=1, add_quiet_zones=False)
    height, width = picture.shape
    grey = bytes(memoryview(picture))  # type: ignore[arg-type]  # the stub leaves out the buffer protocol
    dots = grey.translate(_DIGITS).decode("ascii")
    rows = 1 if code.linear else height
    return tuple(dots[row * width : (row + 1) * width] for row in range(rows))
