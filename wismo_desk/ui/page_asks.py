"""What the pages ask of the flows, as narrow protocols: a page knows verbs, never files, SQL or networks."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from wismo_desk.domain.effect import Effect
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.watching import Counts, Detail, Doubt, Filter, Manifest, OrderRow, ShipmentRow
from wismo_desk.errors import DeskError

if TYPE_CHECKING:
    # For its words only: loading it would load SQLAlchemy before the first paint.
    from wismo_desk.flows.close_out import ClosedManifest, ManifestScan, OpenManifest

T = TypeVar("T")
Print = Callable[[Effect], None]  # sends a pending print job on its printer's lane


class Run(Protocol):
    """`Lanes.run`: `work` on a lane's thread, then `done` or `failed` on the window's."""

    def __call__(
        self,
        lane: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        /,
    ) -> None: ...


class Watch(Protocol):
    def rows(self, asked: Filter, limit: int | None = None) -> array[int]: ...

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]: ...

    def row_ids(self, shipments: Iterable[UUID], /) -> dict[UUID, int]: ...

    def counts(self) -> Counts: ...

    def detail(self, shipment_id: UUID, /) -> Detail: ...

    def orders(self, *, states: Sequence[OrderState] = (), text: str = "") -> list[OrderRow]: ...

    def manifests(self) -> list[Manifest]: ...


class Track(Protocol):
    def choices(self, carrier: str, /) -> tuple[tuple[str, str], ...]: ...

    def __call__(self, shipment_id: UUID, code: str, *, note: str = "") -> Changes: ...

    def correct(self, shipment_id: UUID, /, *, reason: str) -> Changes: ...


class Reprint(Protocol):
    def __call__(self, parcel_id: UUID, /, *, reason: str) -> Effect: ...


class Void(Protocol):
    def __call__(self, parcel_id: UUID, /, *, reason: str) -> Changes: ...


class Asked(Protocol):
    """What became of asking the carrier again: `job` is the print that waits, when the label was found."""

    @property
    def changes(self) -> Changes: ...
    @property
    def job(self) -> Effect | None: ...
    @property
    def error(self) -> DeskError | None: ...


class Resolve(Protocol):
    def doubts(self) -> list[Doubt]: ...

    def cleared_today(self) -> list[Doubt]: ...

    def came_out(self, effect_id: UUID, /, *, reason: str) -> Changes: ...

    def not_out(self, effect_id: UUID, /, *, reason: str) -> Effect: ...

    def ask_again(self, effect_id: UUID, /) -> Asked: ...

    def decide(self, effect_id: UUID, /, *, bought: bool, number: str, reason: str) -> Changes: ...


class CloseOut(Protocol):
    def carriers(self) -> list[tuple[str, str, int]]: ...

    def start(self, carrier: str, /) -> OpenManifest: ...

    def scan(self, manifest: OpenManifest, code: str, /) -> tuple[OpenManifest, ManifestScan]: ...

    def close(self, manifest: OpenManifest, /) -> ClosedManifest: ...


class Papers(Protocol):
    def packing_slip(self, order_id: UUID, /) -> bytes: ...

    def command_sheet(self) -> bytes: ...

    def manifest(self, manifest_id: str, /) -> bytes: ...

    def receipt(self, order_id: UUID, /) -> bytes: ...


class IntakeLook(Protocol):
    """`fields`: (key, sentence, required) of every field of ours; `mapping`: our key to their column."""

    @property
    def kind(self) -> str: ...
    @property
    def header(self) -> tuple[str, ...]: ...
    @property
    def mapping(self) -> Mapping[str, str]: ...
    @property
    def known(self) -> bool: ...
    @property
    def sample(self) -> Sequence[Sequence[str]]: ...
    @property
    def fields(self) -> tuple[tuple[str, str, bool], ...]: ...


class Refusal(Protocol):
    @property
    def line_no(self) -> int: ...
    @property
    def sentence(self) -> str: ...
    @property
    def values(self) -> tuple[tuple[str, object], ...]: ...
    @property
    def raw_line(self) -> str: ...


class IntakeReport(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def taken(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def same(self) -> int: ...
    @property
    def kept(self) -> int: ...
    @property
    def refusals(self) -> Sequence[Refusal]: ...
    @property
    def error_file(self) -> bytes: ...
    @property
    def changes(self) -> Changes: ...


class Swept(Protocol):
    """What became of one file of the watched folder."""

    @property
    def name(self) -> str: ...
    @property
    def report(self) -> IntakeReport | None: ...
    @property
    def error(self) -> DeskError | None: ...
    @property
    def to_map(self) -> bool: ...


class WatchedFolder(Protocol):
    """`mapped` takes a waiting file in, and after it every other one with the same columns."""

    def waiting(self) -> list[Path]: ...

    def mapped(self, path: Path, mapping: Mapping[str, str], /) -> Sequence[Swept]: ...


class TakeIn(Protocol):
    def look(self, data: bytes, name: str, /) -> IntakeLook: ...

    def __call__(
        self, data: bytes, name: str, /, *, mapping: Mapping[str, str] | None = None
    ) -> IntakeReport: ...
