"""API 1: SOAP calls signed with MD5, and the STAT that every answer carries instead of an HTTP error."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wismo_desk.carriers.mondial_relay.contract import Contract, table
from wismo_desk.domain.refusals import Told
from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.web import Answer, soap
from wismo_desk.web.xml import Node, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE: Final = "http://www.mondialrelay.fr/webservice/"
TRACING: Final = frozenset(str(stat) for stat in range(80, 90))  # 80 to 83 documented, the others reserved


def sign(values: Sequence[str], key: str) -> str:
    """`Security`: the values in the order of the WSDL and the private key, MD5 over ISO-8859-1, in capitals."""
    text = "".join((*values, key)).encode("latin-1", "replace")
    return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()


def build_call(operation: str, values: Sequence[tuple[str, str]], contract: Contract) -> bytes:
    """`values` in the order of the WSDL, without the brand, which comes first everywhere."""
    told = (("Enseigne", contract.brand), *values)
    signature = sign([value for _, value in told], contract.private_key)
    content: tuple[Node, ...] = (*told, ("Security", signature))
    return soap.envelope([(operation, {"xmlns": NAMESPACE}, content)])


def headers(operation: str) -> dict[str, str]:
    return soap.headers(NAMESPACE + operation)


def result(answer: Answer, operation: str) -> tuple[str, Element]:
    """STAT and the result. CarrierUnreachable: no answer that can be read; a question may be asked again.
    CarrierRefused: HTTP says no."""
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier wants fewer questions for now. It will be asked again later.", raw="HTTP 429"
        )
    body = _body(answer)
    if 400 <= answer.status < 500:
        raise table().refused(f"HTTP {answer.status}", body.text if isinstance(body, soap.Fault) else "")
    if body is None or isinstance(body, soap.Fault):
        raise _unreadable(answer)
    found = body.find(f"{operation}Result")
    stat = text_of(found, "STAT")
    if found is None or not stat:
        raise _unreadable(answer)
    return stat, found


def told_by_soap(answer: Answer) -> Told | None:
    """None: no error in it."""
    body = _body(answer)
    if isinstance(body, soap.Fault):
        return Told(body.code, body.text)
    stat = text_of(body, ".//STAT")
    return Told(stat) if stat and stat != "0" and stat not in TRACING else None


def _body(answer: Answer) -> Element | soap.Fault | None:
    try:
        return soap.body_of(answer)
    except OutcomeUnknown:
        return None


def _unreadable(answer: Answer) -> DeskError:
    return CarrierUnreachable(
        "The carrier cannot answer at the moment. It will be asked again later.", raw=f"HTTP {answer.status}"
    )
