"""The packing page: every mode paints at every size, keys and touches come back as commands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_views import LABEL, LINES, LONG, NOW, SHIRT, VIEWS, packing, problem
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from wismo_desk.domain.bench_view import BenchView, Cue, Problem, ProblemView
from wismo_desk.domain.commands import KEYS, Command
from wismo_desk.domain.printer import PrinterState
from wismo_desk.ui.bench_canvas import MARGIN, Run, fit, in_groups, wrap
from wismo_desk.ui.bench_frame import _PRINTER_WORDS, Equipment
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.bench_problem import CASES, difference, ways_out
from wismo_desk.ui.theme import THEMES, Look, Weight, font
from wismo_desk.words import Words

PICTURES = Path(__file__).parents[2] / "resources" / "practice" / "pictures"
SIZES = ((1920, 1080), (1366, 768), (1280, 1024), (2560, 1080))


@pytest.fixture
def page(look: Look, french: Words, qtbot: Any) -> BenchPage:
    made = BenchPage(
        look, french, clock=lambda: NOW, pictures=PICTURES, preview=lambda png, done: done(png), stays_ms=0
    )
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    return made


def key(page: BenchPage, code: Qt.Key | int, text: str = "", *, scan_code: int = 0) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, scan_code, 0, 0, text)
    QApplication.sendEvent(page, event)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_every_mode_paints_at_every_size(
    page: BenchPage, look: Look, qapp: Any, name: str, theme: Any
) -> None:
    look.dress(qapp, theme)
    for size in SIZES:
        page.resize(*size)
        page.show_view(VIEWS[name], NOW)
        image = page.grab().toImage()
        colours = {
            image.pixelColor(x, y).name() for x in range(0, size[0], 40) for y in range(0, size[1], 40)
        }
        assert len(colours) > 2, name


def test_two_equal_views_paint_the_same_screen(page: BenchPage) -> None:
    page.show_view(VIEWS["packing-long"], NOW)
    first = page.grab().toImage()
    page.show_view(VIEWS["idle"], NOW)
    page.grab()
    page.show_view(VIEWS["packing-long"], NOW)
    assert page.grab().toImage() == first


def test_nothing_can_take_the_focus_but_the_page(page: BenchPage) -> None:
    assert page.findChildren(QAbstractButton) == []
    assert [
        child for child in page.findChildren(QWidget) if child.focusPolicy() != Qt.FocusPolicy.NoFocus
    ] == []


@pytest.mark.parametrize(("name", "command"), KEYS.items())
def test_keys_are_commands(page: BenchPage, qtbot: Any, name: str, command: Command) -> None:
    page.show_view(VIEWS["packing"], NOW)
    code = {"Enter": Qt.Key.Key_Return, "Esc": Qt.Key.Key_Escape}.get(name, ord(name[0]))
    with qtbot.waitSignal(page.acted) as acted:
        key(page, code, "" if len(name) > 1 else name.lower())
    assert acted.args == [command]


def test_the_digit_row_of_a_french_keyboard_chooses_cartons_without_shift(
    page: BenchPage, qtbot: Any
) -> None:
    from wismo_desk.ui.key_positions import us_character

    page.show_view(VIEWS["packing"], NOW)
    import sys

    if not sys.platform.startswith("linux"):
        pytest.skip("the positions here are evdev's")
    assert us_character(11, 0, shift=False) == "2"
    with qtbot.waitSignal(page.acted) as acted:
        key(page, Qt.Key.Key_Eacute, "é", scan_code=11)
    assert acted.args == [Command.CARTON_2]


def test_other_letters_do_nothing(page: BenchPage, qtbot: Any) -> None:
    page.show_view(VIEWS["packing"], NOW)
    with qtbot.assertNotEmitted(page.acted):
        key(page, Qt.Key.Key_X, "x")


@pytest.mark.parametrize("opener", [(Qt.Key.Key_Slash, "/"), (Qt.Key.Key_F2, "")])
def test_a_number_typed_by_hand(page: BenchPage, qtbot: Any, opener: tuple[Qt.Key, str]) -> None:
    page.show_view(VIEWS["idle"], NOW)
    key(page, *opener)
    with qtbot.assertNotEmitted(page.acted):
        for digit in "10482P":
            key(page, ord(digit), digit)
        key(page, Qt.Key.Key_Backspace)
    page.grab()
    with qtbot.waitSignal(page.typed) as typed:
        key(page, Qt.Key.Key_Return, "\r")
    assert typed.args == ["10482"]
    with qtbot.waitSignal(page.acted):
        key(page, Qt.Key.Key_Return, "\r")


def test_escape_leaves_the_entry_and_nothing_else(page: BenchPage, qtbot: Any) -> None:
    page.show_view(VIEWS["idle"], NOW)
    key(page, Qt.Key.Key_Slash, "/")
    with qtbot.assertNotEmitted(page.acted), qtbot.assertNotEmitted(page.typed):
        key(page, ord("1"), "1")
        key(page, Qt.Key.Key_Escape)


def test_a_problem_cannot_be_typed_around(page: BenchPage, qtbot: Any) -> None:
    page.show_view(VIEWS["wrong-item"], NOW)
    key(page, Qt.Key.Key_Slash, "/")
    with qtbot.waitSignal(page.acted) as acted:
        key(page, Qt.Key.Key_Return, "\r")
    assert acted.args == [Command.OK]


def test_the_weight_is_typed_in_grams(page: BenchPage, qtbot: Any) -> None:
    page.show_view(VIEWS["weighing"], NOW)
    for digit in "0842":
        key(page, ord(digit), digit)
    page.grab()
    with qtbot.waitSignal(page.typed) as typed:
        key(page, Qt.Key.Key_Return, "\r")
    assert typed.args == ["842"]
    with qtbot.waitSignal(page.acted) as acted:
        key(page, Qt.Key.Key_Return, "\r")
    assert acted.args == [Command.OK]
    key(page, ord("7"), "7")
    with qtbot.assertNotEmitted(page.acted):
        key(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.acted) as acted:
        key(page, Qt.Key.Key_Escape)
    assert acted.args == [Command.BACK]


@pytest.mark.parametrize("size", SIZES)
def test_each_way_out_is_one_whole_touch_target(page: BenchPage, qtbot: Any, size: tuple[int, int]) -> None:
    page.resize(*size)
    page.show_view(VIEWS["wrong-item"], NOW)
    page.grab()
    scale = min(size[0] / 1920, size[1] / 1080)
    assert [way.command for way in page._exits] == [Command.OK, Command.PARTIAL]
    for way in page._exits:
        for at in (way.box.topLeft(), way.box.center()):
            with qtbot.waitSignal(page.acted) as acted:
                spot = QPoint(round(at.x() * scale) + 3, round(at.y() * scale) + 3)
                qtbot.mouseClick(page, Qt.MouseButton.LeftButton, pos=spot)
            assert acted.args == [way.command]


def test_a_finger_that_slides_off_chooses_nothing(page: BenchPage, qtbot: Any) -> None:
    page.show_view(VIEWS["wrong-item"], NOW)
    page.grab()
    inside = page._exits[0].box.center().toPoint()
    with qtbot.assertNotEmitted(page.acted):
        qtbot.mousePress(page, Qt.MouseButton.LeftButton, pos=inside)
        qtbot.mouseRelease(page, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def frame_colour(page: BenchPage) -> str:
    return page.grab().toImage().pixelColor(6, 500).name()


def test_right_is_a_green_frame_for_a_moment_and_the_content_is_already_the_next(
    page: BenchPage, look: Look, qtbot: Any
) -> None:
    page.show_view(packing(cue=Cue.OK), NOW)
    flashed = page.grab().toImage()
    assert flashed.pixelColor(6, 500) == look.theme.ok
    qtbot.waitUntil(lambda: frame_colour(page) == look.theme.background.name())
    rested = page.grab().toImage()
    inside = (40, 120, 1880, 960)
    assert flashed.copy(*inside[:2], inside[2] - 40, inside[3] - 120) == rested.copy(
        *inside[:2], inside[2] - 40, inside[3] - 120
    )


def test_a_warned_scan_flashes_in_warn_and_stays_said(page: BenchPage, look: Look) -> None:
    page.show_view(VIEWS["packing-warned"], NOW)
    assert frame_colour(page) == look.theme.warn_solid.name()


def test_a_problem_does_not_flash(page: BenchPage, look: Look) -> None:
    page.show_view(VIEWS["wrong-item"], NOW)
    assert frame_colour(page) == look.theme.danger_solid.name()
    assert not page._flash.isActive()


def test_painted_is_told_once_per_view(page: BenchPage, qtbot: Any) -> None:
    views: list[BenchView] = []
    page.painted.connect(views.append)
    page.show_view(VIEWS["packing"], NOW)
    page.grab()
    page.grab()
    assert views == [VIEWS["packing"]]


def test_a_preview_that_comes_late_for_another_label_is_not_shown(
    look: Look, french: Words, qtbot: Any
) -> None:
    asked: list[tuple[bytes, Callable[[bytes], None]]] = []
    page = BenchPage(
        look,
        french,
        clock=lambda: NOW,
        pictures=PICTURES,
        preview=lambda png, done: asked.append((png, done)),
        stays_ms=0,
    )
    qtbot.addWidget(page)
    page.show_view(VIEWS["label-out"], NOW)
    page.show_view(VIEWS["idle"], NOW)
    asked[0][1](LABEL.image)
    assert page._image == (b"", None)


def test_a_label_that_the_next_scan_closes_at_once_gets_no_picture(
    look: Look, french: Words, qtbot: Any
) -> None:
    asked: list[bytes] = []
    page = BenchPage(
        look,
        french,
        clock=lambda: NOW,
        pictures=PICTURES,
        preview=lambda png, _done: asked.append(png),
        stays_ms=20,
    )
    qtbot.addWidget(page)
    page.show_view(VIEWS["label-out"], NOW)
    page.show_view(VIEWS["idle"], NOW)
    assert not page._stays.isActive()
    page.show_view(VIEWS["label-out"], NOW)
    assert asked == []
    qtbot.waitUntil(lambda: asked == [LABEL.image])


def test_every_problem_has_words_a_title_and_a_way_out(french: Words) -> None:
    assert set(CASES) == set(Problem)
    assert set(_PRINTER_WORDS) == set(PrinterState)
    for kind in Problem:
        for partial in (False, True):
            held = ProblemView(kind=kind, sentence="x", can_retry=True, can_finish_partial=partial)
            commands = [way.command for way in ways_out(held)]
            assert commands[:2] == [Command.OK, Command.REPRINT]
            assert (Command.PARTIAL in commands) is partial


def test_three_ways_out_fit(page: BenchPage) -> None:
    view = problem(Problem.PRINTER, "x", can_retry=True, can_finish_partial=True)
    page.show_view(view, NOW)
    page.grab()
    boxes = [way.box for way in page._exits]
    assert len(boxes) == 3
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert boxes[-1].right() <= 1920 - MARGIN


def test_only_the_words_that_differ_are_boxed() -> None:
    assert difference("Bleu · taille M", "Bleu · taille L") == (
        ("Bleu · taille", "M", ""),
        ("Bleu · taille", "L", ""),
    )
    assert difference("Mug bleu 30 cl", "Mug blanc 30 cl")[1] == ("Mug", "blanc", "30 cl")
    assert difference("Stylo", "Stylo") == (("Stylo", "", ""), ("Stylo", "", ""))
    assert difference("a a", "a a a") == (("a a", "", ""), ("a a", "a", ""))


def test_words_fit_their_box_or_end_in_an_ellipsis(fonts: Any) -> None:
    size, lines = fit(LONG.name * 5, 600, 220, most=160, least=72)
    assert size == 72
    assert len(lines) * size * 1.06 <= 220 + size
    assert lines[-1].endswith("…")
    assert all(Run(line, size, None, Weight.BOLD).width <= 601 for line in lines)  # type: ignore[arg-type]
    size, lines = fit("Mug", 600, 220, most=160, least=72)
    assert (size, lines) == (160, ["Mug"])
    assert "".join(wrap("Donaudampfschifffahrtsgesellschaft", font(72, Weight.BOLD), 400)) == (
        "Donaudampfschifffahrtsgesellschaft"
    )


def test_numbers_are_grouped_for_the_eye() -> None:
    assert in_groups("6A17204518835") == "6A 17204 51883 5"
    assert in_groups("XY481209375FR") == "XY 481 209 375 FR"
    assert in_groups("41872093") == "4187 2093"
    assert in_groups("not/alnum") == "not/alnum"


def test_the_page_says_itself_to_a_screen_reader(page: BenchPage) -> None:
    page.show_view(VIEWS["packing"], NOW)
    assert page.accessibleDescription() == f"SCANNEZ {SHIRT.name} {SHIRT.variant}"
    page.show_view(VIEWS["wrong-item"], NOW)
    assert page.accessibleDescription().startswith("MAUVAIS ARTICLE")


def test_a_missing_or_broken_picture_is_a_box(page: BenchPage, tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "broken.png").write_bytes(b"not a picture")
    for name in ("no-such.svg", str(tmp_path / "broken.png")):
        page.show_view(packing((replace(SHIRT, picture=name),), 0), NOW)
        page.grab()


def test_machines_are_shown_in_the_foot(page: BenchPage) -> None:
    page.show_view(VIEWS["packing-arabic"], NOW)
    before = page.grab().toImage()
    page.show_equipment(Equipment(printer="QUAI-3", printer_state=PrinterState.HEAD_OPEN, weight_g=0))
    assert page.grab().toImage() != before


def test_times_go_on_by_themselves(page: BenchPage) -> None:
    from datetime import timedelta

    page.show_view(VIEWS["idle"], NOW)
    before = page.grab().toImage()
    page.tick(NOW + timedelta(minutes=5))
    assert page.grab().toImage() != before
    assert page._refresh.isActive()


def test_a_long_order_turns_pages_so_that_cards_stay_where_they_are(page: BenchPage) -> None:
    lines = tuple(LINES[i % 2] for i in range(10))
    seen = []
    for current in (5, 6):
        page.show_view(packing(lines, current, pieces_done=current, pieces_wanted=10), NOW)
        seen.append(page.grab().toImage().copy(60, 850, 90, 110))
    assert seen[0] == seen[1]
