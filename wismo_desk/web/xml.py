"""Reads XML that strangers sent: no entities, no document types, no network; and writes it escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web.answer import Answer

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Content = str | int | Sequence["Node"] | None
Node = tuple[str, Content] | tuple[str, Mapping[str, str], Content]
"""(name, content) or (name, attributes, content): content is text, more nodes, or None for no element at all."""


def write(nodes: Sequence[Node]) -> str:
    """The nodes as XML text. A node whose content is None or "" is left out: carriers refuse empty elements."""
    return "".join(_written(nodes))


def _written(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        name, attributes, content = node if len(node) == 3 else (node[0], {}, node[1])
        given = "".join(f" {key}={quoteattr(_allowed(value))}" for key, value in attributes.items() if value)
        if content is None or content == "":
            if given:
                yield f"<{name}{given}/>"
        elif isinstance(content, str | int):
            yield f"<{name}{given}>{escape(_allowed(str(content)))}</{name}>"
        else:
            yield f"<{name}{given}>{write(content)}</{name}>"


def _allowed(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold (production 2, Char); lines end in LF (2.11)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\t\n" or (c >= " " and not _is_odd(c)))


def _is_odd(character: str) -> bool:
    """Half a surrogate pair, or no character at all."""
    return "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff"


def read(answer: Answer) -> Element:
    """The root of the answer's body, namespaces cut off its names. OutcomeUnknown: it is not XML, or XML that
    tries something (a document type, an entity)."""
    # defusedxml brings xml.etree, which the first paint need not wait for.
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(answer.content, forbid_dtd=True)
    except (
        DefusedXmlException,
        SyntaxError,
        ValueError,
        LookupError,
        RecursionError,
    ):  # ParseError is a SyntaxError
        root = _reread(answer)
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
    return root


def _reread(answer: Answer) -> Element:
    """Once more from text: servers declare one charset and send another."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    text = answer.text
    if text.lstrip().startswith("<?xml"):
        text = text.partition("?>")[2]
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except (DefusedXmlException, SyntaxError, ValueError, RecursionError):
        raise OutcomeUnknown(
            "The answer of {host} cannot be read. What was asked may have been done: check before asking again.",
            host=answer.host,
            raw=f"HTTP {answer.status}",
        ) from None
    return root


def text_of(element: Element | None, path: str = ".") -> str:
    """The text at `path` without the spaces around it, "" when there is none."""
    found = None if element is None else element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()
