"""SOAP 1.1 in the little that carriers ask for: an envelope around a body, and the fault in an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web.answer import Answer
from wismo_desk.web.xml import Node, read, text_of, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"  # SOAP 1.1, section 4


@dataclass(frozen=True, slots=True)
class Fault:
    """SOAP 1.1, section 4.4: who is to blame (Client, Server), what was said, and the company's own part."""

    code: str
    text: str
    detail: Element | None = None


def envelope(body: Sequence[Node], *, header: Sequence[Node] = ()) -> bytes:
    """The whole message, UTF-8. Namespaces are attributes of the nodes that need them."""
    head = f"<soap:Header>{write(header)}</soap:Header>" if header else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap:Envelope xmlns:soap="{_ENVELOPE}">{head}<soap:Body>{write(body)}</soap:Body></soap:Envelope>'
    ).encode()


def headers(action: str = "") -> dict[str, str]:
    """SOAP 1.1, section 6.1."""
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}


def body_of(answer: Answer) -> Element | Fault:
    """The first element inside the body, names without namespaces, or the fault. OutcomeUnknown: no envelope."""
    root = read(answer)
    body = root.find("Body") if root.tag == "Envelope" else None
    first = next(iter(body), None) if body is not None else None
    if first is None:
        raise OutcomeUnknown(
            "The answer of {host} cannot be read. What was asked may have been done: check before asking again.",
            host=answer.host,
            raw=f"HTTP {answer.status}",
        )
    if first.tag == "Fault":
        return Fault(
            text_of(first, "faultcode").rpartition(":")[2],
            text_of(first, "faultstring"),
            first.find("detail"),
        )
    return first
