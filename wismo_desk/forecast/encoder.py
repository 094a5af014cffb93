"""From words to the numbers that lanes are made of, the same word always to the same number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wismo_desk.domain.countries import ISO_CODES
from wismo_desk.forecast.parcels import Ints, Parcels, promise_bands

ANY, DOMESTIC, ABROAD = range(3)  # which default table a parcel falls back on (defaults.KINDS)
_SERVICE: Final = 1  # place of a column in the encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Of each parcel: who carries it, how, where to, where from, and whatever else may tell lanes apart."""

    carrier: Sequence[str]
    service: Sequence[str]
    zone: Sequence[str]
    origin: Sequence[str]
    further: tuple[Sequence[str], ...] = ()
    calendar: Sequence[str] = ()  # `calendar_word`s; without them every carrier has one calendar


def calendar_word(carrier: str, region: str = "", service: str = "") -> str:
    """A carrier's calendar: where its days off are those of some region, or a service has delivery days of its own."""
    return "\n".join((carrier.strip(), region, service)).rstrip("\n")


class Encoder:
    """The first call gives out the numbers; later ones keep to them, -1 for a word that is new."""

    def __init__(self) -> None:
        self._numbers: list[dict[str, int]] = []
        self._calendars: dict[str, int] = {}
        self._by_country = False

    def encode(self, words: Words, *, handed: Ints, promised: Ints, delivered: Ints, closed: Ints) -> Parcels:
        columns = (words.carrier, words.service, words.zone, words.origin, *words.further)
        if not self._numbers:
            self._numbers = [_numbers(column) for column in columns]
            self._calendars = _numbers((*words.carrier, *words.calendar))
            zones = {*self._numbers[2], *self._numbers[3]} - {""}
            self._by_country = bool(zones) and all(zone[:2].upper() in ISO_CODES for zone in zones)
        carrier, service, zone, origin, *further = (
            _encoded(column, known) for column, known in zip(columns, self._numbers, strict=True)
        )
        calendar = self._encode_calendars(words)
        carries = carrier * np.int32(len(self._numbers[_SERVICE])) + service
        return Parcels(
            carrier=calendar,
            carriers=(*self._calendars, ""),
            root=self._roots(words),
            chain=(
                np.where((carrier < 0) | (service < 0), -1, carries).astype(np.int32),
                promise_bands(handed, promised),
                zone,
                origin,
                *further,
            ),
            handed=handed,
            promised=promised,
            delivered=delivered,
            closed=closed,
            company=self._companies(),
        )

    def _encode_calendars(self, words: Words) -> Ints:
        """A calendar that is new is its carrier's; a carrier that is new has the last one."""
        found = _encoded(words.calendar or words.carrier, self._calendars)
        if words.calendar and (found < 0).any():
            found = np.where(found < 0, _encoded(words.carrier, self._calendars), found)
        return np.where(found < 0, np.int32(len(self._calendars)), found)

    def _companies(self) -> Ints | None:
        carriers = self._numbers[0]
        if len(carriers) == len(self._calendars):
            return None
        whose = [carriers[word.partition("\n")[0]] for word in self._calendars]
        return np.array([*whose, len(carriers)], dtype=np.int32)

    def _roots(self, words: Words) -> Ints:
        """Domestic or abroad, where all zones are countries; states of one country look like some of them too."""
        if not self._by_country:
            return np.full(len(words.zone), ANY, dtype=np.int32)
        pairs = {pair: _root(*pair) for pair in set(zip(words.origin, words.zone, strict=True))}
        return np.array([pairs[pair] for pair in zip(words.origin, words.zone, strict=True)], dtype=np.int32)


def _encoded(column: Sequence[str], known: Mapping[str, int]) -> Ints:
    numbers = {word: known.get(word.strip(), -1) for word in set(column)}
    return np.array([numbers[word] for word in column], dtype=np.int32)


def _root(origin: str, zone: str) -> int:
    if not zone.strip() or not origin.strip():
        return ANY
    return DOMESTIC if origin.strip()[:2].upper() == zone.strip()[:2].upper() else ABROAD


def _numbers(column: Sequence[str]) -> dict[str, int]:
    return {word: at for at, word in enumerate(sorted({word.strip() for word in set(column)}))}
