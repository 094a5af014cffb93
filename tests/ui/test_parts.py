"""Small widgets: named, sized, painted in every theme."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from wismo_desk.ui.icons import Icons
from wismo_desk.ui.marks import Mark, Stage, paint_mark, paint_stage
from wismo_desk.ui.parts import Button, Chip, Choice, Elided, Kind, Tag
from wismo_desk.ui.status_dot import StatusDot
from wismo_desk.ui.theme import THEMES, Figures, Look, Theme


def picture(paint, side: int = 48) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    paint(painter, QRectF(2, 2, side - 4, side - 4))
    painter.end()
    return image


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_marks_differ_by_shape_alone(qapp, theme: Theme) -> None:
    """All in one colour, as a colour-blind eye or a grey print shows them."""
    black, white = QColor("black"), QColor("white")
    drawn = [
        picture(lambda p, box, mark=mark: paint_mark(p, mark, box, theme, shape=black, glyph=white))
        for mark in Mark
    ]
    assert all(a != b for i, a in enumerate(drawn) for b in drawn[:i])


def test_stages_differ(qapp) -> None:
    theme = next(iter(THEMES.values()))
    drawn = [picture(lambda p, box, stage=stage: paint_stage(p, stage, box, theme)) for stage in Stage]
    assert all(a != b for i, a in enumerate(drawn) for b in drawn[:i])


@pytest.mark.parametrize("side", [14, 16, 22, 44, 160])
def test_a_mark_stays_in_its_box(qapp, side: int) -> None:
    theme = next(iter(THEMES.values()))
    for mark in Mark:
        image = picture(lambda p, box, mark=mark: paint_mark(p, mark, box, theme), side + 4)
        edge = [image.pixelColor(x, y) for x in range(side + 4) for y in (0, side + 3)]
        assert all(colour == QColor("white") for colour in edge), mark


def test_icons_take_the_colour_and_are_drawn_once(look: Look) -> None:
    red = look.icons.pixmap("truck", 24, QColor("#FF0000"))
    image = red.toImage()
    inks = {
        image.pixelColor(x, y).name()
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() > 250
    }
    assert inks == {"#ff0000"}
    assert look.icons.pixmap("truck", 24, QColor("#FF0000")) is red
    assert look.icons.pixmap("truck", 24, QColor("#FF0000"), density=2).width() == 48


def test_every_icon_of_the_folder_draws(look: Look) -> None:
    folder = look.icons._folder
    names = [path.stem for path in folder.glob("*.svg")]
    assert len(names) >= 55
    for name in names:
        image = look.icons.pixmap(name, 24, QColor("black")).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), name
    with pytest.raises(FileNotFoundError):
        Icons(folder).pixmap("no-such-icon", 24, QColor("black"))


def test_interactive_parts_are_named_and_in_the_tab_order(look: Look, qtbot) -> None:
    parts: list[QWidget] = [
        Button(look, "Ouvrir", icon="search", key="C", kind=Kind.PRIMARY),
        Chip(look, "Tous", 386),
        Choice(look, "Format"),
    ]
    for part in parts:
        qtbot.addWidget(part)
        assert part.accessibleName()
        assert part.focusPolicy().value & 1, "reached by Tab"
    assert parts[1].accessibleName() == "Tous 386"


def test_a_chip_keeps_its_width_while_its_count_moves(look: Look, qtbot) -> None:
    chip = Chip(look, "À traiter", 9)
    qtbot.addWidget(chip)
    before = chip.sizeHint()
    chip.set_count(1234)
    assert chip.sizeHint() == before
    assert chip.accessibleName() == "À traiter 1234"


def test_a_status_dot_has_words_only_when_something_is_wrong(look: Look, qtbot) -> None:
    dot = StatusDot(look, "printer", "Imprimante")
    qtbot.addWidget(dot)
    dot.show_state(Mark.OK, "prête")
    quiet = dot.sizeHint().width()
    dot.show_state(Mark.DANGER, "QUAI-1 : capot ouvert")
    assert dot.sizeHint().width() > quiet + 100
    assert dot.accessibleName() == "Imprimante: QUAI-1 : capot ouvert"


def test_elided_codes_lose_their_middle_and_tell_the_whole(look: Look, qtbot) -> None:
    label = Elided("10774000312207107740003", 13, figures=Figures.CODE)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.grab()
    assert label.toolTip() == "10774000312207107740003"
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_tag_says_its_state(look: Look, qtbot) -> None:
    tag = Tag(look, "prête", Mark.OK)
    qtbot.addWidget(tag)
    tag.show_state("capot ouvert", Mark.DANGER)
    assert tag.accessibleName() == "capot ouvert"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_pressed_button_says_so_once(look: Look, qtbot, kind: Kind) -> None:
    button: QAbstractButton = Button(look, "Prévenir", icon="mail", key="N", kind=kind)
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    button.grab()
    with qtbot.waitSignal(button.clicked):
        button.click()


def test_what_mends_itself_is_told_quietly(qtbot: QtBot, look: Look) -> None:
    """Off-line is no alarm: a dot and muted words, no tinted box and no triangle."""
    dot = StatusDot(look, "refresh-cw", "Partage")
    qtbot.addWidget(dot)
    silent = dot.sizeHint().width()
    dot.show_state(
        Mark.INFO, "Seul depuis 14:08", detail="Seul depuis 14:08. La base partagée ne répond pas."
    )
    assert not dot.loud and dot.sizeHint().width() > silent + 80
    assert dot.accessibleName() == "Partage: Seul depuis 14:08" and "ne répond pas" in dot.toolTip()
    dot.resize(dot.sizeHint())
    quiet = dot.grab().toImage()
    dot.show_state(Mark.WARN, "Seul depuis 14:08")
    dot.resize(dot.sizeHint())
    loud = dot.grab().toImage()
    corner = (quiet.width() - 3, quiet.height() // 2)
    assert quiet.pixelColor(*corner) != loud.pixelColor(*corner), "no box around it"
