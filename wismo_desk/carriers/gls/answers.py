"""Reads what ShipIT answers: the label in JSON, a refusal in the headers `error` and `message` over an empty body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from wismo_desk.carriers.gls.contract import CODE, Product, refused, table
from wismo_desk.carriers.gls.loose import body_of, bytes_of, listed, record, records, text
from wismo_desk.domain.carrier import CarrierManifest
from wismo_desk.domain.refusals import Told
from wismo_desk.domain.shipment import Label, LabelFormat, Paper, PaperKind
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.web import Answer

_NO_PROOF: Final = "NO_POD_IMAGE_FOUND"  # seen in a recorded answer, under HTTP 404
_VOIDED: Final = frozenset({"CANCELLED", "CANCELLATION_PENDING"})
_SCANNED: Final = "SCANNED"
_SHAPES: Final = ((b"%PDF", "application/pdf"), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
# "Invalid field Shipment.Consignee.Address.ZIPCode. Value …": the same code for every field.
_FIELD: Final = re.compile(r"Invalid field ([\w.\[\]]+?)\.(?:\s|$)")
_PLACES: Final = (
    ("zip", "ZIPCode"),
    ("city", "City"),
    ("street", "Street"),
    ("country", "CountryCode"),
    ("mail", "Email"),
    ("phone", "Phone"),
    ("telephone", "Phone"),
    ("mobile", "Phone"),
    ("name", "Name"),
    ("contactperson", "Name"),
)


def parse_label(answer: Answer) -> Label:
    """OutcomeUnknown: a number without its label. The parcel's number here is the TrackID, by which it is voided,
    reprinted and followed; its other numbers are aliases."""
    created = record(accepted(answer).get("createdshipment"))
    parcel = next(iter(records(created.get("parceldata"))), {})
    if not text(parcel.get("trackid")):
        raise lacking(answer)
    return label_of(parcel, b"\n".join(_pages(created)), answer)


def parse_several(answer: Answer) -> dict[str, tuple[dict[str, Any], bytes]]:
    """Of a shipment of several parcels, by their references: the parcel as told, and its label. The labels come in a
    list; the one that names a parcel's number is its own, b"" where none does.
    # unverified: whether a label of GLS spells its numbers out; what is not found is fetched by number"""
    created = record(accepted(answer).get("createdshipment"))
    pages = _pages(created)
    if len(pages) == 1:  # all in one piece
        pages = [b"^XA" + page.rstrip() for page in pages[0].split(b"^XA")[1:]]
    found = {}
    for parcel in records(created.get("parceldata")):
        numbers = [text(parcel.get(name)).encode() for name in ("trackid", "parcelnumber")]
        mine = [page for page in pages if any(number and number in page for number in numbers)]
        if numbers[0]:
            reference = next((text(each) for each in listed(parcel.get("shipmentunitreference"))), "")
            found[reference] = (parcel, mine[0] if len(mine) == 1 else b"")
    if not found:
        raise lacking(answer)
    return found


def label_of(parcel: Mapping[str, Any], content: bytes, answer: Answer) -> Label:
    """OutcomeUnknown: the label is not whole."""
    number = text(parcel.get("trackid"))
    if b"^XA" not in content or not content.rstrip().endswith(b"^XZ"):
        raise OutcomeUnknown(
            "GLS numbered this parcel {number}, but its label did not come whole. Cancel that number at GLS before "
            "asking for another label.",
            number=number,
            raw=f"HTTP {answer.status}",
        )
    others = dict.fromkeys(code for code in _codes(parcel) if code and code != number)
    return Label(
        carrier=CODE,
        service="",
        tracking_number=number,
        format=LabelFormat.ZPL,
        content=content,
        aliases=tuple(others),
        codes=(number, *others),
    )


def lacking(answer: Answer) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The carrier's answer lacks the label. It may have been bought: check before asking again.",
        raw=f"HTTP {answer.status}",
    )


def parse_void(answer: Answer) -> None:
    """CarrierRefused: GLS has scanned the parcel. OutcomeUnknown: a result that no document explains."""
    result = text(accepted(answer).get("result")).upper()
    if result == _SCANNED:
        raise refused(_SCANNED)
    if result not in _VOIDED:
        raise _fault(result or f"HTTP {answer.status}")


def parse_check(answer: Answer) -> None:
    """The dry run. Nothing is bought by it, so an answer that cannot be read is only one to ask for again."""
    body = _dry(answer)
    for issue in records(record(body.get("validationresult")).get("issues")):
        raise refused(text(issue.get("rule")), _said_of(issue))
    if body.get("success") is not True:
        raise _away(answer)


def parse_allowed(answer: Answer, wanted: Product) -> None:
    """CarrierRefused: GLS does not go there with this product or service."""
    items = records(_dry(answer).get("allowedservices"))
    names = {text(each.get(key)).lower() for each in items for key in ("productname", "servicename")} - {""}
    if not names:
        raise _away(answer)
    if not {wanted.name.lower(), wanted.service.lower()} - {""} <= names:
        raise refused("not_allowed")


def parse_manifest(answer: Answer, numbers: tuple[str, ...], day: date) -> CarrierManifest:
    """GLS gives neither a number nor a sheet: its report is known by its day. Of a second report on one day only
    what came since is listed, so a parcel that is not on it may well have been on an earlier one.
    # unverified: a connector's recorded answers say so."""
    body = accepted(answer)
    if body and "shipments" not in body:
        raise _fault(f"HTTP {answer.status}")
    return CarrierManifest(number=day.isoformat(), parcels=numbers)


def parse_proof(answer: Answer) -> Paper | None:
    """None: there is no signature (yet)."""
    if answer.status == 404 and answer.headers.get("error", "").strip() == _NO_PROOF:
        return None
    content = bytes_of(record(_dry(answer).get("poditem")).get("imagedata"))
    kind = next((kind for begin, kind in _SHAPES if content.startswith(begin)), "")
    if not kind:
        raise OutcomeUnknown(
            "The proof of delivery cannot be read. Ask for it again, or look in the customer area of the carrier.",
            raw=f"HTTP {answer.status}",
        )
    return Paper(kind=PaperKind.PROOF, content=content, media_type=kind)


def parse_error(answer: Answer) -> Told | None:
    """What went wrong, from either of GLS's services or the gateway before them; None: the answer says yes.
    OutcomeUnknown: it says neither."""
    told = told_by(answer)
    if told is None and answer.status < 400:
        answer.json()
    return told


def told_by(answer: Answer) -> Told | None:
    code, said = (text(answer.headers.get(name)) for name in ("error", "message"))
    if code or (said and answer.status >= 400):
        return Told(_with_field(code, said) or f"HTTP {answer.status}", said)
    body = body_of(answer)
    for found in _told_in(body):
        if found.code:
            return found
    return None if answer.status < 400 else Told(f"HTTP {answer.status}", text(body.get("detail")))


def accepted(answer: Answer) -> dict[str, Any]:
    """The answer's object, if GLS said yes; else the error that says whether anything was done."""
    told = told_by(answer) or Told(f"HTTP {answer.status}")
    if answer.status == 429:
        raise CarrierUnreachable(
            "The carrier is too busy, nothing was bought. Try again in a minute.", raw=told.code
        )
    if 400 <= answer.status < 500 or (answer.status >= 500 and table().get(told.code) is not None):
        raise refused(told.code, told.text)
    if not 200 <= answer.status < 300:
        # 5xx, and redirects, which no contract has: it may have been carried out before it failed.
        raise _fault(told.code)
    return record(answer.json())


def _dry(answer: Answer) -> dict[str, Any]:
    """Of a question that does nothing: it can always be asked again."""
    if answer.status == 429 or answer.status >= 500:
        raise _away(answer)
    try:
        return accepted(answer)
    except OutcomeUnknown as error:
        raise _away(answer) from error


def _pages(created: Mapping[str, Any]) -> list[bytes]:
    """A label's bytes each, as they came."""
    labels = (bytes_of(each.get("data")) for each in records(created.get("printdata")))
    return [label for label in labels if label]


def _codes(parcel: Mapping[str, Any]) -> list[str]:
    """What else names the parcel: its numbers, and the codes on its label. The second matrix code is left out: it
    holds name and address."""
    codes, area = record(parcel.get("barcodes")), record(parcel.get("ndiarea"))
    partner = record(parcel.get("mondialrelayarea"))
    return [
        text(parcel.get("parcelnumber")),
        text(parcel.get("partnerparcelnumber")),
        *(text(codes.get(name)) for name in ("primary1d", "primary2d", "ndi1", "ndi2", "uniship")),
        text(area.get("ndi1d")),
        text(partner.get("mondialrelaynumber")),
    ]


def _told_in(body: Mapping[str, Any]) -> list[Told]:
    """The gateway: fault{faultstring, detail{errorcode}}, errors[{code, message}] or OAuth's error. Tracking: one
    errorCode per parcel. The dry run: issues[{Rule, Location}]."""
    fault = record(body.get("fault"))
    issues = records(record(body.get("validationresult")).get("issues"))
    return [
        Told(text(record(fault.get("detail")).get("errorcode")), text(fault.get("faultstring"))),
        *(Told(text(each.get("code")), text(each.get("message"))) for each in records(body.get("errors"))),
        Told(text(body.get("error")), text(body.get("error_description"))),
        Told(text(body.get("errorcode")), text(body.get("errormessage"))),
        *(Told(text(each.get("rule")), _said_of(each)) for each in issues),
        *(
            Told(text(each.get("errorcode")), text(each.get("errormessage")))
            for each in records(body.get("parcels"))
        ),
    ]


def _said_of(issue: Mapping[str, Any]) -> str:
    given = issue.get("parameters")
    parameters = [text(each) for each in given] if isinstance(given, list) else []
    return " ".join(filter(None, (text(issue.get("location")), *parameters)))


def _with_field(code: str, said: str) -> str:
    """The code and the field it speaks of, so that each field can have its sentence."""
    found = _FIELD.search(said) if code == "INVALID_FIELD_VALUE" else None
    if found is None:
        return code
    path = found[1].lower()
    if "weight" in path:
        return f"{code} Weight"
    for piece in ("incoterm", "product", "contactid", "parcelshopid", "shippingdate"):
        if piece in path:
            return f"{code} {piece}"
    who = "Shipper" if "shipper" in path else "Consignee" if "consignee" in path else ""
    what = next((name for piece, name in _PLACES if piece in path.rpartition("address")[2]), "Address")
    return f"{code} {who} {what}" if who else code


def _fault(raw: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "The carrier had a fault of its own. What was asked may have been done: check before asking again.",
        raw=raw,
    )


def _away(answer: Answer) -> CarrierUnreachable:
    return CarrierUnreachable(
        "The carrier cannot answer at the moment. It will be asked again later.", raw=f"HTTP {answer.status}"
    )
