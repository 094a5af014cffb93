"""One history, walked through week by week, and the record of what was foreseen in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.domain.foresight import Record, Warned
from wismo_desk.forecast.history_file import HistoryFile
from wismo_desk.forecast.parcels import Floats
from wismo_desk.forecast.record import write_record
from wismo_desk.forecast.walk import ENOUGH, Walk

_SOME: Final = 100  # parcels foreseen by a learnt table that make a record of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """`skipped` parcels were handed over before enough was known to say anything of one's own."""

    whole: Record
    by_month: tuple[Record, ...]
    rows: int
    unusable: int
    doubled: int
    skipped: int
    lanes: int
    false_alarms: float  # wanted


def backtest(history: HistoryFile, defaults: Floats, *, false_alarms: float = 0.05) -> Backtest:
    """Leak-free: each table knows only what had happened before its day."""
    walk = Walk(history.parcels, defaults, false_alarms=false_alarms)
    walk.run(walk.end)
    # A file too small to learn from is judged by what the assumed tables said of it.
    least = ENOUGH if (walk.foreseen.known >= ENOUGH).sum() >= _SOME else 0
    whole, by_month = write_record(history.parcels, walk.foreseen, walk.end, rate=false_alarms, least=least)
    return Backtest(
        whole=whole,
        by_month=tuple(by_month),
        rows=history.rows,
        unusable=history.unusable,
        doubled=history.doubled,
        skipped=len(history.parcels) - whole.parcels,
        lanes=walk.lanes.sizes[-1],
        false_alarms=false_alarms,
    )


def figures(test: Backtest) -> dict[str, Any]:
    """As plain JSON. `recall` and `naive_recall` stand at exactly the wanted false-alarm rate; `false_alarm_rate` is
    what thresholds chosen beforehand really cost, with their recall under `live`. None: too few parcels."""
    return {
        **_figures(test.whole),
        "by_month": [{"month": one.month, **_figures(one)} for one in test.by_month],
        "rows": test.rows,
        "unusable": test.unusable,
        "doubled": test.doubled,
        "before_enough_was_known": test.skipped,
        "lanes": test.lanes,
        "wanted_false_alarm_rate": test.false_alarms,
    }


def _figures(one: Record) -> dict[str, Any]:
    return {
        "n": one.arrived,
        "late": one.late,
        "in_time": one.in_time,
        "mae_days": _short(one.off),
        "exact": _short(one.exact),
        "within_1_day": _short(one.near),
        "naive_mae_days": {"promise": _short(one.promise_off), "as_usual": _short(one.usual_off)},
        "p80_coverage": _short(one.covered),
        "p10_p90_coverage": _short(one.inside),
        "recall": {str(warned.notice): _short(warned.even) for warned in one.warned},
        "naive_recall": {str(warned.notice): _short(warned.naive_even) for warned in one.warned},
        "false_alarm_rate": _short(live_rate(one)),
        "live": {
            str(warned.notice): {
                "recall": _short(warned.recall),
                "false_alarm_rate": _short(warned.false_alarms),
                "naive_recall": _short(warned.naive),
            }
            for warned in one.warned
        },
        "auc": _short(one.auc),
        "ap": _short(one.precision),
    }


def live_rate(one: Record) -> float | None:
    """The mean false-alarm rate of the notices at which the wanted one could be reached at all: shortly before the
    promise so few parcels may be open that naming every one of them costs less."""
    rates = [warned.false_alarms for warned in one.warned if warned.false_alarms is not None and _can(warned)]
    return sum(rates) / len(rates) if rates else None


def _can(warned: Warned) -> bool:
    return warned.open_in_time is not None and warned.open_in_time > warned.wanted


def _short(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
