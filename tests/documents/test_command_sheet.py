"""The command sheet: every code is read, its modules are wide, and its quiet zones are free."""

import re

import pytest
from paper_sample import FONTS, codes, pages, picture

from wismo_desk.documents.bars import code_128
from wismo_desk.documents.commands import command_sheet
from wismo_desk.domain.commands import Command
from wismo_desk.words import Words

COMMANDS = [(command.value, f"Label {n}", f"Help {n}") for n, command in enumerate(Command)]


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_every_command_reads_back(words: Words, dpi: int) -> None:
    pdf = command_sheet(COMMANDS, words=words, fonts=FONTS)
    assert sorted(codes(picture(pdf, dpi=dpi))) == sorted(code for code, _, _ in COMMANDS)


def test_captions_in_two_languages(words: Words) -> None:
    class French(Words):
        def __call__(self, sentence: str, /, **values: object) -> str:
            return {"Label 0": "Libellé 0"}.get(sentence, sentence.format(**values))

    [text] = pages(command_sheet(COMMANDS[:2], words=French("fr"), fonts=FONTS))
    assert "Libellé 0" in text
    assert "Label 0" in text
    assert text.count("Label 1") == 1  # not twice when both languages say the same


def test_modules_and_quiet_zones_on_the_printer_s_dots(words: Words) -> None:
    """At 600 dpi every run of the bars is a multiple of ten dots (0.423 mm), quiet zones of 100 and more."""
    pdf = command_sheet([("WD-OK", "OK", "")], words=words, fonts=FONTS)
    image = picture(pdf, dpi=600).point(lambda grey: 0 if grey < 128 else 255)
    row = image.crop((0, round(47 / 25.4 * 600), image.width // 2, round(47 / 25.4 * 600) + 1)).tobytes()
    runs = [len(run[0]) for run in re.finditer(rb"\x00+|\xff+", row)]
    modules = [len(run) for run in re.findall("1+|0+", code_128("WD-OK"))]
    assert [round(run / 10) for run in runs[1:-1]] == modules
    assert all(abs(run - 10 * count) <= 1 for run, count in zip(runs[1:-1], modules, strict=True))
    left = runs[0] - round(15 / 25.4 * 600)
    assert left >= 100 - 1  # from the cell's edge
    assert runs[-1] >= 100


def test_more_commands_than_a_page_holds(words: Words) -> None:
    many = [(f"WD-{n:02d}", f"Label {n}", "") for n in range(40)]
    pdf = command_sheet(many, words=words, fonts=FONTS)
    texts = pages(pdf)
    assert len(texts) == 3
    found = [code for number in range(3) for code in codes(picture(pdf, number))]
    assert sorted(found) == [code for code, _, _ in many]


def test_a_code_too_long_for_its_cell_is_a_bug(words: Words) -> None:
    with pytest.raises(ValueError, match="too long"):
        command_sheet([("WD-" + "X" * 20, "A", "B")], words=words, fonts=FONTS)
