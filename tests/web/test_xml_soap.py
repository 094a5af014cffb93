"""XML from strangers: what is written is escaped, what is read is safe, and a fault is told from an answer."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web import Answer
from wismo_desk.web.soap import Fault, body_of, envelope, headers
from wismo_desk.web.xml import _escaped, _quoted, read, text_of, write


def answer(content: str | bytes, status: int = 200) -> Answer:
    body = content if isinstance(content, bytes) else content.encode()
    return Answer(status=status, content=body, headers={}, host="example")


def test_empty_elements_are_left_out() -> None:
    assert (
        write([("a", [("b", ""), ("c", None), ("d", 0), ("e", {"n": "1"}, "")])])
        == '<a><d>0</d><e n="1"/></a>'
    )


@given(st.text())
def test_any_text_survives_or_is_dropped_as_xml_asks(text: str) -> None:
    root = fromstring(write([("a", [("b", {"c": text}, text or "x")])]))  # our own writing
    said = text_of(root, "b")
    assert all(character in text or character in "x\n" for character in said)
    if text.isprintable():
        assert said == (text or "x").strip()


@given(st.text(st.sampled_from("&<>\"'\n\r\t aé"), max_size=12))
def test_texts_are_escaped_as_the_library_does(text: str) -> None:
    assert (_escaped(text), _quoted(text)) == (escape(text), quoteattr(text))


def test_namespaces_are_cut_off() -> None:
    root = read(answer('<n:a xmlns:n="urn:x"><n:b> é </n:b></n:a>'))
    assert root.tag == "a"
    assert text_of(root, "b") == "é"
    assert text_of(root, "c") == ""
    assert text_of(None, "b") == ""


def test_a_lying_charset_is_read() -> None:
    content = '<?xml version="1.0" encoding="utf-8"?><a>Église</a>'.encode("latin-1")
    assert text_of(read(answer(content))) == "Église"


BAD = {
    "nothing": "",
    "no XML": "Erreur",
    "half": "<a><b>",
    "entity": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "file": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "unknown encoding": '<?xml version="1.0" encoding="klingon"?><a',
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_unknown(name: str) -> None:
    with pytest.raises(OutcomeUnknown, match="example"):
        read(answer(BAD[name]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1", "cp1252", "cp500"])
def test_no_encoding_hides_a_document_type(encoding: str) -> None:
    """What holds no "<!" goes to the fast parser, which would expand an entity without a word."""
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "oh">]><a>&b;</a>'
    assert text_of(fromstring(bomb.replace(f' encoding="{encoding}"', ""))) == "oh"  # the naive way
    with pytest.raises(OutcomeUnknown):
        read(answer(bomb.encode(encoding)))


def test_comments_and_character_data_are_read() -> None:
    root = read(answer("<a><!-- no news --><b><![CDATA[1 < 2]]></b><?print me?><c>x<i>y</i>z</c></a>"))
    assert (text_of(root, "b"), text_of(root, "c")) == ("1 < 2", "xyz")


def test_an_envelope_and_its_body() -> None:
    message = envelope([("m:ask", {"xmlns:m": "urn:m"}, [("who", "Zoé & fils")])], header=[("h", "1")])
    root = read(answer(message))
    assert [child.tag for child in root] == ["Header", "Body"]
    body = body_of(answer(message))
    assert not isinstance(body, Fault)
    assert text_of(body, "who") == "Zoé & fils"
    assert headers("urn:m/ask")["SOAPAction"] == '"urn:m/ask"'


def test_a_fault_is_told_from_an_answer() -> None:
    content = envelope(
        [
            (
                "soap:Fault",
                [("faultcode", "soap:Client"), ("faultstring", "no"), ("detail", [("Error", [("Id", "7")])])],
            )
        ]
    )
    fault = body_of(answer(content, 500))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.text) == ("Client", "no")
    assert text_of(fault.detail, "Error/Id") == "7"


@pytest.mark.parametrize("content", ["<a/>", "<Envelope/>", "<Envelope><Body/></Envelope>"])
def test_no_envelope(content: str) -> None:
    with pytest.raises(OutcomeUnknown):
        body_of(answer(content))
