"""`wismo-desk answer FILE` of what is no mail and no text: a sentence, never a guess."""

from __future__ import annotations

import codecs
import random
from pathlib import Path

import pytest

from wismo_desk.cli.answer import _mail
from wismo_desk.errors import BadInput

_BYTES = random.Random(7).randbytes(300_000)


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder"):
        _mail(str(tmp_path))


@pytest.mark.parametrize("name", ["x.eml", "x.txt", "x.mbox"])
def test_random_bytes_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(_BYTES)
    with pytest.raises(BadInput):
        _mail(str(tmp_path / name))


def test_notepads_unicode_is_read(tmp_path: Path) -> None:
    path = tmp_path / "question.txt"
    path.write_bytes(codecs.BOM_UTF16_LE + "Où est mon colis ?".encode("utf-16-le"))
    assert _mail(str(path)).text == "Où est mon colis ?"
