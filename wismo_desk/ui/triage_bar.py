"""The chips over the work list: how grave, whose doing, seen, put off; each with its figure."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy

from wismo_desk.domain.anomaly_kinds import Cause, Severity
from wismo_desk.domain.triage import Standing, WorkList
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Chip

Only = Severity | Cause | None
_VIEWS: Final[dict[str, tuple[Standing, Only]]] = {
    "all": (Standing.OPEN, None),
    "act": (Standing.OPEN, Severity.ACT),
    "watch": (Standing.OPEN, Severity.WATCH),
    **{cause.value: (Standing.OPEN, cause) for cause in Cause},
    "seen": (Standing.SEEN, None),
    "snoozed": (Standing.SNOOZED, None),
}
_MARKS: Final = {"act": Mark.DANGER, "watch": Mark.WARN}


class TriageBar(QFrame):
    """`viewed`: what shall be shown, a Standing and a Severity, a Cause or None."""

    viewed = Signal(object, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        words, terms = desk.words, desk.terms
        self.setProperty("part", "bar")
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        names = {
            "all": words("All to settle"),
            "act": words("To act on"),
            "watch": words("To watch"),
            **{cause.value: terms.cause[cause] for cause in Cause},
            "seen": words("Already seen"),
            "snoozed": words("Put off for now"),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        group = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        self._causes: dict[Cause, int] = {}
        self._narrow = False
        for key, name in names.items():
            if key == "seen":
                row.addStretch()
            chip = Chip(desk.look, name, 0, mark=_MARKS.get(key))
            group.addButton(chip)
            row.addWidget(chip)
            self.chips[key] = chip
        group.buttonClicked.connect(self._clicked)
        self.chips["all"].setChecked(True)

    def _clicked(self, chip: object) -> None:
        key = next(key for key, one in self.chips.items() if one is chip)
        self.viewed.emit(*_VIEWS[key])

    def show_counts(self, work: WorkList, standing: Standing) -> None:
        """Causes are counted of what is open."""
        figures = {"all": work.to_act + work.to_watch, "act": work.to_act, "watch": work.to_watch}
        figures |= {"seen": work.seen, "snoozed": work.snoozed}
        if standing is Standing.OPEN:
            self._causes = dict(work.by_cause)
            figures |= {cause.value: count for cause, count in work.by_cause}
        for key, count in figures.items():
            self.chips[key].set_count(count)
        self.fold(narrow=self._narrow)

    def fold(self, *, narrow: bool) -> None:
        """On a narrow window the causes go; one that nothing has is not shown either."""
        self._narrow = narrow
        for cause in Cause:
            self.chips[cause.value].setVisible(not narrow and self._causes.get(cause, 0) > 0)
