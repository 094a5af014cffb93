"""Placing things on a page by millimetres: the one place where a layout's sizes become dots."""

from __future__ import annotations

from collections.abc import Sequence

from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Align, Box, Media, Text, line_height
from wismo_desk.labels.text import printable, set_text

SMALLEST_MM = 2.5  # font size of the smallest text: 20 dots at 203 dpi, capitals 1.8 mm high
LINE_MM = 0.375


class Pen:
    """`x y w h` and sizes are millimetres from the label's top left corner."""

    def __init__(self, media: Media, fonts: Fonts) -> None:
        self.media = media
        self.fonts = fonts

    def text(
        self,
        x: float,
        y: float,
        w: float,
        text: str,
        *,
        sizes: Sequence[float],
        bold: bool = False,
        lines: int = 1,
        align: Align = Align.LEFT,
        white: bool = False,
    ) -> list[Text]:
        """`text` set into `w`: the first of `sizes` that fits, then wrapped to `lines`, then elided."""
        d = self.media.dots
        px = tuple(d(size) for size in sizes)
        setting = set_text(text, d(w), px, fonts=self.fonts, bold=bold, lines=lines)
        top, step = d(y), line_height(setting.px)
        return [
            Text(
                x=d(x),
                y=top + n * step,
                w=d(w),
                px=setting.px,
                text=line,
                bold=bold,
                align=align,
                white=white,
            )
            for n, line in enumerate(setting.lines)
        ]

    def filled(self, x: float, y: float, w: float, h: float) -> Box:
        return self._box(x, y, w, h, 0)

    def frame(self, x: float, y: float, w: float, h: float) -> Box:
        return self._box(x, y, w, h, self.media.dots(LINE_MM))

    def rule(self, x: float, y: float, w: float) -> Box:
        """A horizontal line."""
        d = self.media.dots
        return Box(x=d(x), y=d(y), w=d(x + w) - d(x), h=d(LINE_MM))

    def upright(self, x: float, y: float, h: float) -> Box:
        """A vertical line."""
        d = self.media.dots
        return Box(x=d(x), y=d(y), w=d(LINE_MM), h=d(y + h) - d(y))

    def printable(self, text: str, field: str) -> str:
        return printable(text, field=field, fonts=self.fonts)

    def _box(self, x: float, y: float, w: float, h: float, line: int) -> Box:
        d = self.media.dots
        # Ends, not lengths, are rounded: boxes that meet in millimetres meet in dots.
        return Box(x=d(x), y=d(y), w=d(x + w) - d(x), h=d(y + h) - d(y), line=line)
