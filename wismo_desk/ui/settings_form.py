"""The rows of a settings pane: a label, a field, a hint; a change is saved when the field is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSlider, QWidget

from wismo_desk.errors import BadInput
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Card, Choice, write
from wismo_desk.ui.theme import Figures, Weight, font, set_tone

_LABEL = 200


def line(label: str, value: str, then: Callable[[str], object], *, code: bool = False) -> QLineEdit:
    """A line; while it differs from what is saved its border is accent (sheet: changed=true). `then` gets the
    text once the field is left or Enter pressed."""
    field = QLineEdit(value)
    field.setFont(font(14, figures=Figures.CODE if code else Figures.PLAIN))
    field.setAccessibleName(label)
    kept = [value]

    def leave() -> None:
        typed = field.text().strip()
        if typed != kept[0]:
            kept[0] = typed
            set_tone(field, "changed", "false")
            then(typed)

    field.textEdited.connect(lambda _: set_tone(field, "changed", "true"))
    field.editingFinished.connect(leave)
    return field


class Form(Card):
    """A card of labelled fields in one or two columns."""

    def __init__(self, desk: Desk, title: str, *, aside: str = "", two: bool = False) -> None:
        super().__init__(title, aside=aside)
        self._desk = desk
        self._columns = 2 if two else 1
        self._count = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        for column in range(self._columns):
            self._grid.setColumnMinimumWidth(3 * column, 120 if two else _LABEL)
            self._grid.setColumnStretch(3 * column + 1, 1)
        self.body.addLayout(self._grid)

    def add(self, label: str, field: QWidget, hint: str = "") -> None:
        """Any field with its label and, below it, one muted line."""
        row, column = divmod(self._count, self._columns)
        self._count += 1
        if not field.accessibleName():
            field.setAccessibleName(label)
        top = Qt.AlignmentFlag.AlignTop
        name = write(label, 14, tone="muted", wrap=True)
        name.setMinimumHeight(32)
        name.setBuddy(field)
        self._grid.addWidget(name, 2 * row, 3 * column, top)
        self._grid.addWidget(field, 2 * row, 3 * column + 1)
        if hint:
            self._grid.addWidget(write(hint, 13, tone="muted", wrap=True), 2 * row + 1, 3 * column + 1, top)

    def text(
        self, label: str, value: str, then: Callable[[str], object], *, hint: str = "", code: bool = False
    ) -> QLineEdit:
        """A labelled line (see `line`)."""
        field = line(label, value, then, code=code)
        self.add(label, field, hint)
        return field

    def checked(
        self,
        label: str,
        value: str,
        take: Callable[[str], object],
        refuse: Callable[[Exception], object],
        *,
        hint: str = "",
        code: bool = False,
    ) -> QLineEdit:
        """A labelled line whose `take` may raise BadInput: then it stays shown as wrong and not saved, and `refuse`
        tells."""

        def then(text: str) -> None:
            mark("")  # first: what is taken may build this card anew
            try:
                take(text)
            except BadInput as error:
                mark(self._desk.told(error))
                refuse(error)

        def mark(wrong: str) -> None:
            if wrong:
                set_tone(field, "changed", "true")
            set_tone(field, "wrong", "true" if wrong else "false")
            field.setAccessibleDescription(wrong)
            field.setToolTip(wrong)

        field = self.text(label, value, then, hint=hint, code=code)
        return field

    def choice(
        self,
        label: str,
        options: Sequence[tuple[str, str]],
        value: str,
        then: Callable[[str], object],
        *,
        hint: str = "",
    ) -> Choice:
        """(data, words) options; `then` gets the data."""
        field = Choice(self._desk.look, label)
        for data, said in options:
            field.addItem(said, data)
        # Its longest entry must not widen the window.
        field.setSizeAdjustPolicy(field.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(6)
        field.setCurrentIndex(max(0, field.findData(value)))
        field.activated.connect(lambda _: then(str(field.currentData())))
        self.add(label, field, hint)
        return field

    def switch(self, label: str, said: str, value: bool, then: Callable[[bool], object]) -> Check:
        field = Check(self._desk.look, said)
        field.setAccessibleName(f"{label}: {said}")
        field.setChecked(value)
        field.setMinimumHeight(32)
        field.toggled.connect(then)
        self.add(label, field)
        return field

    def slider(self, label: str, value: int, then: Callable[[int], object]) -> QSlider:
        """0 to 100, with the figure beside it."""
        field = QSlider(Qt.Orientation.Horizontal)
        field.setRange(0, 100)
        field.setSingleStep(5)
        field.setValue(value)
        field.setAccessibleName(label)
        field.setMinimumHeight(32)
        figure = write("", 14, Weight.SEMIBOLD, figures=Figures.TABULAR)
        figure.setFixedWidth(56)

        def tell(now: int) -> None:
            figure.setText(self._desk.words("{share}%", share=self._desk.words.number(now)))

        tell(value)
        field.valueChanged.connect(tell)
        field.sliderReleased.connect(lambda: then(field.value()))
        # Keys and the wheel never "release": they are saved as they come.
        field.valueChanged.connect(lambda now: None if field.isSliderDown() else then(now))
        holder = QWidget()
        holder.setAccessibleName(label)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field, 1)
        row.addWidget(figure)
        self.add(label, holder)
        return field
