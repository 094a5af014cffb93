"""What each carrier service costs and how long it takes, by destination and weight: the merchant's own contract.

A price list is a CSV with the columns carrier, service, zone, max_weight_g, price_cents and transit_days (working
days, may be empty). A zone is a country ("FR"), the beginning of its postcodes ("FR-20"), "EU" or "*"; the
narrowest zone counts, then the smallest weight limit that the parcel keeps. Carrier and service are their codes, as
`wismo-desk --vocabulary` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from wismo_desk.domain.carrier import CarrierInfo, Service
from wismo_desk.domain.cell_values import read_cents, read_grams
from wismo_desk.domain.countries import ISO_CODES
from wismo_desk.domain.customs import EU
from wismo_desk.domain.line_fault import LineFault
from wismo_desk.domain.order_columns import plain_name
from wismo_desk.domain.order_file_text import NO_TEXT, Refusal, Row, Table, read_table
from wismo_desk.errors import BadInput

NO_COLUMN: Final = (
    "The price list has no column {column}. It needs: carrier, service, zone, max_weight_g, price_cents; and "
    "transit_days, if the days are known."
)
UNKNOWN_SERVICE: Final = (
    "There is no service “{service}” of a carrier “{carrier}” here. See wismo-desk --vocabulary."
)
WRONG_ZONE: Final = "The zone “{zone}” is not one: write FR, FR-20, EU or *."
WRONG_NUMBER: Final = "“{value}” in the column {column} is not a whole number: write grams, cents or days."
BELOW_ZERO: Final = "“{value}” in the column {column} is below 0: write 0 or more."
CONTRADICTED: Final = (
    "Line {line} has another price or other days for the same carrier, service, zone and weight: keep one of "
    "the two."
)
NO_LINES: Final = (
    "The price list has headings only, and no price. Nothing was changed; write a line for each price."
)
NO_TEXT_HERE: Final = "This is no text file: save the price list as “CSV UTF-8” and bring that file in."
NOT_SET_UP: Final = "its carrier is not set up at this desk"
NO_PRICE: Final = "no price list has a price for it"

_COLUMNS: Final = {
    "carrier": ("carrier", "transporteur"),
    "service": ("service",),
    "zone": ("zone", "country", "pays"),
    "max_weight_g": ("maxweightg", "maxweight", "poidsmaxg", "poidsmax"),
    "price_cents": ("pricecents", "prixcentimes", "prixencentimes"),
    "transit_days": ("transitdays", "days", "delaijours", "jours", "delai"),
}
_NEEDED: Final = tuple(_COLUMNS)[:-1]
_MINUS: Final = frozenset("-−–")  # as keyboards and spreadsheets write it
_WEEKEND: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """One line of a price list. `transit_days` are working days from the truck to the door."""

    carrier: str
    service: str
    zone: str
    max_weight_g: int
    price_cents: int
    transit_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FareFile:
    fares: tuple[Fare, ...]
    refusals: tuple[Refusal, ...]
    header: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service with its price for one order."""

    carrier: str
    service: str
    price_cents: int
    transit_days: int | None = None


def parse_fares(data: bytes, known: Mapping[str, CarrierInfo]) -> FareFile:
    """Read one price list; `known` are all carriers of the program. BadInput without a table, a needed column or any
    line."""
    table = _table(data)
    columns = _find_columns(table.header)
    for name in _NEEDED:
        if name not in columns:
            raise BadInput(NO_COLUMN, column=name, field=name)
    if not table.rows:
        raise BadInput(NO_LINES, field="file")
    fares: list[tuple[Row, Fare]] = []
    faults: list[tuple[Row, LineFault]] = []
    for row in table.rows:
        try:
            fares.append((row, _fare(row, columns, known)))
        except LineFault as fault:
            faults.append((row, fault))
    faults += _contradictions(fares)
    return FareFile(
        fares=tuple(dict.fromkeys(fare for _, fare in fares)),
        refusals=tuple(
            fault.refusal(row, table.header, columns)
            for row, fault in sorted(faults, key=lambda each: each[0].line_no)
        ),
        header=table.header,
        delimiter=table.delimiter,
    )


def _table(data: bytes) -> Table:
    try:
        return read_table(data)
    except BadInput as error:
        if error.sentence != NO_TEXT:
            raise
        raise BadInput(NO_TEXT_HERE, field=error.field) from error  # that sentence speaks of orders


def _contradictions(fares: Sequence[tuple[Row, Fare]]) -> Iterator[tuple[Row, LineFault]]:
    """Lines that say two things of one carrier, service, zone and weight: nobody can tell which holds. The same line
    twice says one thing."""
    said: dict[tuple[str, str, str, int], list[tuple[Row, Fare]]] = {}
    for row, fare in fares:
        key = (fare.carrier, fare.service, fare.zone, fare.max_weight_g)
        said.setdefault(key, []).append((row, fare))
    for group in said.values():
        for row, fare in group:
            other = next((r for r, f in group if f != fare), None)
            if other is not None:
                yield row, LineFault("price_cents", CONTRADICTED, line=other.line_no)


def _find_columns(header: Sequence[str]) -> dict[str, int]:
    places = {plain_name(name): index for index, name in reversed(list(enumerate(header)))}
    return {
        ours: next(places[word] for word in words if word in places)
        for ours, words in _COLUMNS.items()
        if any(word in places for word in words)
    }


def _fare(row: Row, columns: Mapping[str, int], known: Mapping[str, CarrierInfo]) -> Fare:
    if row.sentence:
        raise LineFault("", row.sentence, **dict(row.values))

    def cell(name: str) -> str:
        return row.fields[columns[name]] if name in columns else ""

    carrier, service = cell("carrier"), cell("service")
    info = known.get(carrier)
    if info is None or info.service(service) is None:
        raise LineFault("service", UNKNOWN_SERVICE, carrier=carrier, service=service)
    days = cell("transit_days")
    return Fare(
        carrier=carrier,
        service=service,
        zone=_zone(cell("zone")),
        max_weight_g=_whole("max_weight_g", cell("max_weight_g"), read_grams),
        price_cents=_whole("price_cents", cell("price_cents"), read_cents),
        transit_days=_whole("transit_days", days, read_cents) if days else None,
    )


def _zone(text: str) -> str:
    zone = text.strip().upper()
    country, _, beginning = zone.partition("-")
    if zone in ("*", "EU") or (country in ISO_CODES and (beginning.isalnum() or beginning == "")):
        return zone
    raise LineFault("zone", WRONG_ZONE, zone=text)


def _whole(column: str, text: str, read: Callable[[str], int | None]) -> int:
    number = read(text)
    if number is None and text[:1] in _MINUS and read(text[1:].strip()) is not None:
        raise LineFault(column, BELOW_ZERO, value=text, column=column)
    if number is None:
        raise LineFault(column, WRONG_NUMBER, value=text, column=column)
    return number


def dump_fares(fares: Iterable[Fare]) -> list[list[object]]:
    """Plain JSON, of one carrier."""
    return [[f.service, f.zone, f.max_weight_g, f.price_cents, f.transit_days] for f in fares]


def read_fares(carrier: str, rows: Iterable[Sequence[object]]) -> tuple[Fare, ...]:
    return tuple(
        Fare(
            carrier=carrier,
            service=str(service),
            zone=str(zone),
            max_weight_g=int(str(limit)),
            price_cents=int(str(price)),
            transit_days=None if days is None else int(str(days)),
        )
        for service, zone, limit, price, days in rows
    )


def _reach(zone: str, country: str, postcode: str) -> int:
    """How narrowly the zone holds the place; -1 when it does not."""
    if zone == "*":
        return 0
    if zone == "EU":
        return 1 if country in EU else -1
    named, _, beginning = zone.partition("-")
    if named != country or not postcode.replace(" ", "").upper().startswith(beginning):
        return -1
    return 2 + len(beginning)


def fare_for(
    fares: Iterable[Fare], carrier: str, service: str, *, country: str, postcode: str, weight_g: int | None
) -> Fare | None:
    """The line that counts. Without a weight the service's price is not known."""
    reached = [
        (_reach(fare.zone, country, postcode), fare)
        for fare in fares
        if fare.carrier == carrier and fare.service == service
    ]
    narrowest = max((reach for reach, _ in reached), default=-1)
    fitting = [
        fare
        for reach, fare in reached
        if reach == narrowest >= 0 and weight_g is not None and weight_g <= fare.max_weight_g
    ]
    return min(fitting, key=lambda fare: (fare.max_weight_g, fare.price_cents), default=None)


def arrival(ship_on: date, days: int) -> date:
    """`days` working days later, Monday to Friday."""
    day = ship_on
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _WEEKEND
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an order asks of a service. A customer who chose a pickup point gets one, and nobody else does."""

    country: str
    postcode: str
    weight_g: int | None
    pickup_point: bool
    promised_on: date | None = None


def _keeps(service: Service, fare: Fare, wish: Wish, ship_on: date) -> bool:
    """Whether the service takes the parcel and brings it by the promised day. Days nobody wrote down keep none."""
    if service.max_weight_g and (wish.weight_g or 0) > service.max_weight_g:
        return False
    if wish.promised_on is None:
        return True
    return fare.transit_days is not None and arrival(ship_on, fare.transit_days) <= wish.promised_on


def cheapest(
    fares: Sequence[Fare],
    infos: Mapping[str, CarrierInfo],
    wish: Wish,
    *,
    ship_on: Callable[[str], date],
) -> Offer | None:
    """The cheapest service that keeps the promise; at the same price the quicker, then the first by name.
    `infos`: the carriers that are set up. `ship_on`: the day of the next truck of a carrier."""
    offers = [
        Offer(
            carrier=code, service=service.code, price_cents=fare.price_cents, transit_days=fare.transit_days
        )
        for code, service, fare in _candidates(fares, infos, wish)
        if _keeps(service, fare, wish, ship_on(code))
    ]
    return min(
        offers,
        key=lambda one: (
            one.price_cents,
            99 if one.transit_days is None else one.transit_days,
            one.carrier,
            one.service,
        ),
        default=None,
    )


def _candidates(
    fares: Sequence[Fare], infos: Mapping[str, CarrierInfo], wish: Wish
) -> Iterator[tuple[str, Service, Fare]]:
    """Every service of the kind that is wished for and has a price."""
    for code, info in infos.items():
        for service in info.services:
            if service.pickup_point is not wish.pickup_point:
                continue
            fare = fare_for(
                fares,
                code,
                service.code,
                country=wish.country,
                postcode=wish.postcode,
                weight_g=wish.weight_g,
            )
            if fare is not None:
                yield code, service, fare


def left_out(fares: Iterable[Fare], infos: Mapping[str, CarrierInfo]) -> tuple[tuple[str, str, str], ...]:
    """(carrier, service, why) of what can never be the cheapest: services that have a price and whose carrier is
    not set up, and services without a price of a carrier that has prices."""
    priced = {(fare.carrier, fare.service) for fare in fares}
    able = {(code, service.code) for code, info in infos.items() for service in info.services}
    with_prices = {carrier for carrier, _ in priced}
    return (
        *((carrier, service, NOT_SET_UP) for carrier, service in sorted(priced - able)),
        *((code, service, NO_PRICE) for code, service in sorted(able - priced) if code in with_prices),
    )
