"""Reads XML that strangers sent: no entities, no document types, no network; and writes it escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web.answer import Answer

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Content = str | int | Sequence["Node"] | None
Node = tuple[str, Content] | tuple[str, Mapping[str, str], Content]
"""(name, content) or (name, attributes, content): content is text, more nodes, or None for no element at all."""


def write(nodes: Sequence[Node]) -> str:
    """The nodes as XML text. A node whose content is None or "" is left out: carriers refuse empty elements."""
    pieces: list[str] = []
    _write(nodes, pieces)
    return "".join(pieces)


def _write(nodes: Sequence[Node], pieces: list[str]) -> None:
    for node in nodes:
        name, content, given = node[0], node[-1], ""
        if len(node) == 3:
            given = "".join(f" {key}={_quoted(_allowed(value))}" for key, value in node[1].items() if value)
        if content is None or content == "":
            if given:
                pieces.append(f"<{name}{given}/>")
        elif isinstance(content, str):
            pieces.append(f"<{name}{given}>{_escaped(_allowed(content))}</{name}>")
        elif isinstance(content, int):
            pieces.append(f"<{name}{given}>{content}</{name}>")
        else:
            pieces.append(f"<{name}{given}>")
            _write(content, pieces)
            pieces.append(f"</{name}>")


def _escaped(text: str) -> str:
    """As xml.sax.saxutils, which brings urllib.request and http.client along: a megabyte of every idle desk."""
    if "&" not in text and "<" not in text and ">" not in text:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    """An attribute's value with its quotes. Line ends are told as numbers: a parser makes blanks of them."""
    said = _escaped(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' not in said:
        return f'"{said}"'
    return f"'{said}'" if "'" not in said else '"' + said.replace('"', "&quot;") + '"'


def _allowed(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold (production 2, Char); lines end in LF (2.11)."""
    if text.isprintable():  # so it holds neither of them, and no line ends
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\t\n" or (c >= " " and not _is_odd(c)))


def _is_odd(character: str) -> bool:
    """Half a surrogate pair, or no character at all."""
    return "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff"


def read(answer: Answer) -> Element:
    """The root of the answer's body, namespaces cut off its names. OutcomeUnknown: it is not XML, or XML that
    tries something (a document type, an entity)."""
    try:
        root = _parsed(answer.content)
    # ParseError is a SyntaxError, and what defusedxml forbids a ValueError.
    except (SyntaxError, ValueError, LookupError, RecursionError):
        root = _reread(answer)
    for element in root.iter():
        if "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root


def _parsed(content: bytes) -> Element:
    """defusedxml parses in Python, five times slower than expat and ElementTree do in C, to see document types and
    entities. Both begin with "<!", as comments and CDATA do: bytes without it, in an encoding in which these two
    characters are themselves (all that expat knows but UTF-16, whose text is full of zeros), hold nothing to see."""
    if b"<!" in content or b"\0" in content:
        from defusedxml.ElementTree import fromstring

        guarded: Element = fromstring(content, forbid_dtd=True)
        return guarded
    from xml.etree.ElementTree import XMLParser  # the first paint need not wait for it

    parser = XMLParser()  # noqa: S314 - nothing to attack with is in it, see above
    parser.feed(content)
    root: Element = parser.close()
    return root


def _reread(answer: Answer) -> Element:
    """Once more from text: servers declare one charset and send another."""
    from defusedxml.ElementTree import fromstring

    text = answer.text
    if text.lstrip().startswith("<?xml"):
        text = text.partition("?>")[2]
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (SyntaxError, ValueError, RecursionError):
        raise OutcomeUnknown(
            "The answer of {host} cannot be read. What was asked may have been done: check before asking again.",
            host=answer.host,
            raw=f"HTTP {answer.status}",
        ) from None
    return root


def text_of(element: Element | None, path: str = ".") -> str:
    """The text at `path` without the spaces around it, "" when there is none."""
    found = element if element is None or path == "." else element.find(path)
    if found is None:
        return ""
    if not len(found):  # no elements in it, as nearly always
        return (found.text or "").strip()
    return "".join(found.itertext()).strip()
