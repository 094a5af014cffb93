"""Colours people can read, and type with the figures it promises."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.theme import (
    CONTRAST,
    DARK,
    LIGHT,
    THEMES,
    Figures,
    Look,
    Theme,
    Weight,
    font,
    palette,
    style_sheet,
)

ON_SURFACE = ("text", "muted", "accent", "ok", "warn", "danger", "info")
PAIRS = [
    *((ink, ground) for ink in ON_SURFACE for ground in ("surface", "background")),
    *((ink, f"{ink}_tint") for ink in ("accent", "ok", "warn", "danger", "info")),
    *(("text", tint) for tint in ("ok_tint", "warn_tint", "danger_tint", "info_tint", "sunken")),
    ("on_accent", "accent"),
    ("on_warn", "warn_solid"),
    ("on_danger", "danger_solid"),
    ("muted", "sunken"),
]


def luminance(colour: QColor) -> float:
    """WCAG 2.2, relative luminance."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_is_readable(theme: Theme, pair: tuple[str, str]) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    assert contrast(theme.colour(pair[0]), theme.colour(pair[1])) >= least


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_borders_of_controls_and_bars_are_three_to_one(theme: Theme) -> None:
    assert contrast(theme.line_strong, theme.surface) >= 3
    assert contrast(theme.bar, theme.surface) >= 3


def test_amber_alone_would_not_carry_data_on_white() -> None:
    assert contrast(LIGHT.warn_solid, LIGHT.surface) < 3
    assert contrast(LIGHT.warn, LIGHT.surface) >= 3, "so it gets an edge in warn"


def test_high_contrast_tells_good_from_bad_by_blue_and_orange() -> None:
    assert 200 <= CONTRAST.ok.hue() <= 230
    assert 10 <= CONTRAST.danger.hue() <= 35


@pytest.mark.parametrize("weight", list(Weight))
def test_every_weight_is_a_cut_of_inter(fonts: tuple[str, ...], weight: Weight) -> None:
    info = QFontInfo(font(48, weight))
    assert info.family() == "Inter"
    assert info.weight() == weight.value


def test_tabular_figures_have_one_width_and_plain_ones_do_not(fonts: tuple[str, ...]) -> None:
    plain = QFontMetricsF(font(40))
    columns = QFontMetricsF(font(40, figures=Figures.TABULAR))
    assert plain.horizontalAdvance("1111") < plain.horizontalAdvance("0000")
    assert columns.horizontalAdvance("1111") == columns.horizontalAdvance("0000")


def test_codes_slash_their_zero(fonts: tuple[str, ...], qtbot) -> None:
    from PySide6.QtGui import QImage, QPainter

    def drawn(figures: Figures) -> QImage:
        image = QImage(60, 60, QImage.Format.Format_Grayscale8)
        image.fill(255)
        painter = QPainter(image)
        painter.setFont(font(48, figures=figures))
        painter.drawText(10, 50, "0")
        painter.end()
        return image

    assert drawn(Figures.CODE) != drawn(Figures.TABULAR)


def test_other_scripts_have_a_bundled_face(fonts: tuple[str, ...]) -> None:
    assert {"Inter", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC"} <= set(fonts)


def test_sheet_and_palette_follow_the_theme(look: Look, qapp: QApplication) -> None:
    assert LIGHT.danger_tint.name() in style_sheet(LIGHT)
    assert DARK.danger_tint.name() in style_sheet(DARK)
    assert "{" not in style_sheet(LIGHT).replace("{ ", "").replace("{\n", "")
    look.dress(qapp, DARK)
    assert qapp.palette().window().color() == DARK.background == palette(DARK).window().color()
    assert look.theme is DARK
