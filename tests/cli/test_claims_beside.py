"""`wismo-desk claims` while the desk is open with the same folder: listed and written out, opened at the desk only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.flows.claim_rig import PNG, Desk
from wismo_desk.__main__ import main

KEY = bytes(range(32))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Iterator[Desk]:
    monkeypatch.setenv("WISMO_DESK_KEY", KEY.hex())
    made = Desk(tmp_path / "desk")
    with closing(made.store):
        yield made


def run(desk: Desk, *line: str) -> int:
    return main(["--language", "fr", "--folder", str(desk.store.folder), "claims", *line])


def test_the_file_is_written_beside_an_open_desk(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = desk.claim(desk.ship("1001", "TRI"))
    desk.steps.attach(claim, name="photo.png", content=PNG)
    before = desk.store.journal.facts_after(0)
    assert run(desk, "file", "1001", str(tmp_path / "claim.pdf")) == 0
    assert (tmp_path / "claim.pdf").read_bytes().startswith(b"%PDF")
    assert run(desk, "file", "nobody", str(tmp_path / "no.pdf")) == 1
    assert desk.store.journal.facts_after(0) == before
    assert run(desk, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["claims"][0]["order"] == "1001"


def test_opening_is_refused_there(desk: Desk) -> None:
    desk.ship("1001", "TRI")
    assert run(desk, "open", "1001") == 1
    assert desk.open.rows() == []
