"""The gate: it passes what prints well, and stops what decodes here but would not on paper."""

import pytest
import zxingcpp
from own_label_sample import SSCC, sample
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from wismo_desk.errors import BadInput
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.gate import check, dots_of
from wismo_desk.labels.items import Media, Page, Symbol
from wismo_desk.labels.own_delivery import OwnLabel, lay_out
from wismo_desk.labels.paint import INK, PAPER, blank, paint, paint_into
from wismo_desk.labels.symbols import Code, Symbology
from wismo_desk.words import Words

BARS = Code(Symbology.GS1_128, f"00{SSCC}")
PLAIN = Code(Symbology.CODE_128, "WD-OK")
MATRIX = Code(Symbology.DATA_MATRIX, "WD1|ABC")
QR = Code(Symbology.QR, "WD1|ABC")


def own_page(fonts: Fonts, dpi: int = 203) -> Page:
    label = OwnLabel(request=sample(dpi=dpi), carrier="Own", service="Home")
    return lay_out(label, fonts=fonts, words=Words("en"))


def alone(fonts: Fonts, code: Code, *, module: int, height: int = 0, x: int = 120, y: int = 120) -> QImage:
    image = blank(800, 600)
    paint_into(image, [Symbol(x=x, y=y, module=module, code=code, height=height)], fonts=fonts)
    return image


def naive(image: QImage, code: Code) -> bool:
    """The check without measuring: does some decoder, trying hard, find the text?"""
    dots = dots_of(image)
    view = zxingcpp.ImageView(dots.data, dots.width, dots.height, zxingcpp.Lum, dots.stride)
    return code.text in {found.text for found in zxingcpp.read_barcodes(view, text_mode=zxingcpp.Plain)}


def stretched(image: QImage, factor: float) -> QImage:
    """What a PDF viewer or a driver does to a label: scaled by a factor that is no whole number."""
    wide = image.convertToFormat(QImage.Format.Format_Grayscale8)
    smooth = wide.scaled(
        round(image.width() * factor),
        round(image.height() * factor),
        mode=Qt.TransformationMode.SmoothTransformation,
    )
    return smooth.convertToFormat(
        QImage.Format.Format_Mono, [PAPER, INK], Qt.ImageConversionFlag.ThresholdDither
    )


@pytest.mark.parametrize("dpi", [203, 300])
def test_our_own_label_passes(fonts: Fonts, dpi: int) -> None:
    page = own_page(fonts, dpi)
    check(paint(page, fonts=fonts), page.codes, dpi=dpi)


@pytest.mark.parametrize("factor", [0.9, 0.96, 1.04, 1.13])
def test_a_scaled_label_is_stopped_though_it_decodes(fonts: Fonts, factor: float) -> None:
    page = own_page(fonts)
    image = stretched(paint(page, fonts=fonts), factor)
    assert naive(image, page.codes[1])  # the naive check lets it pass
    with pytest.raises(BadInput, match=r"not whole dots|dots wide and need|dots high|cannot be read"):
        check(image, page.codes, dpi=203)


def test_a_code_that_is_not_there(fonts: Fonts) -> None:
    with pytest.raises(BadInput, match="cannot be read back") as caught:
        check(alone(fonts, PLAIN, module=3, height=120), [PLAIN, MATRIX], dpi=203)
    assert caught.value.values["code"] == MATRIX.text


def test_the_same_digits_without_gs1_are_another_code(fonts: Fonts) -> None:
    image = alone(fonts, Code(Symbology.CODE_128, BARS.text), module=4, height=260, x=60)
    assert naive(image, BARS)
    with pytest.raises(BadInput, match="cannot be read back"):
        check(image, [BARS], dpi=203)


def test_a_code_nobody_asked_for(fonts: Fonts) -> None:
    image = alone(fonts, PLAIN, module=3, height=120)
    paint_into(image, [Symbol(x=500, y=400, module=4, code=MATRIX)], fonts=fonts)
    assert naive(image, PLAIN)
    with pytest.raises(BadInput, match="nobody asked for"):
        check(image, [PLAIN], dpi=203)


@pytest.mark.parametrize(
    ("code", "module", "height", "dpi"),
    [(BARS, 3, 260, 203), (BARS, 4, 400, 300), (PLAIN, 1, 120, 203), (MATRIX, 1, 0, 203)],
)
def test_modules_too_narrow(fonts: Fonts, code: Code, module: int, height: int, dpi: int) -> None:
    with pytest.raises(BadInput, match=r"dots wide and need|cannot be read back"):
        check(alone(fonts, code, module=module, height=height), [code], dpi=dpi)


def test_modules_exactly_wide_enough(fonts: Fonts) -> None:
    check(alone(fonts, BARS, module=4, height=256, x=60), [BARS], dpi=203)
    check(alone(fonts, PLAIN, module=2, height=104), [PLAIN], dpi=203)
    check(alone(fonts, MATRIX, module=2), [MATRIX], dpi=203)


@pytest.mark.parametrize(("code", "height"), [(BARS, 255), (PLAIN, 100)])
def test_bars_too_low(fonts: Fonts, code: Code, height: int) -> None:
    image = alone(fonts, code, module=4, height=height, x=60)
    assert naive(image, code)
    with pytest.raises(BadInput, match="dots high and need"):
        check(image, [code], dpi=203)


@pytest.mark.parametrize("side", ["left", "right"])
def test_ink_in_the_quiet_zone_of_bars(fonts: Fonts, side: str) -> None:
    page = own_page(fonts)
    bars = next(item for item in page.items if isinstance(item, Symbol) and item.code.linear)
    image = paint(page, fonts=fonts)
    x = bars.x - 9 * bars.module if side == "left" else bars.x + bars.w + 9 * bars.module
    _ink(image, x, bars.y, 2, bars.h)
    assert naive(image, bars.code)
    with pytest.raises(BadInput, match="quiet zone"):
        check(image, page.codes, dpi=203)


def test_bars_at_the_paper_s_edge_have_no_quiet_zone(fonts: Fonts) -> None:
    image = alone(fonts, PLAIN, module=3, height=120, x=0)
    with pytest.raises(BadInput, match="quiet zone"):
        check(image, [PLAIN], dpi=203)


@pytest.mark.parametrize("code", [MATRIX, QR])
@pytest.mark.parametrize("side", ["left", "right", "above", "below"])
def test_ink_in_the_quiet_zone_of_a_square(fonts: Fonts, code: Code, side: str) -> None:
    symbol = Symbol(x=120, y=120, module=8, code=code)
    image = alone(fonts, code, module=8)
    check(image, [code], dpi=203)
    middle, far = 120 + symbol.w // 2, 120 + symbol.w + 12
    places = {"left": (106, middle), "right": (far, middle), "above": (middle, 106), "below": (middle, far)}
    _ink(image, *places[side], 2, 2)
    with pytest.raises(BadInput, match=r"quiet zone|whole dots"):
        check(image, [code], dpi=203)


@pytest.mark.parametrize("code", [MATRIX, QR])
def test_one_wrong_dot_inside_a_square(fonts: Fonts, code: Code) -> None:
    image = alone(fonts, code, module=8)
    _ink(image, 120 + 3 * 8 + 3, 120 + 5 * 8 + 3, 1, 1)
    _ink(image, 120 + 4 * 8 + 3, 120 + 5 * 8 + 3, 1, 1, white=True)
    assert naive(image, code)
    with pytest.raises(BadInput, match="whole dots"):
        check(image, [code], dpi=203)


@pytest.mark.parametrize("code", [MATRIX, QR])
def test_a_square_that_is_not_square(fonts: Fonts, code: Code) -> None:
    image = alone(fonts, code, module=8)
    tall = image.scaled(image.width(), round(image.height() * 1.05))
    with pytest.raises(BadInput, match=r"whole dots|cannot be read|quiet"):
        check(tall, [code], dpi=203)


def test_a_cut_through_the_bars_leaves_too_little_height(fonts: Fonts) -> None:
    """A dead row in the middle of the bars (a fold of the picture): what decodes above it is too low."""
    image = alone(fonts, PLAIN, module=3, height=120)
    _ink(image, 100, 170, 400, 4, white=True)
    assert naive(image, PLAIN)
    with pytest.raises(BadInput, match="dots high and need"):
        check(image, [PLAIN], dpi=203)


def test_media() -> None:
    assert (Media(203).width, Media(203).height) == (800, 1200)
    assert (Media(300).width, Media(300).height) == (1181, 1771)
    assert (Media(203).module(0.495), Media(300).module(0.495)) == (4, 6)


def _ink(image: QImage, x: int, y: int, w: int, h: int, *, white: bool = False) -> None:
    painter = QPainter(image)
    painter.fillRect(x, y, w, h, QColor("white" if white else "black"))
    painter.end()
