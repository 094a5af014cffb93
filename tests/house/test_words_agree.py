"""A word agrees with its figure: nothing and one are singular in French, one alone in English."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from wismo_desk.resources import catalogue
from wismo_desk.words import Words

FRENCH, ENGLISH = Words("fr", catalogue("fr")), Words("en")
BOTH = "{n} {n|claim|claims}"


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0 réclamation", "0 claims"),
        (1, "1 réclamation", "1 claim"),
        (2, "2 réclamations", "2 claims"),
        ("0", "0 réclamation", "0 claims"),
        ("1,5", "1,5 réclamation", "1,5 claims"),
        ("1\u202f234", "1\u202f234 réclamations", "1\u202f234 claims"),
        ("–", "– réclamations", "– claims"),
    ],
)
def test_nothing_and_one_are_singular_in_french(count: object, french: str, english: str) -> None:
    assert FRENCH("{n} claims", n=count) == french
    assert ENGLISH(BOTH, n=count) == english


def test_a_value_with_a_bar_stays_as_it_is() -> None:
    assert ENGLISH("{name}: {n} {n|part|parts}", name="a|b|c", n=1) == "a|b|c: 1 part"
    assert ENGLISH("{name}", name="{n|x|y}") == "{n|x|y}"


def test_the_tool_refuses_a_choice_by_a_place_that_is_not_there() -> None:
    path = Path(__file__).parents[2] / "installers" / "words.py"
    spec = importlib.util.spec_from_file_location("installers_words_agree", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.places("{n} {n|jour|jours}") == tool.places("{n} days") == ["n"]
    for wrong in ("{n} {m|jour|jours}", "{n} {n|jour}"):
        with pytest.raises(ValueError, match="chooses between"):
            tool.places(wrong)
