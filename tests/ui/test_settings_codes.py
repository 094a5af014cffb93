"""Codes to classify: named with their words, kept with one choice, taken back while it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from page_fakes import NOW, make_desk
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.parts import Button, Choice
from wismo_desk.ui.settings_codes import CodeAsks, CodesCard
from wismo_desk.ui.theme import Look

ZZ9 = UnmappedCode(carrier="chronopost", code="ZZ9", label="Tri", times=3, last_at=NOW - timedelta(hours=1))
BARE = UnmappedCode(carrier="mondial_relay", code="", label="Remis", times=1, last_at=NOW)


@dataclass
class FakeClassify:
    codes: list[UnmappedCode] = field(default_factory=lambda: [ZZ9, BARE])
    kept: list[tuple[UnmappedCode, TrackingStatus, bool]] = field(default_factory=list)

    def unmapped(self) -> Sequence[UnmappedCode]:
        known = {code.code + code.label for code, *_ in self.kept}
        return [code for code in self.codes if code.code + code.label not in known]

    def __call__(
        self, code: UnmappedCode, status: TrackingStatus, *, these_words_only: bool = False
    ) -> Changes:
        self.kept.append((code, status, these_words_only))
        return Changes(shipments=frozenset({UUID(int=1), UUID(int=2)}))

    def take_back(self, code: UnmappedCode) -> Changes:
        self.kept = [kept for kept in self.kept if kept[0] is not code]
        return Changes()


def card(qtbot: QtBot, look: Look, classify: FakeClassify) -> tuple[CodesCard, list[Changes]]:
    told: list[Changes] = []
    made = CodesCard(make_desk(look), CodeAsks(classify=classify, changed=told.append), lambda error: None)
    qtbot.addWidget(made)
    made.show()
    return made, told


def buttons(made: CodesCard, text: str) -> list[Button]:
    return [button for button in made.findChildren(Button) if button.text() == text]


def test_one_is_kept_and_taken_back(qtbot: QtBot, look: Look) -> None:
    classify = FakeClassify()
    made, told = card(qtbot, look, classify)
    assert made.said(ZZ9).startswith("Chronopost · ZZ9 · “Tri” · 3 times · ")
    choice = made.findChildren(Choice)[0]
    keep = buttons(made, "Keep")[0]
    assert not keep.isEnabled()
    choice.setCurrentIndex(choice.findData(TrackingStatus.IN_TRANSIT.value))
    choice.activated.emit(choice.currentIndex())
    keep.click()
    assert classify.kept == [(ZZ9, TrackingStatus.IN_TRANSIT, False)]
    assert made.outcome.accessibleName() == "Kept: ZZ9 2 shipments were read again."
    assert len(told) == 1
    buttons(made, "Undo")[0].click()
    assert classify.kept == []


def test_words_only_is_offered_where_there_is_a_code(qtbot: QtBot, look: Look) -> None:
    made, _ = card(qtbot, look, FakeClassify())
    assert [check.isVisible() for check in made.findChildren(Check)] == [True, False]


def test_nothing_to_classify(qtbot: QtBot, look: Look) -> None:
    made, _ = card(qtbot, look, FakeClassify(codes=[]))
    assert made.none.isVisible()
