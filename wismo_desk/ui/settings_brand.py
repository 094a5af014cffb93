"""How mails and tracking pages look: colour, logo, and how the shop is reached. In force for all desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from wismo_desk.domain.brand import Brand, contrast, readable, text_on
from wismo_desk.domain.fact import Changes
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import choose_file
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import still

_LANE = "settings:brand"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandAsks:
    """All on a lane; `save` and `picture` raise DeskError."""

    brand: Callable[[], Brand]
    save: Callable[[Brand], Changes]
    picture: Callable[[Path], str]
    changed: Callable[[Changes], None]


class BrandCard(QWidget):
    """Each field is saved when it is left."""

    def __init__(self, desk: Desk, asks: BrandAsks) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self._brand = Brand()
        words = desk.words
        form = Form(desk, words("The shop's look"))
        self.colour = form.text(
            words("Colour"), "", lambda text: self._change(colour=text), code=True,
            hint=words("Of buttons and marks. Where it could not be read it is made darker or lighter."),
        )  # fmt: skip
        self.swatch = QLabel()
        self.swatch.setMinimumHeight(36)
        self.swatch.setAlignment(Qt.AlignmentFlag.AlignCenter)
        form.add(words("Looks like"), self.swatch)
        form.add(words("Logo"), self._logo())
        self.site = form.text(words("The shop's site"), "", lambda text: self._change(site=text), code=True)
        self.phone = form.text(words("Phone for customers"), "", lambda text: self._change(phone=text))
        self.imprint = form.text(
            words("Imprint"), "", lambda text: self._change(imprint=text),
            hint=words("One line at the foot: company, register number, place."),
        )  # fmt: skip
        self.outcome = Outcome()
        form.body.addWidget(self.outcome)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(form)

    def _logo(self) -> QWidget:
        words, look = self._desk.words, self._desk.look
        self.picture = write("", 13, tone="muted")
        choose = Button(look, words("Choose a picture"))
        self.no_logo = Button(look, words("Without a logo"))
        choose.clicked.connect(
            lambda: choose_file(self, words("Choose a picture"), "PNG, JPEG (*.png *.jpg *.jpeg)", self.take)
        )
        self.no_logo.clicked.connect(lambda: self._change(logo=""))
        holder = QWidget()
        holder.setAccessibleName(words("Logo"))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self.picture, choose, self.no_logo):
            row.addWidget(each)
        row.addStretch()
        return holder

    def ask(self) -> None:
        self._desk.run(_LANE, self._asks.brand, still(self, self._show), still(self, self._fail))

    def take(self, path: Path) -> None:
        """A picture of this computer becomes the logo."""
        self._desk.run(
            _LANE,
            lambda: self._asks.picture(path),
            still(self, lambda logo: self._change(logo=logo)),
            still(self, self._fail),
        )

    def _change(self, **values: str) -> None:
        brand = replace(self._brand, **values)

        def saved(changes: Changes) -> None:
            self._show(brand)
            self.outcome.say(Mark.OK, self._desk.words("Saved for all desks."))
            self._asks.changed(changes)

        self._desk.run(_LANE, lambda: self._asks.save(brand), still(self, saved), still(self, self._fail))

    def _show(self, brand: Brand) -> None:
        self._brand = brand
        self.outcome.clear()
        for field, text in (
            (self.colour, brand.colour), (self.site, brand.site), (self.phone, brand.phone),
            (self.imprint, brand.imprint),
        ):  # fmt: skip
            if not field.hasFocus():
                field.setText(text)
        ground = readable(brand.colour, "#FFFFFF")
        self.swatch.setText(self._desk.words("Follow my order"))
        self.swatch.setStyleSheet(
            f"background: {ground}; color: {text_on(ground)}; border-radius: 6px; padding: 8px 24px;"
        )
        ratio = self._desk.words.number(contrast(ground, text_on(ground)), digits=1)
        self.swatch.setToolTip(self._desk.words("Contrast {ratio} to 1", ratio=ratio))
        picture = QPixmap()
        picture.loadFromData(brand.logo_bytes)
        if picture.isNull():
            self.picture.setText(self._desk.words("The shop's name is shown."))
        else:
            self.picture.setPixmap(picture.scaledToHeight(32, Qt.TransformationMode.SmoothTransformation))
        self.no_logo.setVisible(bool(brand.logo))

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
