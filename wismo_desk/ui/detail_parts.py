"""The small parts of a shipment's panel: icon button, label preview, a parcel to choose, a table of facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.parts import LEFT, RIGHT, Elided, write
from wismo_desk.ui.theme import Figures, Look, Weight, font

_STATE_MARKS = {
    ParcelState.ASKED: Mark.NEUTRAL,
    ParcelState.BOUGHT: Mark.WARN,
    ParcelState.PRINTED: Mark.WARN,
    ParcelState.CHECKED: Mark.OK,
    ParcelState.MANIFESTED: Mark.OK,
    ParcelState.VOIDED: Mark.NEUTRAL,
}


class IconButton(QAbstractButton):
    """28 px square with an icon of 16; its name is in the tooltip and for screen readers."""

    def __init__(self, look: Look, icon: str, name: str) -> None:
        super().__init__()
        self._look, self._icon = look, icon
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(28, 28)

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(theme.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent_tint)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        colour = theme.text if self.isEnabled() else theme.line_strong
        self._look.icons.paint(painter, self._icon, QRectF(6, 6, 16, 16), colour)


class LabelPreview(QAbstractButton):
    """A label that no scanner takes for paper: only pictures whose codes are cut. A click enlarges."""

    def __init__(self, look: Look, name: str, *, small: int = 108, large: int = 320) -> None:
        super().__init__()
        self._look, self._small, self._large = look, small, large
        self._image = QImage()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _: self.updateGeometry())
        self.hide()

    def show_cut(self, png: bytes) -> None:
        """`png`: what `labels.preview` made of a label, or empty for none."""
        self._image = QImage.fromData(png) if png else QImage()
        self.setVisible(not self._image.isNull())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._image.isNull():
            return QSize(0, 0)
        wide = self._large if self.isChecked() else self._small
        return QSize(wide, round(wide * self._image.height() / self._image.width()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(theme.accent, 2) if self.hasFocus() else QPen(theme.line_strong, 1))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        inside = self.rect().adjusted(4, 4, -4, -4)
        density = painter.device().devicePixelRatio()
        # Smooth scaling in one step: a thinned picture of thin bars would be a picture of other bars.
        shown = self._image.scaled(
            inside.size() * density,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(inside, shown)


class ParcelChoice(QAbstractButton):
    """One parcel of the shipment: number, state with its mark, weight. Actions go to the one that is on."""

    def __init__(self, desk: Desk, parcel: Parcel, of: int, *, alone: bool) -> None:
        super().__init__()
        self._desk, self.parcel = desk, parcel
        words = desk.words
        self._head = words("Parcel {number} of {count}", number=parcel.parcel_no, count=of)
        if parcel.issue_no > 1:
            self._head = f"{self._head}, {words('label {number}', number=parcel.issue_no)}"
        self._state = desk.terms.parcel[parcel.state]
        self._weight = words.kilos(parcel.weight_g) if parcel.weight_g else ""
        self.setText(grouped(parcel.tracking_number))
        self.setAccessibleName(f"{self._head}, {self.text()}, {self._state}, {self._weight}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if alone else Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(52)
        self._alone = alone

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked() and not self._alone
        edge = 2 if on or self.hasFocus() else 1
        painter.setPen(QPen(theme.accent if edge == 2 else theme.line, edge))
        painter.setBrush(theme.accent_tint if on else theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        paint_mark(painter, _STATE_MARKS[self.parcel.state], QRectF(12, 10, 14, 14), theme)
        wide = self.width() - 12
        painter.setPen(theme.text)
        painter.setFont(font(13, Weight.MEDIUM))
        painter.drawText(QRectF(34, 6, wide - 34, 20), LEFT, f"{self._head}, {self._state}")
        painter.setFont(font(13, figures=Figures.CODE))
        painter.setPen(theme.muted)
        painter.drawText(QRectF(34, 27, wide - 34, 18), LEFT, self.text())
        painter.setFont(font(13, figures=Figures.TABULAR))
        painter.drawText(QRectF(34, 27, wide - 34, 18), RIGHT, self._weight)


class Facts(QWidget):
    """Label and value, 13 px, two columns; values can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 76)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """(label, value); those without a value are left out."""
        empty(self._grid)
        for row, (label, value) in enumerate(pair for pair in facts if pair[1]):
            name = write(label, 13, tone="muted")
            said = self._value(value)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(name, row, 0, top)
            self._grid.addWidget(said, row, 1, top)

    @staticmethod
    def _value(value: str) -> QWidget:
        if " " not in value:
            return Elided(value, 13, figures=Figures.TABULAR)
        said = write(value, 13, wrap=True, figures=Figures.TABULAR)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A long word must not push the panel wider than it is.
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return said
