"""Joins the bench page to its flow: scans and keys go to the STATION lane, what they ask for to other lanes,
and every answer comes back the same way. Decides nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from wismo_desk.background.lanes import IDLE_LANE, Lane, Lanes
from wismo_desk.domain.bench_view import LabelView
from wismo_desk.domain.commands import AT_BENCH, Command
from wismo_desk.domain.effect import Effect
from wismo_desk.errors import DeskError, StoreProblem
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.sounds import Speaker

if TYPE_CHECKING:  # flows bring SQLAlchemy with them, and the first paint must not wait for it
    from wismo_desk.flows.bench_state import Step
    from wismo_desk.flows.departures import Departures, Idle
    from wismo_desk.flows.prepare import Purchase
    from wismo_desk.flows.print_label import Printed, PrintLabel
    from wismo_desk.flows.ship import Ship
    from wismo_desk.flows.verify import Verify
    from wismo_desk.flows.void import Void

log = logging.getLogger(__name__)
_IDLE_MS = 60_000
_HEARD_MS = 1_500
_LABEL_FIRST_MS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchFlows:
    """What the bench asks of the station."""

    verify: Verify
    ship: Ship
    print_label: PrintLabel
    void: Void
    departures: Departures


class Claims(Protocol):
    """Other stations' view of the order in hand; both may wait for a network."""

    def confirm(self, order_id: UUID, known: Collection[UUID], /) -> str:
        """The station that has it, or "" when it is ours. `known`: the facts that this bench saw of it."""
        ...

    def release(self, order_id: UUID, /) -> None: ...


class BenchDesk(QObject):
    """`changed` hands on what any step touched, `stepped` each step with its scan's start (seconds of
    time.perf_counter, 0 when no scan began it)."""

    changed = Signal(object)  # Changes
    stepped = Signal(object, float)  # Step
    printed = Signal(object)  # Printed
    trouble = Signal(str, bool)  # sentence for the desk, and whether it is a bug of ours

    def __init__(
        self,
        page: BenchPage,
        flows: BenchFlows,
        *,
        lanes: Lanes,
        speaker: Speaker,
        clock: Callable[[], datetime],
        told: Callable[[Exception], str],
        claims: Claims | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._flows, self._lanes = page, flows, lanes
        self._speaker, self._clock, self._told = speaker, clock, told
        self._claims = claims
        self._claimed: UUID | None = None
        page.acted.connect(self.act)
        page.typed.connect(self.type)
        page.painted.connect(self._get_ready)
        # To be done while the packer reaches for the last piece.
        self._nearly: Callable[[], object] | None = None
        self._early: UUID | None = None  # the print that this step began before it came out of the lane
        self._late: Step | None = None
        self._late_timer = QTimer(self)
        self._late_timer.setSingleShot(True)
        self._late_timer.timeout.connect(self._show_late)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_IDLE_MS)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)

    def heard(self) -> None:
        """Other desks' work came in: what waits has changed. Not for each word of it."""
        if not self._soon.isActive():
            self._soon.start(_HEARD_MS)

    def start(self) -> None:
        """Take up what was in hand when the program last stopped."""
        self._station(lambda: self._flows.verify.wake(self._flows.departures()))

    def refresh(self) -> None:
        """Fresh figures for the idle page, read once the bench rests."""

        def rest(idle: Idle) -> None:
            self._station(partial(self._flows.verify.rest, idle))

        self._lanes.run(IDLE_LANE, self._flows.departures, rest, self._failed)

    def scan(self, code: str) -> None:
        self._station(partial(self._flows.verify.scan, code), began=time.perf_counter())

    def act(self, command: Command) -> None:
        self._station(partial(self._flows.verify.act, command))

    def type(self, text: str) -> None:
        self._station(partial(self._flows.verify.typed, text))

    def send(self, job: Effect) -> None:
        """Print a pending job on its printer's own lane."""
        lane = f"printer:{self._flows.print_label.printer_for(job) or 'bench'}"
        self._lanes.run(lane, partial(self._flows.print_label, job), self.came_out, self._failed)

    def _print_early(self, job: Effect) -> None:
        """The label is on disk: its bytes need not wait until windows can read of it."""
        self._early = job.effect_id
        self.send(job)

    def _station(self, work: Callable[[], Step], *, began: float = 0.0) -> None:
        """What a step asks of other lanes starts at once, from the lane itself: printer and carrier do not
        wait until the window has painted."""

        def step() -> Step:
            self._early = None
            done = work()
            self._follow(done)
            self._claim()
            self._nearly = self._flows.verify.nearly()
            return done

        self._lanes.run(Lane.STATION, step, partial(self._took, began=began), self._failed)

    def _took(self, step: Step, *, began: float) -> None:
        """The sound at once. A picture that says a label is coming gives way until its bytes are on their way:
        painting a page takes the time of ten commits."""
        self._show_late()
        self._speaker.play(step.view.cue)
        if step.job is None:
            self._show(step, began)
        else:
            self._late = step
            self._late_timer.start(_LABEL_FIRST_MS)

    def _show_late(self) -> None:
        late, self._late = self._late, None
        self._late_timer.stop()
        if late is not None:
            self._show(late, 0.0)

    def _show(self, step: Step, began: float) -> None:
        self._page.show_view(step.view, self._clock())
        self.stepped.emit(step, began)
        if step.changes:
            self.changed.emit(step.changes)

    def _get_ready(self, _view: object) -> None:
        """After sound and picture of this scan, before the next."""
        nearly, self._nearly = self._nearly, None
        if nearly is not None:
            self._lanes.run("label ahead", nearly, lambda _painted: None, self._failed)

    def _follow(self, step: Step) -> None:
        if step.job is not None and step.job.effect_id != self._early:
            self.send(step.job)
        if step.purchase is not None:
            self._buy(step.purchase)
        if step.void is not None:
            self._void(step.void)

    def _claim(self) -> None:
        """The bench opens an order at once; whether another station was first is asked behind its back."""
        claims, order = self._claims, self._flows.verify.in_hand
        if claims is None or order == self._claimed:
            return
        before, self._claimed = self._claimed, order
        if before is not None:
            self._lanes.run(Lane.SYNC, partial(claims.release, before), _ignore, self._failed)
        if order is not None:
            ask = partial(self._ask_claim, claims, order, self._flows.verify.seen(order))
            self._lanes.run(Lane.SYNC, ask, _ignore, self._failed)

    def _ask_claim(self, claims: Claims, order: UUID, seen: Collection[UUID]) -> None:
        station = claims.confirm(order, seen)
        if station:
            self.lost(order, station)

    def lost(self, order: UUID, station: str) -> None:
        """From any thread: another station has this order."""
        self._station(lambda: self._flows.verify.lost(order, station))

    def _buy(self, purchase: Purchase) -> None:
        ship, verify = self._flows.ship, self._flows.verify

        def buy() -> None:
            bought = ship.buy(purchase)
            self._station(lambda: verify.shipped(ship.settle(purchase, bought, printing=self._print_early)))

        self._lanes.run(f"carrier:{purchase.carrier}", buy, _ignore, self._failed)

    def _void(self, label: LabelView) -> None:
        void, verify = self._flows.void, self._flows.verify

        def ask() -> None:
            try:
                changes = void(label.parcel_id, reason=AT_BENCH)
            except DeskError as error:
                refused = error
                self._station(lambda: verify.failed(refused))
            else:
                self._station(lambda: verify.voided(changes))

        self._lanes.run(f"carrier:{label.carrier}", ask, _ignore, self._failed)

    def came_out(self, printed: Printed) -> None:
        """A print of this bench, or of a batch, has ended."""
        self.printed.emit(printed)
        self._station(partial(self._flows.verify.printed, printed))

    def _failed(self, error: Exception) -> None:
        """Flows say the world's faults themselves; what arrives here is a bug, logged and shown as one."""
        if isinstance(error, StoreProblem):  # nothing shown here is to be trusted any more
            self._station(partial(self._flows.verify.unreadable, error))
        is_bug = not isinstance(error, DeskError)
        if is_bug:
            log.error("bug at the bench", exc_info=error)
        self.trouble.emit(self._told(error), is_bug)


def _ignore(_result: None) -> None:
    """The answer went on by the STATION lane."""
