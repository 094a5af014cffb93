"""Values of the right type that make no sense, and lists of another shape, are told by their key."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.station import FILE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retention_days", "-1"),
        ("volume", "-1"),
        ("volume", "101"),
        ("tenant", "0"),
        ("watched", "5"),
        ("watched", "0"),
        ("default_service", "5"),
        ("default_service", '"ab"'),  # a text of two letters is no pair
        ("default_service", "[1, 2]"),
        ("services", "5"),
        ("services", '[["a", "b"]]'),
        ("services", "[[1, 2, 3]]"),
    ],
)
def test_what_makes_no_sense_is_told_by_key(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / FILE).write_text(f"{name} = {value}\n", encoding="utf-8")
    with pytest.raises(SettingsProblem) as told:
        load(tmp_path)
    assert told.value.field == name
    assert told.value.raw == ""
    assert str(told.value).endswith(f"not {value}.")  # as it stands in the file


def test_the_edges_are_taken(tmp_path: Path) -> None:
    said = Settings(retention_days=0, volume=100, tenant=1, services=(("Express", "own", "home"),))
    save(tmp_path, said)
    assert load(tmp_path) == said
