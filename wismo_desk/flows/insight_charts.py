"""Figures as charts whose titles say what they found; the same for window, paper and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from wismo_desk.domain.anomaly_kinds import Cause
from wismo_desk.domain.chart import Bar, Chart, Grid, Series, Spread
from wismo_desk.domain.figures import (
    LONGEST,
    Contacts,
    Figures,
    Kept,
    Lane,
    by_carrier,
    by_country,
    is_rising,
    summed,
    worst_first,
)
from wismo_desk.flows.insight_saying import Saying
from wismo_desk.flows.insights import WEEKS_SHOWN
from wismo_desk.words import Words

ENOUGH: Final = 10  # due, before a share is worth a title
_BARS: Final = 8
_SPREADS: Final = 6


def late_chart(
    say: Saying, how: str, kept: Mapping[Lane, Kept], figures: Figures, *, foot: bool = False
) -> Chart:
    words = say.words
    rows = worst_first(kept)
    counted = words("{count} of {all}")
    known = [lane for lane, one in rows if one.due >= ENOUGH and one.late]
    loud = known[0] if known else None
    bars = tuple(
        Bar(
            label=say.name(lane),
            value=one.share_late,
            said=say.percent(one.share_late),
            note=say.count_of(counted, one.late, one.due),
            loud=lane == loud,
        )
        for lane, one in rows[:_BARS]
    )
    head = (
        how,
        words("due"),
        words("late"),
        words("late share"),
        words("presented in time"),
        words("not arrived"),
    )
    table = tuple(
        (
            say.name(lane),
            *map(words.number, (one.due, one.late)),
            say.percent(one.share_late),
            *map(words.number, (one.tried, one.never)),
        )
        for lane, one in rows
    )
    return Chart(
        title=_late_title(say, loud, kept, figures.late_target),
        subtitle=words("Share delivered after the promised day, {how}", how=how),
        bars=bars,
        grid=Grid(head=tuple(map(_capital, head)), rows=table),
        target=figures.late_target,
        target_said=_target(say, figures.late_target),
        foot=_worst_lane(say, figures) if foot else "",
        empty=words("No promised day has passed in this period."),
    )


def times_chart(say: Saying, figures: Figures) -> Chart:
    words = say.words
    rows = sorted(figures.transits.items(), key=lambda row: (-row[1].count, row[0]))
    first = 0 if any(one.bins[0] for _, one in rows) else 1
    spreads = []
    for lane, one in rows[:_SPREADS]:
        low, middle, high = one.quantile(0.1), one.quantile(0.5), one.quantile(0.9)
        span = str(low) if low == high else f"{low}–{high}"
        spreads.append(
            Spread(
                label=say.name(lane),
                note=words("n = {count}", count=words.number(one.count)),
                bins=one.bins[first:],
                late=one.late[first:],
                low=low,
                middle=middle,
                high=high,
                promised=one.promised,
                said=words("median {days} d", days=middle),
                more=words("8 of 10: {days} d", days=span),
            )
        )
    marks = tuple(f"{days}+" if days == LONGEST else str(days) for days in range(first, LONGEST + 1))
    title = words("No parcel of this period has arrived yet")
    if rows:
        lane, one = rows[0]
        share = one.within_promise
        days = {"name": say.name(lane), "days": one.quantile(0.5)}
        title = words("{name}: median {days} working days", **days)
        if share is not None:
            said = {**days, "share": say.percent(share, digits=0), "promised": one.promised}
            title = words("{name}: {share} within the {promised} days promised", **said)
    table = tuple(
        (say.name(lane), *map(words.number, (one.count, *(one.quantile(q) for q in (0.1, 0.5, 0.9)))),
         "–" if one.promised is None else words.number(one.promised), *map(words.number, one.bins[first:]))
        for lane, one in rows
    )  # fmt: skip
    head = (words("Service"), "n", words("P10"), words("Median"), words("P90"), words("Promised"), *marks)
    return Chart(
        title=title,
        subtitle=words("Working days from handing over to delivery, in %; the upright line is the promise"),
        spreads=tuple(spreads),
        marks=marks,
        axis=words("working days"),
        first=first,
        grid=Grid(head=head, rows=table),
        empty=words("Nothing that was handed over in this period has been delivered yet."),
    )


def weeks_chart(say: Saying, figures: Figures) -> Chart:
    words = say.words
    mondays = sorted({monday for monday, _ in figures.weeks})[-WEEKS_SHOWN:]
    every = [_week(figures.weeks, monday, "") for monday in mondays]
    carriers = by_carrier(figures.lanes)
    worst = [lane for lane, one in worst_first(carriers, least=ENOUGH) if one.late]
    lines: list[Series] = []
    mine: list[Kept] = []
    if len(mondays) > 1:
        lines.append(_line(say, words("all"), every, loud=len(carriers) < 2 or not worst))
    if lines and worst and len(carriers) > 1:
        mine = [_week(figures.weeks, monday, worst[0].carrier) for monday in mondays]
        lines.append(_line(say, say.name(worst[0]), mine, loud=True))
    shares = [one.share_late for one in every if one.due]
    steps = is_rising(shares)
    title = words("Lateness over the weeks")
    alone = is_rising([one.share_late for one in mine if one.due])
    if alone > max(steps, 1):
        title = words("{name}: lateness has risen for {weeks} weeks", name=say.name(worst[0]), weeks=alone)
    elif steps >= 2:
        title = words("Lateness has risen for {weeks} weeks", weeks=steps)
    elif len(shares) > 1:
        title = words("Last week: {share} late", share=say.percent(shares[-1]))
    table = tuple(
        (
            _monday(say, monday),
            words.number(one.due),
            words.number(one.late),
            say.percent(one.share_late),
        )
        for monday, one in zip(mondays, every, strict=True)
    )
    return Chart(
        title=title,
        subtitle=words("Late share by week of the promised day"),
        lines=tuple(lines),
        marks=tuple(_monday(say, monday) for monday in mondays),
        grid=Grid(head=(words("Week of"), words("Due"), words("Late"), words("Late share")), rows=table),
        target=figures.late_target,
        target_said=_target(say, figures.late_target),
        empty=words("A line needs two weeks with promised days."),
        unit="\u202f%" if words.language == "fr" else "%",
    )


def causes_chart(say: Saying, figures: Figures) -> Chart:
    words = say.words
    named = {
        Cause.WAREHOUSE: (words("Warehouse"), words("left after their truck, or not at all")),
        Cause.CARRIER: (words("Carrier"), words("left in time, no other reason known")),
        Cause.CUSTOMER: (words("Customer"), words("absent, refused, not fetched")),
        Cause.DATA: (words("Data"), words("address, customs papers")),
        Cause.UNCLEAR: (words("Unclear"), ""),
    }
    rows = sorted(figures.causes.items(), key=lambda row: (-row[1], row[0]))
    whole = sum(count for _, count in rows)
    bars = tuple(
        Bar(
            label=named[cause][0],
            value=count / whole,
            said=f"{words.number(count)} · {say.percent(count / whole, digits=0)}",
            note=named[cause][1],
            loud=n == 0,
        )
        for n, (cause, count) in enumerate(rows)
    )
    title = words("Nothing arrived late")
    if rows:
        share = say.percent(rows[0][1] / whole, digits=0)
        title = words("{share} of lateness: {cause}", share=share, cause=named[rows[0][0]][0].lower())
    table = tuple((named[cause][0], words.number(count), say.percent(count / whole)) for cause, count in rows)
    return Chart(
        title=title,
        subtitle=words("{count} late parcels, by whose doing it was", count=words.number(whole)),
        bars=bars,
        grid=Grid(head=(words("Cause"), words("Late"), words("Share")), rows=table),
        empty=words("No late parcel, no cause."),
    )


def questions_chart(say: Saying, contacts: Contacts) -> Chart:
    words = say.words
    named = question_names(words)
    rows = sorted(contacts.by_question.items(), key=lambda row: (-row[1], row[0]))
    most = max((count for _, count in rows), default=1)
    bars = tuple(
        Bar(label=named.get(kind, kind), value=count / most, said=words.number(count), loud=n == 0)
        for n, (kind, count) in enumerate(rows[:_BARS])
    )
    title = words("No contact logged yet")
    if rows:
        title = words("Most asked: {question}", question=named.get(rows[0][0], rows[0][0]).lower())
    return Chart(
        title=title,
        subtitle=words("Questions of customers, counted from the answer card"),
        bars=bars,
        grid=Grid(
            head=(words("Question"), words("Contacts")),
            rows=tuple((named.get(kind, kind), words.number(count)) for kind, count in rows),
        ),
        empty=words("A contact is counted when an answer is sent or copied from the answer card."),
    )


def _target(say: Saying, target: float | None) -> str:
    return "" if target is None else say.words("target {share}", share=say.percent(target, digits=0))


def _late_title(say: Saying, loud: Lane | None, kept: Mapping[Lane, Kept], target: float | None) -> str:
    words = say.words
    if loud is None:
        late = summed(kept.values()).late
        return words("Late: {count}", count=words.number(late)) if late else words("Nothing arrived late")
    share = kept[loud].share_late
    said = {"name": say.name(loud), "share": say.percent(share)}
    if target is not None and share > target:
        return words("{name}: {share} late, more than the target", **said)
    return words("{name}: {share} late", **said)


def _worst_lane(say: Saying, figures: Figures) -> str:
    """The lane that stands out, when there is more than one."""
    lanes = by_country(figures.lanes)
    rows = [row for row in worst_first(lanes, least=ENOUGH) if row[1].late]
    if len(lanes) < 2 or not rows or rows[0][1].share_late <= figures.total.share_late:
        return ""
    lane, kept = rows[0]
    words = say.words
    return words(
        "{name}: {share} late, {count} of {all} parcels.",
        name=say.name(lane),
        share=say.percent(kept.share_late),
        count=words.number(kept.late),
        all=words.number(kept.due),
    )


def _monday(say: Saying, day: date) -> str:
    return say.words.day(day, today=day + timedelta(days=300))


def _line(say: Saying, label: str, weeks: Sequence[Kept], *, loud: bool) -> Series:
    values = tuple(one.share_late if one.due else None for one in weeks)
    last = next((value for value in reversed(values) if value is not None), 0.0)
    return Series(label=label, values=values, said=f"{label} {say.percent(last)}", loud=loud)


def question_names(words: Words) -> dict[str, str]:
    """The kinds of question of domain.intent."""
    return {
        "where_is_it": words("Where is it?"),
        "when_will_it_leave": words("When will it leave?"),
        "delivered_not_received": words("Delivered, not received"),
        "change_address": words("Another address"),
        "delivery_instructions": words("Instructions for the driver"),
        "absent": words("Was absent"),
        "which_carrier": words("Which carrier?"),
        "parcel_problem": words("Damaged or incomplete"),
        "other": words("Something else"),
    }


def _week(weeks: Mapping[tuple[date, str], Kept], monday: date, carrier: str) -> Kept:
    return summed(kept for (day, code), kept in weeks.items() if day == monday and carrier in ("", code))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
