"""Commands that only read, while the desk is open with the same folder; those that write say so and change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.store.store_rig import NOON, order, taken_in
from wismo_desk.__main__ import main
from wismo_desk.domain.anomaly import Rules as AnomalyRules
from wismo_desk.domain.fact import FactKind
from wismo_desk.errors import DeskIsOpen, StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.reroute import RULES, SHIPPING
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

KEY = bytes([7] * 32)
RULES_HERE = AnomalyRules(zone=ZoneInfo("Europe/Paris"))
PRICES = "carrier;service;zone;max_weight_g;price_cents;transit_days\nown;home;FR;30000;400;2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    monkeypatch.setenv("WISMO_DESK_KEY", KEY.hex())
    made = tmp_path / "desk"
    made.mkdir()
    return made


@pytest.fixture
def open_desk(folder: Path) -> Iterator[Store]:
    """The window's own store, as far as the files can tell."""
    with closing(open_store(folder, KEY, statuses=status_tables(), rules=RULES_HERE)) as store:
        store.commit(taken_in(Pen("Poste 1"), order("W-1")))
        yield store


def run(folder: Path, *line: str) -> int:
    return main(["--language", "en", "--folder", str(folder), *line])


def test_what_only_reads_answers(folder: Path, open_desk: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "preflight", "--offline", "--json") == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 1
    assert run(folder, "rules", "--json") == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 1
    assert run(folder, "answer", "Where is my order W-1?", "--json") == 0
    assert json.loads(capsys.readouterr().out)["order"] == "W-1"
    assert run(folder, "anomalies", "--json") == 0
    assert "groups" in json.loads(capsys.readouterr().out)


def test_it_sees_what_the_desk_committed_last(
    folder: Path, open_desk: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    open_desk.commit(taken_in(Pen("Poste 1"), order("W-2")))
    assert run(folder, "preflight", "--offline", "--json") == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == 2


def test_what_writes_is_refused_and_changes_nothing(
    folder: Path, open_desk: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = {"rules": [], "default": ["practice", "home"]}  # sends the waiting order another way
    fact = Pen("Poste 1").fact(FactKind.VALUE_SET, scope=RULES, key=SHIPPING, value=book)
    open_desk.commit(Entry(at=NOON, facts=(fact,)))
    before = open_desk.journal.facts_after(0)
    file = tmp_path / "tarifs.csv"
    file.write_text(PRICES, encoding="utf-8")
    for line in (["rules", "--apply"], ["prices", str(file)]):
        assert run(folder, *line) == 1
        assert "in a process without a window" in capsys.readouterr().err
    assert open_desk.journal.facts_after(0) == before


def test_a_writing_statement_never_reaches_the_files(folder: Path, open_desk: Store) -> None:
    with closing(open_store(folder, KEY, statuses=status_tables(), rules=RULES_HERE, beside=True)) as seen:
        assert seen.reads_only
        with pytest.raises(StoreProblem, match="can only be read"):
            seen.commit(Entry(at=NOON))
        with pytest.raises(StoreProblem):
            seen.journal.take_serial("sscc")
        with pytest.raises(StoreProblem, match="can only be read"):
            seen.rebuild()
        assert not seen.judge_due(NOON)
    open_desk.commit(taken_in(Pen("Poste 1"), order("W-3")))  # the desk goes on


def test_a_desk_of_another_version_is_told(folder: Path, open_desk: Store) -> None:
    open_desk._files[1].run("UPDATE meta SET value = '0' WHERE name = 'fold'")
    with pytest.raises(StoreProblem, match="another version"):
        open_store(folder, KEY, statuses=status_tables(), rules=RULES_HERE, beside=True)


def test_the_naive_second_opening_is_refused(folder: Path, open_desk: Store) -> None:
    """What all commands did before, and those that write still do."""
    with pytest.raises(DeskIsOpen):
        open_store(folder, KEY, statuses=status_tables(), rules=RULES_HERE)
    assert run(folder, "db", "rebuild") == 1
