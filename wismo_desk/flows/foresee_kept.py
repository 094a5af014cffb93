"""Keeps what was learnt of a night beside the main file, until the next one."""

from __future__ import annotations

import logging
import pickle
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from wismo_desk import __version__
from wismo_desk.store.engine import Source
from wismo_desk.store.kept_bytes import KeptBytes

if TYPE_CHECKING:
    from wismo_desk.flows.foresee_table import Learnt

log = logging.getLogger(__name__)
NAME: Final = "forecast.table"
_VERSION: Final = "2"  # another one with each change of what is kept: `Learnt` and all that it holds
_NIGHT_ENDS: Final = timedelta(hours=3)  # the evening's scans are in by then


def night_of(at: datetime, zone: tzinfo) -> date:
    """The day whose night it is: until 3:00 it is still the day before."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return (local - _NIGHT_ENDS).date()


@dataclass(frozen=True, slots=True)
class Kept:
    """`at`: when it was learnt."""

    learnt: Learnt
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptTable:
    """The table of one desk on its disk."""

    file: KeptBytes

    @classmethod
    def beside(cls, source: Source) -> KeptTable:
        return cls(KeptBytes.beside(source, NAME, f"{__version__} {_VERSION}"))

    def read(self) -> Kept | None:
        """None where it must be learnt anew, for whatever reason."""
        said = self.file.read()
        if said is None:
            return None
        try:
            found = pickle.loads(said)  # noqa: S301 - sealed with this desk's own key
        except Exception as error:  # of another numpy, of another Python: whatever unpickling may raise
            log.warning("the kept forecast cannot be used and is learnt anew: %s", error)
            return None
        return found if isinstance(found, Kept) else None

    def write(self, kept: Kept) -> None:
        """A full disk only means that it is learnt again."""
        try:
            self.file.write(pickle.dumps(kept, protocol=5))
        except OSError as error:
            log.warning("the forecast cannot be kept and is learnt anew at the next start: %s", error)
