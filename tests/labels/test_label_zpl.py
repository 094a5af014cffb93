"""Whole labels as a printer gets them: rendered by zplkit, read by zxing-cpp; no text becomes a command."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_label_sample import CODES, PAYLOAD, SSCC, read, rendered, sample, to

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.errors import BadInput
from wismo_desk.labels.gate import dots_of
from wismo_desk.labels.gf import bitmap
from wismo_desk.labels.paint import from_png
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.labels.zpl import escape, once

ATTACK = "X^XA^FO0,0^GB800,1200,600^FS^XZ ~JA\x1e\x10\x1f\x02\x03~HS_5EXZ\\&"


def profile(dpi: int, language: str = "graphic", encoding: str = "z64") -> PrinterProfile:
    return PrinterProfile(name="QUAI-3", dpi=dpi, language=language, encoding=encoding)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(
    ("language", "encoding"), [("graphic", "z64"), ("graphic", "acs"), ("native", "z64")], ids=str
)
def test_what_the_printer_would_print_reads_back(
    painter: LabelPainter, dpi: int, language: str, encoding: str
) -> None:
    painted = painter.paint(sample(dpi=dpi), carrier="Own deliveries", service="Home")
    zpl = painter.to_zpl(painted, profile(dpi, language, encoding))
    width, height, pixels = rendered(zpl, width=painted.width, height=painted.height, dpi=dpi)
    assert read(width, height, pixels) == CODES


@pytest.mark.parametrize("encoding", ["z64", "acs"])
def test_the_printer_gets_the_dots_that_were_checked(painter: LabelPainter, encoding: str) -> None:
    painted = painter.paint(sample(), carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, profile(203, encoding=encoding))
    checked = dots_of(from_png(painted.image_png))
    assert dots_of(bitmap(zpl)) == checked
    assert rendered(zpl, width=800, height=1200, dpi=203)[2] == checked.data


@pytest.mark.parametrize("language", ["graphic", "native"])
def test_one_label_one_copy_and_no_reprint_by_the_printer_itself(
    painter: LabelPainter, language: str
) -> None:
    painted = painter.paint(sample(), carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, profile(203, language))
    assert zpl.startswith(b"^XA\n")
    assert zpl.endswith(b"^PQ1,0,1,N\n^XZ\n")
    assert zpl.count(b"^PQ") == 1
    assert b"^JZN" in zpl
    assert b"^PW800^LL1200^LH0,0" in zpl


def test_a_label_for_another_printer_is_painted_anew(painter: LabelPainter) -> None:
    painted = painter.paint(sample(dpi=203), carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, profile(300))
    assert b"^PW1181^LL1771" in zpl
    assert read(*rendered(zpl, width=1181, height=1771, dpi=300)) == CODES


def hostile(text: str, **changes: object) -> object:
    party = replace(sample().recipient, name=text, company=text, street=(text, text), city=text, phone=text)
    return replace(sample(), shipper=party, recipient=party, **changes)


def test_an_attack_in_every_field_stays_text(painter: LabelPainter) -> None:
    request = hostile(ATTACK, order_number=ATTACK, note=ATTACK)
    painted = painter.paint(request, carrier=ATTACK, service=ATTACK)
    for language in ("graphic", "native"):
        zpl = painter.to_zpl(painted, profile(203, language))
        assert zpl.count(b"^XA") == 1
        assert zpl.count(b"^XZ") == 1
        assert b"~" not in zpl.replace(b"200,,,,~", b"")  # the DataMatrix' own escape sign
        assert not [byte for byte in zpl if byte < 0x20 and byte != 0x0A]


def test_the_attack_works_on_a_naive_writer() -> None:
    naive = b"^XA^FO10,10^A0N,30,30^FD" + ATTACK.encode() + b"^FS^XZ"
    assert naive.count(b"^XA") == 2
    assert b"~JA" in naive


@settings(max_examples=300, deadline=None)
@given(text=st.text())
def test_escaped_text_holds_no_command_and_comes_back(text: str) -> None:
    data = escape(text)
    assert not set(data) & set(b"^~\\")
    assert all(0x20 <= byte < 0x7F for byte in data)
    back = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data)
    back.decode("utf-8")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("^~_\\&>;:|JAXZFS\x02\x1e 0Aé東"), max_size=40))
def test_native_labels_have_one_beginning_and_one_end(painter: LabelPainter, text: str) -> None:
    painted = painter.paint(hostile(text, order_number=f"1{text[:20]}"), carrier=text, service=text)
    zpl = painter.to_zpl(painted, profile(203, "native"))
    assert (zpl.count(b"^XA"), zpl.count(b"^XZ"), zpl.count(b"^CC"), zpl.count(b"~")) == (1, 1, 0, 1)


@pytest.mark.parametrize("number", ["A_1|B", "2024/001", ">;>8123", "_5EXZ", "1~1", "#10482"])
def test_native_codes_say_the_order_number_as_it_is(painter: LabelPainter, number: str) -> None:
    request = sample(order_number=number)
    painted = painter.paint(request, carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, profile(203, "native"))
    assert read(*rendered(zpl, width=800, height=1200, dpi=203)) == {
        ("]C1", f"00{SSCC}"),
        ("]d1", PAYLOAD.replace("10482", number.replace("~", "?"))),
    }


def test_native_text_outside_font_0_goes_as_a_picture(painter: LabelPainter) -> None:
    painted = painter.paint(to(name="محمد", street=("Ελλάδα é",), city="東京"), carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, profile(203, "native"))
    assert zpl.count(b"^GFA") == 2  # the name, and postcode with city
    assert b"_CE_95_CE_BB_CE_BB_CE_AC_CE_B4_CE_B1 _C3_A9" in zpl  # Greek is the printer's own


def test_native_strips_are_not_a_label_to_show(painter: LabelPainter) -> None:
    painted = painter.paint(sample(), carrier="Own", service="Home")
    with pytest.raises(BadInput):
        painter.picture(painter.to_zpl(painted, profile(203, "native")))


def test_a_carriers_label_is_not_printed_again_by_the_printer_itself() -> None:
    sold = b"^XA^PW800^FO10,10^FDX^FS^XZ\n^XA^FDsecond^XZ"
    assert once(sold) == b"^XA^JZN^PW800^FO10,10^FDX^FS^XZ\n^XA^FDsecond^XZ"
    assert once(once(sold)) == once(sold)
    for untouched in (b"^xa^jzy^xz", b"\x1b@receipt ^XA", b"%PDF-1.4 ^XA", b""):
        assert once(untouched) == untouched
