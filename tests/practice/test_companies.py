"""Practice mode plays every company: each carrier is built from its settings and sells one label."""

from __future__ import annotations

from pathlib import Path

from wismo_desk.carriers import find_carriers
from wismo_desk.domain.carrier import SellsLabels, Tracks
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.companies import Companies
from wismo_desk.settings.carriers import carrier_values, missing_fields
from wismo_desk.web import Http


def test_every_carrier_has_its_company_and_is_whole(tmp_path: Path) -> None:
    found = find_carriers()
    companies = Companies(tmp_path, CarrierServer())
    played = companies.start()
    try:
        files = {"coliship"}  # nobody outside to be asked
        assert set(played) == set(found.modules) - {"own"} - files
        with Http() as http:
            for code, values in played.items():
                info = found.modules[code].CARRIER
                assert missing_fields(info, carrier_values(info, values)) == ()
                carrier = found.build(code, carrier_values(info, values), http)
                assert isinstance(carrier, SellsLabels | Tracks)
                assert all(
                    value.startswith("http://127.0.0.1:")
                    for key, value in values.items()
                    if key.startswith("url")
                )
    finally:
        companies.stop()
