"""The command sheet: barcodes that a packer in gloves scans instead of reaching for a key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wismo_desk.documents.bars import QUIET, code_128
from wismo_desk.documents.sheet import HEIGHT, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.words import Words

_TOP: Final = 30.0
_CELL: Final = 28.0  # nine to a column: all commands on one page
_ROWS: Final = int((HEIGHT - _TOP - 15.0) // _CELL)
_DOTS: Final = 10  # a module of 10 dots at 600 dpi, 0.423 mm: read from arm's length
_HALF: Final = (WIDTH - 2 * MARGIN) / 2
_DOT_MM: Final = 25.4 / 600


def command_sheet(commands: Sequence[tuple[str, str, str]], *, words: Words, fonts: Path) -> bytes:
    """PDF, A4, two columns. Each command is (code, label, help), label and help in English: the sheet says
    them in the reader's language, and the label in English beside it."""
    title = words("Command codes")

    def write(sheet: Sheet) -> None:
        for place, command in enumerate(commands):
            row, column = divmod(place % (2 * _ROWS), 2)
            if place and not row and not column:
                sheet.next_page()
            if not row and not column:
                sheet.text(MARGIN, 20.0, title, size=18, bold=True)
                sheet.text(WIDTH - MARGIN, 20.0, words("Scan instead of typing"), grey=True, right=True)
            _cell(sheet, command, words, MARGIN + column * _HALF, _TOP + row * _CELL)

    return write_sheets(write, words=words, fonts=fonts, title=title)


def _cell(sheet: Sheet, command: tuple[str, str, str], words: Words, x: float, y: float) -> None:
    code, label, explanation = command
    quiet = QUIET * _DOTS * _DOT_MM
    room = _HALF - 4.0
    width = len(code_128(code)) * _DOTS * _DOT_MM
    if width + 2 * quiet > room:
        raise ValueError(f"the command {code} is too long for its cell")
    said = words(label)
    sheet.rule(x, y, room, line=0.3)
    sheet.text(x, y + 5.6, said, size=12, bold=True, width=room if said == label else room * 0.62)
    if said != label:
        sheet.text(x + room, y + 5.6, label, size=9, grey=True, right=True, width=room * 0.36)
    sheet.text(x, y + 9.8, words(explanation), size=8, width=room)
    sheet.code(x + quiet, y + 11.5, code, height=11.5, dots=_DOTS)
    sheet.text(x + quiet, y + 26.3, code, size=8, grey=True)
