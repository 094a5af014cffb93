"""Labels are painted without a screen."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.words import Words

FONTS = Path(__file__).parents[2] / "resources" / "fonts"


@pytest.fixture(scope="session")
def fonts(qapp: object) -> Fonts:
    return Fonts(FONTS)


@pytest.fixture(scope="session")
def words() -> Words:
    return Words("en")


@pytest.fixture(scope="session")
def painter(qapp: object, words: Words) -> LabelPainter:
    return LabelPainter(words, FONTS)
