"""The day on the clock of Paris in SQL, so that triggers know it without anybody's help.

Summer time as the European Union has it since 1996 (directive 2000/84/EC): from the last Sunday of March to the last of
October, at one o'clock UTC. Both clocks show another day only for the hour from 22:00 UTC on, which is no hour of a
change, so whole days are compared, and in the other 23 hours nothing is.
"""

from __future__ import annotations

from typing import Final

_HOUR: Final = 3_600_000
_DAY: Final = 24 * _HOUR


def paris_day(ms: str) -> str:
    """An SQL expression for the day ("2026-07-14", NULL for NULL) of another one that is UTC ms, from 1996 on."""
    utc = f"date({ms} / 1000, 'unixepoch')"
    year = f"strftime('%Y', {ms} / 1000, 'unixepoch')"
    begins, ends = (f"date({year} || '{day}', 'weekday 0')" for day in ("-03-25", "-10-25"))
    parted = f"{ms} % {_DAY} >= {22 * _HOUR} AND {ms} % {_DAY} < {23 * _HOUR}"
    summer = f"CASE WHEN {parted} AND {utc} >= {begins} AND {utc} < {ends} THEN {_HOUR} ELSE 0 END"
    return f"date(({ms} + {_HOUR} + {summer}) / 1000, 'unixepoch')"
