"""A painted list of orders or mails, 58 px a line: mark, title, what stands aside, one line below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from wismo_desk.ui.marks import Mark, Stage, paint_mark, paint_stage
from wismo_desk.ui.parts import LEFT, RIGHT
from wismo_desk.ui.theme import Figures, Look, Weight, font

HEIGHT = 58


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is the caller's own: an order's id or a mail's key."""

    key: str
    mark: Mark | Stage
    title: str
    aside: str = ""
    below: str = ""
    unread: bool = False


class EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return ", ".join(part for part in (entry.title, entry.aside, entry.below) if part)
        return entry if role == Qt.ItemDataRole.UserRole else None


class _Painter(QStyledItemDelegate):
    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(entry, Entry):
            return
        theme, box = self._look.theme, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(box, theme.accent_tint)
            painter.fillRect(QRectF(box.left(), box.top(), 3, box.height()), theme.accent)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.line)
        mark = QRectF(box.left() + 16, box.top() + 12, 16, 16)
        if isinstance(entry.mark, Stage):
            paint_stage(painter, entry.mark, mark, theme)
        else:
            paint_mark(painter, entry.mark, mark, theme)
        self._words(painter, entry, box.adjusted(44, 0, -16, 0))
        painter.restore()

    def _words(self, painter: QPainter, entry: Entry, box: QRectF) -> None:
        theme = self._look.theme
        aside = QFontMetricsF(font(12, figures=Figures.TABULAR))
        wide = aside.horizontalAdvance(entry.aside) + 1
        painter.setFont(font(12, figures=Figures.TABULAR))
        painter.setPen(theme.muted)
        painter.drawText(QRectF(box.right() - wide, box.top() + 9, wide, 22), RIGHT, entry.aside)
        weight = Weight.SEMIBOLD if entry.unread else Weight.MEDIUM
        painter.setFont(font(14, weight))
        painter.setPen(theme.text)
        room = box.width() - wide - 8
        title = QFontMetricsF(painter.font()).elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(box.left(), box.top() + 9, room, 22), LEFT, title)
        painter.setFont(font(13))
        painter.setPen(theme.muted)
        below = QFontMetricsF(painter.font()).elidedText(
            entry.below, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(QRectF(box.left(), box.top() + 30, box.width(), 20), LEFT, below)


class EntryList(QListView):
    """`chosen` carries the key of the line that was moved to or clicked."""

    chosen = Signal(str)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = EntryModel(self)
        self.setModel(self.entries)
        self.setItemDelegate(_Painter(look, self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentChanged.connect(self._moved)

    def show_entries(self, entries: Sequence[Entry], *, keep: str = "") -> None:
        """With `keep`, that line stays chosen without a signal."""
        self.selectionModel().blockSignals(True)
        self.entries.show(entries)
        row = next((row for row, entry in enumerate(entries) if keep and entry.key == keep), -1)
        if row >= 0:
            self.setCurrentIndex(self.entries.index(row))
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def choose(self, row: int) -> None:
        self.setCurrentIndex(self.entries.index(row))

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self.entries.entries[now.row()].key)
