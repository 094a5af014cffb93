"""What looks too long for its cell is cut to the same words as after measuring."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wismo_desk.ui.grid_paint import Face, _fit, _shape, _width
from wismo_desk.ui.theme import Figures, Look, Weight


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
