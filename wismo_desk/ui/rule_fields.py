"""The fields of a shipping rule while it is being edited: its conditions, and the service it sends to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.rule_values import typed
from wismo_desk.domain.rules import COMPARISONS, Comparison, Condition, Rule, Subject, Target
from wismo_desk.flows.rule_words import CHEAPEST_WORDS, grams
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Choice, write
from wismo_desk.ui.rule_insurance import InsuranceFields
from wismo_desk.ui.theme import font, set_tone
from wismo_desk.words import Words

_EXAMPLES: Final = {
    Subject.COUNTRY: "France, Belgium",
    Subject.POSTCODE: "20, 97",
    Subject.WEIGHT: "500 g",
    Subject.VALUE: "150 €",
    Subject.ITEMS: "1",
    Subject.SKU: "TS-*, MUG-BLANC",
    Subject.SHOP_WORD: "Express delivery",
    Subject.TAG: "VIP, gift",
}
_SILENT: Final = (Comparison.YES, Comparison.NO)


def _subjects(words: Words) -> dict[Subject, str]:
    return {
        Subject.COUNTRY: words("the country"),
        Subject.POSTCODE: words("the postcode"),
        Subject.WEIGHT: words("the weight"),
        Subject.VALUE: words("the value of the goods"),
        Subject.ITEMS: words("the number of pieces"),
        Subject.SKU: words("an article (SKU)"),
        Subject.SHOP_WORD: words("the service chosen in the shop"),
        Subject.TAG: words("a tag of the order"),
        Subject.PICKUP_POINT: words("a pickup point"),
    }


def _comparisons(words: Words) -> dict[Comparison, str]:
    return {
        Comparison.ONE_OF: words("is"),
        Comparison.NOT_ONE_OF: words("is not"),
        Comparison.BEGINS: words("begins with"),
        Comparison.BETWEEN: words("is between"),
        Comparison.AT_MOST: words("is at most"),
        Comparison.MORE_THAN: words("is more than"),
        Comparison.YES: words("was chosen"),
        Comparison.NO: words("was not chosen"),
    }


class ConditionFields(QWidget):
    """`changed` carries the condition; a value that cannot be read leaves it unfinished and its border red."""

    changed = Signal(object)  # Condition
    removed = Signal()

    def __init__(self, desk: Desk, condition: Condition, first: str) -> None:
        super().__init__()
        self._words = words = desk.words
        self.subject = Choice(desk.look, words("What is looked at"))
        for subject, said in _subjects(words).items():
            self.subject.addItem(said, subject)
        self.subject.setCurrentIndex(self.subject.findData(condition.subject))
        self.how = Choice(desk.look, words("How it is compared"))
        self.value = QLineEdit(_shown(condition, words))
        self.value.setFont(font(14))
        self.value.setAccessibleName(words("Value"))
        away = IconButton(desk.look, "x", words("Remove this condition"))
        lead = write(first, 14, tone="muted")
        lead.setFixedWidth(28)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(lead)
        for part, share in ((self.subject, 3), (self.how, 2), (self.value, 4)):
            if isinstance(part, Choice):
                part.setSizeAdjustPolicy(part.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                part.setMinimumContentsLength(6)
            row.addWidget(part, share)
        row.addWidget(away)
        self._offer(condition.how)
        self.subject.activated.connect(lambda _: self._other())
        self.how.activated.connect(lambda _: self._tell())
        self.value.textEdited.connect(lambda _: self._tell())
        away.clicked.connect(self.removed)

    @property
    def condition(self) -> Condition:
        return typed(self._subject, self._how, self.value.text())

    @property
    def _subject(self) -> Subject:
        return Subject(self.subject.currentData())  # Qt gives the plain text back

    @property
    def _how(self) -> Comparison:
        return Comparison(self.how.currentData())

    def _offer(self, chosen: Comparison | None = None) -> None:
        """The comparisons that go with the subject."""
        names = _comparisons(self._words)
        self.how.clear()
        for how in COMPARISONS[self._subject]:
            self.how.addItem(names[how], how)
        self.how.setCurrentIndex(max(0, self.how.findData(chosen)))
        self._dress()

    def _other(self) -> None:
        self.value.clear()
        self._offer()
        self._tell()

    def _tell(self) -> None:
        self._dress()
        self.changed.emit(self.condition)

    def _dress(self) -> None:
        self.value.setVisible(self._how not in _SILENT)
        span = self._how is Comparison.BETWEEN
        self.value.setPlaceholderText("20000-20999" if span else _EXAMPLES.get(self._subject, ""))
        wrong = bool(self.value.text()) and not self.condition.is_whole
        set_tone(self.value, "wrong", "true" if wrong else "false")


def _shown(condition: Condition, words: Words) -> str:
    """The kept value as a person would type it."""
    amount = condition.amount
    if amount is not None and condition.subject is Subject.WEIGHT:
        return grams(amount, words).replace("\u202f", "")
    if amount is not None and condition.subject is Subject.VALUE:
        return words.money(amount).replace("\u202f", "")
    return condition.value


class TargetChoice(Choice):
    """Every service of the carriers that are set up, and the cheapest."""

    def __init__(self, desk: Desk, carriers: Sequence[CarrierInfo], target: Target, name: str) -> None:
        super().__init__(desk.look, name)
        words, names = desk.words, desk.names
        self.addItem(words(CHEAPEST_WORDS), ("", ""))
        for info in carriers:
            for service in info.services:
                self.addItem(
                    f"{info.name} · {names.service(info.code, service.code)}", (info.code, service.code)
                )
        if self._place(target) < 0:
            said = f"{names.carrier(target.carrier)} · {names.service(target.carrier, target.service)}"
            self.addItem(f"{said} ({words('not set up')})", (target.carrier, target.service))
        self.setCurrentIndex(self._place(target))
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    @property
    def target(self) -> Target:
        return Target(*self.currentData())

    def _place(self, target: Target) -> int:
        wanted = (target.carrier, target.service)
        return next((n for n in range(self.count()) if tuple(self.itemData(n)) == wanted), -1)


class RuleFields(QWidget):
    """`changed` carries the rule as it now reads; `finished` asks to fold it back into a sentence."""

    changed = Signal(object)  # Rule
    finished = Signal()

    def __init__(self, desk: Desk, rule: Rule, carriers: Sequence[CarrierInfo]) -> None:
        super().__init__()
        self._desk, self.rule = desk, rule
        words = desk.words
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(8)
        self.fields: list[ConditionFields] = []
        self._conditions = QVBoxLayout()
        self._conditions.setSpacing(8)
        self._column.addLayout(self._conditions)
        for condition in rule.conditions:
            self._put(condition)
        self.more = Button(desk.look, words("Add a condition"), icon="plus", small=True)
        self.more.clicked.connect(self._add)
        self.target = TargetChoice(desk, carriers, rule.target, words("Service of this rule"))
        self.target.activated.connect(lambda _: self._retarget())
        self._carriers = carriers
        self.back = Check(desk.look, words("with a return label in the box"))
        self.back.setChecked(rule.with_return)
        self.back.setEnabled(rule.with_return or self._sells_returns())
        self.back.toggled.connect(lambda _: self._tell())
        self.insurance = InsuranceFields(desk, rule.insured_to, carriers)
        self.insurance.offer(rule.target)
        self.insurance.changed.connect(self._tell)
        done = Button(desk.look, words("Done"), icon="check", small=True)
        done.clicked.connect(self.finished)
        arrow = write("→", 14, tone="muted")
        arrow.setFixedWidth(28)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(arrow)
        row.addWidget(self.target, 1)
        row.addWidget(self.back)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.setContentsMargins(36, 0, 0, 0)
        buttons.addWidget(self.more)
        buttons.addStretch()
        buttons.addWidget(done)
        self._column.addLayout(row)
        self._column.addWidget(self.insurance)
        self._column.addLayout(buttons)

    def _put(self, condition: Condition) -> ConditionFields:
        words = self._desk.words
        fields = ConditionFields(self._desk, condition, words("and") if self.fields else words("If"))
        fields.changed.connect(lambda _: self._tell())
        fields.removed.connect(lambda: self._remove(fields))
        self.fields.append(fields)
        self._conditions.addWidget(fields)
        return fields

    def _add(self) -> None:
        self._put(Condition(Subject.COUNTRY, Comparison.ONE_OF)).subject.setFocus()
        self._tell()

    def _remove(self, fields: ConditionFields) -> None:
        self.fields.remove(fields)
        self._conditions.removeWidget(fields)
        fields.hide()
        fields.deleteLater()
        self.more.setFocus()
        self._tell()

    def _sells_returns(self) -> bool:
        """Whether it may be wished for: of the cheapest nobody knows before."""
        target = self.target.target
        sellers = {info.code for info in self._carriers if info.traits.sells_returns}
        return target.carrier in sellers or (target.is_cheapest and bool(sellers))

    def _retarget(self) -> None:
        offered = self._sells_returns()
        self.back.setEnabled(offered)
        if not offered:
            self.back.setChecked(False)
        self.insurance.offer(self.target.target, untick=True)
        self._tell()

    def _tell(self) -> None:
        conditions = tuple(fields.condition for fields in self.fields)
        self.rule = Rule(
            conditions=conditions,
            target=self.target.target,
            on=self.rule.on,
            with_return=self.back.isChecked(),
            insured_to=self.insurance.insured_to,
        )
        self.changed.emit(self.rule)
