"""A frame goes before the words of rows, and what looks too long is cut to the same words as after measuring."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wismo_desk.ui.grid_paint import Face, _fit, _shape, _width
from wismo_desk.ui.grid_turn import PaintTurn
from wismo_desk.ui.theme import Figures, Look, Weight


def test_who_forms_rows_stands_back_until_the_frame_is_painted() -> None:
    turn, told = PaintTurn(), threading.Event()
    answers: list[bool] = []

    def form_rows() -> None:
        told.set()
        answers.append(turn.stand_back())

    thread = threading.Thread(target=form_rows)
    with turn.painting():
        thread.start()
        assert told.wait(5)
        assert answers in ([], [False])  # False: a frame that lasts too long is not waited for
    thread.join(5)
    assert len(answers) == 1


def test_nobody_waits_between_frames_nor_after_one_that_failed() -> None:
    turn = PaintTurn()
    assert turn.stand_back()
    with pytest.raises(ZeroDivisionError), turn.painting():
        _ = 1 / 0
    assert turn.stand_back()


def test_a_frame_without_end_holds_nobody_up() -> None:
    turn = PaintTurn()
    with turn.painting():
        assert not turn.stand_back()


def _measured_first(text: str, face: Face, room: int) -> str:
    if _width(_shape(text, face.font), face) <= room:
        return text
    return face.metrics.elidedText(text, face.mode, room)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from("iiil.,'mMWé0123456789 -·"), max_size=60),
    room=st.integers(14, 320),
    code=st.booleans(),
)
def test_cutting_at_once_says_what_measuring_first_says(look: Look, text: str, room: int, code: bool) -> None:
    face = Face(Weight.REGULAR, Figures.CODE if code else Figures.TABULAR)
    shaped, wide = _fit(text, face, room)
    said = shaped if isinstance(shaped, str) else shaped.text()
    assert said == _measured_first(text, face, room)
    assert wide == _width(_shape(said, face.font), face)
