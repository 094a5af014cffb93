"""A mistyped folder is no new desk: what only reads makes nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.__main__ import main


def test_an_answer_from_a_folder_without_a_desk_is_refused_and_makes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "tpyo"
    assert main(["--language", "en", "--folder", str(wrong), "answer", "Where is my order 1?"]) == 1
    assert f"There is no desk in {wrong}." in capsys.readouterr().err
    assert not wrong.exists()
