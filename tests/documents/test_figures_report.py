"""The figures on paper: every finding, every chart and its table, over as many pages as it takes."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from wismo_desk.documents.figures_report import figures_report
from wismo_desk.domain.chart import Bar, Chart, Grid, KeyFigure, Report, Series, Spread
from wismo_desk.words import Words

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
WORDS = Words("en")
BARS = Chart(
    title="DPD: 11.4% late",
    subtitle="by carrier",
    bars=tuple(
        Bar(label=f"Carrier {n}", value=n / 50, said=f"{n}", note="of 100", loud=n == 4) for n in range(5)
    ),
    target=0.05,
    target_said="target 5%",
    foot="DPD to Spain stands out.",
    grid=Grid(head=("Carrier", "Late"), rows=tuple((f"Carrier {n}", str(n)) for n in range(90))),
)
SPREADS = Chart(
    title="Two days",
    subtitle="working days",
    spreads=(
        Spread(label="Alba", note="n = 10", bins=(1, 6, 3), late=(0, 0, 3), low=1, middle=2, high=3, promised=2,
               said="median 2 d", more="8 of 10: 1–3 d"),
    ),
    marks=("1", "2", "3+"),
    axis="working days",
    first=1,
    grid=Grid(head=("Service", "n"), rows=(("Alba", "10"),)),
)  # fmt: skip
LINES = Chart(
    title="Lateness has risen",
    subtitle="by week",
    lines=(
        Series(label="all", values=(0.02, None, 0.04, 0.05), said="all 5%"),
        Series(label="DPD", values=(0.1, 0.2, 0.3, 0.4), said="DPD 40%", loud=True),
    ),
    marks=("a", "b", "c", "d"),
    target=0.05,
    target_said="target",
    grid=Grid(head=("Week", "Late"), rows=(("a", "2%"),)),
)
NOTHING = Chart(
    title="No contact", subtitle="", grid=Grid(head=("Q", "n"), rows=()), empty="None was logged."
)
REPORT = Report(
    title="Figures",
    period="2 Nov to 29 Nov",
    figures=tuple(
        KeyFigure(label=f"Tile {n}", figure=f"{n},5%", context="of many", change="+1") for n in range(4)
    ),
    charts=(BARS, SPREADS, LINES, NOTHING),
    notes=("On time is delivered on or before the promised day. " * 5,),
)


def read(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [document[n].get_textpage().get_text_range() for n in range(len(document))]


def test_every_finding_and_every_row_is_on_paper() -> None:
    pdf = figures_report(REPORT, shop="Atelier", made="today", words=WORDS, fonts=FONTS, practice=True)
    pages = read(pdf)
    text = "\n".join(pages)
    for said in (
        "Tile 3", "DPD: 11.4% late", "target 5%", "DPD to Spain", "median 2 d", "DPD 40%", "None was logged.",
        "Carrier 89", "PRACTICE", "Figures of Atelier",
    ):  # fmt: skip
        assert said in text, said
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert pdf == figures_report(
        REPORT, shop="Atelier", made="today", words=WORDS, fonts=FONTS, practice=True
    )


def test_an_empty_period_says_so() -> None:
    empty = Report(title="Figures", period="today", empty="Nothing was due.")
    (page,) = read(figures_report(empty, shop="", made="now", words=WORDS, fonts=FONTS))
    assert "Nothing was due." in page
