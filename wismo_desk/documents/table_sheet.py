"""Rows of the grid on A4 paper: a header on each page, texts cut to their columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.sheet import HEIGHT, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.words import Words

_ROW: Final = 5.4


def table_sheet(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    *,
    words: Words,
    fonts: Path,
    draw: DrawsText | None = None,
    lying: bool = False,
) -> bytes:
    """A PDF; `shares`: how wide each column is beside the others. `fonts` is resources/fonts. `lying`: on its
    long side, for many columns."""
    full = (HEIGHT if lying else WIDTH) - 2 * MARGIN
    unit = full / sum(shares)
    places = [MARGIN + unit * sum(shares[:number]) for number in range(len(shares))]
    room = [share * unit - 2.0 for share in shares]

    def head(page: Sheet) -> float:
        page.text(MARGIN, MARGIN + 4.0, title, size=13, bold=True, width=full)
        for place, wide, said in zip(places, room, header, strict=True):
            page.text(place, MARGIN + 11.0, said, size=7, bold=True, width=wide)
        page.rule(MARGIN, MARGIN + 12.4, full, line=1.0)
        return MARGIN + 12.4

    def write(page: Sheet) -> None:
        y = head(page)
        for row in rows:
            if y + _ROW > page.bottom:
                page.next_page()
                y = head(page)
            for place, wide, cell in zip(places, room, row, strict=True):
                page.text(place, y + 3.9, cell, size=8, width=wide)
            y += _ROW
            page.rule(MARGIN, y, full, line=0.2)

    return write_sheets(write, words=words, fonts=fonts, title=title, draw=draw, lying=lying)
