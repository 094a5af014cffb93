"""The receipt: only commands we mean to send, its code readable from the raster, any name on paper."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_sample import PRODUCTS, codes, line, order, read_receipt

from wismo_desk.documents.receipt import COLUMNS, WIDTH, packing_receipt
from wismo_desk.documents.script import DrawsText
from wismo_desk.domain.order import Party
from wismo_desk.words import Words


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("escpos")


def receipt(words: Words, cache: Path, draw: DrawsText | None = None, **changes: object) -> bytes:
    return packing_receipt(order(**changes), products=PRODUCTS, words=words, cache=cache, draw=draw)


def test_what_it_says(words: Words, cache: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = receipt(words, cache)
    paper = read_receipt(data)
    for part in ("10482", "Claire Lefèvre", "37000 Tours", "Note: Fragile", "[ ] 3 x A10", "OEuf d'argile"):
        assert part in paper.text
    assert "Pieces in all: 6" in paper.text
    assert paper.cut
    assert data.startswith(b"\x1b@\x1bt\x13")
    assert all(len(row) <= COLUMNS for row in paper.text.splitlines())
    assert capfd.readouterr().out == ""  # escpos likes to talk


@pytest.mark.parametrize("number", ["10482", "CMD-2026-000482", "1" * 30])
def test_its_code_opens_the_order(words: Words, cache: Path, number: str) -> None:
    [bars] = read_receipt(receipt(words, cache, number=number)).pictures
    assert codes(bars) == [number]
    assert bars.width <= WIDTH


@pytest.mark.parametrize("number", ["n° 7", "X" * 40])
def test_a_number_without_code(words: Words, cache: Path, number: str) -> None:
    """No scanner types it, or its bars would be thinner than two dots."""
    assert read_receipt(receipt(words, cache, number=number)).pictures == ()


def test_names_in_any_script_are_pictures(words: Words, cache: Path, draw: DrawsText) -> None:
    party = Party(name="محمد عبد الرحمن", company="Łódź sp. z o.o.", city="東京 " * 20)
    drawn = read_receipt(receipt(words, cache, draw, recipient=party))
    assert len(drawn.pictures) == 4  # the code and three lines
    assert all(image.width <= WIDTH + 7 for image in drawn.pictures)
    assert all(image.getextrema()[0] == 0 for image in drawn.pictures)
    assert "?" not in drawn.text
    plain = read_receipt(receipt(words, cache, recipient=party))
    assert "???? ??? ??????" in plain.text


def test_french_print_needs_no_picture(words: Words, cache: Path, draw: DrawsText) -> None:
    paper = read_receipt(receipt(words, cache, draw, note="L’œuf « d’été » — 3 € …"))
    assert len(paper.pictures) == 1
    assert "L'oeuf « d'été » - 3 € ..." in paper.text


def test_long_names_are_wrapped(words: Words, cache: Path) -> None:
    name = "Bougie parfumée au figuier de Provence, édition de Noël, cent quatre-vingts grammes"
    paper = read_receipt(receipt(words, cache, lines=(line(1, "X", name=name),)))
    assert name.replace(" ", "") in paper.text.replace("\n", "").replace(" ", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_no_text_becomes_a_command(words: Words, cache: Path, text: str) -> None:
    party = Party(name=text, street=(text,), city=text)
    read_receipt(
        receipt(words, cache, recipient=party, note=text, number=f"1{text}")
    )  # fails on a stray byte


def test_a_naive_writer_would_open_the_drawer() -> None:
    attack = "A\x1bp\x00\x19\xfa"
    with pytest.raises(AssertionError):
        read_receipt(attack.encode("latin-1"))


def test_escpos_keeps_its_pickle_where_it_is_told(tmp_path: Path) -> None:
    root, here = Path(__file__).parents[2], Path(__file__).parent
    script = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from pathlib import Path\n"
        "import wismo_desk.documents.packing, wismo_desk.documents.manifest, wismo_desk.documents.commands\n"
        "from wismo_desk.documents.receipt import packing_receipt\n"
        "from wismo_desk.words import Words\n"
        "assert not {'escpos', 'reportlab', 'PIL'} & set(sys.modules)\n"
        "from paper_sample import order\n"
        "packing_receipt(order(), products={}, words=Words('en'), cache=Path(sys.argv[3]))\n"
    )
    cache, temporary = tmp_path / "cache", tmp_path / "tmp"
    cache.mkdir()
    temporary.mkdir()
    command = [sys.executable, "-c", script, str(root), str(here), str(cache)]
    subprocess.run(command, env={**os.environ, "TMPDIR": str(temporary)}, check=True, timeout=60)
    assert [path.suffix for path in cache.iterdir()] == [".pickle"]
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
