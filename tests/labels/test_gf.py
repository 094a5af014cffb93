"""^GF written and read back, and read by somebody else's renderer."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from own_label_sample import rendered
from PySide6.QtGui import QImage

from wismo_desk.errors import BadInput
from wismo_desk.labels.gate import dots_of
from wismo_desk.labels.gf import Encoding, bitmap, field
from wismo_desk.labels.paint import blank, from_png, to_png
from wismo_desk.labels.zpl import graphic


@st.composite
def pictures(draw: st.DrawFn) -> QImage:
    """Small pictures of runs, blank rows, full rows and repeated rows: what the compression treats apart."""
    width = draw(st.integers(1, 100))
    row = st.one_of(
        st.just(0),
        st.just((1 << width) - 1),
        st.integers(0, (1 << width) - 1),
        st.integers(0, width).map(lambda n: (1 << n) - 1),
    )
    rows = [
        value
        for value in draw(st.lists(row, min_size=1, max_size=12))
        for _ in range(draw(st.integers(1, 3)))
    ]
    image = blank(width, len(rows))
    stride = image.bytesPerLine()
    shifted = (value << (stride * 8 - width) for value in rows)
    memoryview(image.bits())[:] = b"".join(value.to_bytes(stride, "big") for value in shifted)
    return image


def dots(image: QImage) -> list[bytes]:
    flat = dots_of(image)
    return [flat.row(y, 0, flat.width) for y in range(flat.height)]


@settings(max_examples=200, deadline=None)
@given(image=pictures(), encoding=st.sampled_from(Encoding))
def test_back_to_the_same_dots(image: QImage, encoding: Encoding) -> None:
    assert dots(bitmap(graphic(image, encoding))) == dots(image)


@settings(max_examples=60, deadline=None)
@given(image=pictures(), encoding=st.sampled_from(Encoding))
def test_another_renderer_sees_the_same_dots(image: QImage, encoding: Encoding) -> None:
    width, height = image.width(), image.height()
    assert rendered(graphic(image, encoding), width=width, height=height, dpi=203) == (
        width,
        height,
        b"".join(dots(image)),
    )


def test_long_runs_need_several_letters() -> None:
    """More than 419 digits of one kind in a row: 1800 of F, then one of 7."""
    image = blank(7204, 1)
    memoryview(image.bits())[:] = (b"\xff" * 900 + b"\x70").ljust(image.bytesPerLine(), b"\0")
    image.setPixel(7203, 0, 0)
    written = field(image, Encoding.ACS)
    assert b"zzzz" in written
    assert dots(bitmap(graphic(image, Encoding.ACS))) == dots(image)


def test_the_crc_is_the_one_zebra_writes() -> None:
    """CRC-16/XMODEM of "123456789" is 31C3: Zebra's, not the more common CCITT-FALSE (29B1)."""
    from binascii import crc_hqx

    assert crc_hqx(b"123456789", 0) == 0x31C3
    assert re.search(rb":Z64:[A-Za-z0-9+/=]+:[0-9A-F]{4}$", field(blank(8, 8), Encoding.Z64))


@pytest.mark.parametrize(
    "damage",
    [
        lambda zpl: re.sub(rb":[0-9A-F]{4}\^FS", b":0000^FS", zpl),
        lambda zpl: zpl.replace(b":Z64:e", b":Z64:f"),
        lambda zpl: re.sub(rb"\^GFA,\d+,\d+,", b"^GFA,9,9,", zpl),
        lambda zpl: zpl.replace(b"^GF", b"^GX"),
        lambda zpl: re.sub(rb":[0-9A-F]{4}\^FS", b":zz^FS", zpl),
    ],
)
def test_damaged_pictures_are_refused(damage: object) -> None:
    zpl = graphic(blank(64, 64), Encoding.Z64)
    assert damage(zpl) != zpl
    with pytest.raises(BadInput):
        bitmap(damage(zpl))


def test_damaged_acs_is_refused() -> None:
    zpl = graphic(blank(64, 64), Encoding.ACS)
    with pytest.raises(BadInput):
        bitmap(zpl.replace(b",", b"", 1).replace(b":", b"", 30))


@settings(max_examples=50, deadline=None)
@given(image=pictures())
def test_png_keeps_the_dots(image: QImage) -> None:
    assert dots(from_png(to_png(image))) == dots(image)


def test_a_png_with_its_colours_swapped_is_the_same_picture() -> None:
    image = blank(16, 2)
    image.setPixel(3, 1, 1)
    swapped = image.copy()
    swapped.invertPixels()
    swapped.setColorTable([0xFF000000, 0xFFFFFFFF])
    assert dots(from_png(to_png(swapped))) == dots(image)


@pytest.mark.parametrize("png", [b"", b"no picture"])
def test_no_png_is_refused(png: bytes) -> None:
    with pytest.raises(BadInput):
        from_png(png)


def test_a_grey_png_is_no_label() -> None:
    grey = blank(8, 8).convertToFormat(QImage.Format.Format_Grayscale8)
    with pytest.raises(BadInput):
        from_png(to_png(grey))
