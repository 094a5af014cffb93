"""Parcels as columns: the one form in which history and open parcels enter the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

# Places in `Parcels.chain`: carrier and service, how far ahead it was promised, where to, where from.
CARRIES, PROMISE, ZONE, ORIGIN = range(4)
NEVER: Final = 1 << 30  # a day that has not come: not delivered, not closed
NO_PROMISE: Final = -(1 << 30)


# Calendar days from hand-over to promise, as bands: whoever promised knew something of the way.
_BANDS: Final = np.array((1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 22, 28, 36, 46), dtype=np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """n parcels; days are counted from 1970-01-01. `chain` holds what a lane is made of, coarse before fine: each
    array splits the lanes of the one before it (CARRIES, PROMISE, ZONE, ORIGIN, and what a file adds). `root` chooses
    the default table that a lane falls back on while nothing else is known."""

    carrier: (
        Ints  # 0 to len(carriers) - 1: the calendar that counts, a carrier's, or its one for some destination
    )
    carriers: tuple[str, ...]  # the last stands for every one that is new: the usual working days count
    root: Ints
    chain: tuple[Ints, ...]
    handed: Ints
    promised: Ints  # NO_PROMISE where none was made
    delivered: Ints  # NEVER while it is not
    closed: Ints  # the day somebody gave it up (lost, returned); NEVER else
    company: Ints | None = (
        None  # (len(carriers),): calendars of one carrier have one number; None: all differ
    )

    def __len__(self) -> int:
        return len(self.handed)

    def take(self, which: Ints | Flags) -> Parcels:
        """Some of them, in the order asked."""
        return Parcels(
            carrier=self.carrier[which],
            carriers=self.carriers,
            root=self.root[which],
            chain=tuple(level[which] for level in self.chain),
            handed=self.handed[which],
            promised=self.promised[which],
            delivered=self.delivered[which],
            closed=self.closed[which],
            company=self.company,
        )


def promise_bands(handed: Ints, promised: Ints) -> Ints:
    """How far ahead the promise was, in some fifteen bands; 0 where none was made."""
    bands = np.searchsorted(_BANDS, np.clip(promised, handed - 1, handed + 99) - handed, side="right") + 1
    return np.where(promised == NO_PROMISE, 0, bands).astype(np.int32)
