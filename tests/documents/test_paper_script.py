"""What Noto Sans prints by itself is really in it; the French of every sentence is there."""

import re
import unicodedata
from pathlib import Path

import pytest
from paper_sample import FONTS

from wismo_desk.documents.script import clean, is_simple, simple
from wismo_desk.labels.coverage import characters

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("face", ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"])
def test_every_simple_character_has_a_glyph(face: str) -> None:
    present = characters((FONTS / face).read_bytes())
    assigned = (
        n for n in range(0x2100) if unicodedata.category(chr(n)) not in ("Cn", "Cf", "Cc", "Zl", "Zp")
    )
    missing = [chr(n) for n in assigned if is_simple(chr(n)) and n not in present]
    assert missing == []


def test_simple_and_clean() -> None:
    assert simple("Łódź 東京") == "Łódź ??"
    assert clean("a\u202e\x1b\u202fb\n") == "a b"
    assert not is_simple("हिन्दी")  # Noto Sans has its letters; without shaping they would stand wrong


@pytest.mark.parametrize("room", ["labels", "documents"])
def test_every_sentence_has_its_french(room: str) -> None:
    """Sentences in calls, joined over line ends, against the catalogue; and the same places in both."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "wismo_desk" / room).glob("*.py"))
    call = r"(?:words|_words|BadInput|SettingsProblem|_failed)\(\s*((?:\"[^\"\n]*\"\s*)+)"
    said = {"".join(re.findall(r'"([^"\n]*)"', found)) for found in re.findall(call, code)}
    files = sorted((ROOT / "resources" / "words" / "fr").glob("*.po"), key=lambda path: path.stem == room)
    every = "\n".join(path.read_text(encoding="utf-8") for path in files)
    known = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', every, re.MULTILINE))
    own = dict(
        re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', files[-1].read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(own) <= said <= set(known)
    pairs = {sentence: known[sentence] for sentence in said}
    for english, french in pairs.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", french))
        assert not re.search(r"[^\u202f\u00a0][:;?!»](?:\s|$)", french), french
