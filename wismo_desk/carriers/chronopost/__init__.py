"""Chronopost: labels in ZPL, voids, tracking, pickup points and proofs of delivery over SOAP.

Source: carriers.md §1.4, the two WSDLs, and Chronopost's own "Web Services" document VL3.24.10.14. Not tried against
the live service.

There is no finding by reference, although `trackWithSenderRef` takes ours: Chronopost's document lets a new parcel
reach its tracking only about ten minutes after the label was made (2.6.4), so that a "none" right after a lost answer
would make the desk buy twice; and a label can be fetched again only by a reservation number, which was in the lost
answer. A lost answer is therefore a matter for the tray.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from wismo_desk.carriers.chronopost.answers import (
    CODE,
    Sold,
    no_label,
    parse_error,
    parse_label,
    parse_points,
    parse_proof,
    parse_reserved,
    parse_several,
    parse_sold,
    parse_tracking,
    parse_void,
)
from wismo_desk.carriers.chronopost.asks import (
    Account,
    build_label,
    build_labels,
    build_point,
    build_points,
    build_proof,
    build_reserved,
    build_track,
    build_void,
    check,
    takes_together,
)
from wismo_desk.carriers.chronopost.products import SERVICES
from wismo_desk.carriers.chronopost.several import matched, outcome, with_labels
from wismo_desk.domain.carrier import Carrier, CarrierField, CarrierInfo, Traits
from wismo_desk.domain.pickup import PickupPoint, PointSearch
from wismo_desk.domain.shipment import Label, LabelRequest, Paper
from wismo_desk.domain.status import folded
from wismo_desk.domain.tracking import Tracked
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.web import Answer, Http
from wismo_desk.web.soap import headers

__all__ = ["CARRIER", "Chronopost", "build", "parse_error", "parse_label", "parse_tracking"]

CARRIER: Final = CarrierInfo(
    code=CODE,
    name="Chronopost",
    services=SERVICES,
    # unverified: when a parcel is billed; the number that would fetch a label again is not kept, hence once.
    # unverified: how many parcels one call may register; 20 is our own bound.
    traits=Traits(voidable=True, label_once=True, bills_at_creation=True, parcels_together=20),
    fields=(
        CarrierField(key="account", name="Account number"),
        CarrierField(key="password", name="Password", secret=True),
        CarrierField(key="sub_account", name="Number of the sub-account", required=False, default="0"),
        # ws2.chronopost.fr is Chronopost's own stand-in for when this one is down (2.2.1).
        CarrierField(
            key="url", name="Address of the service", required=False, default="https://ws.chronopost.fr"
        ),
    ),
)

_SHIPPING: Final = "/shipping-cxf/ShippingServiceWS"
_TRACKING: Final = "/tracking-cxf/TrackingServiceWS"
_POINTS: Final = "/recherchebt-ws-cxf/PointRelaisServiceWS"
_CANCELLED: Final = "AN"  # the sender cancelled the label
_MAYBE_CANCELLED: Final = frozenset({"cancel-2", "cancel-3"})


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    """SettingsProblem: the account or its password is missing, or a number is none."""
    defaults = {field.key: field.default for field in CARRIER.fields}
    number, password, sub_account, url = (settings.get(key, "").strip() or defaults[key] for key in defaults)
    if not (number and password):
        raise SettingsProblem(
            "Chronopost's account number or its password is missing. Enter those of your contract.",
            field="account" if not number else "password",
        )
    for key, value in (("account", number), ("sub_account", sub_account)):
        if not (value.isascii() and value.isdecimal()):
            raise SettingsProblem(
                "Chronopost's account numbers have digits only: correct “{number}”.", number=value, field=key
            )
    return Chronopost(Account(number, password, sub_account), url.rstrip("/"), http)


class Chronopost:
    info = CARRIER

    def __init__(self, account: Account, url: str, http: Http) -> None:
        self._account = account
        self._url = url
        self._http = http

    def buy_label(self, request: LabelRequest) -> Label:
        """Two questions for a parcel to a pickup point, whose address Chronopost wants on the label. A label that
        is missing in the answer is fetched under its reservation."""
        product = check(request)
        point = self._point(request) if product.sold_as.pickup_point else None
        sold = parse_sold(self._ask(_SHIPPING, build_label(self._account, request, point)))
        if not sold.zpl and sold.reservation:
            sold = replace(sold, zpl=self._reserved(sold, request.dpi))
        return sold.label(request.service, request.reference)

    def takes_together(self, request: LabelRequest) -> bool:
        return takes_together(request)

    def buy_labels(self, requests: Sequence[LabelRequest]) -> tuple[Label | DeskError, ...]:
        """One shippingMultiParcelV4. Labels that are missing in the answer are fetched under its reservation."""
        for request in requests:
            check(request)
        sold = parse_several(self._ask(_SHIPPING, build_labels(self._account, requests)))
        if not all(each.zpl for each in sold) and sold[0].reservation:
            with suppress(OutcomeUnknown):  # the parcels exist: each without a label says so by its number
                sold = with_labels(sold, self._reserved(sold[0], requests[0].dpi))
        pairs = zip(matched(sold, requests), requests, strict=True)
        return tuple(outcome(each, request) for each, request in pairs)

    def void_label(self, tracking_number: str, reference: str) -> None:
        """A second void is answered like an unknown parcel (unverified), so the news are asked before that is
        believed."""
        try:
            parse_void(self._ask(_TRACKING, build_void(self._account, tracking_number)))
        except CarrierRefused as error:
            if error.raw not in _MAYBE_CANCELLED or not self._is_cancelled(tracking_number):
                raise

    def track(self, numbers: Sequence[str], *, country: str = "", postcode: str = "") -> tuple[Tracked, ...]:
        return tuple(self._track(number) for number in numbers)

    def find_points(self, search: PointSearch) -> tuple[PickupPoint, ...]:
        question = build_points(self._account, search, day=datetime.now(UTC).date())
        return parse_points(self._ask(_POINTS, question))[: search.most]

    def fetch_proof(self, number: str) -> Paper | None:
        return parse_proof(self._ask(_TRACKING, build_proof(self._account, number)))

    def _ask(self, path: str, question: bytes) -> Answer:
        return self._http.ask("POST", self._url + path, body=question, headers=headers())

    def _point(self, request: LabelRequest) -> PickupPoint:
        """Asked before anything is bought, so that no answer leaves nothing in doubt."""
        question = build_point(self._account, request.pickup_point, request.recipient.country)
        try:
            points = parse_points(self._ask(_POINTS, question), searched=False)
        except OutcomeUnknown as error:
            raise CarrierUnreachable(
                "Chronopost did not say where the pickup point is, nothing was bought. Try again.",
                raw=error.raw,
            ) from error
        asked = request.pickup_point.casefold()
        point = next((each for each in points if each.point_id.casefold() == asked), None)
        if point is None:
            raise CarrierRefused(
                "Chronopost has no open pickup point {point}. Choose another one.",
                point=request.pickup_point,
                field="pickup_point",
                raw="POINT",
            )
        return point

    def _reserved(self, sold: Sold, dpi: int) -> bytes:
        try:
            return parse_reserved(self._ask(_SHIPPING, build_reserved(self._account, sold.reservation, dpi)))
        except DeskError as error:  # the parcel exists whatever was said of its label
            raise no_label(sold.number) from error

    def _track(self, number: str) -> Tracked:
        found = next(iter(parse_tracking(self._ask(_TRACKING, build_track(number)))), None)
        if found is None:
            return Tracked(number=number, found=False)
        others = (found.number, *found.aliases)
        return replace(found, number=number, aliases=tuple(o for o in others if o and o != number))

    def _is_cancelled(self, number: str) -> bool:
        try:
            events = self._track(number).events
        except DeskError:  # then the refusal stands as it was said
            return False
        return any(event.code == _CANCELLED and "annul" in folded(event.label) for event in events)
