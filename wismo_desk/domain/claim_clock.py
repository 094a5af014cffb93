"""When the limit of a claim comes near, for parcels whose trouble the rules know: days turned into instants, kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from wismo_desk.domain.calendar import zone_of
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.claim_terms import ClaimTerm, Landmarks, limit_of, working_days_before

_KEPT: Final = 20_000
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimClock:
    """`home`: the warehouse's region; `holidays` of a region. Instants are UTC ms."""

    zone: tzinfo
    terms: Sequence[ClaimTerm]
    home: str = "FR"
    holidays: Callable[[str], Collection[date]] = lambda _region: ()
    _known: dict[tuple[object, ...], str] = field(default_factory=dict, init=False, compare=False, repr=False)

    def last_day(
        self,
        kind: ClaimKind,
        carrier: str,
        region: str,
        *,
        known: int,
        delivered: bool,
        handed: int | None,
        promised: str | None,
    ) -> str:
        """ISO, "" where no limit is known. `known`: when its trouble was, or the delivery itself."""
        day, left = self._day(known), self._day(handed) if handed is not None else None
        key = (kind, carrier, region, day, delivered, left, promised)
        found = self._known.get(key)
        if found is None:
            marks = Landmarks(
                delivered=day if delivered else None,
                handed_over=left,
                promised=date.fromisoformat(promised) if promised else None,
                known=day,
            )
            limit = limit_of(
                self.terms,
                kind,
                carrier=carrier,
                reach=zone_of(region or self.home, self.home[:2]),
                landmarks=marks,
                holidays=self.holidays(self.home),
            )
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[key] = limit.last.isoformat() if limit else ""
        return found

    def begins(self, last: str, days: int) -> int:
        """The beginning of the day on which so many working days are left."""
        day = working_days_before(date.fromisoformat(last), days, self.holidays(self.home))
        return self._ms(datetime.combine(day, time(0), tzinfo=self.zone))

    def ends(self, last: str) -> int:
        """The midnight after the last day."""
        return self._ms(
            datetime.combine(date.fromisoformat(last) + timedelta(days=1), time(0), tzinfo=self.zone)
        )

    def noon(self, last: str) -> int:
        return self._ms(datetime.combine(date.fromisoformat(last), _NOON, tzinfo=self.zone))

    def _day(self, ms: int) -> date:
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(self.zone).date()

    @staticmethod
    def _ms(when: datetime) -> int:
        return int(when.timestamp() * 1000)
