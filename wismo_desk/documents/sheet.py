"""An A4 sheet, upright or lying, in mm from its top left: text in any script, bars on whole dots, page numbers.

Bars are filled rectangles on a grid of 600 dots per inch: a laser printer draws them exactly, where a
picture of bars would be resampled (printing.md §3).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wismo_desk.documents.bars import bars, code_128
from wismo_desk.documents.script import DrawsText, clean, is_simple, simple
from wismo_desk.words import Words

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WIDTH: Final = 210.0
HEIGHT: Final = 297.0
MARGIN: Final = 15.0
BOTTOM: Final = HEIGHT - 18.0  # content ends here, the page number stands below
_MM: Final = 72 / 25.4
_DOT: Final = 72 / 600
_PICTURE: Final = 72 / 300  # size of a drawn text's dot
_FACES: Final = {False: "WismoNotoSans", True: "WismoNotoSans-Bold"}
_FILES: Final = {False: "NotoSans-Regular.ttf", True: "NotoSans-Bold.ttf"}


class Sheet:
    """One document being written, page after page."""

    def __init__(
        self,
        canvas: Canvas,
        words: Words,
        *,
        title: str,
        pages: int,
        draw: DrawsText | None,
        lying: bool = False,
    ) -> None:
        self.width, self._height = (HEIGHT, WIDTH) if lying else (WIDTH, HEIGHT)
        self.bottom = self._height - (HEIGHT - BOTTOM)  # where content ends, as BOTTOM does of an upright one
        self._canvas = canvas
        self._words = words
        self._title = title
        self._pages = pages
        self._draw = draw
        self.page = 1
        self._begin()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 10.0,
        bold: bool = False,
        width: float = 0.0,
        right: bool = False,
        grey: bool = False,
    ) -> None:
        """One line with its baseline at y; `size` in points. Wider than `width`, it is shrunk to 70% and
        then cut with "…". `right`: x is its right end."""
        shown = clean(text)
        if not shown:
            return
        self._canvas.setFillGray(0.35 if grey else 0.0)
        line = _Line(x * _MM, (HEIGHT - y) * _MM, width * _MM, size, bold, right)
        if is_simple(shown) or self._draw is None:
            self._own_text(line, simple(shown))
        else:
            self._drawn_text(line, shown, self._draw)

    def code(self, x: float, y: float, text: str, *, height: float, dots: int = 10) -> float:
        """Code 128 with its top left bar at x, y and modules of `dots` at 600 dpi (10 are 0.42 mm). The
        caller leaves ten modules free beside it. Returns its width in mm."""
        modules = code_128(text)
        step = dots * _DOT
        left = round(x * _MM / _DOT) * _DOT
        bottom = round((HEIGHT - y - height) * _MM / _DOT) * _DOT
        self._canvas.setFillGray(0.0)
        for start, count in bars(modules):
            self._canvas.rect(left + start * step, bottom, count * step, height * _MM, stroke=0, fill=1)
        return len(modules) * step / _MM

    def box(self, x: float, y: float, w: float, h: float, *, shade: float = 1.0, line: float = 0.6) -> None:
        """A rectangle from its top left corner; `shade` 1 is white, `line` in points, 0 for none."""
        self._canvas.setFillGray(shade)
        self._canvas.setStrokeGray(0.0)
        self._canvas.setLineWidth(line)
        bottom = (HEIGHT - y - h) * _MM
        self._canvas.rect(x * _MM, bottom, w * _MM, h * _MM, stroke=int(line > 0), fill=1)

    def rule(self, x: float, y: float, w: float, *, line: float = 0.6) -> None:
        self._canvas.setStrokeGray(0.0)
        self._canvas.setLineWidth(line)
        self._canvas.line(x * _MM, (HEIGHT - y) * _MM, (x + w) * _MM, (HEIGHT - y) * _MM)

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        width: float = 0.6,
        shade: float = 0.0,
        dashed: bool = False,
    ) -> None:
        """Any straight line; `width` in points, `shade` 0 is black."""
        self._canvas.setStrokeGray(shade)
        self._canvas.setLineWidth(width)
        self._canvas.setDash([2, 2] if dashed else [])
        self._canvas.line(x1 * _MM, (HEIGHT - y1) * _MM, x2 * _MM, (HEIGHT - y2) * _MM)
        self._canvas.setDash([])

    def picture(self, x: float, y: float, content: bytes, w: float, h: float) -> float:
        """A PNG or JPEG fitted into w by h mm, its top left corner at x, y; how high it came out, 0 when it cannot be
        read."""
        from PIL import UnidentifiedImageError
        from reportlab.lib.utils import ImageReader

        try:
            image = ImageReader(BytesIO(content))
            wide, high = image.getSize()
        except (OSError, UnidentifiedImageError):
            return 0.0
        scale = min(w / wide, h / high)
        tall = float(high * scale)
        self._canvas.drawImage(
            image, x * _MM, (HEIGHT - y - tall) * _MM, wide * scale * _MM, tall * _MM, mask="auto"
        )
        return tall

    def next_page(self) -> None:
        self._foot()
        self._canvas.showPage()
        self.page += 1
        self._begin()

    def end(self) -> None:
        self._foot()
        self._canvas.showPage()
        self._canvas.save()

    def _begin(self) -> None:
        """A lying page hangs from the top as an upright one does."""
        if self._height != HEIGHT:
            self._canvas.translate(0, (self._height - HEIGHT) * _MM)

    def _foot(self) -> None:
        number = self._words("Page {page} of {pages}", page=self.page, pages=self._pages)
        self.text(MARGIN, self._height - 9.0, self._title, size=8, grey=True, width=130.0)
        self.text(self.width - MARGIN, self._height - 9.0, number, size=8, grey=True, right=True)

    def _own_text(self, line: _Line, text: str) -> None:
        face, size = _FACES[line.bold], line.size
        wide = self._canvas.stringWidth(text, face, size)
        if line.room and wide > line.room:
            size = max(size * 0.7, size * line.room / wide)
            text = self._cut(text, face, size, line.room)
            wide = self._canvas.stringWidth(text, face, size)
        self._canvas.setFont(face, size)
        self._canvas.drawString(line.x - (wide if line.right else 0.0), line.y, text)

    def _cut(self, text: str, face: str, size: float, room: float) -> str:
        shown = text
        while text and self._canvas.stringWidth(shown, face, size) > room + 0.01:
            text = text[:-1]
            shown = f"{text.rstrip()}…"
        return shown

    def _drawn_text(self, line: _Line, text: str, draw: DrawsText) -> None:
        from reportlab.lib.utils import ImageReader

        px = round(line.size / _PICTURE)
        png, wide, high = draw(text, px, bold=line.bold)
        scale = min(_PICTURE, line.room / wide) if line.room else _PICTURE
        left = line.x - (wide * scale if line.right else 0.0)
        bottom = line.y - (high - px) * scale
        self._canvas.drawImage(ImageReader(BytesIO(png)), left, bottom, wide * scale, high * scale)


@dataclass(frozen=True, slots=True)
class _Line:
    """Where one text goes, in points from the bottom left: baseline, room (0: any), size, and style."""

    x: float
    y: float
    room: float
    size: float
    bold: bool
    right: bool


def write_sheets(
    write: Callable[[Sheet], None],
    *,
    words: Words,
    fonts: Path,
    title: str,
    draw: DrawsText | None = None,
    lying: bool = False,
) -> bytes:
    """The PDF of what `write` puts on a sheet; it is called twice, first to count the pages.

    `lying`: the pages are wider than they are tall. `fonts` is resources/fonts. The same input gives the
    same bytes: no clock is in the file.
    """
    pages = _run(write, words, fonts, title, draw, pages=0, lying=lying)[1]
    return _run(write, words, fonts, title, draw, pages=pages, lying=lying)[0]


def _run(
    write: Callable[[Sheet], None],
    words: Words,
    fonts: Path,
    title: str,
    draw: DrawsText | None,
    *,
    pages: int,
    lying: bool,
) -> tuple[bytes, int]:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    _register(fonts)
    target = BytesIO()
    size = landscape(A4) if lying else A4
    canvas: Any = Canvas(target, pagesize=size, invariant=1, pageCompression=1, lang=words.language)
    canvas.setTitle(title)
    canvas.setCreator("WISMO Desk")
    sheet = Sheet(canvas, words, title=title, pages=pages, draw=draw, lying=lying)
    write(sheet)
    sheet.end()
    return target.getvalue(), sheet.page


@lru_cache(maxsize=4)
def _register(fonts: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for bold, face in _FACES.items():
        pdfmetrics.registerFont(TTFont(face, str(fonts / _FILES[bold])))
