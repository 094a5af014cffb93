"""The shop's own deliveries: no network, no purchase; the parcel's number is its SSCC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wismo_desk.domain.carrier import Carrier, CarrierInfo, Service, Traits
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.domain.sscc import DEMO_PREFIX, is_sscc, sscc_element
from wismo_desk.errors import CarrierRefused
from wismo_desk.web import Http

CARRIER: Final = CarrierInfo(
    code="own",
    name="Livraison magasin",
    services=(
        Service(code="home", name="À domicile", name_en="Home"),
        Service(code="morning", name="Le matin", name_en="Morning"),
    ),
    traits=Traits(
        offline_labels=True,
        reconcilable=True,
        voidable=True,
        bills_at_creation=False,
        verified_live=True,  # there is nobody else to verify it with
    ),
)


def build(settings: Mapping[str, str], http: Http) -> Carrier:
    return OwnDeliveries()


class OwnDeliveries:
    """Sells a label by writing the SSCC of the request on it. The same request gives the same label."""

    info = CARRIER

    def buy_label(self, request: LabelRequest) -> Label:
        """CarrierRefused: an unknown service, or an SSCC that cannot be printed."""
        if CARRIER.service(request.service) is None:
            raise CarrierRefused(
                "The shop does not deliver by {service}. Choose another service.",
                service=request.service,
                field="service",
                raw="SERVICE",
            )
        _check_sscc(request)
        return Label(
            carrier=CARRIER.code,
            service=request.service,
            tracking_number=request.sscc,
            format=LabelFormat.DRAWN,
            codes=(sscc_element(request.sscc),),
        )

    def find_label(self, request: LabelRequest) -> Label | None:
        """The label it would have: nothing outside this desk knows of it, so nothing can differ."""
        return self.buy_label(request)

    def void_label(self, tracking_number: str, reference: str) -> None:
        """Nobody else has to be told."""


def _check_sscc(request: LabelRequest) -> None:
    """A valid SSCC, and one of the demo range in practice only: no real parcel may wear that."""
    if not is_sscc(request.sscc):
        raise CarrierRefused(
            "The parcel number {sscc} is not a valid SSCC. Check the GS1 prefix in the settings.",
            sscc=request.sscc,
            field="sscc",
            raw="SSCC",
        )
    if request.sscc[1:4] == DEMO_PREFIX and not request.practice:
        raise CarrierRefused(
            "The GS1 prefix in the settings is the one for practice. Enter the prefix of your company.",
            field="sscc",
            raw="SSCC-952",
        )
