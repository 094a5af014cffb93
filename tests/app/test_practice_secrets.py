"""A practice desk leaves the merchant's keyring alone: it neither sends real passwords to its loopback servers nor
writes over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from keyring.backend import KeyringBackend

from tests.speed.goods import SHIPPER
from wismo_desk.app.contracts import Contracts
from wismo_desk.settings import Settings
from wismo_desk.web import Http
from wismo_desk.words import Words

_REAL = ("wismo-desk", "carrier:dhl:api_key")


class Ring(KeyringBackend):
    """A keyring in memory that counts its questions."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own
        self.kept = {_REAL: "real"}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def _open(*, practice: bool, **given: str) -> tuple[Contracts, Http]:
    settings = replace(Settings(station="Poste 1", shipper=SHIPPER), carriers={"dhl": given})
    http = Http()
    return Contracts(http, lambda: settings, dict, practice=practice, words=Words("en")), http


def test_practice_neither_asks_the_keyring_nor_writes_there(ring: Ring) -> None:
    contracts, http = _open(practice=True)
    with http:
        assert "dhl" not in contracts.carriers
        contracts.look()
        contracts.keep_secret("dhl", "api_key", "typed")
        assert "dhl" in contracts.carriers
        assert [one.kept for one in contracts.look() if one.info.code == "dhl"] == [{"api_key"}]
    assert ring.asked == 0
    assert ring.kept == {_REAL: "real"}


def test_what_practice_says_itself_is_enough(ring: Ring) -> None:
    contracts, http = _open(practice=True, api_key="practice")
    with http:
        assert "dhl" in contracts.carriers
    assert ring.asked == 0


def test_a_real_desk_asks_and_keeps(ring: Ring) -> None:
    """The naive twin: practice did the same."""
    contracts, http = _open(practice=False)
    with http:
        assert "dhl" in contracts.carriers and ring.asked
        contracts.keep_secret("dhl", "api_key", "typed")
    assert ring.kept[_REAL] == "typed"
