"""Says of a backtest with scans how both clocks did on the same evenings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wismo_desk.words import Words

Say = Callable[[float | None], str]


def told_way(found: dict[str, Any], day: Say, share: Say, words: Words) -> list[str]:
    """Lines behind those of the hand-over; none without scans."""
    way = found.get("after_scans")
    if way is None:
        return []
    first = words(
        "After each scan: {scans} scans used of {rows} lines ({unusable} unusable, {strange} of other parcels), "
        "{evenings} evenings on which a parcel was open and its last scan known (from the hand-over: the same "
        "evenings by the other clock)",
        scans=words.number(way["scans"]),
        rows=words.number(way["scan_rows"]),
        unusable=words.number(way["scans_unusable"]),
        strange=words.number(way["scans_of_others"]),
        evenings=words.number(way["evenings"]),
    )
    ahead = [
        words(
            "  {days} days ahead: {recall} (from the hand-over {other}, naive {naive}); with thresholds chosen "
            "beforehand {live} at {wrong}",
            days=notice,
            recall=share(recall),
            other=share(way["hand_over_recall"][notice]),
            naive=share(way["naive_recall"][notice]),
            live=share(way["live"][notice]["recall"]),
            wrong=share(way["live"][notice]["false_alarm_rate"]),
        )
        for notice, recall in way["recall"].items()
    ]
    months = [
        words("{month}: {said}", month=month["month"], said=_aims(month, day, share, words))
        for month in way["by_month"]
        if month["evenings"]
    ]
    unusable = told_unusable(way["unusable_lines"], way["scans_unusable"], words)
    return ["", first, *unusable, _aims(way, day, share, words), *ahead, *months]


def told_unusable(named: Sequence[Mapping[str, Any]], count: int, words: Words) -> list[str]:
    """The first lines that could not be used, and how many more there are."""
    lines = [
        "  " + words(each["sentence"], line=each["line"], field=each["field"], value=each["value"])
        for each in named
    ]
    if count > len(named):
        lines.append("  " + words("and {count} more", count=words.number(count - len(named))))
    return lines


def _aims(one: dict[str, Any], day: Say, share: Say, words: Words) -> str:
    other = one["from_hand_over"]
    return words(
        "{off} days off (from the hand-over {other_off}), 80% day held for {covered} ({other_covered}), span of 10% "
        "to 90% for {inside} ({other_inside})",
        off=day(one["mae_days"]),
        other_off=day(other["mae_days"]),
        covered=share(one["p80_coverage"]),
        other_covered=share(other["p80_coverage"]),
        inside=share(one["p10_p90_coverage"]),
        other_inside=share(other["p10_p90_coverage"]),
    )
