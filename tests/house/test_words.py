"""One catalogue of words: whole, up to date, the same everywhere, in good French."""

from __future__ import annotations

import gettext
import importlib.util
import io
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from spoken import PACKAGE, spoken

from wismo_desk.resources import catalogue
from wismo_desk.words import Words

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("installers_words", ROOT / "installers" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = tool()
FRENCH = {sentence: said for _, sentence, said in TOOL.entries(TOOL.WORDS / "fr")}


def test_the_rooms_agree_and_lose_no_place() -> None:
    assert len(TOOL.merge(TOOL.WORDS / "fr")) == len(FRENCH)


def test_the_compiled_catalogue_is_up_to_date() -> None:
    """If this fails: make words."""
    kept = gettext.GNUTranslations(io.BytesIO(catalogue("fr")))._catalog  # type: ignore[attr-defined]  # its table
    assert {key: text for key, text in kept.items() if key} == TOOL.merge(TOOL.WORDS / "fr", TOOL.REFUSALS)


@pytest.mark.parametrize("room", [*ROOMS, "."])
def test_every_sentence_of_a_room_is_translated(room: str) -> None:
    files = PACKAGE.glob("*.py") if room == "." else (PACKAGE / room).rglob("*.py")
    missing = [
        f"{path.relative_to(PACKAGE)}:{line}: {sentence}"
        for path in sorted(files)
        for sentence, line in spoken(path).items()
        if sentence not in FRENCH
    ]
    assert missing == []


def test_the_search_for_sentences_finds_what_it_should(tmp_path: Path) -> None:
    found = {
        s
        for room in ("flows", "store", "settings")
        for p in (PACKAGE / room).rglob("*.py")
        for s in spoken(p)
    }
    for sentence in (
        "Less than {room} MB are free on this disk: no new work is taken in. Free some space.",
        "Label of order {order} is printing",
        "Nobody there",
        "This is the label of parcel {other}. In your hands is parcel {number} of the same order.",
        "“{text}” is not a time of day. Write it as 17:30.",
    ):
        assert sentence in found
    assert len(found) > 100


def test_french_typography() -> None:
    wrong = {
        said
        for said in FRENCH.values()
        if re.search(
            r"[^\u202f\u00a0\d:]:(?=\s|$)|[^\u202f\u00a0 ][;?!](?=\s|$)| [:;?!»]|« |\w'\w|\.\.\.", said
        )
    }
    assert wrong == set()


def test_words_in_use() -> None:
    french, english = Words("fr", catalogue("fr")), Words("en")
    assert french("{name} is not in this order.", name="Mug") == "Mug n’est pas dans cette commande."
    assert english("{name} is not in this order.", name="Mug") == "Mug is not in this order."
    assert french("Not a sentence of ours") == "Not a sentence of ours"


def write(folder: Path, name: str, *pairs: tuple[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    body = "".join(f'\nmsgid "{sentence}"\nmsgstr "{said}"\n' for sentence, said in pairs)
    (folder / f"{name}.po").write_text(head + body, encoding="utf-8")


WRONG = [
    ([("Undo", "Annuler")], [("Undo", "Défaire")], "differently"),
    ([("{count} parcels", "{compte} colis")], [], "places"),
    ([("Void", "")], [], "not translated"),
]


@pytest.mark.parametrize(("one", "two", "why"), WRONG)
def test_what_cannot_be_merged_is_told(
    tmp_path: Path, one: list[tuple[str, str]], two: list[tuple[str, str]], why: str
) -> None:
    write(tmp_path / "fr", "a", *one)
    write(tmp_path / "fr", "b", *two)
    with pytest.raises(ValueError, match=why):
        TOOL.merge(tmp_path / "fr")


def test_two_rooms_may_say_the_same(tmp_path: Path) -> None:
    write(tmp_path / "fr", "a", ("Parcel {number}", "Colis {number}"))
    write(tmp_path / "fr", "b", ("Parcel {number}", "Colis {number}"))
    merged = TOOL.merge(tmp_path / "fr")
    packed = TOOL.compiled(merged, "fr")
    assert packed == TOOL.compiled(dict(reversed(merged.items())), "fr")
    assert Words("fr", packed)("Parcel {number}", number=3) == "Colis 3"
    assert sys.modules.get("installers_words") is None  # loaded beside the program, not into it
