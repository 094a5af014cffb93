"""The look and the words every window test shares, with the bundled fonts: the same pictures anywhere."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import LIGHT, Look, load_fonts
from wismo_desk.words import Words

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture(scope="session")
def fonts(qapp: QApplication) -> tuple[str, ...]:
    return load_fonts(RESOURCES / "fonts")


@pytest.fixture
def look(qapp: QApplication, fonts: tuple[str, ...]) -> Look:
    made = Look(LIGHT, Icons(RESOURCES / "icons"))
    made.dress(qapp)
    return made


def catalogue(*files: Path) -> bytes:
    """The compiled French of these files."""
    whole = Catalog(locale="fr")
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    packed = io.BytesIO()
    write_mo(packed, whole)
    return packed.getvalue()


@pytest.fixture(scope="session")
def french() -> Words:
    return Words("fr", catalogue(RESOURCES / "words" / "fr" / "ui.po"))
