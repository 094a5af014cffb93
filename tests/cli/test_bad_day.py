"""What an operator reads when something is wrong: refusals say what happened, where, and what to do, in French too."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.cli.options import parse
from wismo_desk.store.shared import SharedDatabase

HEAD = "carrier;service;zone;max_weight_g;price_cents;transit_days\n"
AWAY = "postgresql+psycopg://poste@127.0.0.1:1/wismo"  # nobody listens at port 1


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    monkeypatch.setenv("WISMO_DESK_KEY", "07" * 32)
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "station.toml").write_text('language = "fr"\n', encoding="utf-8")
    return folder


def run(folder: Path, *line: str, language: str = "fr") -> int:
    return main(["--language", language, "--folder", str(folder), *line])


def test_prices_say_where_the_refused_lines_are(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, errors = tmp_path / "tarifs.csv", tmp_path / "errors.csv"
    file.write_text(f"{HEAD}own;home;FR;30000;-499;2\nown;home;FR;x;400;2\n", encoding="utf-8")
    assert run(desk, "prices", str(file)) == 1
    said = capsys.readouterr().err
    assert (
        "« -499 » dans la colonne price_cents est inférieur à 0".replace(" »", "\u202f»").replace(
            "« ", "«\u202f"
        )
        in said
    )
    assert "Il y a 2 lignes de ce genre. Ajoutez --errors FICHIER.csv" in said
    assert run(desk, "prices", str(file), "--errors", str(errors), language="en") == 1
    said = capsys.readouterr().err
    assert f"The refused lines, each with its reason, are in {errors}:" in said and "Add --errors" not in said
    assert errors.read_text(encoding="utf-8-sig").count("own;home") == 2
    file.write_text(f"{HEAD}own;home;FR;x;400;2\n", encoding="utf-8")
    assert run(desk, "prices", str(file), language="en") == 1
    assert "--errors" not in capsys.readouterr().err  # the one line has been told


def test_headings_alone_are_no_price_list(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tarifs.csv"
    file.write_text(HEAD, encoding="utf-8")
    assert run(desk, "prices", str(file)) == 1
    said = capsys.readouterr()
    assert said.err.startswith("Le tarif n’a que des titres de colonnes") and not said.out


def test_a_mistyped_key_is_told_by_every_command(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "station.toml").write_text('tenent = 3\n[mail]\nhots = "smtp"\n', encoding="utf-8")
    assert run(desk, "read", "4006381333931") == 0
    said = capsys.readouterr().err
    assert "Rien ne lit la clé tenent de station.toml" in said and "Vouliez-vous dire tenant" in said
    assert "mail.host" in said


def test_a_wrong_value_is_told_without_an_english_word(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "station.toml").write_text('[mail]\non = "yes"\nport = 587\n', encoding="utf-8")
    assert run(desk, "rules") == 1
    said = capsys.readouterr().err.strip()
    assert (
        said
        == 'Dans station.toml, on de la section [mail] vaut true ou false, sans guillemets, et non "yes".'
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (["db", "join", "nonsense"], "upload|fresh ne peut pas être 'nonsense'."),
        (["db", "join"], "Il manque encore\u202f: upload|fresh."),
        (["secret"], "Il manque encore\u202f: shared|mail."),
        (["parse", "gls", "x", "f"], "label|track|error ne peut pas être 'x'."),
    ],
)
def test_wrong_usage_names_what_to_type(
    line: list[str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse(["--language", "fr", *line])
    assert name in capsys.readouterr().err


def test_users_are_not_granted_by_the_defaults_of_a_mistyped_folder(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typo = tmp_path / "dekc"
    assert run(typo, "db", "grant-station", "poste_2", "--url", AWAY) == 1
    assert f"Il n’y a pas de poste dans {typo} dont les réglages diraient" in capsys.readouterr().err
    assert run(typo, "db", "revoke-station", "poste_2") == 1
    assert "nommeraient la base partagée" in capsys.readouterr().err
    for line in (["revoke-station", "p", "--url", AWAY],
                 ["grant-station", "p", "--url", AWAY, "--tenant", "1", "--warehouse", ""]):  # fmt: skip
        assert run(typo, "db", *line) == 1
        assert "La base partagée ne répond pas" in capsys.readouterr().err  # all is said on the line
    assert run(desk, "db", "grant-station", "poste_2", "--url", AWAY) == 1
    assert "La base partagée ne répond pas" in capsys.readouterr().err
    assert not typo.exists()


@pytest.mark.parametrize("line", [["db", "upgrade"], ["find", "x", "--archive"], ["worker", "--once"]])
def test_without_the_line_a_command_ends_and_says_so_once(
    desk: Path, line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A desk goes on without the shared database. A command does not, and must not say so."""
    (desk / "station.toml").write_text(f'shared = "{AWAY}"\nlanguage = "fr"\n', encoding="utf-8")
    SharedDatabase.open(AWAY).close()
    assert run(desk, "rules") == 0  # makes the files
    capsys.readouterr()
    assert run(desk, *line) == 1
    said = capsys.readouterr()
    whole = said.out + said.err
    assert whole.count("ne répond pas, et cette commande s’arrête ici") == 1
    assert whole.count("ne répond pas") == 1 and "rattrape" not in whole
