"""Mails of strangers: headers, HTML, charsets, size and nesting; refused with a sentence, never with a crash."""

# ruff: noqa: E501 - mails as they come
from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.domain.mail_text import MOST_BYTES, read_mail, text_of_html
from wismo_desk.errors import BadInput


def mail(body: bytes = b"hello", **headers: str) -> bytes:
    lines = {
        "From": "Zoe <zoe@example.org>",
        "Subject": "Colis",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    return "\r\n".join(f"{k}: {v}" for k, v in lines.items()).encode() + b"\r\n\r\n" + body


def test_the_plain_part_wins_over_html() -> None:
    raw = mail(
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--x\r\nContent-Type: text/plain\r\n\r\nplain\r\n--x--\r\n",
        Content_Type='multipart/alternative; boundary="x"',
    )
    assert read_mail(raw).text.strip() == "plain"


def test_html_is_read_as_text_without_scripts_styles_and_quotes() -> None:
    page = "<style>p{}</style><p>O&ugrave; est <b>mon colis</b>&nbsp;?</p><script>alert(1)</script><blockquote>Votre retour</blockquote>"
    assert text_of_html(page).split("\n") == ["Où est mon colis ?", "> Votre retour"]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "cp1252", "no-such-charset", "utf-16"])
def test_a_wrong_charset_is_read_all_the_same(charset: str) -> None:
    raw = mail("Où est mon colis reçu".encode("cp1252"), Content_Type=f"text/plain; charset={charset}")
    assert read_mail(raw).text


def test_accents_survive_the_common_lie_about_the_charset() -> None:
    raw = mail("où est mon colis".encode("cp1252"), Content_Type="text/plain; charset=utf-8")
    assert read_mail(raw).text == "où est mon colis"


def test_encoded_headers_are_decoded_to_one_line() -> None:
    evil = base64.b64encode(b"x\r\nBcc: all@example.org").decode()
    found = read_mail(mail(Subject=f"=?utf-8?b?{evil}?="))
    assert "\n" not in found.subject and "\r" not in found.subject


def test_a_broken_encoded_word_is_no_crash() -> None:
    assert read_mail(mail(Subject="=?utf-8?b?!!!?= =?nix?q?=FF?=")).subject


@pytest.mark.parametrize(
    "sender", ["", "nobody", "<>", "a@b", "x <y@z", '"a\r\nBcc: b@c.fr" <zoe@example.org>', "@" * 9999]
)
def test_odd_senders_are_no_address_or_a_clean_one(sender: str) -> None:
    found = read_mail(mail(From=sender)).sender
    assert found in ("", "zoe@example.org")


def test_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="larger"):
        read_mail(mail(b"x" * (MOST_BYTES + 1)))


def nested(depth: int) -> bytes:
    body = b"boo"
    for at in range(depth):
        mark = f"b{at}".encode()
        body = b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n%s\r\n--%s--\r\n' % (
            mark,
            mark,
            body,
            mark,
        )
    return b"From: a@example.org\r\n" + body


@pytest.mark.parametrize("depth", [41, 2000, 20_000])
def test_mails_inside_mails_are_refused(depth: int) -> None:
    with pytest.raises(BadInput, match="inside each other"):
        read_mail(nested(depth))


def test_people_nest_a_little() -> None:
    assert read_mail(nested(5)).sender == "a@example.org"


def test_many_parts_are_refused() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n"
    with pytest.raises(BadInput, match="parts"):
        read_mail(mail(part * 5000 + b"--x--", Content_Type='multipart/mixed; boundary="x"'))


def test_an_endless_header_is_refused() -> None:
    with pytest.raises(BadInput, match="header"):
        read_mail(b"Subject: " + b"a" * 100_000 + b"\r\n\r\n")


def test_an_attached_text_is_not_the_customers_word() -> None:
    raw = mail(
        b"--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nsecret\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nmine\r\n--x--\r\n",
        Content_Type='multipart/mixed; boundary="x"',
    )
    assert read_mail(raw).text.strip() == "mine"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<x>"},
        {"From": "MAILER-DAEMON <mailer-daemon@example.org>"},
        {"Return_Path": "<>"},
    ],
)
def test_machines_are_known(headers: dict[str, str]) -> None:
    assert read_mail(mail(**headers)).automatic


def test_people_are_not_machines() -> None:
    assert not read_mail(mail(Auto_Submitted="no")).automatic


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_mail(raw)
    except BadInput as error:
        assert error.sentence


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=500))
def test_any_page_is_text(page: str) -> None:
    assert isinstance(text_of_html(f"<p>{page}</p>"), str)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["<div>", "<!", "<a ", "<!--", "&", "<style>", "<a href=", "<\x00", "]]>"])
def test_a_page_made_to_hold_the_reader_does_not(piece: str) -> None:
    """html.parser needs minutes for some of these."""
    text_of_html(piece * 60_000)


def test_any_bracket_that_is_no_tag_is_text() -> None:
    assert text_of_html("<p>3 < 5 &amp; 7 > 2</p>") == "3 < 5 & 7 > 2"
