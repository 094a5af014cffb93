"""What carriers and their services are called in one language."""

from __future__ import annotations

from collections.abc import Mapping

from wismo_desk.domain.carrier import CarrierInfo


def service_names(
    infos: Mapping[str, CarrierInfo], language: str, carrier: str, service: str
) -> tuple[str, str]:
    """(carrier, service) as people say them; codes as they are where nobody offers them here."""
    info = infos.get(carrier)
    if info is None:
        return carrier, service
    known = info.service(service)
    if known is None:
        return info.name, service
    return info.name, known.name if language == "fr" else known.name_en
