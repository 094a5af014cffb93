"""One anomaly rule as a draft: sentence, figures by distance, exceptions by carrier, in force or on trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.anomaly_rules import Mode, Rule, RuleException, Threshold, Unit
from wismo_desk.domain.calendar import Zone
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.ui.anomaly_rule_words import mode_names, rule_sentences, unit_names, zone_names
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import Button, Card, Choice, Kind, write
from wismo_desk.ui.stepper import Stepper
from wismo_desk.ui.theme import Weight


class AnomalyEditor(QWidget):
    """`edited` carries the draft after every touch."""

    edited = Signal(object)  # Rule

    def __init__(self, desk: Desk, carriers: Sequence[CarrierInfo]) -> None:
        super().__init__()
        self._desk = desk
        self._carriers = [info for info in carriers if info.services]
        self.draft: Rule | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)

    def show_rule(self, rule: Rule) -> None:
        empty(self._column)
        self.draft = rule
        self._column.addWidget(self._sentence(rule))
        self._column.addWidget(self._for(rule))
        self._column.addWidget(self._but())
        self._column.addStretch()

    def _change(self, **values: object) -> None:
        assert self.draft is not None
        self.draft = replace(self.draft, **values)  # type: ignore[arg-type]  # fields of Rule, by name
        self.edited.emit(self.draft)

    # The figures

    def _sentence(self, rule: Rule) -> Card:
        card = Card()
        words = self._desk.words
        card.body.addWidget(write(rule_sentences(words)[rule.kind], 16, Weight.SEMIBOLD, wrap=True))
        self.mode = Choice(self._desk.look, words("Whether it is in force"))
        for mode, name in mode_names(words).items():
            self.mode.addItem(name, mode.value)
        self.mode.setCurrentIndex(self.mode.findData(rule.mode.value))
        self.mode.activated.connect(lambda _: self._change(mode=Mode(str(self.mode.currentData()))))
        row = QHBoxLayout()
        row.addWidget(self.mode)
        row.addStretch()
        card.body.addLayout(row)
        self.steppers: dict[tuple[Zone | None, str], Stepper] = {}
        if rule.unit is not Unit.NOTHING:
            card.body.addLayout(self._figures(rule))
        return card

    def _figures(self, rule: Rule) -> QGridLayout:
        words = self._desk.words
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        _, counted = unit_names(words)[rule.unit]
        grid.addWidget(write(counted, 12, tone="muted"), 0, 0)
        grid.addWidget(write(words("to watch"), 12, tone="warn"), 0, 1)
        grid.addWidget(write(words("to act on"), 12, tone="danger"), 0, 2)
        names = zone_names(words)
        lines: list[tuple[Zone | None, str, Threshold]] = [
            (zone, names[zone], one) for zone, one in rule.by_zone.items()
        ]
        for n, (zone, name, threshold) in enumerate(lines or [(None, words("Everywhere"), rule.usual)], 1):
            grid.addWidget(write(name, 14, Weight.MEDIUM), n, 0)
            for column, part in ((1, "watch"), (2, "act")):
                stepper = self._stepper(rule, zone, part, threshold, name)
                grid.addWidget(stepper, n, column)
        grid.setColumnStretch(3, 1)
        return grid

    def _stepper(self, rule: Rule, zone: Zone | None, part: str, threshold: Threshold, name: str) -> Stepper:
        short, _ = unit_names(self._desk.words)[rule.unit]
        value = threshold.watch if part == "watch" else threshold.act
        most = 100 if rule.unit is Unit.PERCENT else 365
        stepper = Stepper(self._desk, f"{name}, {part}", value, unit=short, most=most)
        stepper.changed.connect(lambda now: self._set(zone, part, now))
        self.steppers[(zone, part)] = stepper
        return stepper

    def _set(self, zone: Zone | None, part: str, value: int | None) -> None:
        assert self.draft is not None
        before = self.draft.usual if zone is None else self.draft.by_zone[zone]
        after = Threshold(
            watch=value if part == "watch" else before.watch, act=value if part == "act" else before.act
        )
        if zone is None:
            self._change(usual=after)
        else:
            self._change(by_zone={**self.draft.by_zone, zone: after})

    # Exceptions

    def _for(self, rule: Rule) -> Card:
        words = self._desk.words
        card = Card(words("For"))
        card.body.addWidget(write(words("All carriers, but:"), 14))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        card.body.addLayout(self._lines)
        for index, exception in enumerate(rule.exceptions):
            self._lines.addWidget(self._exception(rule, index, exception))
        self.add = Choice(self._desk.look, words("Add an exception"))
        self.add.addItem(words("Add an exception"), "")
        for info in self._carriers:
            self.add.addItem(info.name, info.code)
            if len(info.services) > 1:
                for service in info.services:
                    self.add.addItem(
                        f"{info.name} {self._service(info.code, service.code)}", f"{info.code}|{service.code}"
                    )
        self.add.activated.connect(lambda _: self._except(str(self.add.currentData())))
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch()
        card.body.addLayout(row)
        return card

    def _service(self, carrier: str, service: str) -> str:
        return self._desk.names.service(carrier, service)

    def _exception(self, rule: Rule, index: int, exception: RuleException) -> QWidget:
        words = self._desk.words
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name = " ".join(
            filter(
                None,
                (
                    self._desk.names.carrier(exception.carrier),
                    self._service(exception.carrier, exception.service),
                ),
            )
        )
        row.addWidget(write(name, 14, Weight.MEDIUM), 1)
        if exception.threshold is None or rule.unit is Unit.NOTHING:
            row.addWidget(write(words("never"), 14, tone="muted"))
        else:
            short, _ = unit_names(words)[rule.unit]
            for part in ("watch", "act"):
                value = exception.threshold.watch if part == "watch" else exception.threshold.act
                stepper = Stepper(self._desk, f"{name}, {part}", value, unit=short)
                stepper.changed.connect(lambda now, part=part: self._set_exception(index, part, now))
                row.addWidget(stepper)
        gone = Button(self._desk.look, words("Remove"), kind=Kind.GHOST, small=True)
        gone.clicked.connect(lambda: self._drop(index))
        row.addWidget(gone)
        return box

    def _except(self, key: str) -> None:
        """A new exception begins with the figures that hold now; a rule without figures is switched off there."""
        assert self.draft is not None
        if not key:
            return
        carrier, _, service = key.partition("|")
        start = (
            self.draft.threshold(carrier, service, Zone.HOME) if self.draft.unit is not Unit.NOTHING else None
        )
        added = RuleException(carrier=carrier, service=service, threshold=start)
        self._change(exceptions=(*self.draft.exceptions, added))
        self.show_rule(self.draft)

    def _set_exception(self, index: int, part: str, value: int | None) -> None:
        assert self.draft is not None
        kept = list(self.draft.exceptions)
        before = kept[index].threshold or Threshold()
        after = Threshold(
            watch=value if part == "watch" else before.watch, act=value if part == "act" else before.act
        )
        kept[index] = replace(kept[index], threshold=after)
        self._change(exceptions=tuple(kept))

    def _drop(self, index: int) -> None:
        assert self.draft is not None
        kept = tuple(one for n, one in enumerate(self.draft.exceptions) if n != index)
        self._change(exceptions=kept)
        self.show_rule(self.draft)

    def _but(self) -> Card:
        words = self._desk.words
        card = Card(words("But never"))
        for said in (
            words("because of a weekend or a public holiday, here or where the parcel goes"),
            words("for silence of what waits at a pickup point, at customs, or comes back"),
        ):
            card.body.addWidget(write(f"· {said}", 14, wrap=True))
        return card
