"""Scans understood: every public sample of the carriers, however scanners spell it, and no boasting."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import keyboard
from wismo_desk.domain.check_digits import gs1 as gs1_digit
from wismo_desk.domain.reading import (
    AMBIGUOUS,
    CHECK_DIGIT,
    GS1_DAMAGED,
    NOTHING,
    REPAIRED,
    ReadKind,
    read,
)

# scan, carrier, key, check: samples of carriers.md §3
CARRIER_SAMPLES = [
    ("RB123456785GB", "", "RB123456785GB", True),
    ("XP503122466FR", "chronopost", "XP503122466FR", True),
    ("XU002044401EE", "chronopost", "XU002044401EE", True),
    ("XW242284003JB", "chronopost", "XW242284003JB", True),
    ("XV297889338KL", "chronopost", "XV297889338KL", False),
    ("CF032651232FR", "colissimo", "CF032651232FR", True),
    ("EY000000005FR", "colissimo", "EY000000005FR", True),
    ("EN000000005FR", "colissimo", "EN000000005FR", True),
    ("6A13727319218", "colissimo", "6A13727319218", True),
    ("8R28870676224", "colissimo", "8R28870676224", True),
    ("8K00009775862", "colissimo", "8K00009775862", True),
    ("9V1722409000010860000037", "colissimo", "9V1722409000010860000037", True),
    ("9V1750159647440150001164", "colissimo", "9V1750159647440150001164", True),
    ("%008182709980000020033350276", "dpd", "09980000020033", None),
    ("%0026400XP503122466248226250", "chronopost", "XP503122466FR", None),
    ("0026400XP503122466248226250A", "chronopost", "XP503122466FR", True),
    ("0026400XP503122466248226250B", "chronopost", "XP503122466FR", False),
    ("0075001116A1598404033801250L", "colissimo", "6A15984040331", True),
    ("00101006M0000000001708492508", "colissimo", "6M00000000017", True),
    ("%00101006M0000000001708492508", "colissimo", "6M00000000017", True),
    ("XP503122466248W", "chronopost", "XP503122466FR", True),
    ("XU002044401209W", "chronopost", "XU002044401EE", True),
    ("XW2422840033369", "chronopost", "XW242284003JB", True),
    ("1Z5R89390357567127", "ups", "1Z5R89390357567127", True),
    ("1Z12345E0205271688", "ups", "1Z12345E0205271688", False),
    ("K1506235620", "ups", "K1506235620", True),
    ("1001921334250001000300779017972697", "fedex", "779017972697", True),
    ("9622001900000000000000776632517510", "fedex", "776632517510", True),
    ("9611020987654312345672", "fedex", "987654312345672", True),
    ("JJD0099999999", "dhl", "JJD0099999999", None),
    ("TBA000000000000", "amazon", "TBA000000000000", None),
    ("11964088870301006623669740", "mondial_relay", "96408887", None),
]
AMBIGUOUS_SAMPLES = [
    ("008182709980000020033350276C", ("dpd", "09980000020033"), ("colissimo", "000200333")),
    ("0000121115580032651231013801", ("dpd", "11558003265123"), ("colissimo", "032651232")),
    ("861011301731382", ("laposte", "861011301731382"), ("dpd", "86101130173138")),
    ("87000720168020K", ("laposte", "87000720168020K"), ("dpd", "87000720168020")),
    ("09980000020033F", ("dpd", "09980000020033"), ("laposte", "09980000020033F")),
    ("10774000248385X", ("dpd", "10774000248385"), ("laposte", "10774000248385X")),
    ("00435394", ("mondial_relay", "00435394"), ("gls", "00435394")),
    ("986578788855", ("fedex", "986578788855"), ("mondial_relay", "986578788855")),
    ("3318810025", ("dhl", "3318810025"), ("mondial_relay", "3318810025")),
    ("73891051146", ("dhl", "73891051146"), ("gls", "73891051146")),
    ("716649153647", ("mondial_relay", "716649153647"), ("gls", "716649153647")),  # twelve digits, too
]


@pytest.mark.parametrize(("scan", "carrier", "key", "check"), CARRIER_SAMPLES)
def test_carrier_samples(scan: str, carrier: str, key: str, check: bool | None) -> None:
    reading = read(scan)
    assert (reading.kind, reading.carrier, reading.key) == (ReadKind.CARRIER_NUMBER, carrier, key)
    assert reading.check_ok is check
    assert (reading.reason == CHECK_DIGIT) is (check is False)
    assert scan.lstrip("%") in {k.lstrip("%") for k in reading.keys}


@pytest.mark.parametrize(("scan", "first", "second"), AMBIGUOUS_SAMPLES)
def test_two_carriers_can_number_so(scan: str, first: tuple[str, str], second: tuple[str, str]) -> None:
    reading = read(scan)
    assert (reading.carrier, reading.key) == first
    assert second in [(guess.carrier, guess.key) for guess in reading.alternatives]
    assert (reading.check_ok, reading.reason) == (None, AMBIGUOUS)


digits = st.text(string.digits, min_size=40, max_size=40)


@given(digits, st.sampled_from([("9405", 22), ("9505", 22), ("9202", 22), ("9274", 26), ("9102", 22)]))
def test_american_post_by_its_check_digit(drawn: str, form: tuple[str, int]) -> None:
    """USPS's package barcode, alone and behind a postcode; FedEx and USPS number SmartPost parcels alike."""
    prefix, length = form
    body = (prefix + drawn)[: length - 1]
    number = body + gs1_digit(body)
    assert ("usps", number) in _named(number)
    routed = "42012345" + number
    assert ("usps", number) in _named(routed)
    assert (read(routed).carrier, read(routed).check_ok) == ("usps", True)
    if length == 22:
        assert (read(f"420123456789{number}").carrier, read(f"420123456789{number}").key) == ("usps", number)
        wrong = body + str((int(number[-1]) + 1) % 10)
        assert (read(wrong).carrier, read(wrong).check_ok) == ("usps", False)


@given(digits)
def test_short_american_numbers(drawn: str) -> None:
    """Twenty digits are USPS's own, or a package barcode without its first two: the check digit tells which."""
    mail = "71" + drawn[:17]
    assert read(mail + gs1_digit(mail)).carrier == "usps"
    smart = "61" + drawn[:17]
    assert _named(smart + gs1_digit("92" + smart)) >= {("fedex", smart + gs1_digit("92" + smart))}
    assert _named(smart + gs1_digit("91" + smart)) >= {("usps", smart + gs1_digit("91" + smart))}
    ontrac = "C" + drawn[:13]
    valid = [str(digit) for digit in range(10) if read(f"{ontrac}{digit}").check_ok]
    assert len(valid) == 1
    assert {read(f"{ontrac}{digit}").carrier for digit in range(10)} == {"ontrac"}


def test_numbers_that_prove_nothing_are_named_last() -> None:
    mail_innovations, hexadecimal = "800000000000000001", "0A12345678"
    assert ("ups", mail_innovations) in _named(mail_innovations)
    assert read(hexadecimal).kind is ReadKind.TEXT
    assert ("cdl", hexadecimal) in _named(hexadecimal)
    sscc = "80952000" + "123456789"
    both = read(sscc + gs1_digit(sscc))
    assert (both.kind, both.check_ok, both.reason) == (ReadKind.SSCC, None, AMBIGUOUS)


def _named(scan: str) -> set[tuple[str, str]]:
    reading = read(scan)
    return {(reading.carrier, reading.key)} | {(guess.carrier, guess.key) for guess in reading.alternatives}


@pytest.mark.parametrize("scan", [scan for scan, *_ in CARRIER_SAMPLES + AMBIGUOUS_SAMPLES])
@pytest.mark.parametrize(
    "dress", ["{}\r\n", "\x02{}\x03", "]C0{}", " {} ", "{}\t"], ids=["crlf", "stx", "aim", "blanks", "tab"]
)
def test_dress_of_the_scanner_changes_nothing(scan: str, dress: str) -> None:
    plain, dressed = read(scan), read(dress.format(scan))
    assert (dressed.kind, dressed.key, dressed.check_ok) == (plain.kind, plain.key, plain.check_ok)
    assert dressed.keys == plain.keys


def test_typed_by_hand() -> None:
    assert read("6a 13727 31921 8").key == "6A13727319218"
    assert read("1z 5r8 939 03 5756 7127").check_ok is True
    assert read("9.521.234.543.213").gtin == "9521234543213"


def test_partial_keys_are_kept_apart() -> None:
    """One label sample prints another product code in the bars than its own: the serial must do."""
    reading = read("0075001116A1598404033801250L")
    assert [guess.key for guess in reading.parts] == ["15984040331"]
    assert "15984040331" not in reading.keys


def test_digit_shapes_are_dropped_when_their_check_digit_speaks_against_them() -> None:
    assert read("986578788854").carrier == "mondial_relay"
    assert "dhl" not in {read("3318810010").carrier, *(g.carrier for g in read("3318810010").alternatives)}
    assert read("861011301731383").kind is ReadKind.TEXT


def test_naive_twin_claims_dhl() -> None:
    """A shape table without check digits takes an order number for a DHL parcel (woocommerce #63473)."""

    def naive(scan: str) -> str:
        return "dhl" if scan.isdigit() and len(scan) == 10 else ""

    assert naive("2026112201") == "dhl"
    assert read("2026112201").carrier != "dhl"
    assert read("2026112201").check_ok is None


@given(st.text(string.digits, min_size=10, max_size=10))
def test_practice_numbers(serial: str) -> None:
    code = f"PX{serial}{gs1_digit(serial)}"
    assert (read(code).carrier, read(code).key, read(code).check_ok) == ("practice", code, True)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert (read(wrong).carrier, read(wrong).check_ok) == ("practice", False)


def test_gtins() -> None:
    assert read("9521234543213").kind is ReadKind.GTIN
    assert read("9521234543213").check_ok is True
    upc = read("036000291452")
    assert (upc.gtin, upc.check_ok) == ("0036000291452", None)  # Mondial Relay numbers so too
    assert {"0036000291452", "036000291452"} <= set(upc.keys)
    assert read("]E00036000291452").check_ok is True
    pack = read("19521234543210")
    assert (pack.gtin, pack.quantity) == ("19521234543210", None)
    assert "9521234543213" not in pack.keys  # a box of six is not one piece
    assert read("96385074").gtin == "96385074"


def test_thirteen_digits_that_are_no_ean() -> None:
    reading = read("9521234543214")
    assert (reading.kind, reading.check_ok, reading.reason) == (ReadKind.TEXT, False, CHECK_DIGIT)
    assert reading.key == "9521234543214"


@pytest.mark.parametrize(
    "scan",
    [
        "]C100000123450000000027",
        "00000123450000000027",
        "(00)000123450000000027",
        "000123450000000027",
        "(00) 0 0012345 000000002 7",
    ],
)
def test_sscc(scan: str) -> None:
    reading = read(scan)
    assert (reading.kind, reading.sscc, reading.key) == (
        ReadKind.SSCC,
        "000123450000000027",
        "000123450000000027",
    )
    assert reading.check_ok is True


def test_gs1_content() -> None:
    reading = read("]d2020952123454321337\x31\x32\x1d10LOT-7")
    assert (reading.kind, reading.gtin, reading.quantity) == (ReadKind.GTIN, "9521234543213", 12)
    assert [element.ai for element in reading.elements] == ["02", "37", "10"]
    assert read("010952123454321310A").gtin == "9521234543213"  # no AIM id, no FNC1
    assert read("]C1400PO-4711\x1d").key == "PO-4711"
    assert (read("]C10109521234543214").check_ok, read("]C10109521234543214").reason) == (False, CHECK_DIGIT)


def test_gs1_with_a_substitute_for_its_separator() -> None:
    scan = "]d2010952123454321310LOT~3706"
    assert read(scan).quantity is None
    assert read(scan, substitutes={"~": "\x1d"}).quantity == 6


def test_damaged_gs1_is_said() -> None:
    assert read("]C10109521").reason == GS1_DAMAGED


def test_own_label() -> None:
    reading = read("WD1|MFRGGZDFMZTWQ|000123450000000027|#1042 | B\r")
    assert (reading.kind, reading.key, reading.sscc) == (
        ReadKind.OWN_LABEL,
        "MFRGGZDFMZTWQ",
        "000123450000000027",
    )
    assert (reading.order_number, reading.check_ok) == ("#1042 | B", True)
    assert reading.keys[:2] == ("MFRGGZDFMZTWQ", "000123450000000027")
    assert read("]d1WD1|mfrggzdfmztwq||10482").key == "MFRGGZDFMZTWQ"
    assert read("WD1|MFRGGZDFMZTWQ||10482").check_ok is None
    damaged = read("WD1|MFRGGZDFMZTWQ|000123450000000028|1")
    assert (damaged.check_ok, damaged.reason, reading.reason) == (False, CHECK_DIGIT, "")


def test_two_dimensional_carrier_codes() -> None:
    dpd = read("[)>\x1e01\x1d37000\x1d250\x1d327\x1d09980000020033\x1dGEOP1\x1dX\x1e\x04")
    assert (dpd.kind, dpd.carrier, dpd.key) == (ReadKind.CARRIER_NUMBER, "dpd", "09980000020033")
    maxi = read("[)>\x1e01\x1d96841706672\x1d840\x1d001\x1d1Z12345677\x1dUPSN\x1d12345E\x1d089\x1e\x04")
    assert (maxi.carrier, maxi.key) == ("ups", "12345677")
    assert [(guess.carrier, guess.key) for guess in maxi.parts] == [("ups", "12345677")]
    whole = read("[)>\x1e01\x1d96841706672\x1d840\x1d001\x1d1Z5R89390357567127")
    assert (whole.key, whole.check_ok) == ("1Z5R89390357567127", True)
    assert read("[)>\x1e01\x1d1\x1d2\x1d3").kind is ReadKind.TEXT
    assert read("[)>\x1e06\x1dnothing\x1e\x04").kind is ReadKind.TEXT


def test_geo_number_of_no_country_stays_as_it_is() -> None:
    assert read("XP503122466248").key == "XP503122466FR"
    assert read("XP503122466999").key == "XP503122466999"
    assert read("XP503122466099").key == "XP503122466099"


def test_control_characters_vanish() -> None:
    dirty = "".join(chr(c) for c in (*range(1, 29), 31, *range(127, 160)))
    assert read(f"6A13{dirty}727319218").key == "6A13727319218"


def test_text_is_left_to_the_database() -> None:
    for scan in ("#1042", "AM-10482", "Commande 10482 / B", "étagère", "TS-BLEU-M"):
        reading = read(scan)
        assert (reading.kind, reading.key, reading.check_ok, reading.repaired) == (
            ReadKind.TEXT,
            scan,
            None,
            False,
        )
    assert ("gls", "TSBLEU01") in [(g.carrier, g.key) for g in read("TSBLEU01").alternatives]


@pytest.mark.parametrize("scan", ["", "\r\n", " \t ", "\x00\x01", "x" * 5000])
def test_nothing_readable(scan: str) -> None:
    assert (read(scan).kind, read(scan).reason) == (ReadKind.UNKNOWN, NOTHING)


# The key positions, from the two layouts, independently of the product's tables.
US_KEYS = dict(zip("1234567890-qwertyuiopasdfghjkl;zxcvbnm,.", range(40), strict=True))
US_KEYS_SHIFTED = dict(zip("!@#$%^&*()_QWERTYUIOPASDFGHJKL:ZXCVBNM<>", range(40), strict=True))
FRENCH_KEYS = "&é\"'(-è_çà)azertyuiopqsdfghjklmwxcvbn,;:"
FRENCH_KEYS_SHIFTED = "1234567890°AZERTYUIOPQSDFGHJKLMWXCVBN?./"


def typed_on_french(code: str) -> str:
    """What a French computer makes of a scanner that sends US keys."""
    return "".join(
        FRENCH_KEYS[US_KEYS[c]] if c in US_KEYS else FRENCH_KEYS_SHIFTED[US_KEYS_SHIFTED[c]] for c in code
    )


def typed_on_us(code: str) -> str:
    """What a US computer makes of a scanner that sends French keys."""
    plain, shifted = list(US_KEYS), list(US_KEYS_SHIFTED)
    return "".join(
        plain[FRENCH_KEYS.index(c)] if c in FRENCH_KEYS else shifted[FRENCH_KEYS_SHIFTED.index(c)]
        for c in code
    )


AZERTY_SAFE = [
    scan
    for scan, *_ in CARRIER_SAMPLES + AMBIGUOUS_SAMPLES
    if read(scan).check_ok is not False and scan[0] != "%"
]


@pytest.mark.parametrize(
    "scan", [*AZERTY_SAFE, "9521234543213", "WD-OK", "WD-C3", "WD-REIMP", "6M00000000017"]
)
def test_wrong_keyboard_is_repaired_and_said(scan: str) -> None:
    for typed in (typed_on_french(scan), typed_on_us(scan)):
        reading = read(typed)
        assert read(scan).key in reading.keys, typed
        assert reading.repaired and reading.reason == REPAIRED
        if read(scan).check_ok or scan.startswith("WD-"):
            assert (reading.kind, reading.key) == (read(scan).kind, read(scan).key)


def test_naive_twin_cannot_look_up_a_french_row() -> None:
    typed = typed_on_french("8R28870676224")
    assert typed == "_Ré__èà-è-éé'"
    assert typed.upper() not in read("8R28870676224").keys  # what naive normalising would ask for
    assert read(typed).key == "8R28870676224"


def test_percent_of_a_geopost_code_comes_as_a_shifted_digit() -> None:
    scan = "%0026400XP503122466248226250"
    typed = typed_on_french(scan)
    assert typed.startswith("5àà")
    assert read(typed).key == "XP503122466FR"


def test_letters_that_tell_nothing_stay_open() -> None:
    reading = read("HA&&é")
    assert reading.key == "HA112"
    assert {"HA112", "HQ112", "HA&&é"} <= set(reading.keys)
    assert (reading.kind, reading.check_ok, reading.repaired) == (ReadKind.TEXT, None, True)


def test_the_signs_tell_the_keyboard() -> None:
    assert typed_on_us("JJD0099999999") == "JJD))(((((((("  # ( is 9 on this row, 5 on the French one
    assert read("JJD))((((((((").key == "JJD0099999999"


def test_caps_lock_swaps_letters_only() -> None:
    assert read("1w5r89390357567127").key == "1Z5R89390357567127"
    assert read("1W5R89390357567128").kind is ReadKind.TEXT  # no check digit speaks for it


@pytest.mark.parametrize(
    "text", ["L'été", "(00)123", "A-B_C", "O'Neil", "à-propos", "R&D", "rez-de-chaussée"]
)
def test_words_are_not_repaired(text: str) -> None:
    assert not read(text).repaired


def test_keyboard_tables_are_whole() -> None:
    assert len(keyboard._US) == len(keyboard._FRENCH) == len(set(keyboard._US)) == len(set(keyboard._FRENCH))


@given(st.text(max_size=80))
def test_never_raises_and_always_has_a_key(scan: str) -> None:
    reading = read(scan)
    assert bool(reading.key) is (reading.kind is not ReadKind.UNKNOWN or bool(reading.key))
    assert reading.kind is ReadKind.UNKNOWN or reading.keys


@given(st.text(string.ascii_uppercase + string.digits + "%]()\x1d\x1e|-", min_size=1, max_size=40))
def test_true_is_never_said_beside_a_rival(scan: str) -> None:
    reading = read(scan)
    if reading.check_ok and not reading.repaired:
        rivals = [g for g in reading.alternatives if g.check_ok is not False]
        assert all((g.kind, g.carrier) == (reading.kind, reading.carrier) for g in rivals)
