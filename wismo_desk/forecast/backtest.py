"""One history, walked through week by week, and the record of what was foreseen in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.domain.foresight import Aim, OnTheWay, Record, Warned
from wismo_desk.forecast.history_file import HistoryFile
from wismo_desk.forecast.parcels import Floats
from wismo_desk.forecast.record import write_record
from wismo_desk.forecast.scan_file import ScanFile
from wismo_desk.forecast.walk import ENOUGH, Walk
from wismo_desk.forecast.way import ScanWalk
from wismo_desk.forecast.way_record import write_way

_SOME: Final = 100  # parcels foreseen by a learnt table that make a record of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """`skipped` parcels were handed over before enough was known to say anything of one's own. `scanned`, `on_the_way`
    and `on_the_way_by_month` only where scans were at hand."""

    whole: Record
    by_month: tuple[Record, ...]
    rows: int
    unusable: int
    doubled: int
    skipped: int
    lanes: int
    false_alarms: float  # wanted
    scanned: ScanFile | None = None
    on_the_way: OnTheWay | None = None
    on_the_way_by_month: tuple[OnTheWay, ...] = ()


def backtest(
    history: HistoryFile, defaults: Floats, *, false_alarms: float = 0.05, scanned: ScanFile | None = None
) -> Backtest:
    """Leak-free: each table knows only what had happened before its day. `scanned`: scans of the same parcels."""
    walk = Walk(history.parcels, defaults, false_alarms=false_alarms)
    along = ScanWalk(walk, scanned.scans, defaults) if scanned is not None else None
    (along or walk).run(walk.end)
    # A file too small to learn from is judged by what the assumed tables said of it.
    least = ENOUGH if (walk.foreseen.known >= ENOUGH).sum() >= _SOME else 0
    whole, by_month = write_record(history.parcels, walk.foreseen, walk.end, rate=false_alarms, least=least)
    way, way_by_month = (
        write_way(along, walk.end, rate=false_alarms, least=least) if along is not None else (None, [])
    )
    return Backtest(
        whole=whole,
        by_month=tuple(by_month),
        rows=history.rows,
        unusable=history.unusable,
        doubled=history.doubled,
        skipped=len(history.parcels) - whole.parcels,
        lanes=walk.lanes.sizes[-1],
        false_alarms=false_alarms,
        scanned=scanned,
        on_the_way=way,
        on_the_way_by_month=tuple(way_by_month),
    )


def figures(test: Backtest) -> dict[str, Any]:
    """As plain JSON. `recall` and `naive_recall` stand at exactly the wanted false-alarm rate; `false_alarm_rate` is
    what thresholds chosen beforehand really cost, with their recall under `live`. None: too few parcels. With scans
    `after_scans` holds the same of every evening on the way; `from_hand_over` the other clock on the same evenings."""
    return {
        **_figures(test.whole),
        "by_month": [{"month": one.month, **_figures(one)} for one in test.by_month],
        "rows": test.rows,
        "unusable": test.unusable,
        "doubled": test.doubled,
        "before_enough_was_known": test.skipped,
        "lanes": test.lanes,
        "wanted_false_alarm_rate": test.false_alarms,
        **_after_scans(test),
    }


def _after_scans(test: Backtest) -> dict[str, Any]:
    if test.scanned is None or test.on_the_way is None:
        return {}
    months = {one.month: one for one in test.by_month}
    by_month = [{"month": one.month, **_way(one, months[one.month])} for one in test.on_the_way_by_month]
    scanned = test.scanned
    counts = {"scans": scanned.used, "scan_rows": scanned.rows, "scans_unusable": scanned.unusable}
    counts["scans_of_others"] = scanned.strange
    return {"after_scans": {**counts, **_way(test.on_the_way, test.whole), "by_month": by_month}}


def _way(one: OnTheWay, record: Record) -> dict[str, Any]:
    """`record`: of the same parcels."""
    return {
        **_aim(one.after_scan),
        "from_hand_over": _aim(one.from_hand_over),
        "recall": {str(warned.notice): _short(warned.even) for warned in one.warned},
        "hand_over_recall": {str(warned.notice): _short(warned.even) for warned in record.warned},
        "naive_recall": {str(warned.notice): _short(warned.naive_even) for warned in one.warned},
        "live": _live(one.warned),
    }


def _aim(aim: Aim) -> dict[str, Any]:
    return {
        "evenings": aim.evenings,
        "mae_days": _short(aim.off),
        "exact": _short(aim.exact),
        "within_1_day": _short(aim.near),
        "p80_coverage": _short(aim.covered),
        "p10_p90_coverage": _short(aim.inside),
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
        "live": _live(one.warned),
        "auc": _short(one.auc),
        "ap": _short(one.precision),
    }


def _live(warned_of: tuple[Warned, ...]) -> dict[str, Any]:
    return {
        str(warned.notice): {
            "recall": _short(warned.recall),
            "false_alarm_rate": _short(warned.false_alarms),
            "naive_recall": _short(warned.naive),
        }
        for warned in warned_of
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
