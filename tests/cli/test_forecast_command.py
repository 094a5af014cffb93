"""`wismo-desk forecast backtest` as it is typed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.forecast.scan_file import STATUSES
from wismo_desk.practice.histories import EUROPE, make_history
from wismo_desk.practice.trails import make_trails


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "parcels.csv"
    path.write_text(make_history(9000, first=date(2026, 1, 5), days=160, seed=4).text(), encoding="utf-8")
    return path


def test_json_has_every_figure(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", "backtest", str(history), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"n", "mae_days", "exact", "within_1_day", "p80_coverage", "recall", "naive_recall"} <= set(found)
    assert {"false_alarm_rate", "auc", "ap", "by_month", "seconds"} <= set(found)
    assert set(found["recall"]) == set(found["naive_recall"]) == {"1", "2", "3", "5", "7"}
    assert (
        found["n"] > 7000 and 0 < found["mae_days"] < 2 and found["recall"]["5"] > found["naive_recall"]["5"]
    )
    assert sum(month["n"] for month in found["by_month"]) == found["n"]


@pytest.fixture(scope="module")
def scans(history: Path) -> Path:
    path = history.with_name("scans.csv")
    made = make_history(9000, first=date(2026, 1, 5), days=160, seed=4)
    path.write_text(make_trails(made, seed=5, world=EUROPE).text(made), encoding="utf-8")
    return path


def test_with_scans_both_clocks_stand_side_by_side(
    history: Path, scans: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And without them the output has the same keys and figures as ever."""
    assert main(["forecast", "backtest", str(history), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert main(["forecast", "backtest", str(history), "--scans", str(scans), "--json"]) == 0
    both = json.loads(capsys.readouterr().out)
    way = both.pop("after_scans")
    assert {**both, "seconds": 0} == {**plain, "seconds": 0}
    assert way["mae_days"] < way["from_hand_over"]["mae_days"]
    assert way["recall"]["5"] > way["naive_recall"]["5"] and way["hand_over_recall"] == plain["recall"]
    assert sum(month["evenings"] for month in way["by_month"]) == way["evenings"] > 9000
    assert way["scans"] == way["scan_rows"] > 9000 and way["scans_unusable"] == way["scans_of_others"] == 0
    for language, word in (("en", "from the hand-over"), ("fr", "depuis la remise")):
        command = ["--language", language, "forecast", "backtest", str(history), "--scans", str(scans)]
        assert main(command) == 0
        assert word in capsys.readouterr().out


def test_the_help_names_columns_and_states(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--language", "en", "forecast", "backtest", "--help"])
    said = capsys.readouterr().out
    assert all(word in said for word in (*STATUSES, "--scans", "shipment,"))


def test_it_is_said_in_words_in_both_languages(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("en", "false alarms"), ("fr", "fausses alertes")):
        assert main(["--language", language, "forecast", "backtest", str(history), "--lanes", "service"]) == 0
        assert word in capsys.readouterr().out


def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    assert main(["forecast", "backtest", str(path)]) == 1
    assert "handed_over_at" in capsys.readouterr().err


def test_wrong_scans_are_refused_with_a_sentence(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scans.csv"
    path.write_text("shipment,at\nP0000001,2026-01-05\n")
    assert main(["forecast", "backtest", str(history), "--scans", str(path)]) == 1
    said = capsys.readouterr().err
    assert "status" in said and "scans.csv" in said  # which of the two


@pytest.mark.parametrize("content", [b"", b" \n", b"\x89PNG\r\n\x00\x00\x00"])
def test_no_text_and_nothing_are_said_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(content)
    assert main(["--language", "en", "forecast", "backtest", str(path)]) == 1
    assert capsys.readouterr().err.startswith("picture.csv is ")


def test_a_lane_that_is_no_column_is_told_with_the_option(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--language", "en", "forecast", "backtest", str(history), "--lanes", "depot"]) == 1
    said = capsys.readouterr().err
    assert "depot of --lanes" in said and "destination_zone" in said


def test_lines_that_cannot_be_used_are_named(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = history.read_text(encoding="utf-8").split("\n")
    lines[8:14] = [",".join("soon" if at == 5 else "" for at in range(9))] * 6
    path = tmp_path / "some.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["--language", "en", "forecast", "backtest", str(path)]) == 0
    said = capsys.readouterr().out
    assert "  line 9: handed_over_at “soon” is no day\n" in said and "  and 1 more\n" in said
    assert main(["forecast", "backtest", str(path), "--json"]) == 0
    named = json.loads(capsys.readouterr().out)["unusable_lines"]
    assert [each["line"] for each in named] == [9, 10, 11, 12, 13]
