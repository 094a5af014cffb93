"""Help and wrong usage in the reader's language; exit code 2 as argparse has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.cli.options import parse
from wismo_desk.cli.usage import spoken_language, told
from wismo_desk.resources import catalogue
from wismo_desk.settings import Settings, save
from wismo_desk.words import Words

ENGLISH = ("usage", "options:", "show this help", "required", "invalid", "expected", "argument")
WRONG = [
    (["import"], "Il manque encore\u202f: FICHIER."),
    (["--bla"], "Pas compris\u202f: --bla."),
    (["figures", "--new"], "--new se place avant la commande\u202f: wismo-desk --new … COMMANDE."),
    (["figures", "--folder", "x"], "--folder se place avant la commande\u202f: wismo-desk --folder"),
    (["db", "wrong"], "ACTION ne peut pas être 'wrong'. Choisissez parmi"),
    (["--folder"], "--folder attend une valeur."),
    (["demo", "--orders", "0"], "--orders\u202f: il faut un nombre à partir de 1, pas 0"),
    (["demo", "--orders", "-3"], "--orders\u202f: il faut un nombre à partir de 1, pas -3"),
    (["demo", "--orders", "x"], "pas x"),
    (["demo", "--outage", "x"], "--outage ne peut pas être 'x'."),
]


@pytest.mark.parametrize(("line", "said"), WRONG, ids=[" ".join(line) for line, _ in WRONG])
def test_wrong_usage_is_told_in_french(
    line: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--language", "fr", *line])
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert not [word for word in ENGLISH[1:] if word in shown]


@pytest.mark.parametrize("line", [[], ["demo"], ["import"], ["db"], ["db", "restore"], ["secret"]])
def test_help_is_french(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--language", "fr", *line, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith("usage\u202f: wismo-desk")
    assert "affiche cette aide" in shown
    assert not [word for word in ENGLISH[2:] if word in shown]


def test_english_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--language", "en", "import"])
    assert "Still needed: FILE." in capsys.readouterr().err


def test_the_language_is_the_lines_else_the_settings(tmp_path: Path) -> None:
    save(tmp_path, Settings(language="en"))
    assert spoken_language(["--folder", str(tmp_path), "--help"]) == "en"
    assert spoken_language(["--folder", str(tmp_path), "--language", "fr"]) == "fr"
    assert spoken_language([f"--folder={tmp_path}"]) == "en"
    (tmp_path / "station.toml").write_text("not = = toml")
    assert spoken_language(["--folder", str(tmp_path), "--language"]) == "fr"


def test_what_argparse_may_say_one_day_is_still_a_sentence() -> None:
    assert (
        told("something new", Words("fr", catalogue("fr"))) == "Cette ligne de commande n’est pas comprise."
    )


def test_what_is_understood() -> None:
    options = parse(["demo", "--orders", "3"])
    assert (options.command, options.orders) == ("demo", 3)
    options = parse(["import", "x.csv", "--map", "lundi"])
    assert (options.file, options.map) == (Path("x.csv"), "lundi")
    assert parse([]).command == "window"
