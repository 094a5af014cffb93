"""`wismo-desk forecast backtest FILE.csv`: how well its arrivals would have been foreseen."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wismo_desk.cli.forecast_scans import told_unusable, told_way
from wismo_desk.errors import BadInput
from wismo_desk.resources import forecast_defaults
from wismo_desk.words import Words

Say = Callable[[float | None], str]


def add_forecast(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    forecast = commands.add_parser("forecast", help=words("how well arrivals are foreseen"))
    actions = forecast.add_subparsers(dest="action", metavar=words("ACTION"), required=True)
    test = actions.add_parser(
        "backtest", help=words("walk through a history, knowing each week only what was known by then")
    )
    test.add_argument(
        "file", type=Path, metavar=words("FILE"), help=words("a CSV file, a line for each parcel")
    )
    test.add_argument(
        "--scans",
        type=Path,
        metavar=words("SCANS"),
        help=words(
            "a second CSV file with the columns {columns}: the forecast that starts anew at each scan is judged, too; "
            "states: {states}",
            columns="shipment, at, status",
            states="accepted, in_transit, customs, out_for_delivery, delivery_attempted, delayed, exception",
        ),
    )
    test.add_argument("--json", action="store_true", help=words("one JSON object"))
    test.add_argument(
        "--lanes", default="", metavar=words("COLUMNS"), help=words("further columns that split lanes")
    )
    test.add_argument(
        "--false-alarms",
        type=float,
        default=5.0,
        metavar="%",
        help=words("share of punctual parcels that may be named late (default: 5)"),
    )


def backtest_file(options: argparse.Namespace, words: Words) -> str:
    """What is printed. Raises BadInput when the file cannot be used."""
    from wismo_desk.forecast.backtest import backtest, figures
    from wismo_desk.forecast.defaults import read_defaults
    from wismo_desk.forecast.history_file import read_history
    from wismo_desk.forecast.scan_file import read_scans

    content = _read(options.file)
    began = time.perf_counter()
    lanes = [name.strip().lower() for name in options.lanes.split(",") if name.strip()]
    with _of(options.file):
        history = read_history(content, lanes)
    if not 0 < options.false_alarms <= 50:
        raise BadInput(
            "False alarms are a share of more than 0 and at most 50%: {value} is none.",
            value=options.false_alarms,
            field="--false-alarms",
        )
    rate = options.false_alarms / 100
    scanned = None
    if options.scans:
        scans = _read(options.scans)
        with _of(options.scans):
            scanned = read_scans(scans, history)
    test = backtest(history, read_defaults(forecast_defaults()), false_alarms=rate, scanned=scanned)
    found = {**figures(test), "seconds": round(time.perf_counter() - began, 3)}
    found["unusable_lines"] = [asdict(each) for each in history.named]
    if scanned is not None:
        found["after_scans"]["unusable_lines"] = [asdict(each) for each in scanned.named]
    if options.json:
        return json.dumps(found, ensure_ascii=False)
    return _told(found, words)


def _read(path: Path) -> str:
    """Raises BadInput for what is no text, Refused for what cannot be opened."""
    from wismo_desk.cli.import_file import read_whole
    from wismo_desk.forecast.history_file import decode

    text = decode(read_whole(path))
    if "\x00" in text:
        raise BadInput("{file} is no text file: save the table as “CSV UTF-8”.", file=path.name, field="file")
    if not text.strip():
        raise BadInput("{file} is empty: export it again.", file=path.name, field="file")
    return text


@contextmanager
def _of(path: Path) -> Iterator[None]:
    """Which of two files it is, beside what is wrong with it."""
    try:
        yield
    except BadInput as error:
        raw = f"{path.name}: {error.raw}" if error.raw else path.name
        raise BadInput(error.sentence, field=error.field, raw=raw, **error.values) from error


def _told(found: dict[str, Any], words: Words) -> str:
    def day(value: float | None) -> str:
        return "–" if value is None else words.number(value, digits=2)

    def share(value: float | None) -> str:
        return "–" if value is None else words("{share}%", share=words.number(100 * value, digits=1))

    naive = found["naive_mae_days"]
    lines = [
        words(
            "{count} parcels foreseen ({rows} lines, {unusable} unusable, {doubled} double, {early} before enough "
            "was known), {late} of them late, in {seconds} s",
            count=words.number(found["n"]),
            rows=words.number(found["rows"]),
            unusable=words.number(found["unusable"]),
            doubled=words.number(found["doubled"]),
            early=words.number(found["before_enough_was_known"]),
            late=words.number(found["late"]),
            seconds=words.number(found["seconds"], digits=2),
        ),
        *told_unusable(found["unusable_lines"], found["unusable"], words),
        words(
            "Likely day: {off} days off on average (as long as usual: {usual}, the promise: {promise}), exact "
            "{exact}, at most one day off {near}",
            off=day(found["mae_days"]),
            usual=day(naive["as_usual"]),
            promise=day(naive["promise"]),
            exact=share(found["exact"]),
            near=share(found["within_1_day"]),
        ),
        words(
            "The day by which 80% should be there held for {covered}, the span of 10% to 90% for {inside}",
            covered=share(found["p80_coverage"]),
            inside=share(found["p10_p90_coverage"]),
        ),
        words(
            "Told at hand-over: AUC {auc}, average precision {ap}", auc=day(found["auc"]), ap=day(found["ap"])
        ),
        words(
            "Late parcels named, at {rate} false alarms (beside: “still open so many days before the promise”):",
            rate=share(found["wanted_false_alarm_rate"]),
        ),
    ]
    lines += [*_ahead(found, share, words), *_months(found, day, share, words)]
    return "\n".join([*lines, *told_way(found, day, share, words)])


def _ahead(found: dict[str, Any], share: Say, words: Words) -> list[str]:
    """A line for each number of days ahead."""
    said = (
        "  {days} days ahead: {recall} (naive {naive}); with thresholds chosen beforehand {live} at {wrong}"
    )
    return [
        words(
            said,
            days=notice,
            recall=share(recall),
            naive=share(found["naive_recall"][notice]),
            live=share(found["live"][notice]["recall"]),
            wrong=share(found["live"][notice]["false_alarm_rate"]),
        )
        for notice, recall in found["recall"].items()
    ]


def _months(found: dict[str, Any], day: Say, share: Say, words: Words) -> list[str]:
    said = (
        "{month}: {count} parcels, {off} days off, 80% day held for {covered}, {recall} named 5 days ahead "
        "(naive {naive})"
    )
    return [
        words(
            said,
            month=month["month"],
            count=words.number(month["n"]),
            off=day(month["mae_days"]),
            covered=share(month["p80_coverage"]),
            recall=share(month["recall"]["5"]),
            naive=share(month["naive_recall"]["5"]),
        )
        for month in found["by_month"]
    ]
