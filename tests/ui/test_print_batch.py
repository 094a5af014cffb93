"""Many labels printed again from the grid go out as one batch, not label by label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grid_fakes import FakeVerbs, ForeseenWatch
from page_fakes import FakeFlows, make_desk, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.effect import Effect
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look


def test_the_jobs_of_one_verb_are_one_batch(qtbot: QtBot, look: Look) -> None:
    verbs, watch = FakeVerbs(), ForeseenWatch(40)
    batches: list[Sequence[Effect]] = []
    desk = make_desk(look)
    asks = FakeFlows(watch).detail_asks(lambda png: b"")
    page = ShipmentsPage(
        desk,
        watch,
        lambda parent: DetailPanel(desk, asks, parent),
        replace(verbs.asks(), on_print_many=batches.append),
    )
    qtbot.addWidget(page)
    page.resize(1836, 900)
    page.start()
    shown(qtbot, page)
    page.view.setFocus()
    page.view.choose(0)
    for _ in range(3):
        qtbot.keyClick(page.view, Qt.Key.Key_Space)
    qtbot.keyClick(page.view, Qt.Key.Key_R)
    assert page.extras is not None
    question = page.extras.bar._question
    assert question is not None
    question.confirmed.emit("torn")
    assert [str(job) for some in batches for job in some] == ["job"] and verbs.printed == []
