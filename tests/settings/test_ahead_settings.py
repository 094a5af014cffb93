"""`[ahead]` of station.toml written by hand: a sentence that names what may stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import load
from wismo_desk.settings.ahead import AheadMode, AheadSettings, ahead_from_toml, ahead_to_toml
from wismo_desk.settings.cartons import typed_carton
from wismo_desk.settings.station import FILE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[ahead]\norders = 1000000000",
            "orders in the section [ahead] is a whole number from 0 to 50, not 1000000000",
        ),
        ("[ahead]\norders = true", "from 0 to 50, not true"),
        ("[ahead]\norders = 2.5", "from 0 to 50, not 2.5"),
        (
            "[ahead]\nweight_g = -1",
            "weight_g in the section [ahead] is a whole number from 0 to 30000, not -1",
        ),
        ("[ahead]\ntolerance_g = '10'", "from 0 to 2000, not 10"),
        ("[ahead]\nmode = 'always'", "mode in the section [ahead] is one of off, opened, queue, not always"),
        ("[ahead]\nmode = [1]", "is one of off, opened, queue"),
        ("ahead = 3", "ahead is a section"),
    ],
)
def test_a_value_that_cannot_be_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem) as told:
        load(tmp_path)
    assert said in str(told.value)


def test_what_can_be_comes_back() -> None:
    settings = AheadSettings(mode=AheadMode.QUEUE, orders=50, weight_g=30_000, tolerance_g=0)
    assert ahead_from_toml({**ahead_to_toml(settings), "of_later": 1}) == settings


@pytest.mark.parametrize(
    "text", ["30×20", "0 × 0 × 0; 0 g", "inf × 1 × 1", "30×20×² ; 1 g", "30×20×10 ; ² g", "nan×1×1"]
)
def test_what_is_no_carton_is_a_sentence(text: str) -> None:
    with pytest.raises(Exception, match="no size of a carton"):
        typed_carton(1, text)
