"""Starting without a screen, the sample's first orders, and what the log says of a day."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.app.log import log_to
from wismo_desk.app.practice import dated, first_orders
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.resources import resources_dir

SAMPLE = dated((resources_dir() / "practice" / "commandes-exemple.csv").read_bytes(), date(2026, 11, 22))


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


@pytest.mark.parametrize("line", [[], ["--practice"], ["demo"]])
def test_no_screen_is_a_sentence_and_not_an_abort(
    tmp_path: Path, no_screen: None, capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    assert main(["--language", "fr", "--folder", str(tmp_path), *line]) == 1
    assert capsys.readouterr().err.startswith("Il n’y a pas d’écran ici")


@pytest.mark.parametrize("count", [1, 5, 30])
def test_the_first_orders_are_orders_that_come_in(count: int) -> None:
    now = datetime.now(UTC)
    whole = parse_orders(SAMPLE, source="csv", zone=UTC, received_at=now)
    file = parse_orders(first_orders(SAMPLE, count), source="csv", zone=UTC, received_at=now)
    assert [order.number for order in file.orders] == [order.number for order in whole.orders[:count]]


def test_the_naive_count_takes_damaged_orders_for_orders() -> None:
    now = datetime.now(UTC)
    numbers = list(dict.fromkeys(line.split(",")[1] for line in SAMPLE.decode().splitlines()[1:]))
    good = {
        order.source_ref for order in parse_orders(SAMPLE, source="csv", zone=UTC, received_at=now).orders
    }
    assert set(numbers) - good


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root, ours = logging.getLogger(), logging.getLogger("wismo_desk")
    before, level = list(root.handlers), ours.level
    log_to(tmp_path)
    yield tmp_path / "log" / "desk.log"
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    ours.setLevel(level)


def test_what_the_desk_does_is_in_its_log(log: Path) -> None:
    logging.getLogger("wismo_desk.app.desk").info("start: version %s", "0.1")
    logging.getLogger("requests").info("somebody else's chatter")
    assert "start: version 0.1" in log.read_text(encoding="utf-8")
    assert "chatter" not in log.read_text(encoding="utf-8")
