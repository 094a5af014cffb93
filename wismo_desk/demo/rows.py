"""What a demo must show: one row each, with its figure and its bar, on the screen and in summary.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`kept`: whether `figure` reaches `bar`. A row without a bar is only told."""

    name: str
    figure: str
    bar: str = ""
    kept: bool = True


class Rows:
    """In the order in which they were shown."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def add(self, name: str, figure: str, *, bar: str = "", kept: bool = True) -> None:
        self._rows.append(Row(name=name, figure=figure, bar=bar, kept=kept))

    @property
    def kept(self) -> bool:
        return bool(self._rows) and all(row.kept for row in self._rows)

    def table(self) -> str:
        """A line a row, the missed ones marked."""
        names, figures = (
            max(len(text) for text in column)
            for column in zip(*((row.name, row.figure) for row in self._rows), strict=True)
        )
        return "\n".join(
            f"{' ' if row.kept else '✕'} {row.name:{names}}  {row.figure:{figures}}  {row.bar}".rstrip()
            for row in self._rows
        )

    def write(self, out: Path, more: Mapping[str, Any]) -> Path:
        path = out / "summary.json"
        said = {"kept": self.kept, "rows": [asdict(row) for row in self._rows], **more}
        path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path
