"""`wismo-desk forecast backtest` as it is typed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.practice.histories import make_history


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


def test_it_is_said_in_words_in_both_languages(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, word in (("en", "false alarms"), ("fr", "fausses alertes")):
        assert main(["--language", language, "forecast", "backtest", str(history), "--lanes", "service"]) == 0
        assert word in capsys.readouterr().out


def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    assert main(["forecast", "backtest", str(path)]) == 1
    assert "handed_over_at" in capsys.readouterr().err
