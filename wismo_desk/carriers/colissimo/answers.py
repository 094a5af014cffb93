"""Reads what Colissimo's label service answers: multipart with `jsonInfos`, or bare JSON, whatever the HTTP status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from wismo_desk.carriers.colissimo.contract import CODE, refused
from wismo_desk.carriers.colissimo.loose import body_of, record, records, text
from wismo_desk.domain.carrier import CarrierManifest
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelFormat, Paper, PaperKind, Remark
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer
from wismo_desk.web.multipart import parts_of

_INFOS: Final = "jsonInfos"
_AWAY: Final = "40015"  # out of service for a moment: documented as "try again"
_FAILED: Final = "1"  # failed, and nothing else: no proof that nothing was done
_PDF: Final = b"%PDF"


@dataclass(frozen=True, slots=True)
class _Taken:
    """One answer taken apart: its JSON, and its other parts by name."""

    infos: Mapping[str, Any]
    parts: Mapping[str, bytes]


def parse_label(answer: Answer) -> Label:
    """OutcomeUnknown: a number without its label."""
    told = _accepted(answer)
    response = record(told.infos.get("labelV2Response"))
    number, partner = text(response.get("parcelNumber")), text(response.get("parcelNumberPartner"))
    content = told.parts.get("label", b"")
    if not number:
        raise OutcomeUnknown(
            "The carrier's answer lacks the label. It may have been bought: check before asking again.",
            raw=f"HTTP {answer.status}",
        )
    if b"^XA" not in content:  # ZPL was asked for, and nothing else may go to the printer
        raise OutcomeUnknown(
            "Colissimo numbered this parcel {number}, but its label did not come whole. Buy another one: only parcels "
            "that Colissimo has scanned are billed.",
            number=number,
            raw=f"HTTP {answer.status}",
        )
    aliases = (partner,) if partner and partner != number else ()
    customs = (told.parts.get(name, b"") for name in ("cn23", "proforma"))
    return Label(
        carrier=CODE,
        service="",
        tracking_number=number,
        format=LabelFormat.ZPL,
        content=content,
        aliases=aliases,
        codes=(number, *aliases),
        papers=tuple(
            Paper(kind=PaperKind.CUSTOMS, content=paper) for paper in customs if paper.startswith(_PDF)
        ),
        remarks=tuple(_remark(message) for message in _warnings(told.infos)),
    )


def parse_check(answer: Answer) -> None:
    """The dry run. Nothing is bought by it, so an answer that cannot be read is only one to ask for again."""
    try:
        messages = _messages(_accepted(answer).infos)
    except OutcomeUnknown:
        messages = []
    if not messages:
        raise CarrierUnreachable(
            "The carrier cannot answer at the moment. It will be asked again later.",
            raw=f"HTTP {answer.status}",
        )


def parse_manifest(answer: Answer, numbers: Sequence[str]) -> CarrierManifest:
    """OutcomeUnknown: a bordereau without its number or its sheet."""
    told = _accepted(answer)
    header = record(record(told.infos.get("bordereau")).get("bordereauHeader"))
    number = text(header.get("bordereauNumber"))
    sheet = next((content for content in told.parts.values() if content.startswith(_PDF)), b"")
    if not number or not sheet:
        raise OutcomeUnknown(
            "Colissimo's answer lacks the manifest. Look for it in the customer area of Colissimo before making "
            "another.",
            raw=f"HTTP {answer.status}",
        )
    return CarrierManifest(
        number=number, parcels=tuple(numbers), paper=Paper(kind=PaperKind.MANIFEST, content=sheet)
    )


def parse_error(answer: Answer) -> Told | None:
    """What went wrong, from any of Colissimo's services; None: the answer says yes."""
    infos = _taken_apart(answer).infos
    errors = _errors(infos)
    if errors:
        return Told(text(errors[0].get("id")), text(errors[0].get("messageContent")))
    for code, said in _other_services(infos):
        if code.strip("0"):
            return Told(code, said)
    return None if answer.status < 400 else Told(f"HTTP {answer.status}")


def _other_services(infos: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Tracking: status[{code, message}]. Pickup points: errorCode, errorMessage. Documents: errorCode, errorLabel,
    and the details in errors[{code, message}]."""
    status, details = (_pairs(infos.get(name)) for name in ("status", "errors"))
    said = (
        text(infos.get("errorMessage")),
        text(infos.get("errorLabel")),
        *(detail for _, detail in details),
    )
    return [*status, (text(infos.get("errorCode")), ": ".join(filter(None, said))), *details]


def _pairs(listed: Any) -> list[tuple[str, str]]:
    return [(text(one.get("code")), text(one.get("message"))) for one in records(listed)]


def _accepted(answer: Answer) -> _Taken:
    """The answer, if Colissimo said yes; else the error that says whether anything was done."""
    raw = f"HTTP {answer.status}"
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw=raw
        )
    told = _taken_apart(answer)
    errors = _errors(told.infos)
    numbered = text(record(told.infos.get("labelV2Response")).get("parcelNumber"))
    if errors and not numbered:
        code, said = text(errors[0].get("id")), text(errors[0].get("messageContent"))
        if code == _AWAY:
            raise CarrierUnreachable(
                "Colissimo is out of service for a moment, nothing was bought. Try again in a minute.",
                raw=code,
            )
        if answer.status < 500 or code not in ("", _FAILED):
            raise refused(code or raw, said)
    if 400 <= answer.status < 500 and not numbered:
        raise refused(raw)
    if not 200 <= answer.status < 300 and not numbered:
        # 5xx, and redirects, which no contract has: it may have been carried out before it failed.
        raise OutcomeUnknown(
            "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
            raw=raw,
        )
    return told


def _taken_apart(answer: Answer) -> _Taken:
    """The JSON stands in the part of that name, or is the whole body (the dry run; errors of a gateway)."""
    parts = {part.name: part.content for part in parts_of(answer)}
    infos = parts.pop(_INFOS, b"") or (b"" if parts else answer.content)
    return _Taken(body_of(replace(answer, content=infos)), parts)


def _messages(infos: Mapping[str, Any]) -> list[dict[str, Any]]:
    return records(infos.get("messages"))


def _kind(message: Mapping[str, Any]) -> str:
    return text(message.get("type")).upper()


def _errors(infos: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By their type; by their id where the type is none of the three."""
    return [
        message
        for message in _messages(infos)
        if _kind(message) == "ERROR"
        or (_kind(message) not in ("WARNING", "INFOS") and text(message.get("id")) not in ("", "0"))
    ]


def _warnings(infos: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Also an error beside a number: the label exists, and somebody should know."""
    errors = _errors(infos)
    return [message for message in _messages(infos) if _kind(message) == "WARNING" or message in errors]


def _remark(message: Mapping[str, Any]) -> Remark:
    """Colissimo cuts what is too long and says so in a warning: the field, and what is left of it."""
    said = [text(message.get("messageContent")).rstrip(".")]
    for value in records(message.get("replacementValues")):
        said.append(": ".join(filter(None, (text(value.get("field")), text(value.get("value"))))))
    return Remark("Colissimo warns: {text}. Look at the label.", (("text", " · ".join(filter(None, said))),))
