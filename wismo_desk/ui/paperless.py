"""Practice only: a scanner made of buttons, and the window where the paperless printer's labels come out.

The picture of a label is cut like every preview (decisions.md §33); to "scan the paper" there is a button,
which hands its code to the bench as a scanner would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.ui.parts import CENTRE, Button, Card, Choice, Elided, Kind, write
from wismo_desk.ui.theme import Figures, Look, Weight, font
from wismo_desk.words import Words

_KEPT: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeScans:
    """What the bench could scan now: (what it is, its code); an empty code greys its button."""

    order: tuple[str, str] = ("", "")
    right: tuple[str, str] = ("", "")
    wrong: tuple[str, str] = ("", "")
    label: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLabel:
    """One label that came out. `code` is what its barcode says, `image` a 1-bit PNG or empty."""

    code: str
    title: str  # "Colissimo · 10482"
    detail: str  # "Claire Lefèvre, 37000 Tours"
    image: bytes = b""


class Mood(Enum):
    """How the practice carrier behaves from now on."""

    ANSWERS = "answers"
    SILENT = "silent"  # after it has made the label
    REFUSES = "refuses"


class Paper(QWidget):
    """The label that came out last, as far as a screen may show it."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._look, self._words = look, words
        self._image: QImage | None = None
        self._blank = words("No label has come out yet.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(words("Paperless printer"))

    def sizeHint(self) -> QSize:
        return QSize(300, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 168)

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(theme.line)
        painter.setBrush(theme.sunken)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._image is None:
            self._look.icons.paint(
                painter, "printer", QRectF(self.width() / 2 - 20, self.height() / 2 - 40, 40, 40), theme.muted
            )
            painter.setFont(font(13))
            painter.setPen(theme.muted)
            painter.drawText(QRectF(0, self.height() / 2 + 8, self.width(), 24), CENTRE, self._blank)
            return
        room = self.size() - QSize(24, 24)
        size = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        at = QRectF(
            (self.width() - size.width()) / 2,
            (self.height() - size.height()) / 2,
            size.width(),
            size.height(),
        )
        painter.drawImage(at, self._image)


class PracticePanel(QWidget):
    """`scanned(str)`: a code, as if a scanner had read it. `mood_chosen(Mood)`: how the carrier is to behave."""

    scanned = Signal(str)
    mood_chosen = Signal(object)  # Mood

    def __init__(
        self, look: Look, words: Words, *, preview: Callable[[bytes, Callable[[bytes], None]], None]
    ) -> None:
        super().__init__()
        self._look, self._words, self._preview = look, words, preview
        self._labels: list[PaperLabel] = []
        self._shown: PaperLabel | None = None
        self.setWindowTitle(words("Practice scanner"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(320)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self._scanner())
        column.addWidget(self._printer(), 1)
        self.show_scans(PracticeScans())

    def _scanner(self) -> Card:
        words = self._words
        card = Card(words("Practice scanner"))
        for told in (
            words("Orders, carriers, printer and mail server are made up. Ctrl E hides this panel."),
            words("Scan without a scanner: each button is one scan."),
        ):
            card.body.addWidget(write(told, 13, tone="muted", wrap=True))
        self._buttons: dict[str, Button] = {}
        self._details: dict[str, QLabel] = {}
        self._codes = dict.fromkeys(("order", "right", "wrong", "label"), "")
        for key, icon, text in (
            ("order", "clipboard-list", words("Next order")),
            ("right", "package-plus", words("The right item")),
            ("wrong", "circle-x", words("A wrong item")),
            ("label", "scan-barcode", words("The label")),
        ):
            button = Button(self._look, text, icon=icon)
            button.setFixedWidth(196)
            button.clicked.connect(lambda _=False, key=key: self._scan(self._codes[key]))
            detail = write("", 12, tone="muted", wrap=True)
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(button)
            row.addWidget(detail, 1)
            card.body.addLayout(row)
            self._buttons[key], self._details[key] = button, detail
        card.body.addWidget(write(words("The practice carrier"), 13, tone="muted"))
        self.mood = Choice(self._look, words("The practice carrier"))
        for mood, text in (
            (Mood.ANSWERS, words("answers")),
            (Mood.SILENT, words("falls silent once the label is made")),
            (Mood.REFUSES, words("refuses the label")),
        ):
            self.mood.addItem(text, mood)
        self.mood.currentIndexChanged.connect(lambda _at: self.mood_chosen.emit(self.mood.currentData()))
        card.body.addWidget(self.mood)
        return card

    def _printer(self) -> Card:
        words = self._words
        card = Card(words("Paperless printer"))
        self._paper = Paper(self._look, words)
        self._title = Elided("", 14, Weight.SEMIBOLD)
        self._detail = Elided("", 13, tone="muted")
        self._number = Elided("", 13, Weight.MEDIUM, figures=Figures.CODE)
        self._scan_label = Button(
            self._look, words("Scan this label"), icon="scan-barcode", kind=Kind.PRIMARY
        )
        self._scan_label.clicked.connect(lambda: self._scan(self._shown.code if self._shown else ""))
        self._scan_label.setEnabled(False)
        card.body.addWidget(self._paper, 1)
        for part in (self._title, self._detail, self._number, self._scan_label):
            card.body.addWidget(part)
        self._older = QVBoxLayout()
        self._older.setContentsMargins(0, 0, 0, 0)
        self._older.setSpacing(4)
        self._older.addStretch()
        inside = QWidget()
        inside.setLayout(self._older)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setMinimumHeight(32)
        scroll.setMaximumHeight(112)
        scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words("Labels that came out"))
        card.body.addWidget(scroll)
        return card

    def show_scans(self, scans: PracticeScans) -> None:
        """What the four buttons scan from now on."""
        for key in self._codes:
            what, self._codes[key] = getattr(scans, key)
            self._buttons[key].setEnabled(bool(self._codes[key]))
            self._details[key].setText(what or "–")

    def add_label(self, label: PaperLabel) -> None:
        """A label came out: it is on top now."""
        self._labels.append(label)
        button = Button(self._look, label.title, kind=Kind.GHOST, small=True)
        button.setToolTip(label.code)
        button.clicked.connect(lambda: self.show_label(label))
        self._older.insertWidget(0, button)
        if len(self._labels) > _KEPT:
            self._labels.pop(0)
            last = self._older.itemAt(_KEPT)
            gone = last.widget() if last is not None else None
            if gone is not None:
                self._older.removeWidget(gone)
                gone.deleteLater()
        self.show_label(label)

    def show_label(self, label: PaperLabel) -> None:
        self._shown = label
        self._title.setText(label.title)
        self._detail.setText(label.detail)
        self._number.setText(label.code)
        self._scan_label.setEnabled(bool(label.code))
        self._paper.show_image(None)
        if label.image:
            self._preview(label.image, lambda cut: self._take(label, cut))

    def _take(self, label: PaperLabel, cut: bytes) -> None:
        if label is self._shown:
            image = QImage.fromData(cut)
            self._paper.show_image(None if image.isNull() else image)

    def _scan(self, code: str) -> None:
        if code:
            self.scanned.emit(code)
