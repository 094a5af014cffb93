"""The karrio packages as peers: what a carrier answered, and a label request, by their own functions; no network."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, Final

from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest

_SETTINGS: Final[dict[str, dict[str, str]]] = {
    "chronopost": {"account_number": "19869502", "password": "practice"},
    "colissimo": {"contract_number": "000000", "password": "practice"},
    "dhl_universal": {"consumer_key": "practice", "consumer_secret": "practice"},
    "gls": {"client_id": "practice", "client_secret": "practice", "contact_id": "2500000000"},
    "laposte": {"api_key": "practice"},
    "ups": {"client_id": "practice", "client_secret": "practice", "account_number": "A1B2C3"},
}
_SERVICES: Final = {
    "chronopost": "chronopost_13",
    "colissimo": "colissimo_home_without_signature",
    "gls": "gls_parcel",
    "ups": "ups_standard",
}


class Karrio:
    """One of its packages (`gls` is karrio_gls). ImportError: it is not installed."""

    def __init__(self, package: str) -> None:
        _hush()
        self._package = package
        self._provider = import_module(f"karrio.providers.{package}")
        self._settings = import_module(f"karrio.mappers.{package}").Settings(**_SETTINGS[package])
        self._lib = import_module("karrio.lib")
        self._models = import_module("karrio.core.models")

    def follow(self, content: bytes) -> Sequence[Any]:
        """From the bytes of an answer to its TrackingDetails, as its proxy and its mapper do it together."""
        answer = self._lib.Deserializable(*self._given[self._package](content.decode("utf-8")))
        details: Sequence[Any] = self._provider.parse_tracking_response(answer, self._settings)[0]
        return details

    def ask(self, request: LabelRequest) -> bytes:
        """From one of our requests, said in karrio's words, to the bytes that would be sent."""
        found = self._provider.shipment_request(self._said(request), self._settings).serialize()
        text: str = found if isinstance(found, str) else self._lib.to_json(found)
        return text.encode()

    @cached_property
    def _given(self) -> dict[str, Callable[[str], tuple[Any, Callable[[Any], Any]]]]:
        """What each proxy hands on: the answers to one or to several questions, and how they are read."""
        lib = self._lib
        return {
            "chronopost": lambda text: ([text], lib.to_element),
            "colissimo": lambda text: (text, lib.to_dict),
            "dhl_universal": lambda text: ([text], lambda many: [lib.to_dict(one) for one in many]),
            "gls": lambda text: (text, lib.to_dict),
            "laposte": lambda text: (text, lib.to_dict),
            "ups": lambda text: ([("", text)], lambda many: [(no, lib.to_dict(one)) for no, one in many]),
        }

    def _said(self, request: LabelRequest) -> Any:
        parcel = self._models.Parcel(weight=request.weight_g / 1000, weight_unit="KG")
        return self._models.ShipmentRequest(
            service=_SERVICES[self._package],
            shipper=self._address(request.shipper),
            recipient=self._address(request.recipient),
            parcels=[parcel],
            reference=request.reference,
            options={"shipment_date": request.ship_on.isoformat()},
            label_type="PDF",
        )

    def _address(self, party: Party) -> Any:
        return self._models.Address(
            company_name=party.company,
            person_name=party.name,
            address_line1=party.street[0],
            address_line2=party.street[1] if len(party.street) > 1 else None,
            postal_code=party.postcode,
            city=party.city,
            country_code=party.country,
            phone_number=party.phone,
            email=party.email,
        )


def _hush() -> None:
    """It warns of every field that it does not know: the figures must hold neither the writing nor its time."""
    logging.getLogger("jstruct").setLevel(logging.CRITICAL)
    try:
        logger = import_module("loguru").logger
    except ImportError:
        return
    logger.remove()
    logger.disable("karrio")
