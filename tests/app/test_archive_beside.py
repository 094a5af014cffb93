"""Commands beside an open desk ask the archive by a line of their own."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from postgres_cluster import PASSWORD
from two_desks import KEY, Clock, Desk

from wismo_desk.__main__ import main
from wismo_desk.resources import status_tables
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_codes import put_codes


def test_find_and_answer_know_what_only_the_archive_has(
    others: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
) -> None:
    monkeypatch.setenv("WISMO_DESK_KEY", KEY.hex())
    monkeypatch.setenv("WISMO_DESK_SHARED_PASSWORD", PASSWORD)
    here, there = (
        Desk.open(tmp_path / "here", "Poste 1", Clock()),
        Desk.open(tmp_path / "there", "Poste 2", Clock()),
    )
    with closing(here.store), closing(there.store), closing(SharedDatabase.open(others, PASSWORD)) as shared:
        with shared.begin() as db:
            put_codes(db, status_tables())
        sync = there.sync(shared)
        there.take_in("2001")
        sync.turn()

        def asked(line: str, *command: str) -> int:
            (here.folder / "station.toml").write_text(f'shared = "{line}"\n', encoding="utf-8")
            return main(["--language", "en", "--folder", str(here.folder), *command])

        assert asked(others, "find", "2001", "--json") == 0
        assert "2001" in json.dumps(json.loads(capsys.readouterr().out)["archive"])
        assert asked(others, "answer", "Where is my order 2001?", "--json") == 0
        assert json.loads(capsys.readouterr().out)["archived"] is True
        # Down: said, and not taken for an order that nobody knows.
        nowhere = "postgresql+psycopg://poste1@127.0.0.1:1/wismo"
        assert asked(nowhere, "answer", "Where is my order 2001?") == 0
        assert "The archive was not asked" in capsys.readouterr().out
