"""The figures of a period put into words: number tiles, then charts."""

from __future__ import annotations

from wismo_desk.domain.chart import KeyFigure, Report, Trend
from wismo_desk.domain.figures import Figures, Kept, Lane, by_carrier, by_country, by_service
from wismo_desk.flows.claim_chart import claims_chart
from wismo_desk.flows.insight_charts import (
    ENOUGH,
    causes_chart,
    late_chart,
    questions_chart,
    times_chart,
    weeks_chart,
)
from wismo_desk.flows.insight_saying import Saying


def tell(say: Saying, figures: Figures) -> Report:
    """What the page, the paper and the command line show."""
    words = say.words
    title, period = words("Figures"), say.period(figures.period)
    if figures.is_empty:
        return Report(
            title=title,
            period=period,
            empty=words("No promised day has passed in this period, and nothing was handed over."),
        )
    charts = [
        late_chart(say, words("by carrier"), by_carrier(figures.lanes), figures, foot=True),
        times_chart(say, figures),
        weeks_chart(say, figures),
        causes_chart(say, figures),
        late_chart(say, words("by service"), by_service(figures.lanes), figures),
        late_chart(say, words("by destination"), by_country(figures.lanes), figures),
        questions_chart(say, figures.contacts),
        claims_chart(say, figures),
    ]
    return Report(
        title=title,
        period=period,
        figures=_tiles(say, figures),
        charts=tuple(charts),
        notes=_notes(say, figures),
    )


def _notes(say: Saying, figures: Figures) -> tuple[str, ...]:
    words = say.words
    how = words(
        "On time: delivered on or before the promised day, of all whose promised day has passed; what "
        "has not arrived counts as late. Figures are of teams and lanes, never of a person."
    )
    if not figures.attempts:
        return (how,)
    names = ", ".join(sorted(say.name(Lane(code)) for code in figures.attempts))
    return how, words("An attempt in time counts as delivered in time: {names}.", names=names)


def _tiles(say: Saying, figures: Figures) -> tuple[KeyFigure, ...]:
    words, total = say.words, figures.total
    change, trend = _change(say, total, figures.before)
    on_time = KeyFigure(label=words("Delivered on time"), figure="–", context=words("nothing was due"))
    if total.due:
        on_time = KeyFigure(
            label=words("Delivered on time"),
            figure=say.percent(1 - total.share_late),
            context=say.count_of(words("{count} late of {all}"), total.late, total.due),
            change=change,
            trend=trend,
        )
    tried = words("{count} more were presented in time", count=words.number(total.tried))
    presented = KeyFigure(
        label=words("Presented on time"),
        figure=say.percent(1 - (total.late - total.tried) / total.due) if total.due else "–",
        context=tried if total.due else words("nothing was due"),
    )
    return (on_time, presented, *_contact_tiles(say, figures))


def _change(say: Saying, now: Kept, before: Kept) -> tuple[str, Trend]:
    """Against as many days before, when those had something to say."""
    points = 100 * (before.share_late - now.share_late)
    if before.due < ENOUGH or abs(points) < 0.05:
        return "", Trend.NONE
    said = say.words("{points} pt", points=say.signed(points))
    return said, Trend.BETTER if points > 0 else Trend.WORSE


def _contact_tiles(say: Saying, figures: Figures) -> tuple[KeyFigure, ...]:
    words, contacts = say.words, figures.contacts
    asked = words("“Where is my order?”")
    cost = words("Cost of contacts")
    if not contacts.count:
        nothing = words("no contact logged yet")
        return (
            KeyFigure(label=asked, figure="–", context=nothing),
            KeyFigure(label=cost, figure="–", context=nothing),
        )
    rate = contacts.per_hundred
    change, trend = "", Trend.NONE
    before = figures.contacts_before.per_hundred
    if rate is not None and before is not None and abs(rate - before) >= 0.05:
        trend = Trend.BETTER if rate < before else Trend.WORSE
        change = say.signed(rate - before)
    counted = words(
        "{count} contacts for {sent} parcels",
        count=words.number(contacts.count),
        sent=words.number(contacts.sent),
    )
    per_hundred = "–" if rate is None else words("{rate} per 100", rate=words.number(rate, digits=1))
    each = figures.contact_cost_cents
    if each is None:
        paid = KeyFigure(label=cost, figure="–", context=words("say below what one contact costs"))
    else:
        said = words("{count} × {price}", count=words.number(contacts.count), price=words.money(each))
        paid = KeyFigure(label=cost, figure=words.money(contacts.count * each), context=said)
    told = KeyFigure(label=asked, figure=per_hundred, context=counted, change=change, trend=trend)
    return told, paid
