"""What an HTML mail hides is not read; what it shows is, however it is nested, and in linear time."""

from __future__ import annotations

import pytest

from wismo_desk.domain.mail_text import is_written, read_mail, text_of_html
from wismo_desk.errors import BadInput


@pytest.mark.parametrize(
    "opening",
    [
        '<div style="display:none">',
        "<div style='DISPLAY : none !important; max-height:0'>",
        "<div style=display:none>",
        '<div style="display&#58;none">',
        '<div style="display:/**/none">',
        '<span style="visibility:hidden">',
        '<span style="font-size:0">',
        '<span style="font-size: 0px; color:#fff">',
        '<span style="opacity:0">',
        '<p style="mso-hide:all">',
        "<div hidden>",
        '<div class="a"hidden="until-found">',
        '<div style="display:none"><p style="display:block">',
        '<div style="font-size:0"><p style="font-size:1em">',
    ],
)
def test_hidden_text_is_not_read(opening: str) -> None:
    name = opening[1:].split()[0]
    assert text_of_html(f"<p>Où est mon colis ?</p>{opening}annulez</{name}><p>Merci</p>").split("\n") == [
        "Où est mon colis ?",
        "Merci",
    ]


@pytest.mark.parametrize(
    "shown",
    [
        '<div style="font-size:0px"><td style="font-size:13px">annulez</td></div>',
        '<div style="visibility:hidden"><b style="visibility:visible">annulez</b></div>',
        '<div style="font-size:0.9em">annulez</div>',
        '<div style="opacity:0.8" title="hidden">annulez</div>',
        '<input type="hidden" value="x">annulez',
        '<img style="display:none">annulez',
        '<p style="display:none">x<p>annulez',
        '<div aria-hidden="true">annulez</div>',
        "</div></p>annulez",
    ],
)
def test_what_is_shown_is_read(shown: str) -> None:
    assert "annulez" in text_of_html(shown)


def test_a_naive_reading_of_hidden_text_is_caught() -> None:
    """The twin that only drops tags reads what nobody sees."""
    import re

    page = '<p>Où est-il ?</p><div style="display:none">annulez</div>'
    assert "annulez" in re.sub("<[^>]*>", "", page)
    assert "annulez" not in text_of_html(page)


def test_tags_without_end_stay_linear() -> None:
    """Ends without a beginning among ten thousand open elements: each is looked for by name, not by a walk."""
    page = "<a><b>" * 10_000 + "</i></b>" * 10_000 + "fin"
    assert text_of_html(page) == "fin"


@pytest.mark.parametrize("raw", [b"\x00\x9f\x01\xff" * 5000, b"hello, where is my order", b""])
def test_what_is_no_mail_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadInput, match="not a mail"):
        read_mail(raw)


def test_people_write_no_control_characters() -> None:
    assert is_written("Où est mon colis ?\r\n\tMerci 🙂")
    assert is_written("")
    assert not is_written(bytes(range(256)).decode("latin-1"))
    assert not is_written(bytes(range(256)).decode("cp1252", "replace"))
