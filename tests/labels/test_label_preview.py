"""A preview on a screen can be looked at and not scanned."""

import pytest
import zxingcpp
from own_label_sample import sample
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTransform

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Symbol
from wismo_desk.labels.paint import blank, from_png, paint_into
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.labels.preview import cut_codes
from wismo_desk.labels.symbols import Code, Symbology
from wismo_desk.labels.trial import trial_code

SCALES = (0.25, 0.33, 0.42, 0.5, 0.6, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0)


def found(image: QImage) -> list[str]:
    """Every code at every scale a window might draw it, smooth or not."""
    codes = []
    for mode in (Qt.TransformationMode.SmoothTransformation, Qt.TransformationMode.FastTransformation):
        for scale in SCALES:
            view = image.scaledToWidth(round(image.width() * scale), mode)
            grey = view.convertToFormat(QImage.Format.Format_Grayscale8)
            codes += [code.text for code in zxingcpp.read_barcodes(grey)]
    return codes


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_previewed_label_cannot_be_scanned(painter: LabelPainter, dpi: int) -> None:
    painted = painter.paint(sample(dpi=dpi), carrier="Own deliveries", service="Home")
    preview = QImage.fromData(painter.preview(painted.image_png))
    assert (preview.width(), preview.height()) == (painted.width, painted.height)
    assert found(preview) == []
    assert len(found(QImage.fromData(painted.image_png))) > len(SCALES)  # the naive preview: the label itself


def test_a_narrow_band_would_not_do(painter: LabelPainter) -> None:
    """The naive band, a thin line across: error correction and the other half of the bars still read."""
    painted = painter.paint(sample(), carrier="Own", service="Home")
    image = from_png(painted.image_png).convertToFormat(QImage.Format.Format_Grayscale8)
    for y in range(980, 990):
        for x in range(image.width()):
            image.setPixel(x, y, 0xFFFFFFFF)
    assert found(image)


@pytest.mark.parametrize("dpi", [203, 300])
def test_nor_can_a_test_label(painter: LabelPainter, dpi: int) -> None:
    from datetime import UTC, datetime

    profile = PrinterProfile(name="QUAI-3", dpi=dpi)
    painted = painter.test_label(profile, station="Station 3", at=datetime(2026, 12, 1, 8, 2, tzinfo=UTC))
    assert painted.codes == (trial_code(profile),)
    assert found(QImage.fromData(painter.preview(painted.image_png))) == []


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("symbology", [Symbology.CODE_128, Symbology.DATA_MATRIX, Symbology.QR])
def test_turned_codes_of_others_are_cut_too(fonts: Fonts, symbology: Symbology, turn: int) -> None:
    image = blank(600, 600)
    code = Code(symbology, "6A17204518835")
    height = 200 if code.linear else 0
    symbols = [Symbol(x=100, y=y, module=3, code=code, height=height) for y in (60, 340)]
    paint_into(image, symbols, fonts=fonts)
    turned = image.transformed(QTransform().rotate(turn))
    assert found(turned)
    assert found(cut_codes(turned, fonts=fonts, word="preview")) == []


def test_what_has_no_code_is_shown_as_it_is(fonts: Fonts) -> None:
    image = blank(200, 200)
    image.setPixel(50, 50, 1)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    assert cut_codes(image, fonts=fonts, word="preview") == grey
