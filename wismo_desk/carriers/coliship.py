"""Coliship, La Poste's own label tool: orders go out in a file that it imports, the parcels' numbers come back in one.

It sells no label here and is not asked about anything. Source: the columns of La Poste's Magento module (channels.md
§6) and the names of Coliship's import format; all of it stands in a file that the merchant can change
(resources/columns/coliship.toml).  # unverified: nothing was tried with Coliship itself
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, Service, Traits
from wismo_desk.domain.order import Party
from wismo_desk.domain.order_file_text import decode
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.errors import BadInput, CarrierRefused, SettingsProblem
from wismo_desk.resources import resources_dir
from wismo_desk.web import Http

CARRIER: Final = CarrierInfo(
    code="coliship",
    name="Colissimo (Coliship)",
    services=(
        Service(code="home", name="Domicile sans signature", name_en="Home", max_weight_g=30_000),
        Service(
            code="home_signature",
            name="Domicile avec signature",
            name_en="Home with signature",
            max_weight_g=30_000,
        ),
        Service(
            code="pickup",
            name="Point de retrait",
            name_en="Pickup point",
            pickup_point=True,
            max_weight_g=30_000,
        ),
    ),
    traits=Traits(bills_at_creation=False),
    fields=(
        CarrierField(key="account", name="Colissimo account number"),
        CarrierField(key="columns", name="File with your own columns (TOML), if they differ", required=False),
    ),
)

_HEAD: Final = "NumeroColis"
_CUSTOMS: Final = ("97", "98")  # postcodes where customs ask for lines that are not written here
_FIXED: Final = "="
_PARTY: Final = frozenset(
    {"name", "company", "line1", "line2", "line3", "line4", "postcode", "city", "country", "email", "phone"}
)
_PLAIN: Final = frozenset(
    {"reference", "account", "product", "weight_g", "order", "pickup_point", "mobile", "phone", "signature"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """`columns`: (Coliship's name, our value) in the order of the file."""

    columns: tuple[tuple[str, str], ...]
    products: Mapping[str, str]
    separator: str
    encoding: str
    header: bool
    number_at: int
    reference_at: int


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: the account number is missing, or the column file cannot be used. `http` is not needed."""
    account, path = (settings.get(key, "").strip() for key in ("account", "columns"))
    if not account:
        raise SettingsProblem(
            "Coliship's account number is missing. Enter the one of your Colissimo contract.", field="account"
        )
    return Coliship(account, read_columns(Path(path) if path else default_columns()))


def default_columns() -> Path:
    return resources_dir() / "columns" / "coliship.toml"


class Coliship:
    info = CARRIER

    def __init__(self, account: str, columns: Columns) -> None:
        self._account = account
        self._columns = columns

    def build_file(self, requests: Sequence[LabelRequest]) -> bytes:
        return build_file(requests, self._columns, account=self._account)

    def parse_numbers(self, content: bytes) -> tuple[tuple[str, str], ...]:
        return parse_numbers(content, self._columns)


def read_columns(path: Path) -> Columns:
    """SettingsProblem names what is wrong in the file."""
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(str(error), path) from error
    try:
        columns = tuple((str(each["name"]), str(each["value"])) for each in said["column"])
        found = Columns(
            columns=columns,
            products={str(key): str(value) for key, value in said["products"].items()},
            separator=str(said["separator"]),
            encoding=str(said["encoding"]),
            header=bool(said["header"]),
            number_at=int(said["numbers"]["number"]),
            reference_at=int(said["numbers"]["reference"]),
        )
        "".encode(found.encoding)
    except (KeyError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise _unusable(f"{type(error).__name__}: {error}", path) from error
    strange = [value for _, value in columns if not _known(value)]
    if strange or len(found.separator) != 1 or min(found.number_at, found.reference_at) < 0:
        raise _unusable(", ".join(strange) or "separator, numbers", path)
    return found


def build_file(requests: Sequence[LabelRequest], columns: Columns, *, account: str = "") -> bytes:
    """One line for each parcel, lines end in CRLF. CarrierRefused: one of them cannot be written so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=columns.separator, quotechar='"', lineterminator="\r\n")
    if columns.header:
        writer.writerow([name for name, _ in columns.columns])
    for request in requests:
        values = dict(_values(request, columns, account))
        line = [_cell(value, values) for _, value in columns.columns]
        for cell in line:
            _encoded(cell, columns.encoding)
        writer.writerow(line)
    return _encoded(text.getvalue(), columns.encoding)


def parse_numbers(content: bytes, columns: Columns) -> tuple[tuple[str, str], ...]:
    """(what we sent as reference, tracking number) of each line that has both. BadInput: there is none."""
    text, _ = decode(content)
    head = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=head.count)
    found = [
        (row[columns.reference_at].strip(), row[columns.number_at].strip().upper())
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        if len(row) > max(columns.reference_at, columns.number_at) and row[0].strip() != _HEAD
    ]
    pairs = tuple((reference, number) for reference, number in found if reference and number)
    if not pairs:
        raise BadInput(
            "There are no parcel numbers in this file. Choose the one that Coliship gave after printing the labels."
        )
    return pairs


def _values(request: LabelRequest, columns: Columns, account: str) -> Iterator[tuple[str, str]]:
    _check(request, columns)
    who = request.recipient
    mobile = is_mobile(who.phone, who.country) is not False
    yield "reference", request.reference
    yield "account", account
    yield "order", request.order_number
    yield "product", columns.products[request.service]
    yield "weight_g", str(request.weight_g)
    yield "pickup_point", request.pickup_point.strip() if request.service == "pickup" else ""
    yield "mobile", who.phone if mobile else ""
    yield "phone", "" if mobile else who.phone
    yield "signature", "O" if request.service == "home_signature" else "N"
    for side, party in (("recipient", who), ("shipper", request.shipper)):
        yield from ((f"{side}.{name}", text) for name, text in _party(party))


def _party(party: Party) -> Iterator[tuple[str, str]]:
    for name in ("name", "company", "postcode", "city", "country", "email", "phone"):
        yield name, str(getattr(party, name))
    lines = [line for line in party.street if line.strip()]
    for n in range(4):
        rest = lines[n:] if n == 3 else lines[n : n + 1]  # none is ever dropped
        yield f"line{n + 1}", ", ".join(rest)


def _check(request: LabelRequest, columns: Columns) -> None:
    who = request.recipient
    if request.service not in columns.products:
        raise CarrierRefused(
            "Coliship's file has no product for “{service}”. Choose another service, or add it to the column file.",
            service=request.service,
            field="service",
            raw="service",
        )
    if request.weight_g <= 0:
        raise CarrierRefused(
            "The weight of the parcel is not known. Enter the weights of its products, or pack it first.",
            field="weight",
            raw="weight",
        )
    if who.country not in ("FR", "MC") or who.postcode.startswith(_CUSTOMS):
        raise CarrierRefused(
            "Coliship's file is written for mainland France only: customs need more. Choose another carrier.",
            field="recipient.country",
            raw="customs",
        )
    if request.service == "pickup" and not request.pickup_point.strip():
        raise CarrierRefused(
            "The order names no pickup point. Choose one for this order.",
            field="pickup_point",
            raw="pickup_point",
        )
    if request.insured_cents:
        raise CarrierRefused(
            "Coliship's file is written without insurance. Take the insurance off, or choose another carrier.",
            field="insurance",
            raw="insurance",
        )


def _cell(value: str, values: Mapping[str, str]) -> str:
    """On one line, whatever came in."""
    said = value.removeprefix(_FIXED) if value.startswith(_FIXED) else values.get(value, "")
    return " ".join(said.split())


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise CarrierRefused(
            "“{letters}” cannot be written in the encoding of Coliship's file. Write it in Latin letters.",
            letters=text[error.start : error.end],
            field="recipient.name",
            raw=encoding,
        ) from error


def _known(value: str) -> bool:
    side, _, name = value.partition(".")
    return (
        not value
        or value.startswith(_FIXED)
        or value in _PLAIN
        or (side in ("recipient", "shipper") and name in _PARTY)
    )


def _unusable(why: Any, path: Path) -> SettingsProblem:
    return SettingsProblem(
        "Coliship's column file {file} cannot be used. Compare it with the one that came with the program.",
        file=path.name,
        field="columns",
        raw=str(why),
    )
