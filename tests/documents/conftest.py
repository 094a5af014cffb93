"""Papers need no screen; the drawer of foreign scripts does, and has none here."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from paper_sample import FONTS

from wismo_desk.documents.script import DrawsText
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.words import Words


@pytest.fixture(scope="session")
def words() -> Words:
    return Words("en")


@pytest.fixture(scope="session")
def draw(qapp: object, words: Words) -> DrawsText:
    return LabelPainter(words, FONTS).draw_text
