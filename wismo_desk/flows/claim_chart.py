"""Money from carriers as a chart: asked and received, by carrier."""

from __future__ import annotations

from wismo_desk.domain.chart import Bar, Chart, Grid
from wismo_desk.domain.claim import whole
from wismo_desk.domain.figures import Figures, Lane
from wismo_desk.flows.insight_saying import Saying


def claims_chart(say: Saying, figures: Figures) -> Chart:
    """Of claims opened in the period, in the currency that most are in; loud is where most money is still out."""
    words, total = say.words, whole(figures.claims)
    rows = sorted(
        (one for one in figures.claims if one.currency == total.currency),
        key=lambda one: (-one.asked, one.carrier),
    )
    owed = max(rows, key=lambda one: one.asked - one.received, default=None)

    def money(cents: int) -> str:
        return words.money(cents, total.currency)

    def name(carrier: str) -> str:
        return say.name(Lane(carrier, "", ""))

    title = words(
        "Claims: {received} received of {asked} asked",
        received=money(total.received),
        asked=money(total.asked),
    )
    return Chart(
        title=title if rows else words("Claims: nothing asked of carriers"),
        subtitle=words("money asked of each carrier, by claims opened in the period"),
        grid=Grid(
            head=(words("by carrier"), words("Claims"), words("Asked"), words("Accepted"), words("Received")),
            rows=tuple(
                (
                    name(one.carrier),
                    words.number(one.claims),
                    money(one.asked),
                    money(one.accepted),
                    money(one.received),
                )
                for one in rows
            ),
        ),
        bars=tuple(
            Bar(
                label=name(one.carrier),
                value=one.asked / 100,
                said=money(one.asked),
                note=words("{amount} received", amount=money(one.received)),
                loud=one is owed and one.asked > one.received,
            )
            for one in rows[:8]
        ),
        empty=words("No claim was opened in this period."),
    )
