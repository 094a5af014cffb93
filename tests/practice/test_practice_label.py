"""The practice label read back from its bytes: rendered by zplkit, decoded by zxing-cpp."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import zplkit
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from wismo_desk.practice.practice_label import Drawing, draw, matrix_text

NUMBER, REFERENCE = "PX17953157756", "ABCDEFGHIJ234"
DRAWING = Drawing(
    number=NUMBER,
    reference=REFERENCE,
    service="DOMICILE",
    lines=("Zoé Lefèvre-Œuvré", "Société Ça & Là", "12, rue de l'Église", "35000 Rennes", "łódź", "李"),
    order="#1042",
    weight_g=1240,
    ship_on="2026-11-23",
    dpi=203,
)


def rendered(zpl: bytes, dpi: int) -> Image.Image:
    width, height = {203: (800, 1200), 300: (1181, 1772)}[dpi]
    document = zplkit.render(zpl, zplkit.Options(width=width, height=height, dpi=dpi))
    assert [text for text in document.warnings if not text.startswith("Resident fonts")] == []
    assert len(document.labels) == 1
    raster = document.labels[0].rasterize()
    assert (raster.width, raster.height) == (width, height)
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


@pytest.mark.parametrize("dpi", [203, 300])
def test_both_codes_read_back(dpi: int) -> None:
    image = rendered(draw(replace(DRAWING, dpi=dpi)), dpi)
    found = {str(code.format).rpartition(".")[2]: code.text for code in zxingcpp.read_barcodes(image)}
    assert {re.sub(r"[^A-Za-z0-9]", "", name): text for name, text in found.items()} == {
        "Code128": NUMBER,
        "DataMatrix": matrix_text(NUMBER, REFERENCE),
    }


def test_it_says_that_it_is_worthless() -> None:
    """The band across the top is black with white letters in it."""
    assert b"^FDEXERCICE - SANS VALEUR^FS" in draw(DRAWING)
    band = rendered(draw(DRAWING), 203).crop((32, 32, 768, 120))
    black = sum(value < 128 for value in band.tobytes())
    assert 0.5 < black / (band.width * band.height) < 0.98


def test_letters_become_what_the_printers_font_has() -> None:
    zpl = draw(DRAWING).decode("ascii")
    assert "^FDZOE LEFEVRE-OEUVRE^FS" in zpl
    assert "^FDSOCIETE CA _26 LA^FS" in zpl
    assert "^FDLODZ^FS" in zpl
    assert "^FD?^FS" in zpl


def naive(drawing: Drawing) -> bytes:
    """Without escaping, a name can end the label: the twin that shows the test below can fail."""
    return "".join(f"^FO8,8^A0N,40,40^FD{line}^FS" for line in drawing.lines).join(("^XA", "^XZ")).encode()


COMMAND = re.compile(rb"[\^~]([A-Z@][A-Z0-9@])")
PLAIN_COMMANDS = COMMAND.findall(draw(replace(DRAWING, lines=("A",) * 3)))


@given(st.lists(st.text(max_size=30), min_size=3, max_size=3))
def test_no_name_can_give_commands(lines: list[str]) -> None:
    zpl = draw(replace(DRAWING, lines=tuple(lines)))
    assert COMMAND.findall(zpl) == PLAIN_COMMANDS
    assert zpl.count(b"~") == 0


def test_the_naive_label_obeys_a_name() -> None:
    spiteful = replace(DRAWING, lines=("A^XZ^XA^FDB",))
    assert naive(spiteful).count(b"^XZ") == 2
    assert draw(spiteful).count(b"^XZ") == 1
    assert rendered(draw(spiteful), 203)
