"""What the bench has in hand between two scans, and the picture of it. All of it follows from facts: after a
crash it is read back, not remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from wismo_desk.domain.bench_view import (
    BenchMode,
    BenchView,
    Cue,
    ForgottenView,
    LabelView,
    LineView,
    Problem,
    ProblemView,
)
from wismo_desk.domain.effect import Effect
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.packing import Packing, line_views
from wismo_desk.errors import DeskError
from wismo_desk.flows.close_out import OpenManifest
from wismo_desk.flows.departures import Idle
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.ship import Shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one scan or key did. `purchase` is to be bought on the carrier's lane, `job` to be printed on the
    printer's, `void` asked of the carrier; each comes back to the bench when done."""

    view: BenchView
    changes: Changes = field(default_factory=Changes)
    purchase: Purchase | None = None
    job: Effect | None = None
    void: LabelView | None = None
    bought: Shipped | None = None  # a label that lay here already: to be shown and printed at once


_LOCKED = (BenchMode.LABEL_OUT, BenchMode.BUYING)


@dataclass(slots=True)
class BenchState:
    station: str
    packing: Packing | None = None
    carrier: str = ""
    service: str = ""
    leaves_at: datetime | None = None
    problem: ProblemView | None = None
    label: LabelView | None = None
    more: tuple[LabelView, ...] = ()  # labels of the same call that are still to be stuck on
    job: Effect | None = None  # the print of the label in hand
    purchase: Purchase | None = None  # the one whose answer is awaited or was refused
    buying: dict[str, Purchase] = field(default_factory=dict)  # by order number
    weighing: bool = False
    closing_last: bool = False  # what WEIGHING will close
    typed_weight_g: int | None = None
    locked_g: int | None = None  # of the parcel whose label is bought or in hand
    relabel: bool = False  # its label was voided: a new one needs a second scan, or OK
    manifest: OpenManifest | None = None
    forgotten: tuple[ForgottenView, ...] = ()  # named already: the next MANIFEST closes without them
    last_order: str = ""
    last_closed: bool = False
    idle: Idle = field(default_factory=Idle)
    paused: tuple[str, ...] = ()
    notice: str = ""
    notice_values: tuple[tuple[str, object], ...] = ()
    warned: bool = False

    @property
    def mode(self) -> BenchMode:
        if self.problem is not None:
            return BenchMode.PROBLEM
        if self.manifest is not None:
            return BenchMode.MANIFEST
        if self.weighing:
            return BenchMode.WEIGHING
        if self.label is not None:
            return BenchMode.LABEL_OUT
        if self.packing is not None:
            waiting = self.packing.order.number in self.buying and self.packing.complete
            return BenchMode.BUYING if waiting else BenchMode.PACKING
        return BenchMode.IDLE

    @property
    def _parcel_no(self) -> int:
        """The parcel whose label is in hand, else the one now open."""
        if self.label is not None:
            return self.label.parcel_no
        if self.packing is None:
            return 1
        return max(1, self.packing.parcels + (0 if self.packing.complete else 1))

    def next_label(self) -> bool:
        """Take the next label of the same call in hand; False when there is none."""
        if not self.more:
            return False
        self.label, self.more, self.job = self.more[0], self.more[1:], None
        self.say(
            "Next, the label of parcel {parcel}. Still to be scanned: {count}.",
            parcel=self.label.parcel_no,
            count=len(self.more) + 1,
        )
        return True

    def lay_down(self) -> None:
        """No label is in hand any more, and none of its call."""
        self.label, self.more, self.job = None, (), None

    def say(self, sentence: str = "", **values: object) -> None:
        self.notice, self.notice_values = sentence, tuple(values.items())

    def hold(
        self,
        problem: Problem,
        error: DeskError,
        *,
        expected: LineView | None = None,
        scanned: LineView | None = None,
        partial: bool = False,
    ) -> None:
        """Scanning stops until somebody answers. `partial`: finishing short is one of the ways out."""
        self.problem = ProblemView(
            kind=problem,
            sentence=error.sentence,
            values=tuple(error.values.items()),
            raw=error.raw,
            expected=expected,
            scanned=scanned,
            can_finish_partial=partial,
        )

    def view(self, cue: Cue = Cue.SILENT, *, weight_g: int | None = None) -> BenchView:
        packing = self.packing
        lines = line_views(packing) if packing else ()
        manifest = self.manifest
        mode, label = self.mode, self.label
        number = packing.order.number if packing else label.order_number if label else ""
        return BenchView(
            mode=mode,
            station=self.station,
            cue=cue,
            warned=self.warned,
            order_number=number,
            carrier=self.carrier if packing else label.carrier if label else "",
            service=self.service if packing else label.service if label else "",
            leaves_at=self.leaves_at if packing else None,
            note=packing.order.note if packing else "",
            lines=lines,
            current=packing.current if packing else -1,
            parcel_no=self._parcel_no,
            pieces_done=sum(min(line.done, line.wanted) for line in lines),
            pieces_wanted=sum(line.wanted for line in lines),
            weight_g=self.locked_g if mode in _LOCKED else weight_g,
            weight_locked=mode in _LOCKED,
            carton=packing.carton if packing else "",
            last_order=self.last_order,
            last_closed=self.last_closed,
            problem=self.problem,
            label=label,
            relabel=self.relabel and packing is not None,
            buying=next(iter(self.buying), ""),
            departures=self.idle.departures,
            done_today=self.idle.done_today,
            left_today=self.idle.left_today,
            paused=self.paused,
            manifest_carrier=manifest.name if manifest else "",
            manifest_scanned=len(manifest.scanned) if manifest else 0,
            manifest_expected=len(manifest.expected) if manifest else 0,
            forgotten=self.forgotten if manifest else (),
            notice=self.notice,
            notice_values=self.notice_values,
        )
