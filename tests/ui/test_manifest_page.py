"""The manifest: every scan counts once, the forgotten are named before the truck leaves."""

from __future__ import annotations

from pathlib import Path

from page_fakes import FakeCloseOut, FakePapers, FakeWatch, Later, make_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from wismo_desk.domain.bench_view import Cue
from wismo_desk.errors import StoreProblem
from wismo_desk.ui.manifest_page import ManifestPage
from wismo_desk.ui.theme import Look


def _page(
    qtbot: QtBot, look: Look, tmp_path: Path, close_out: FakeCloseOut, run: object = None
) -> tuple[ManifestPage, list[Cue]]:
    desk = make_desk(look, run=run)
    page = ManifestPage(desk, close_out, FakeWatch(500), FakePapers(), documents=tmp_path)
    qtbot.addWidget(page)
    cues: list[Cue] = []
    page.cued.connect(cues.append)
    page.resize(1310, 720)
    page.start()
    shown(qtbot, page)
    return page, cues


def _texts(page: ManifestPage) -> list[str]:
    return [label.text() for label in page.scan_view.findChildren(QLabel)]


def test_scans_count_down_by_name(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, cues = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    for parcel in close_out.waiting[:13]:
        page.scanned(parcel.tracking_number)
    assert page.scan_view._count.text() == "13"
    texts = _texts(page)
    assert "8313" in texts
    assert "8314" in texts
    assert "Stefan Brandt · Stuttgart, DE" in texts
    assert "8312" not in texts
    page.scanned("nobody's")
    page.scanned(close_out.waiting[0].tracking_number)
    assert cues[-2:] == [Cue.WRONG, Cue.OK]
    for parcel in close_out.waiting[13:]:
        page.scanned(parcel.tracking_number)
    assert cues[-1] is Cue.DONE


def test_no_scan_is_dropped_while_the_lane_is_busy(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    later = Later()
    close_out = FakeCloseOut()
    page, _ = _page(qtbot, look, tmp_path, close_out, later)
    later.go()
    page.begin("colissimo")
    later.go()
    for parcel in close_out.waiting:
        page.scanned(parcel.tracking_number)
    assert len(later.waiting) == 1  # the next one needs the answer to this one
    while later.waiting:
        later.go()
    assert page.scan_view._count.text() == "15"
    # The naive twin gives each scan the manifest as it was: of fifteen only the last counts.
    opened = close_out.start("colissimo")
    answers = [close_out.scan(opened, parcel.tracking_number)[0] for parcel in close_out.waiting]
    assert len(answers[-1].scanned) == 1


def test_the_forgotten_are_asked_about_before_closing(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, _ = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    for parcel in close_out.waiting[:12]:
        page.scanned(parcel.tracking_number)
    qtbot.keyClick(page.scan_view, Qt.Key.Key_F)
    question = page.scan_view._question
    assert question is not None
    assert close_out.closed == []
    assert "3 parcels stay here and are named on the manifest. Close it?" in _texts(page)
    with qtbot.waitSignal(page.changed):
        question._confirm()
    assert len(close_out.closed[0].missing) == 3
    assert not page.is_open
    assert page.paper.path is not None
    assert page.paper.path.read_bytes() == b"%PDF manifest"
    assert "12 parcels · 3 stayed here" in page.outcome.accessibleName()


def test_a_whole_manifest_closes_at_once(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, _ = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    for parcel in close_out.waiting:
        page.scanned(parcel.tracking_number)
    page.scan_view.close_button.click()
    assert len(close_out.closed) == 1


def test_nothing_scanned_cannot_be_closed(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, _ = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    assert not page.scan_view.close_button.isEnabled()
    page._ask_close()
    assert close_out.closed == []


def test_escape_leaves_and_nothing_is_written(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, _ = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    page.scanned(close_out.waiting[0].tracking_number)
    qtbot.keyClick(page.scan_view, Qt.Key.Key_Escape)
    assert not page.is_open
    assert close_out.closed == []
    page.scanned(close_out.waiting[1].tracking_number)  # now it belongs to the bench
    assert not page.is_open


def test_a_scan_that_fails_is_told_and_the_next_goes_on(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    close_out = FakeCloseOut()
    page, cues = _page(qtbot, look, tmp_path, close_out)
    page.begin("colissimo")
    close_out.error = StoreProblem("The disk is full.")
    page.scanned("x")
    assert page.scan_view.outcome.accessibleName() == "The disk is full."
    assert cues == [Cue.WRONG]
    close_out.error = None
    page.scanned(close_out.waiting[0].tracking_number)
    assert page.scan_view._count.text() == "1"


def test_past_manifests_have_their_paper_again(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page, _ = _page(qtbot, look, tmp_path, FakeCloseOut())
    page.past._paper("Manifest Colissimo", "m1")
    assert page.paper.path is not None
    assert page.paper.path.suffix == ".pdf"
