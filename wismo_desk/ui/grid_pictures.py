"""Rows that were painted before, kept as pictures: while the rest of a table changes or scrolls, they cost a copy."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from wismo_desk.ui.grid_cell import Column, Fit, Line
from wismo_desk.ui.grid_paint import ROW, RowPainter
from wismo_desk.ui.theme import Look

_Worn = tuple[Line, bool, frozenset[int]]  # the words, ticked, what flashes


class RowPictures:
    """`begin` each paint, then `row` for each of its rows. A row that is painted the same a second time becomes a
    picture: a page that is only scrolled past costs nothing more."""

    def __init__(self, look: Look, painter: RowPainter) -> None:
        self._look, self._painter = look, painter
        self._kept: OrderedDict[int, tuple[_Worn, QPixmap | None]] = OrderedDict()
        self._room = 0
        self._form: tuple[object, ...] = ()
        self._size = QSize()
        self._density = 1.0

    def begin(self, fits: Sequence[Fit], size: QSize, density: float) -> None:
        """For a table of `size` with columns as wide as `fits`; anything else than before, and no picture holds."""
        form = (fits, size.width(), density, self._look.theme.name, self._painter.axis)
        if form != self._form:
            self._form = form
            self._kept.clear()
        self._size, self._density = QSize(size.width(), ROW), density
        self._room = size.height() // ROW + 8

    def row(
        self,
        painter: QPainter,
        line: Line,
        box: QRect,
        columns: Sequence[Column],
        fits: Sequence[Fit],
        *,
        ticked: bool,
        flash: frozenset[int],
    ) -> None:
        """As RowPainter.row, for rows that are not chosen: those paint beyond their own box."""
        worn = (line, ticked, flash)
        before, picture = self._kept.get(line.key, (None, None))
        # The same object: the model makes a new line whenever its words change.
        same = before is not None and before[0] is line and before[1:] == worn[1:]
        if same and picture is not None:
            painter.drawPixmap(box.topLeft(), picture)
            return
        if not same:
            self._keep(line.key, worn, None)
            painter.fillRect(box, self._look.theme.surface)
            self._paint(painter, box, line, columns, fits, worn)
            return
        picture = QPixmap(self._size * self._density)
        picture.setDevicePixelRatio(self._density)
        picture.fill(self._look.theme.surface)
        brush = QPainter(picture)
        self._paint(brush, QRect(0, 0, box.width(), box.height()), line, columns, fits, worn)
        brush.end()
        self._keep(line.key, worn, picture)
        painter.drawPixmap(box.topLeft(), picture)

    def _paint(
        self,
        painter: QPainter,
        box: QRect,
        line: Line,
        columns: Sequence[Column],
        fits: Sequence[Fit],
        worn: _Worn,
    ) -> None:
        self._painter.row(
            painter, line, box, columns, fits, chosen=False, ticked=worn[1], flash=worn[2], focused=False
        )

    def _keep(self, key: int, worn: _Worn, picture: QPixmap | None) -> None:
        self._kept[key] = (worn, picture)
        self._kept.move_to_end(key)
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)
