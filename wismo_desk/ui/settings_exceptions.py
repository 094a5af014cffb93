"""Exceptions to how customers are usually told: for some news, shop, carrier or country, another channel or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.notice_rules import NoticeRule
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import Button, Card, Choice, write
from wismo_desk.ui.settings_form import line

# What a row offers; a rule may hold more, and then keeps it until the field is touched.
_WAYS: Final[Sequence[frozenset[Channel]]] = (
    frozenset(),
    frozenset({Channel.EMAIL}),
    frozenset({Channel.SMS}),
    frozenset({Channel.EMAIL, Channel.SMS}),
)


class ExceptionsCard(Card):
    """The first row that fits decides. `save` gets all rows with each change."""

    def __init__(
        self,
        desk: Desk,
        rules: Sequence[NoticeRule],
        carriers: Sequence[CarrierInfo],
        save: Callable[[tuple[NoticeRule, ...]], object],
    ) -> None:
        words = desk.words
        super().__init__(words("Exceptions"), aside=words("the first one that fits decides"))
        self._desk, self._carriers, self._save = desk, carriers, save
        self.rules = list(rules)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.body.addLayout(self._rows)
        self.more = Button(desk.look, words("Add an exception"), icon="plus", small=True)
        self.more.clicked.connect(self.add)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch()
        self.body.addLayout(row)
        self._show()

    def add(self) -> None:
        """A new one tells by e-mail, of everything: whoever adds it narrows it down."""
        self.rules.append(NoticeRule(channels=frozenset({Channel.EMAIL})))
        self._show()
        self._save(tuple(self.rules))

    def _show(self) -> None:
        empty(self._rows)
        if not self.rules:
            told = self._desk.words("None: every customer is told as above.")
            self._rows.addWidget(write(told, 14, tone="muted", wrap=True))
        for number in range(len(self.rules)):
            self._rows.addWidget(self._row(number))

    def _row(self, number: int) -> QWidget:
        words, rule = self._desk.words, self.rules[number]
        holder = QWidget()
        grid = QVBoxLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        first, second = QHBoxLayout(), QHBoxLayout()
        for each in (first, second):
            each.setSpacing(8)
            grid.addLayout(each)
        terms = NoticeTerms(words)
        news = [("", words("All news")), *((m.value, terms.milestone[m]) for m in Milestone)]
        carriers = [("", words("All carriers")), *((info.code, info.name) for info in self._carriers)]
        languages = [("", words("Usual language")), ("fr", "Français"), ("en", "English")]
        first.addWidget(
            self._choice(words("News"), news, _one(rule.milestones), lambda v: self._set(
                number, milestones=frozenset({Milestone(v)}) if v else frozenset()
            )), 2,
        )  # fmt: skip
        first.addWidget(
            self._choice(words("Carrier"), carriers, _one(rule.carriers), lambda v: self._set(
                number, carriers=frozenset({v}) if v else frozenset()
            )), 2,
        )  # fmt: skip
        first.addWidget(
            self._line(words("Countries"), rule.countries, lambda found: self._set(number, countries=found)),
            1,
        )
        first.addWidget(
            self._line(words("Shops"), rule.shops, lambda found: self._set(number, shops=found)), 1
        )
        away = IconButton(self._desk.look, "x", words("Remove exception {number}", number=number + 1))
        away.clicked.connect(lambda: self._remove(number))
        first.addWidget(away)
        second.addWidget(write(words("is told"), 14, tone="muted"))
        second.addWidget(self._ways(number, rule), 2)
        second.addWidget(
            self._choice(
                words("Language"), languages, rule.language, lambda v: self._set(number, language=v)
            ),
            1,
        )
        second.addStretch(1)
        return holder

    def _ways(self, number: int, rule: NoticeRule) -> Choice:
        words = self._desk.words
        names = (
            words("to nobody"),
            words("by e-mail"),
            words("by text message"),
            words("by e-mail and text message"),
        )
        options = [(str(place), name) for place, name in enumerate(names)]
        chosen = str(_WAYS.index(rule.channels)) if rule.channels in _WAYS else "0"
        return self._choice(words("By"), options, chosen, lambda v: self._set(number, channels=_WAYS[int(v)]))

    def _choice(
        self, name: str, options: Sequence[tuple[str, str]], value: str, then: Callable[[str], object]
    ) -> Choice:
        field = Choice(self._desk.look, name)
        for data, said in options:
            field.addItem(said, data)
        field.setSizeAdjustPolicy(field.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(6)
        field.setCurrentIndex(max(0, field.findData(value)))
        field.activated.connect(lambda _: then(str(field.currentData())))
        return field

    def _line(self, name: str, values: frozenset[str], then: Callable[[frozenset[str]], object]) -> QLineEdit:
        """Several with commas; empty is all of them."""
        country = name == self._desk.words("Countries")

        def take(text: str) -> None:
            found = {each.strip() for each in text.split(",") if each.strip()}
            then(frozenset(each.upper() for each in found) if country else frozenset(found))

        field = line(name, ", ".join(sorted(values)), take)
        field.setPlaceholderText(name)
        return field

    def _set(self, number: int, **values: object) -> None:
        self.rules[number] = replace(self.rules[number], **values)  # type: ignore[arg-type]  # by name
        self._save(tuple(self.rules))

    def _remove(self, number: int) -> None:
        del self.rules[number]
        self._show()
        self._save(tuple(self.rules))


def _one(values: frozenset[str] | frozenset[Milestone]) -> str:
    """The only one; several are shown as all until the field is touched."""
    return str(next(iter(values))) if len(values) == 1 else ""
