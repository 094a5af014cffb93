"""Bordereau: choose a carrier, scan what goes into its truck, close, and have the paper; past ones beside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.bench_view import Cue
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import Manifest, ShipmentRow
from wismo_desk.ui.manifest_past import PastManifests
from wismo_desk.ui.manifest_scan import ManifestScanning
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import CloseOut, Papers, Watch
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import PAPERS_LANE, PaperLine, keep
from wismo_desk.ui.page_parts import Outcome, empty, on_key, scrolled
from wismo_desk.ui.parts import Blank, Button, Card, Elided, Kind, write
from wismo_desk.ui.theme import Weight

if TYPE_CHECKING:
    from wismo_desk.flows.close_out import ClosedManifest, ManifestScan, OpenManifest

_SCANS_FIRST_MS = 20


class ManifestPage(QWidget):
    """`scanned` is told the scans of the window while this page is on; `cued` asks for the scan's sound."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    cued = Signal(object)  # Cue

    def __init__(
        self,
        desk: Desk,
        close_out: CloseOut,
        watch: Watch,
        papers: Papers,
        *,
        documents: Path,
        announcer: Callable[[Manifest], Sequence[str]] | None = None,
    ) -> None:
        super().__init__()
        self._announcer = announcer
        self._desk, self._close_out, self._watch = desk, close_out, watch
        self._documents = documents
        self._open: OpenManifest | None = None
        self._names: dict[UUID, ShipmentRow] = {}
        self._scans: deque[str] = deque()
        self._scanning = False
        self.paper = PaperLine(desk, documents)
        self.past = PastManifests(
            desk, lambda title, key: self.paper.make(title, lambda: papers.manifest(key))
        )
        self.scan_view = ManifestScanning(desk)
        self.scan_view.close_asked.connect(self._close)
        self.scan_view.left.connect(self.leave)
        words = desk.words
        again = Button(desk.look, words("Look again"))
        again.clicked.connect(self.start)
        self.blank = Blank(desk.look, "truck", words("No carrier is set up here."), again)
        left = QWidget()
        self._stack = QStackedLayout(left)
        self._choose = self._choosing()
        for widget in (self._choose, self.scan_view, self.blank):
            self._stack.addWidget(widget)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.paper)
        column.addWidget(left, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.past)
        on_key(self, "F", self._ask_close)

    def _choosing(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        column.addWidget(write(self._desk.words("Which truck is here?"), 22, Weight.SEMIBOLD))
        self.outcome = Outcome()
        column.addWidget(self.outcome)
        self._carriers = QVBoxLayout()
        self._carriers.setSpacing(8)
        column.addLayout(self._carriers)
        column.addStretch()
        return scrolled(inner)

    # Choosing

    def start(self) -> None:
        """Read who waits for a truck, and the past manifests."""
        self._desk.run(
            Lane.READ,
            lambda: (self._close_out.carriers(), self._watch.manifests()),
            lambda got: self._show(*got),
            self._fail,
        )

    def apply(self, changes: Changes) -> None:
        if changes.shipments and self._open is None:
            self.start()

    def _show(self, carriers: list[tuple[str, str, int]], manifests: list[Manifest]) -> None:
        names = {code: name for code, name, _ in carriers}
        empty(self._carriers)
        most = max((waiting for _, _, waiting in carriers), default=0)
        for code, name, waiting in sorted(carriers, key=lambda one: -one[2]):
            first = waiting == most and waiting > 0
            self._carriers.addWidget(self._carrier(code, name, waiting, first=first))
            most = most + 1 if first else most  # one primary button, for the longest queue
        if self._open is None:
            self._stack.setCurrentWidget(self._choose if carriers else self.blank)
        self.past.show_manifests(manifests, names)
        waiting = sum(count for _, _, count in carriers)
        words = self._desk.words
        self.context_changed.emit(
            words("Parcels that wait for a truck: {count}", count=words.number(waiting))
        )

    def _carrier(self, code: str, name: str, waiting: int, *, first: bool) -> Card:
        words = self._desk.words
        card = Card(pad=14)
        row = QHBoxLayout()
        row.setSpacing(16)
        count = write(words.number(waiting), 32, Weight.SEMIBOLD, tone="" if waiting else "muted")
        count.setFixedWidth(96)
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Elided(name, 16, Weight.SEMIBOLD))
        told = words("labels on no manifest") if waiting else words("nothing waits")
        texts.addWidget(write(told, 13, tone="muted"))
        start = Button(
            self._desk.look, words("Scan"), icon="scan-barcode", kind=Kind.PRIMARY if first else Kind.PLAIN
        )
        start.setAccessibleName(words("Scan the parcels of {carrier}", carrier=name))
        start.setEnabled(waiting > 0)
        start.clicked.connect(lambda: self.begin(code))
        row.addWidget(count)
        row.addLayout(texts, 1)
        row.addWidget(start)
        card.body.addLayout(row)
        return card

    # Scanning

    def begin(self, carrier: str) -> None:
        """Open the manifest of one carrier."""
        self.outcome.clear()
        self._scans.clear()

        def opened() -> tuple[OpenManifest, list[ShipmentRow]]:
            manifest = self._close_out.start(carrier)
            return manifest, self._rows_of(manifest)

        self._desk.run(Lane.STATION, opened, lambda got: self._opened(*got), self._fail)

    def _rows_of(self, manifest: OpenManifest) -> list[ShipmentRow]:
        wanted = [p.shipment_id for p in manifest.expected if p.shipment_id not in self._names]
        return self._watch.page(list(self._watch.row_ids(wanted).values()))

    def _opened(self, manifest: OpenManifest, rows: list[ShipmentRow]) -> None:
        self._open = manifest
        self._names |= {row.shipment_id: row for row in rows}
        self.scan_view.outcome.clear()
        self.scan_view.show_open(manifest, self._names)
        self._stack.setCurrentWidget(self.scan_view)
        self.scan_view.setFocus()

    @property
    def is_open(self) -> bool:
        """A manifest is being scanned: scans of the window belong here."""
        return self._open is not None

    def scanned(self, code: str) -> None:
        """One scan of the window; they are looked up one after the other, none is dropped."""
        if self._open is not None:
            self._scans.append(code)
            self._next_scan()

    def _next_scan(self) -> None:
        manifest = self._open
        if self._scanning or manifest is None or not self._scans:
            return
        self._scanning = True
        code = self._scans.popleft()

        def look_up() -> tuple[OpenManifest, ManifestScan, list[ShipmentRow]]:
            fresh, scan = self._close_out.scan(manifest, code)
            return fresh, scan, self._rows_of(fresh)

        self._desk.run(Lane.STATION, look_up, lambda got: self._scan_done(*got), self._scan_failed)

    def _scan_done(self, fresh: OpenManifest, scan: ManifestScan, rows: list[ShipmentRow]) -> None:
        self._scanning = False
        if self._open is None:
            return
        self._open = fresh
        self._names |= {row.shipment_id: row for row in rows}
        self.scan_view.show_open(fresh, self._names)
        parcel = scan.parcel
        self.scan_view.show_scan(scan, self._names.get(parcel.shipment_id) if parcel else None)
        whole = scan.kind == "ok" and not fresh.missing
        self.cued.emit(Cue.DONE if whole else Cue.OK if scan.kind in ("ok", "twice") else Cue.WRONG)
        self._next_scan()

    def _scan_failed(self, error: Exception) -> None:
        self._scanning = False
        self.scan_view.outcome.say(Mark.DANGER, self._desk.told(error))
        self.cued.emit(Cue.WRONG)
        self._next_scan()

    def leave(self) -> None:
        """Nothing was written: scanning may begin again at will."""
        self._open = None
        self._scans.clear()
        self._stack.setCurrentWidget(self._choose)
        self.start()

    # Closing

    def _ask_close(self) -> None:
        if self._open is not None:
            self.scan_view.ask_close()

    def _close(self) -> None:
        manifest = self._open
        if manifest is None:
            return
        if self._scans or self._scanning:
            QTimer.singleShot(_SCANS_FIRST_MS, self._close)  # what was scanned before belongs in
            return
        self._desk.run(
            Lane.STATION, lambda: self._close_out.close(manifest), self._closed_now, self._close_failed
        )

    def _close_failed(self, error: Exception) -> None:
        self.scan_view.outcome.say(Mark.DANGER, self._desk.told(error))

    def _closed_now(self, closed: ClosedManifest) -> None:
        words, manifest = self._desk.words, closed.manifest
        name = self._open.name if self._open else manifest.carrier
        self.leave()
        count = len(manifest.parcels)
        told = words("{count} parcels", count=words.number(count)) if count != 1 else words("1 parcel")
        if manifest.missing:
            stayed = words("{count} stayed here", count=words.number(len(manifest.missing)))
            self.outcome.say(
                Mark.WARN, words("Manifest {carrier} is closed.", carrier=name), f"{told} · {stayed}"
            )
        else:
            self.outcome.say(Mark.OK, words("Manifest {carrier} is closed.", carrier=name), told)
        now = self._desk.clock().astimezone(words.zone)
        title = words("Manifest {carrier}", carrier=name)
        self._desk.run(
            PAPERS_LANE,
            lambda: keep(self._documents, title, closed.pdf, now),
            self.paper.show_path,
            self._fail,
        )
        self.changed.emit(closed.changes)
        self._announce(manifest)

    def _announce(self, manifest: Manifest) -> None:
        """Tell the carrier, where it wants to be told; nothing waits for it."""
        announce = self._announcer
        if announce is not None:
            self._desk.run(
                f"carrier:{manifest.carrier}",
                lambda: announce(manifest),
                self._announced,
                lambda error: self._not_announced(manifest, error),
            )

    def _announced(self, numbers: Sequence[str]) -> None:
        if numbers:
            words = self._desk.words
            said = words("The carrier knows of it: {numbers}.", numbers=", ".join(numbers))
            self.outcome.say(Mark.OK, words("Manifest closed and announced."), said)

    def _not_announced(self, manifest: Manifest, error: Exception) -> None:
        words = self._desk.words
        self.outcome.say(
            Mark.WARN, words("The carrier was not told of this manifest."), self._desk.told(error)
        )
        again = Button(self._desk.look, words("Tell it again"), icon="refresh-cw", small=True)
        again.clicked.connect(lambda: self._announce(manifest))
        self.outcome.add(again)

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self._stack.setCurrentWidget(self._choose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._open is not None:
            self.leave()
        else:
            super().keyPressEvent(event)
