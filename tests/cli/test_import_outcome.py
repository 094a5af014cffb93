"""What `wismo-desk import` ends with, and what it says on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.__main__ import main

HEAD = "order number,sku,quantity,full name,address1,postcode,city\n"
GOOD, BAD = "{},A,1,Zoé,12 rue X,37000,Tours\n", "{},A,0,Zoé,12 rue X,37000,Tours\n"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_DESK_KEY", "07" * 32)


def run(tmp_path: Path, name: str, *lines: str, language: str = "en") -> int:
    path = tmp_path / name
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return main(["--language", language, "--new", "--folder", str(tmp_path / "desk"), "import", str(path)])


def test_the_exit_code_says_whether_anything_came_in(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "bad.csv", BAD.format("A-001"), BAD.format("A-002")) == 1
    assert "Line 2: The quantity" in capsys.readouterr().out
    assert run(tmp_path, "some.csv", BAD.format("A-001"), GOOD.format("A-002")) == 0
    assert run(tmp_path, "again.csv", BAD.format("A-001"), GOOD.format("A-002")) == 0  # it is here already
    assert run(tmp_path, "none.csv") == 1
    assert "none.csv holds headings only, and no line below them: nothing came in." in capsys.readouterr().err


def test_remarks_are_said_in_both_languages(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "short.csv", GOOD.format("A1")) == 0
    assert "Came in, to know – line 2: The number A1 is too short" in capsys.readouterr().out
    assert run(tmp_path, "court.csv", GOOD.format("B1"), language="fr") == 0
    assert "Le numéro B1 est trop court pour le lecteur." in capsys.readouterr().out


def test_a_long_file_is_told_on_stderr(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "long.csv", *(BAD.format(f"A-{number}") for number in range(2_100))) == 1
    assert "Lines read so far: 2,000" in capsys.readouterr().err


def test_help_says_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--language", "en", "import", "--help"])
    assert "1 when every line was refused" in " ".join(capsys.readouterr().out.split())
