"""Words made printable and set in the room there is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wismo_desk.errors import BadInput
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.text import clean, printable, set_text

NAMES = st.text(st.sampled_from("abcdefghijklmnop ABCDé-'éÀ 0123東京محمد\u0e01\u0e34"), max_size=90)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("e\u0301te\u0301", "été"),  # composed, so that one glyph is looked for
        (" a \t\n b\u2028c ", "a b c"),
        ("12\u202ebis", "12bis"),  # a direction override could show another house number
        ("a\x00\x02^XZ\x1e", "a ^XZ"),
        ("\u200b\ufeffx\ufe0f", "x"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # Persian needs its joiner
    ],
)
def test_clean(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


def test_a_pictogram_becomes_a_box_and_the_name_stays(fonts: Fonts) -> None:
    family = "Zoé 👩\u200d👩\u200d👧 et 🎁🎁"
    assert printable(family, field="recipient_name", fonts=fonts) == "Zoé □ et □"


def test_a_letter_without_glyph_is_refused_by_field(fonts: Fonts) -> None:
    with pytest.raises(BadInput) as caught:
        printable("თბილისი", field="recipient_city", fonts=fonts)
    assert caught.value.field == "recipient_city"
    assert caught.value.values["char"] == "თ"


def test_naive_painting_would_print_an_address_with_a_hole(fonts: Fonts) -> None:
    """Why a letter is refused: the naive way drops what has no glyph, and nobody is told."""
    naive = "".join(char for char in "12 თbis" if fonts.covers(char))
    assert naive == "12 bis"


def test_shrunk_then_wrapped_then_elided(fonts: Fonts) -> None:
    text, sizes = "Société des menuisiers-ébénistes", (40, 30)
    at_30 = int(fonts.advance(text, 30)) + 1
    assert set_text(text, at_30 * 2, sizes, fonts=fonts).px == 40
    assert set_text(text, at_30, sizes, fonts=fonts).px == 30
    wrapped = set_text(text, at_30 - 20, sizes, fonts=fonts, lines=2)
    assert wrapped.lines == ("Société des menuisiers-", "ébénistes")
    cut = set_text(text, at_30 - 20, sizes, fonts=fonts, lines=1)
    assert cut.lines[0].endswith("…")
    assert not cut.whole


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=NAMES, width=st.integers(60, 500), lines=st.integers(1, 3))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(
    fonts: Fonts, text: str, width: int, lines: int
) -> None:
    shown = clean(text)
    setting = set_text(shown, width, (32, 24), fonts=fonts, lines=lines)
    assert len(setting.lines) <= lines
    assert all(fonts.advance(line, setting.px) <= width for line in setting.lines)
    if setting.whole:
        assert "".join(setting.lines).replace(" ", "") == shown.replace(" ", "")
