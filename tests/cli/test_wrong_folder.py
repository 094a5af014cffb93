"""A mistyped folder is no new desk: no command makes anything there unless it was asked to."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.app.which_desk import settle_folder
from wismo_desk.cli.options import parse

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "line",
    [
        ["answer", "Where is my order 1?"],
        ["import", "{file}"],
        ["import", "--numbers", "{file}"],
        ["preflight", "--offline"],
        ["rules", "--apply"],
        ["prices", "{file}"],
        ["anomalies"],
        ["figures"],
        ["find", "1"],
        ["claims", "list"],
        ["claims", "open", "1"],
        ["privacy", "erase", "--order", "1", "--reason", "asked"],
        ["pages", "preview"],
        ["worker", "--once"],
        ["db", "rebuild"],
        ["db", "upgrade"],
    ],
)
def test_a_folder_without_a_desk_is_refused_and_stays_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: Sequence[str]
) -> None:
    """Its naive twin is what `import` did: the file came in, into a desk that nobody would ever open."""
    wrong, file = tmp_path / "tpyo", tmp_path / "file.csv"
    file.write_text("order number,sku,quantity\n1,A,1\n", encoding="utf-8")
    asked = [part.format(file=file) for part in line]
    assert main(["--language", "en", "--folder", str(wrong), *asked]) == 1
    told = capsys.readouterr().err
    assert str(wrong) in told
    assert "There is no desk in" in told or "There are no files of a station in" in told
    assert not wrong.exists()


def test_new_makes_one(tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file.csv"
    file.write_text("order number,sku,quantity\n1,A,1\n", encoding="utf-8")
    line = ["--language", "en", "--folder", str(tmp_path / "desk")]
    assert main([*line, "--new", "import", str(file)]) == 0
    assert "1 orders new" in capsys.readouterr().out
    assert main([*line, "import", str(file)]) == 0  # from then on it is there
    assert "1 as before" in capsys.readouterr().out


def settled(*line: str) -> Namespace:
    options = parse(line)
    settle_folder(options, TODAY)
    return options


def test_a_practice_folder_is_known_by_itself(tmp_path: Path) -> None:
    day = tmp_path / "2026-11-22"
    (day / "machines").mkdir(parents=True)
    for line in (
        ["--practice", "--folder", str(tmp_path)],
        ["--folder", str(tmp_path)],
        ["--folder", str(day)],
        ["--practice", "--folder", str(day)],
    ):
        options = settled(*line, "preflight")
        assert (options.folder, options.practice) == (day, True)
    options = settled("--practice", "--folder", str(day))  # the window finds the day by itself
    assert options.folder == tmp_path


def test_a_real_desk_is_never_taken_for_practice(tmp_path: Path) -> None:
    """Though somebody practised in the same folder."""
    (tmp_path / "2026-11-22" / "machines").mkdir(parents=True)
    (tmp_path / "journal.db").touch()
    options = settled("--folder", str(tmp_path), "preflight")
    assert (options.folder, options.practice) == (tmp_path, False)
    plain = tmp_path / "2026-11-21"
    plain.mkdir()  # a date alone is no practice
    options = settled("--folder", str(plain), "preflight")
    assert (options.folder, options.practice) == (plain, False)
    options = settled("--folder", str(tmp_path))
    assert (options.folder, options.practice) == (tmp_path, False)
