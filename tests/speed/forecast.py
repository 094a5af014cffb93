"""The lane table beside gradient boosting on the same made-up parcels: how fast each learns and answers, how well."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from tests.speed.figures import Figure, timed
from tests.speed.room import Room
from wismo_desk.forecast.backtest import backtest
from wismo_desk.forecast.defaults import read_defaults
from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.history_file import read_history
from wismo_desk.forecast.model import Model, Outlook, learn
from wismo_desk.forecast.parcels import NEVER, ORIGIN, ZONE, Floats, Ints, Parcels
from wismo_desk.forecast.record import rank_quality
from wismo_desk.forecast.scans import Scan, Scans, learn_scans, order_scans, resume
from wismo_desk.forecast.walk import Walk
from wismo_desk.forecast.way import ScanWalk
from wismo_desk.forecast.way_record import write_way
from wismo_desk.practice.histories import MARKETPLACE, World, make_history
from wismo_desk.practice.trails import Trails, make_trails
from wismo_desk.resources import forecast_defaults

_ROWS: Final = 1_000_000
_RUNS: Final = 3
_RECORDED: Final = 200_000  # parcels of a year
_ROUNDS: Final = 50  # trees of the peer: more take longer and were no better here
_DAYS: Final = 400
_TEST_DAYS: Final = 28  # what is foreseen, and never learnt from
_EPOCH: Final = date(1970, 1, 1).toordinal()
_LAST_ORDINAL: Final = 900_000
_KINDS: Final = {
    "accepted": Scan.ACCEPTED,
    "in_transit": Scan.MOVED,
    "out_for_delivery": Scan.OUT,
    "delivery_attempted": Scan.ATTEMPTED,
}
_FIRST: Final = date(2025, 1, 6)
_MANY: Final = World(
    carriers=tuple((f"c{at}", "home", at % 2 == 0, 1.2 + 0.15 * at, 0.3 + 0.02 * at) for at in range(12)),
    zones=tuple((f"z{at:02}", 1 / (at + 2), 0.12 * at) for at in range(60)),
    origins=tuple((f"o{at:02}", 1 / (at + 1), 0.08 * at) for at in range(30)),
    generous=1.5,
)


class Split(NamedTuple):
    """`past` is known on the day `today`; `new` is handed over from then on, its outcome kept for the judging."""

    past: Parcels
    new: Parcels
    today: int


def measure(room: Room) -> list[Figure]:
    defaults = read_defaults(forecast_defaults())
    history = make_history(_ROWS, first=_FIRST, days=_DAYS, seed=8, world=_MANY)
    parcels = _parcels(history)
    split = _split(parcels)
    peer = _peer(split)
    fit_ms = min(timed(lambda: learn(parcels, defaults, split.today))[0] for _ in range(_RUNS))
    model = learn(parcels, defaults, split.today)
    everyone = np.arange(len(parcels), dtype=np.int32)
    score_ms = min(timed(lambda: model.foresee(everyone))[0] for _ in range(_RUNS))
    auc, mae = _quality(model, split)
    lanes = f"{model.lanes.sizes[-1]:,} lanes, {model.table.finest.nbytes / 1e6:.1f} MB"
    named = f"LightGBM, {_ROUNDS} rounds"
    rows = f"{_ROWS // 1_000_000} M parcels"
    return [
        _figure("fit " + rows, fit_ms, "ms", named, peer.get("fit"), aim=500.0, note=lanes),
        _figure("foresee " + rows, score_ms, "ms", named, peer.get("score"), aim=500.0),
        _figure("AUC of late at hand-over, four weeks ahead", auc, "", named, peer.get("auc")),
        _figure("mean days off, four weeks ahead", mae, "d", named + ", median", peer.get("mae")),
        _nine_months(defaults),
        _both_clocks(defaults),
        *_after_scans(parcels, _scans(make_trails(history, seed=9, world=_MANY)), model, defaults),
    ]


def _scans(trails: Trails) -> Scans:
    kind = np.array([_KINDS[status] for status in trails.status], dtype=np.int32)
    days = np.where(trails.day > _LAST_ORDINAL, NEVER, trails.day - _EPOCH).astype(np.int32)
    return order_scans(trails.parcel.astype(np.int32), kind, days, NEVER)


def _after_scans(parcels: Parcels, scans: Scans, model: Model, defaults: Floats) -> list[Figure]:
    """Each scan, and each silence behind it that lasted, starts a clock: several to a parcel. Once a night."""
    today = model.learnt_on
    fit_ms, found = timed(lambda: learn_scans(parcels, scans, model, defaults))
    assert found is not None
    clocks = found
    scan, day = scans.last(len(parcels))
    known = np.flatnonzero(scan >= 0).astype(np.int32)

    def look() -> Outlook:
        since = resume(parcels.take(known), scan[known], day[known], model.workdays, today)
        return clocks.foresee_others(since, today)

    score_ms = min(timed(look)[0] for _ in range(_RUNS))
    note = f"{len(scans.day):,} scans, {len(clocks.parcels):,} clocks, {clocks.lanes.sizes[-1]:,} lanes"
    return [
        _figure("fit the clocks after scans", fit_ms, "ms", "", None, note=note),
        _figure("foresee 1 M parcels after their last scan", score_ms, "ms", "", None, aim=500.0),
    ]


def _figure(
    name: str,
    value: float,
    unit: str,
    peer: str,
    other: float | None,
    *,
    aim: float | None = None,
    note: str = "",
) -> Figure:
    return Figure(
        chapter="forecast", name=name, value=value, unit=unit, peer=peer, peer_value=other, aim=aim, note=note
    )


def _nine_months(defaults: Floats) -> Figure:
    """As the command does it, from text to figures."""
    text = make_history(100_000, first=_FIRST, days=275, seed=9, world=MARKETPLACE).text()
    took = min(timed(lambda: backtest(read_history(text), defaults))[0] for _ in range(_RUNS))
    return _figure(
        "backtest of nine months, 100,000 parcels, weekly refits", took / 1000, "s", "", None, aim=1.0
    )


def _both_clocks(defaults: Floats) -> Figure:
    """What a night does for the record: every evening of every parcel by both clocks. `note`: the longest week, the
    rest between two of them is when a bench that waits goes first."""
    history = make_history(_RECORDED, first=_FIRST, days=_DAYS, seed=10, world=_MANY)
    parcels = _parcels(history)
    scans = _scans(make_trails(history, seed=11, world=_MANY))
    weeks: list[float] = []

    def record() -> None:
        weeks[:] = [time.perf_counter()]
        along = ScanWalk(Walk(parcels, defaults), scans, defaults)
        along.run(along.walk.end, lambda: weeks.append(time.perf_counter()))
        write_way(along, along.walk.end)

    took = timed(record)[0]
    longest = 1000 * sorted(np.diff(weeks))[-2]  # the longest counts its clocks anew for another calendar
    return _figure(
        f"record of both clocks, {_RECORDED:,} parcels, weekly refits",
        took / 1000,
        "s",
        "",
        None,
        note=f"{len(weeks) - 1} weeks of at most {longest:.0f} ms each but one of {1000 * max(np.diff(weeks)):.0f}",
    )


def _parcels(history: Any) -> Parcels:
    def day(column: Any) -> Ints:
        days = np.asarray(column) - _EPOCH
        return np.where(days > 30_000, NEVER, days).astype(np.int32)

    words = Words(carrier=history.carrier, service=history.service, zone=history.zone, origin=history.origin)
    return Encoder().encode(
        words,
        handed=day(history.handed),
        promised=day(history.promised),
        delivered=day(history.delivered),
        closed=day(history.closed),
    )


def _split(parcels: Parcels) -> Split:
    today = int(parcels.handed.max()) - _TEST_DAYS
    past = np.flatnonzero((parcels.handed < today) & (parcels.delivered < today)).astype(np.int32)
    new = np.flatnonzero((parcels.handed >= today) & (parcels.delivered < NEVER)).astype(np.int32)
    return Split(parcels.take(past), parcels.take(new), today)


def _quality(model: Model, split: Split) -> tuple[float, float]:
    """Each parcel as on the day of its hand-over, by the table of four weeks' beginning."""
    new = split.new
    seen = model.foresee_others(new, int(new.handed.min()))
    late = new.delivered > new.promised
    return rank_quality(seen.late, late), float(np.abs(seen.likely - new.delivered).mean())


def _peer(split: Split) -> dict[str, float]:
    try:
        import lightgbm
    except ImportError as error:
        print(f"forecast: not beside LightGBM ({error}); it stands in the group bench", file=sys.stderr)
        return {}
    past, new = split.past, split.new

    def train(goal: str, target: Floats) -> Callable[[], Any]:
        settings = {"objective": goal, "num_leaves": 63, "verbose": -1, "num_threads": 2, "seed": 1}
        data = lightgbm.Dataset(
            _features(past), target, categorical_feature=[0, 1, 2, 3], free_raw_data=False
        )
        return lambda: lightgbm.train(settings, data, num_boost_round=_ROUNDS)

    late = (past.delivered > past.promised).astype(np.float32)
    fit_ms, judge = timed(train("binary", late))
    median = train("regression_l1", (past.delivered - past.handed).astype(np.float32))()
    score_ms, _ = timed(lambda: judge.predict(_features(past)))
    days = np.rint(median.predict(_features(new)))
    return {
        "fit": fit_ms,
        "score": score_ms * _ROWS / len(past),
        "auc": rank_quality(
            np.asarray(judge.predict(_features(new)), np.float32), new.delivered > new.promised
        ),
        "mae": float(np.abs(new.handed + days - new.delivered).mean()),
    }


def _features(parcels: Parcels) -> Floats:
    weekday = (parcels.handed + 3) % 7
    slack = parcels.promised - parcels.handed
    return np.column_stack(
        [parcels.carrier, parcels.chain[ZONE], parcels.chain[ORIGIN], weekday, slack]
    ).astype(np.float32)
