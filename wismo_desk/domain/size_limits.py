"""How large and heavy a parcel may be for a carrier's service: dated data, each row with its source and its trust."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from wismo_desk.domain.measures import Size, longest, sides, with_girth

ANY: Final = "*"


class Beyond(StrEnum):
    """What becomes of a parcel beyond the limit."""

    REFUSED = "refused"
    SURCHARGE = "surcharge"


class Place(StrEnum):
    ANY = "*"
    LOCKER = "locker"


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimit:
    """One row of `resources/limits/sizes.csv`; None is no limit that is known. `stated`: the carrier's own words for
    such senders; else it is never told as certain."""

    carrier: str
    services: tuple[str, ...]  # empty: all
    place: Place
    heaviest_g: int | None
    longest_mm: int | None
    sum_mm: int | None
    girth_mm: int | None
    beyond: Beyond
    source: str
    checked: date
    stated: bool

    @property
    def takes(self) -> tuple[tuple[str, int], ...]:
        """The measures it names, by the word for each."""
        named = (("longest", self.longest_mm), ("sum", self.sum_mm), ("girth", self.girth_mm))
        return tuple((name, most) for name, most in named if most is not None)

    @property
    def is_sure(self) -> bool:
        return self.stated and self.beyond is Beyond.REFUSED

    def holds(self, size: Size) -> bool:
        """Whether such a parcel is within it."""
        found = {"longest": longest(size), "sum": sides(size), "girth": with_girth(size)}
        return all(found[name] <= most for name, most in self.takes)


def read_limits(text: str) -> tuple[SizeLimit, ...]:
    """The table as shipped. ValueError or KeyError: it is damaged."""
    return tuple(
        SizeLimit(
            carrier=row["carrier"],
            services=() if row["services"] == ANY else tuple(row["services"].split()),
            place=Place(row["place"]),
            heaviest_g=_whole(row["heaviest_g"]),
            longest_mm=_whole(row["longest_mm"]),
            sum_mm=_whole(row["sum_mm"]),
            girth_mm=_whole(row["girth_mm"]),
            beyond=Beyond(row["effect"]),
            source=row["source"],
            checked=date.fromisoformat(row["checked"]),
            stated=row["trust"] == "stated",
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def limits_of(
    limits: Iterable[SizeLimit], carrier: str, service: str, *, place: Place = Place.ANY
) -> tuple[SizeLimit, ...]:
    """The rows for a service; those of a place only when it is named."""
    return tuple(
        limit
        for limit in limits
        if limit.carrier == carrier
        and limit.place is place
        and (not limit.services or service in limit.services)
    )


def beyond(limits: Sequence[SizeLimit], size: Size) -> SizeLimit | None:
    """The limit that such a parcel breaks: the surest one, None when it keeps all."""
    return _surest(limit for limit in limits if not limit.holds(size))


def too_heavy(limits: Sequence[SizeLimit], weight_g: int) -> SizeLimit | None:
    return _surest(limit for limit in limits if limit.heaviest_g is not None and weight_g > limit.heaviest_g)


def _surest(broken: Iterable[SizeLimit]) -> SizeLimit | None:
    """The strictest of the surest, so that who keeps it keeps the others."""
    return min(
        broken, key=lambda limit: (not limit.is_sure, limit.longest_mm or limit.sum_mm or 0), default=None
    )


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None
