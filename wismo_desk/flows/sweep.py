"""The watched folder: order files dropped into `in` are taken in and moved to `done` or `error`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from wismo_desk.errors import DeskError, StoreProblem
from wismo_desk.flows.pen import Clock
from wismo_desk.flows.take_in import IntakeReport, TakeIn

_ENDINGS = frozenset({".csv", ".txt", ".tsv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """One file's fate: a report, or why nothing of it came in. `moved` is where it lies now."""

    name: str
    moved: Path
    report: IntakeReport | None = None
    error: DeskError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Call now and then from one lane. A file still being written is left for the next call: its size must
    stand still between two looks."""

    folder: Path
    take_in: TakeIn
    clock: Clock
    seen: dict[str, int] = field(default_factory=dict)

    def __call__(self) -> list[Swept]:
        for name in ("in", "done", "error"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        swept = []
        for path in sorted((self.folder / "in").iterdir()):
            if path.suffix.lower() not in _ENDINGS or path.name.startswith(".") or not path.is_file():
                continue
            size = path.stat().st_size
            if self.seen.get(path.name) != size:
                self.seen[path.name] = size
                continue
            del self.seen[path.name]
            swept.append(self._take(path))
        return swept

    def _take(self, path: Path) -> Swept:
        try:
            report = self.take_in(path.read_bytes(), path.name)
        except StoreProblem as error:  # no fault of the file: it stays, and the next call tries again
            return Swept(name=path.name, moved=path, error=error)
        except DeskError as error:
            return Swept(name=path.name, moved=self._move(path, "error"), error=error)
        if report.refusals:
            moved = self._move(path, "error" if not (report.taken or report.same) else "done")
            (self.folder / "error" / f"{moved.stem}-errors.csv").write_bytes(report.error_file)
        else:
            moved = self._move(path, "done")
        return Swept(name=path.name, moved=moved, report=report)

    def _move(self, path: Path, where: str) -> Path:
        """Never over an older file of the same name."""
        stamp = self.clock().strftime("%Y%m%d-%H%M%S")
        target = self.folder / where / f"{path.stem}-{stamp}{path.suffix}"
        number = 1
        while target.exists():
            target = target.with_name(f"{path.stem}-{stamp}-{number}{path.suffix}")
            number += 1
        return path.replace(target)
