"""Fetches the proof of delivery: first the list of a parcel's documents, then the one that proves.

Sources: carriers.md §1.2; the shapes of both calls as open connectors write them. unverified: whether every
contract may fetch them.
"""

from __future__ import annotations

from typing import Final

from wismo_desk.carriers.colissimo.answers import parse_error
from wismo_desk.carriers.colissimo.contract import Contract, refused, to_json
from wismo_desk.carriers.colissimo.loose import body_of, records, text
from wismo_desk.domain.shipment import Paper, PaperKind
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer

_PROOFS: Final = ("SIGNATURE", "DELIVERY_CERTIFICATE")  # the better one first
_NONE_YET: Final = frozenset({"001", "002", "003"})  # parcel or document not found
_SHAPES: Final = ((b"%PDF", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"))


def build_documents(number: str, contract: Contract) -> bytes:
    return to_json({"credential": contract.signed("login"), "cab": number})


def build_document(number: str, document: tuple[str, str], contract: Contract) -> bytes:
    """`document` is (uuid, path), as the list names it."""
    uuid, path = document
    return to_json({"credential": contract.signed("login"), "cab": number, "uuid": uuid, "path": path})


def parse_documents(answer: Answer) -> tuple[str, str] | None:
    """(uuid, path) of the best proof; None when there is none (yet)."""
    if not _found(answer):
        return None
    body = body_of(answer)
    if not isinstance(body.get("documents"), list):
        raise _unreadable(answer)
    listed = records(body["documents"])
    for kind in _PROOFS:
        for document in listed:
            uuid, path = text(document.get("uuid")), text(document.get("path"))
            if text(document.get("documentType")).upper() == kind and uuid and path:
                return uuid, path
    return None


def parse_document(answer: Answer) -> Paper | None:
    """The document itself; an error comes as JSON, also under HTTP 200."""
    kinds = (kind for begin, kind in _SHAPES if answer.content.startswith(begin))
    kind = next(kinds, "") if 200 <= answer.status < 300 else ""
    if kind:
        return Paper(kind=PaperKind.PROOF, content=answer.content, media_type=kind)
    if not _found(answer):
        return None
    raise _unreadable(answer)


def _found(answer: Answer) -> bool:
    told = parse_error(answer)
    if told is None:
        return True
    if told.code in _NONE_YET or told.code == "HTTP 404":
        return False
    if answer.status == 429 or answer.status >= 500:
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.", raw=told.code
        )
    raise refused(told.code, told.text)


def _unreadable(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The proof of delivery cannot be read. Ask for it again, or look in the customer area of the carrier.",
        raw=f"HTTP {answer.status}",
    )
