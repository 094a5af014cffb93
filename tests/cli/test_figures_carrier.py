"""`wismo-desk figures --carrier`: a carrier that nobody knows is refused, with the known ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.__main__ import main


def test_a_carrier_that_nobody_knows_is_refused(
    tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WISMO_DESK_KEY", "07" * 32)
    line = ["--language", "en", "--new", "--folder", str(tmp_path / "desk"), "figures", "--carrier"]
    assert main([*line, "nobody"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("There is no carrier nobody here. Known are: ") and "colissimo" in said
    assert main([*line, "colissimo"]) == 0
