"""The interval cell: late is coloured, the promise and now stand where they are, nothing is drawn outside."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from grid_fakes import ForeseenWatch
from page_fakes import PARIS, make_desk
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from wismo_desk.domain.anomaly_kinds import Severity
from wismo_desk.ui import grid_lines
from wismo_desk.ui.grid_interval import Axis, Ended, Interval, paint_days, paint_interval
from wismo_desk.ui.theme import Look

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=PARIS)
TODAY = date(2026, 12, 1).toordinal()
AXIS = Axis.at(NOON)


def _picture(look: Look, said: Interval) -> QImage:
    image = QImage(152, 27, QImage.Format.Format_ARGB32)
    image.fill(look.theme.surface)
    painter = QPainter(image)
    paint_interval(painter, said, AXIS, QRect(0, 0, 152, 27), look.theme)
    painter.end()
    return image


def _count(image: QImage, colour: QColor) -> int:
    return sum(image.pixel(x, y) == colour.rgb() for x in range(image.width()) for y in range(image.height()))


def test_what_is_beyond_the_promise_is_coloured(look: Look) -> None:
    theme = look.theme
    kept = _picture(look, Interval(TODAY, TODAY + 1, TODAY + 1, TODAY + 3))
    late = _picture(look, Interval(TODAY, TODAY + 1, TODAY + 2, TODAY - 4, severity=Severity.ACT))
    watch = _picture(look, Interval(TODAY, TODAY + 1, TODAY + 2, TODAY, severity=Severity.WATCH))
    assert _count(kept, theme.bar) > 80
    assert _count(kept, theme.danger) == _count(kept, theme.warn_solid) == 0
    assert _count(late, theme.danger) > 80
    assert _count(late, theme.bar) == 0
    assert _count(watch, theme.warn_solid) > 40
    assert _count(watch, theme.bar) > 10


@pytest.mark.parametrize(
    "said", [Interval(), Interval(promised=TODAY + 400), Interval(TODAY - 30, TODAY - 20, TODAY - 9)]
)
def test_nothing_foreseen_draws_only_the_axis(look: Look, said: Interval) -> None:
    image = _picture(look, said)
    assert _count(image, look.theme.bar) == 0
    assert image.pixel(8 + 26, 3) == look.theme.accent.rgb()  # now: a day and a half of 17 px
    assert _count(image, look.theme.weekend) > 500


def test_ends_are_marks(look: Look) -> None:
    assert _count(_picture(look, Interval(ended=Ended.DELIVERED, ended_on=TODAY)), look.theme.ok) > 20
    waiting = _picture(look, Interval(ended=Ended.WAITING, ended_on=TODAY - 9))
    assert _count(waiting, look.theme.ok) == 0


def test_the_header_names_the_days(look: Look) -> None:
    image = QImage(152, 28, QImage.Format.Format_ARGB32)
    image.fill(look.theme.sunken)
    painter = QPainter(image)
    paint_days(painter, AXIS, tuple("MTWTFSS"), QRect(0, 0, 152, 28), look.theme)
    painter.end()
    assert _count(image, look.theme.sunken) < 152 * 28
    assert [AXIS.weekday(number) for number in range(8)] == [0, 1, 2, 3, 4, 5, 6, 0]


def test_the_cell_reads_aloud_in_words(look: Look) -> None:
    desk = make_desk(look)
    lines = grid_lines.ShipmentLines(desk)
    said = [lines(ForeseenWatch(90).get(row), desk.clock()).cells[7] for row in range(1, 60)]
    assert any(" to " in cell.text for cell in said)
    assert any("late: " in cell.tip for cell in said)
    assert any(cell.interval and cell.interval.ended is Ended.DELIVERED for cell in said)
