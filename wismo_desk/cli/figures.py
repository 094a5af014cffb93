"""`wismo-desk figures`: the figures of a period as text or JSON, and as a PDF, without a window."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from wismo_desk.domain.chart import Chart, Report
from wismo_desk.domain.figures import Figures, Kept, Lane, Period
from wismo_desk.errors import Refused
from wismo_desk.flows.insights import Insights
from wismo_desk.words import Words

_USUAL = 28


def figures(
    insights: Insights,
    tell: Callable[[Figures], Report],
    draw: Callable[[Report], bytes],
    words: Words,
    *,
    first: str = "",
    last: str = "",
    carrier: str = "",
    as_json: bool = False,
    pdf: Path | None = None,
) -> str:
    """Raises Refused for what is no day, and for a period that ends before it begins."""
    usual = insights.last(_USUAL)
    start = _day(first) if first else usual.first
    end = _day(last) if last else max(usual.last, start)
    if last and not first:
        start = min(start, end)
    if start > end:
        raise Refused(
            "The period ends on {last}, before it begins on {first}. Give the earlier day to --from.",
            first=start.isoformat(),
            last=end.isoformat(),
        )
    found = insights(Period(start, end), carrier=carrier)
    report = tell(found)
    if pdf is not None:
        pdf.write_bytes(draw(report))
    if as_json:
        return json.dumps(as_data(found), ensure_ascii=False)
    lines = [f"{report.title}, {report.period}"]
    if report.empty:
        return "\n".join([*lines, report.empty])
    lines += [_tile_line(one.label, one.figure, one.change, one.context) for one in report.figures]
    for chart in report.charts:
        lines += ["", *_chart_lines(chart)]
    if pdf is not None:
        lines += ["", words("Saved as {path}.", path=str(pdf))]
    return "\n".join(lines)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Refused("“{text}” is not a day. Write it as 2026-11-22.", text=text) from error
    if not 2000 <= day.year < 2100:
        raise Refused("“{text}” is not a day. Write it as 2026-11-22.", text=text)
    return day


def _tile_line(label: str, figure: str, change: str, context: str) -> str:
    return f"  {label}: {figure}" + "".join(f" ({part})" for part in (change, context) if part)


def _chart_lines(chart: Chart) -> list[str]:
    if not chart.grid.rows:
        return [chart.title, f"  {chart.empty}"]
    rows = [chart.grid.head, *chart.grid.rows]
    wide = [max(len(row[column]) for row in rows) for column in range(len(chart.grid.head))]
    lines = [
        "  "
        + "  ".join(
            [row[0].ljust(wide[0]), *(cell.rjust(w) for cell, w in zip(row[1:], wide[1:], strict=True))]
        )
        for row in rows
    ]
    return [chart.title, *lines, *([f"  {chart.foot}"] if chart.foot else [])]


def as_data(found: Figures) -> dict[str, Any]:
    """A contract: keys are only ever added."""
    return {
        "from": found.period.first.isoformat(),
        "to": found.period.last.isoformat(),
        "attempt_counts_as_delivered": sorted(found.attempts),
        "total": _kept(found.total),
        "before": _kept(found.before),
        "lanes": [
            {**_lane(lane), "country": lane.country, **_kept(kept)}
            for lane, kept in sorted(found.lanes.items())
        ],
        "weeks": [
            {"monday": monday.isoformat(), "carrier": carrier, **_kept(kept)}
            for (monday, carrier), kept in sorted(found.weeks.items())
        ],
        "transit": [
            {
                **_lane(lane),
                "count": one.count,
                "days": list(one.bins),
                "late": list(one.late),
                "promised": one.promised,
                "p10": one.quantile(0.1),
                "median": one.quantile(0.5),
                "p90": one.quantile(0.9),
            }
            for lane, one in sorted(found.transits.items())
        ],
        "causes": {cause.value: count for cause, count in sorted(found.causes.items())},
        "contacts": {
            "count": found.contacts.count,
            "sent": found.contacts.sent,
            "per_hundred": found.contacts.per_hundred,
            "by_question": _sorted(found.contacts.by_question),
            "cost_cents_each": found.contact_cost_cents,
        },
        "claims": [
            {
                "carrier": one.carrier,
                "currency": one.currency,
                "count": one.claims,
                "asked_cents": one.asked,
                "accepted_cents": one.accepted,
                "received_cents": one.received,
            }
            for one in found.claims
        ],
    }


def _lane(lane: Lane) -> dict[str, str]:
    return {"carrier": lane.carrier, "service": lane.service}


def _kept(kept: Kept) -> dict[str, int]:
    return {"due": kept.due, "late": kept.late, "presented_in_time": kept.tried, "not_arrived": kept.never}


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
