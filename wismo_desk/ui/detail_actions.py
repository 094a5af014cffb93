"""What can be done with a shipment's parcel: print again, void, say how an own delivery went. No dialogs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.effect import Effect
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Notice
from wismo_desk.domain.own_reports import last_report
from wismo_desk.domain.shipment import Paper, PaperKind, Parcel, ParcelState
from wismo_desk.domain.status import ENDED, Codes, TrackingStatus
from wismo_desk.domain.watching import Detail
from wismo_desk.ui.detail_claim import ClaimButton
from wismo_desk.ui.detail_return import ReturnAgain
from wismo_desk.ui.many_verbs import ManyVerbs, Open
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Print, Reprint, Track, Void, Watch
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import keep, open_file
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.parts import Button, Kind

_HERE = (TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED)
_GONE = (ParcelState.ASKED, ParcelState.VOIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailAsks:
    """What the panel asks for. `cut` makes a label picture that no scanner can read (labels.preview);
    `codes` says what a carrier's code means; `on_print` sends a print job on its printer's lane."""

    watch: Watch
    track: Track
    reprint: Reprint
    void: Void
    on_print: Print
    cut: Callable[[bytes], bytes]
    codes: Mapping[str, Codes]
    papers: Callable[[UUID], Sequence[Paper]] | None = None  # of a parcel; asks the carrier, on its lane
    documents: Path = Path("documents")  # where they are put
    told: Callable[[UUID], Sequence[Notice]] | None = None  # the messages of an order; maybe over the network
    claim: Open | None = None  # opens claims for shipments
    refetch: Callable[[UUID], None] | None = None  # bytes that are gone, from the carrier, on its lane


class Actions(QWidget):
    """Buttons with their keys; one that needs a reason asks for it in the buttons' place."""

    changed = Signal(object)  # Changes
    said = Signal(object, str, str)  # Mark, sentence, rest: for the panel to show
    asked = Signal()  # a question opened: what was said before is over

    def __init__(self, desk: Desk, asks: DetailAsks, *, viewer: Callable[[Path], None] = open_file) -> None:
        super().__init__()
        self._viewer = viewer
        self._desk, self._asks = desk, asks
        self._detail: Detail | None = None
        self._choices: tuple[tuple[str, str], ...] = ()
        self.parcel_id: UUID | None = None
        self._question: Reason | None = None
        words = desk.words
        self.reprint = Button(desk.look, words("Print again"), icon="printer", key="R", kind=Kind.PRIMARY)
        self.void = Button(desk.look, words("Void the label"), key="V")
        self.reprint.clicked.connect(self.ask_reprint)
        self.void.clicked.connect(self.ask_void)
        buttons = QWidget()
        column = QVBoxLayout(buttons)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.reprint, 1)
        first.addWidget(self.void, 1)
        self.report = Button(desk.look, words("Report on the delivery"), icon="truck", key="L")
        self.report.clicked.connect(self.ask_report)
        self.correct = Button(desk.look, words("Take the report back"), icon="undo-2", key="K")
        self.correct.clicked.connect(self.ask_correct)
        self.papers = Button(desk.look, words("Papers of the carrier"), icon="download", key="B")
        self.papers.clicked.connect(self.fetch_papers)
        self.verbs = ManyVerbs(
            desk, claim=asks.claim, tell=None, ask=lambda *_: None, close=self._close_question
        )
        self.verbs.changed.connect(self.changed)
        self.verbs.failed.connect(self._fail)
        self.verbs.done.connect(lambda sentence, _: self.said.emit(Mark.OK, sentence, ""))
        self.claim = ClaimButton(desk, self.verbs)
        self.back = ReturnAgain(
            desk, asks.reprint, question=self._open, printing=self._printing_back, failed=self._fail
        )
        column.addLayout(first)
        column.addWidget(self.back.button)
        column.addWidget(self.claim.button)
        column.addWidget(self.papers)
        column.addWidget(self.report)
        column.addWidget(self.correct)
        self._buttons = buttons
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(buttons)

    @property
    def busy(self) -> bool:
        return self._question is not None

    @property
    def parcel(self) -> Parcel | None:
        parcels = self._detail.parcels if self._detail else ()
        return next((p for p in parcels if p.parcel_id == self.parcel_id), None)

    def show_detail(self, detail: Detail | None, choices: tuple[tuple[str, str], ...]) -> None:
        """Which buttons there are. A question that is open stays open while the same parcel is on view."""
        kept = detail is not None and self.parcel_id in {p.parcel_id for p in detail.parcels}
        self._detail, self._choices = detail, choices
        self.back.show_detail(detail)
        if not kept:
            self._close_question()
            live = [p for p in detail.parcels if p.state not in _GONE] if detail else []
            first = live or (list(detail.parcels) if detail else [])
            self.parcel_id = first[0].parcel_id if first else None
        self._offer()

    def choose(self, parcel_id: UUID) -> None:
        self.parcel_id = parcel_id
        self._close_question()
        self._offer()

    def _offer(self) -> None:
        parcel, detail = self.parcel, self._detail
        live = parcel is not None and parcel.state not in _GONE
        self.reprint.setVisible(live)
        self.void.setVisible(live and parcel is not None and parcel.state is not ParcelState.MANIFESTED)
        under_way = detail is not None and detail.row.status not in ENDED
        self.report.setVisible(live and under_way and bool(self._choices))
        has_papers = detail is not None and parcel is not None and parcel.parcel_id in detail.with_papers
        self.papers.setVisible(live and has_papers and self._asks.papers is not None)
        left = detail is not None and detail.row.status not in _HERE
        self.claim.show_detail(detail, can=live and left)
        reported = detail is not None and bool(last_report(detail.facts))
        self.correct.setVisible(live and reported and bool(self._choices))
        self.setVisible(live)

    # Questions

    def ask_reprint(self) -> None:
        words, parcel = self._desk.words, self.parcel
        if parcel is None or not self.reprint.isVisible():
            return
        reasons = (
            words("Torn or badly printed"),
            words("Lost between printer and parcel"),
            words("Came out of another printer"),
        )
        title = words("Why is this label printed again? The number stays the same.")
        question = Reason(self._desk, title, reasons, words("Print again"))
        self._open(question, lambda reason: self._reprint(parcel.parcel_id, reason))

    def ask_void(self) -> None:
        words, parcel = self._desk.words, self.parcel
        if parcel is None or not self.void.isVisible():
            return
        reasons = (
            words("Order cancelled by the customer"),
            words("Wrong service or wrong address"),
            words("Packed again with other contents"),
        )
        title = words("Why is this label voided? It can no longer be used; the order can be shipped again.")
        question = Reason(self._desk, title, reasons, words("Void the label"), danger=True)
        self._open(question, lambda reason: self._void(parcel, reason))

    def ask_report(self) -> None:
        """How an own delivery went; a note may go with it."""
        detail, words = self._detail, self._desk.words
        if detail is None or not self.report.isVisible():
            return
        answers = [words(sentence) for _, sentence in self._choices]
        question = Reason(self._desk, words("How did the delivery go?"), answers, words("Note it"), note=True)
        codes = [code for code, _ in self._choices]
        shipment_id = detail.row.shipment_id
        self._open(question, lambda _: self._mark(shipment_id, codes[question.chosen], question.note))

    def ask_correct(self) -> None:
        """Somebody reported what did not happen: the state goes back to what it was."""
        detail, words = self._detail, self._desk.words
        if detail is None or not self.correct.isVisible():
            return
        answers = (
            words("The wrong shipment was marked"),
            words("The driver was mistaken"),
            words("The customer says otherwise"),
        )
        title = words("Why is the last report taken back? Both stay in the journey.")
        question = Reason(self._desk, title, answers, words("Take it back"))
        shipment_id = detail.row.shipment_id
        self._open(question, lambda reason: self._correct(shipment_id, reason))

    def _open(self, question: Reason, then: Callable[[str], None]) -> None:
        self._close_question()
        self.asked.emit()
        self._question = question
        self._buttons.hide()
        self._column.addWidget(question)
        question.cancelled.connect(self._close_question)
        question.confirmed.connect(then)
        question.show()
        question.setFocus()

    def _close_question(self) -> None:
        question, self._question = self._question, None
        if question is None:
            return
        had_focus = question.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        question.hide()
        question.deleteLater()
        self._buttons.show()
        if had_focus:
            self.reprint.setFocus()

    # Doing

    def _reprint(self, parcel_id: UUID, reason: str) -> None:
        self._close_question()

        def again(_: None) -> None:
            self._desk.run(
                Lane.STATION,
                lambda: self._asks.reprint(parcel_id, reason=reason),
                self._printing,
                self._fail,
            )

        refetch, parcel = self._asks.refetch, self.parcel
        if refetch is None or parcel is None:
            again(None)
        else:
            self._desk.run(f"carrier:{parcel.carrier}", lambda: refetch(parcel_id), again, self._fail)

    def _printing(self, job: Effect) -> None:
        self._sent(job, self._desk.words("Scan the new label on the parcel."))

    def _printing_back(self, job: Effect) -> None:
        self._close_question()
        self._sent(job, self._desk.words("It goes into the box, or to the customer."))

    def _sent(self, job: Effect, rest: str) -> None:
        self._asks.on_print(job)
        printer = str(job.details.get("printer") or "")
        words = self._desk.words
        sent = words("Sent to {printer}.", printer=printer) if printer else words("Sent to the printer.")
        self.said.emit(Mark.OK, sent, rest)
        self.changed.emit(Changes(effects=True))

    def fetch_papers(self) -> None:
        """Customs forms, the proof of delivery: into the documents folder, and onto the screen."""
        parcel, ask = self.parcel, self._asks.papers
        if parcel is None or ask is None or not self.papers.isVisible():
            return
        now = self._desk.clock().astimezone(self._desk.words.zone)
        names = self._paper_names()

        def work() -> list[Path]:
            papers = ask(parcel.parcel_id)
            folder = self._asks.documents
            return [
                keep(
                    folder,
                    f"{names[p.kind]} {parcel.tracking_number} {n}",
                    p.content,
                    now,
                    media_type=p.media_type,
                )
                for n, p in enumerate(papers, 1)
            ]

        self._desk.run(f"carrier:{parcel.carrier}", work, self._show_papers, self._fail)

    def _show_papers(self, paths: list[Path]) -> None:
        words = self._desk.words
        self.said.emit(Mark.OK, words("Saved: {path}", path=str(paths[0].parent)), "")
        for path in paths:
            self._viewer(path)

    def _paper_names(self) -> dict[PaperKind, str]:
        words = self._desk.words
        return {
            PaperKind.CUSTOMS: words("Customs form"),
            PaperKind.MANIFEST: words("Manifest of the carrier"),
            PaperKind.PROOF: words("Proof of delivery"),
            PaperKind.RETURN_LABEL: words("Return label"),
        }

    def _void(self, parcel: Parcel, reason: str) -> None:
        self._close_question()
        # The carrier is asked over the network: never on STATION, where scans are.
        self._desk.run(
            f"carrier:{parcel.carrier}",
            lambda: self._asks.void(parcel.parcel_id, reason=reason),
            self._voided,
            self._fail,
        )

    def _voided(self, changes: Changes) -> None:
        words = self._desk.words
        self.said.emit(
            Mark.OK, words("Label voided."), words("Take it off the parcel; the order can be shipped again.")
        )
        self.changed.emit(changes)

    def _mark(self, shipment_id: UUID, code: str, note: str) -> None:
        self._close_question()
        self._desk.run(
            Lane.STATION,
            lambda: self._asks.track(shipment_id, code, note=note),
            self._marked,
            self._fail,
        )

    def _correct(self, shipment_id: UUID, reason: str) -> None:
        self._close_question()
        self._desk.run(
            Lane.STATION,
            lambda: self._asks.track.correct(shipment_id, reason=reason),
            self._marked,
            self._fail,
        )

    def _marked(self, changes: Changes) -> None:
        self.said.emit(Mark.OK, self._desk.words("Noted."), "")
        self.changed.emit(changes)

    def _fail(self, error: Exception) -> None:
        self.said.emit(Mark.DANGER, self._desk.told(error), "")
