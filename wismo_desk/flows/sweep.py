"""The watched folder: order files dropped into `in` are taken in and moved to `done` or `error`; one whose
columns nobody knows waits in `to_map` until somebody says them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wismo_desk.errors import BadInput, DeskError, StoreProblem
from wismo_desk.flows.pen import Clock
from wismo_desk.flows.take_in import IntakeReport, TakeIn, Underway

# Workbooks cannot be read, and left where they are nobody would ever be told.
_ENDINGS: Final = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods"})
_FOLDERS: Final = ("in", "done", "error", "to_map")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """One file's fate: a report, why nothing of it came in, or that its columns are to be said first.
    `moved` is where it lies now, `errors` the file with its refused lines."""

    name: str
    moved: Path
    report: IntakeReport | None = None
    error: DeskError | None = None
    to_map: bool = False
    errors: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Call now and then from one lane. A file still being written is left for the next call: its size must
    stand still between two looks. What cannot be read is told once, until it changes."""

    folder: Path
    take_in: TakeIn
    clock: Clock
    seen: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)  # name to size, of what cannot be read or written
    heard: deque[tuple[str, Underway]] = field(
        default_factory=lambda: deque(maxlen=1)
    )  # the newest word on a long file

    def __call__(self) -> list[Swept]:
        try:
            for name in _FOLDERS:
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            paths = sorted((self.folder / "in").iterdir())
        except OSError as error:
            return self._tell(self.folder, 0, _away(self.folder, error))
        self.told.pop(self.folder.name, None)
        swept = []
        for path in paths:
            if path.suffix.lower() in _ENDINGS and not path.name.startswith("."):
                swept += self._look(path)
        return swept

    def waiting(self) -> list[Path]:
        """Files whose columns are to be said, oldest name first."""
        folder = self.folder / "to_map"
        return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []

    def mapped(self, path: Path, mapping: Mapping[str, str]) -> list[Swept]:
        """Take a waiting file in with the columns somebody said, and after it every other one with the same."""
        try:
            first = self._take(path, mapping or None)
        except OSError as error:
            raise _unreadable(path, error) from error
        return [first, *(self._take(other) for other in self.waiting() if self._is_known(other))]

    def _is_known(self, path: Path) -> bool:
        try:
            return self.take_in.look(path.read_bytes(), path.name).known
        except (OSError, DeskError):
            return False

    def _look(self, path: Path) -> list[Swept]:
        try:
            if not path.is_file():
                return []
            size = path.stat().st_size
            if self.seen.get(path.name) != size:
                self.seen[path.name] = size
                return []
            if self.told.get(path.name) == size:
                return []
            swept = self._take(path)
        except OSError as error:
            return self._tell(path, self.seen.get(path.name, -1), _unreadable(path, error))
        self.told.pop(path.name, None)
        del self.seen[path.name]
        return [swept]

    def _tell(self, path: Path, size: int, error: DeskError) -> list[Swept]:
        if self.told.get(path.name) == size:
            return []
        self.told[path.name] = size
        return [Swept(name=path.name, moved=path, error=error)]

    def _take(self, path: Path, mapping: Mapping[str, str] | None = None) -> Swept:
        data = path.read_bytes()
        try:
            look = None if mapping else self.take_in.look(data, path.name)
            if look is not None and look.mappable and not look.known:
                moved = path if path.parent.name == "to_map" else self._move(path, "to_map")
                return Swept(name=path.name, moved=moved, to_map=True)
            report = self.take_in(
                data, path.name, mapping=mapping, underway=lambda far: self.heard.append((path.name, far))
            )
        except StoreProblem as error:  # no fault of the file: it stays, and the next call tries again
            return Swept(name=path.name, moved=path, error=error)
        except DeskError as error:
            return Swept(name=path.name, moved=self._move(path, "error"), error=error)
        finally:
            self.heard.clear()
        errors = None
        if report.refusals:
            moved = self._move(path, "error" if not (report.taken or report.same) else "done")
            errors = self.folder / "error" / f"{moved.stem}-errors.csv"
            errors.write_bytes(report.error_file)
        else:
            moved = self._move(path, "done")
        return Swept(name=path.name, moved=moved, report=report, errors=errors)

    def _move(self, path: Path, where: str) -> Path:
        """Never over an older file of the same name; one that only waits keeps its own."""
        stamp = f"{path.stem}-{self.clock():%Y%m%d-%H%M%S}"
        target = self.folder / where / f"{path.stem if where == 'to_map' else stamp}{path.suffix}"
        number = 1
        while target.exists():
            target = target.with_name(f"{stamp}-{number}{path.suffix}")
            number += 1
        return path.replace(target)


def _unreadable(path: Path, error: OSError) -> DeskError:
    return BadInput(
        "The file {name} cannot be read. Close it in other programs, then try again.",
        name=path.name,
        raw=error.strerror or "",
    )


def _away(folder: Path, error: OSError) -> DeskError:
    return BadInput(
        "The watched folder {folder} cannot be used. Choose another in the settings.",
        folder=str(folder),
        raw=error.strerror or "",
    )
