"""One claim in full: until when, what is known of the parcel, what is written to the carrier, the next step by key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from wismo_desk.domain.claim import Claim, ClaimRow, ClaimState
from wismo_desk.domain.claim_evidence import Evidence
from wismo_desk.domain.shipment import PaperKind
from wismo_desk.ui.claims_asks import ClaimText
from wismo_desk.ui.claims_words import ClaimWords, mark_of
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason, empty, rule, scrolled
from wismo_desk.ui.parts import Answer, Button, Elided, Kind, Tag, write
from wismo_desk.ui.theme import Figures, Weight

_EVENTS: Final = 6
_PROOF: Final = PaperKind.PROOF.value
_DRAFT: Final = ClaimState.DRAFT
_OUT: Final = frozenset({ClaimState.SENT, ClaimState.ANSWERED})


class ClaimPane(QFrame):
    """`verb` carries the key of what shall be done; `file_dropped` the id of an attachment to take away."""

    verb = Signal(str)
    file_dropped = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, say: ClaimWords) -> None:
        super().__init__()
        self._desk, self._say = desk, say
        self.row: ClaimRow | None = None
        self.text: ClaimText | None = None
        self.question: Reason | None = None
        self._fetches = False  # the carrier may have a proof of delivery
        self.buttons: dict[str, Button] = {}
        self.setProperty("part", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._head = QVBoxLayout()
        self._head.setContentsMargins(16, 12, 16, 12)
        self._head.setSpacing(6)
        column.addLayout(self._head)
        column.addWidget(rule())
        inner = QWidget()
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(16, 12, 16, 16)
        self._body.setSpacing(8)
        column.addWidget(scrolled(inner), 1)
        column.addWidget(rule())
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(16, 12, 16, 12)
        self._foot.setSpacing(8)
        column.addLayout(self._foot)

    @property
    def asking(self) -> bool:
        return self.question is not None

    @property
    def claim(self) -> Claim | None:
        return self.row.claim if self.row is not None else None

    def show_row(self, row: ClaimRow) -> None:
        """Evidence and letter follow by `show_evidence` or `show_error`."""
        self.row, self.text = row, None
        self._fill_head(row)
        empty(self._body)
        self.stop_asking()

    def show_evidence(self, found: Evidence, text: ClaimText) -> None:
        claim, self.text = found.claim, text
        empty(self._body)
        self._known(found)
        self._events(found)
        self._letter(text)
        self._files(claim, found)
        self._log(claim)
        self._body.addStretch()

    def show_error(self, sentence: str) -> None:
        empty(self._body)
        self._body.addWidget(Answer(Mark.WARN, sentence))
        self._body.addStretch()

    # The head

    def _fill_head(self, row: ClaimRow) -> None:
        words, claim = self._desk.words, row.claim
        empty(self._head)
        top = QHBoxLayout()
        top.addWidget(Elided(self._say.kind[claim.kind], 16, Weight.SEMIBOLD), 1)
        mark = mark_of(claim)
        shown = mark if isinstance(mark, Mark) else Mark.NEUTRAL
        top.addWidget(Tag(self._desk.look, self._say.state[claim.state], shown))
        self._head.addLayout(top)
        parts = (
            row.carrier_name,
            claim.number,
            words("Order {number}", number=row.order_number),
            row.customer,
        )
        self._head.addWidget(Elided(" · ".join(part for part in parts if part), 13, tone="muted"))
        said, bad = self._say.deadline(row)
        if claim.state is _DRAFT or bad is not None:
            self._head.addWidget(Answer(bad or Mark.INFO, said, self._say.source(claim)))
            if claim.state is _DRAFT:
                own = QHBoxLayout()
                name = words("Enter the limit of your contract")
                own.addWidget(self._button("K", name, "calendar", kind=Kind.GHOST))
                own.addStretch()
                self._head.addLayout(own)
        if why := self._say.why(claim):
            self._head.addWidget(write(why, 13, tone="muted", wrap=True))
        self._head.addWidget(
            write(self._say.money(claim), 14, Weight.MEDIUM, wrap=True, figures=Figures.TABULAR)
        )
        if claim.reference:
            said = words("Case {number} at the carrier", number=claim.reference)
            self._head.addWidget(write(said, 13, tone="muted", wrap=True))

    # The body

    def _known(self, found: Evidence) -> None:
        words, now = self._desk.words, self._desk.clock()
        self._title(words("What this desk knows"))

        def when(at: object) -> str:
            from datetime import datetime

            return words.moment(at, now=now) if isinstance(at, datetime) else ""

        packed = ", ".join(part for part in (when(found.packed_at), found.packed_by) if part)
        scans = sum(one.pieces for one in found.scans if one.code)
        value = words.money(found.value, found.claim.currency) if found.value is not None else ""
        pairs = (
            (words("Weight at packing"), words.kilos(found.weight_g) if found.weight_g else ""),
            (words("Packed at"), packed),
            (words("Pieces scanned one by one"), words.number(scans) if scans else ""),
            (words("Value of the contents"), value),
            (words("Label scanned on the parcel"), when(found.checked_at)),
            (words("Handed over"), when(found.handed_at)),
            (words("On manifest"), found.manifest),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for n, (name, said) in enumerate((name, said) for name, said in pairs if said):
            grid.addWidget(write(name, 13, tone="muted"), n, 0)
            grid.addWidget(write(said, 13, wrap=True, figures=Figures.TABULAR), n, 1)
        grid.setColumnStretch(1, 1)
        self._body.addLayout(grid)

    def _events(self, found: Evidence) -> None:
        words, now = self._desk.words, self._desk.clock()
        self._title(words("What the carrier said"))
        silent = {gap.since: gap for gap in found.gaps}
        if not found.events:
            self._body.addWidget(write(words("Nothing."), 13, tone="muted"))
        for event in found.events[-_EVENTS:]:
            said = event.label or event.code
            line = f"{words.moment(event.at, now=now)}  {said}"
            self._body.addWidget(write(f"{line} · {event.place}" if event.place else line, 13, wrap=True))
            if gap := silent.get(event.at):
                said = words("{n} days without a scan", n=gap.days)
                self._body.addWidget(write(said, 13, Weight.SEMIBOLD, tone="danger"))

    def _letter(self, text: ClaimText) -> None:
        words = self._desk.words
        self._title(words("Letter to the carrier"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for key, name, icon in (("L", words("Copy"), "copy"), ("T", words("300 characters"), "copy")):
            row.addWidget(self._button(key, name, icon))
        row.addStretch()
        self._body.addLayout(row)
        letter = self._paper(text.letter, words("Letter to the carrier"))
        self._body.addWidget(letter)

    def _paper(self, text: str, name: str) -> QLabel:
        shown = write(text, 13, wrap=True)
        shown.setAccessibleName(name)
        return shown

    def _files(self, claim: Claim, found: Evidence) -> None:
        words = self._desk.words
        self._title(words("Photos and invoices"))
        for one in claim.attachments:
            row = QHBoxLayout()
            kind = (
                words("Photo {name}", name=one.name)
                if one.media.startswith("image")
                else words("PDF {name}", name=one.name)
            )
            said = words("{kind} · {n} kB", kind=kind, n=words.number(max(1, one.size // 1024)))
            row.addWidget(Elided(said, 13), 1)
            gone = Button(self._desk.look, words("Take away"), kind=Kind.GHOST, small=True)
            gone.clicked.connect(lambda _=False, file=one.file: self.file_dropped.emit(file))
            row.addWidget(gone)
            self._body.addLayout(row)
        self._fetches = found.delivered_at is not None and _PROOF not in found.others
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._button("J", words("Add a file"), "plus"))
        if self._fetches:
            row.addWidget(self._button("F", words("Proof of delivery"), "download"))
        elif _PROOF in found.others:
            row.addWidget(write(words("Proof of delivery: here"), 13, tone="ok"))
        row.addStretch()
        self._body.addLayout(row)

    def _log(self, claim: Claim) -> None:
        self._title(self._desk.words("What was done"))
        now = self._desk.clock()
        for step in reversed(claim.steps):
            self._body.addWidget(write(self._say.step(step, claim, now=now), 13, tone="muted", wrap=True))

    def _title(self, text: str) -> None:
        if self._body.count():
            self._body.addSpacing(8)
        self._body.addWidget(write(text, 14, Weight.SEMIBOLD))

    # The foot

    def _fill_ways(self) -> None:
        empty(self._foot)
        claim = self.claim
        if claim is None:
            return
        for pair in self._ways(claim):
            row = QHBoxLayout()
            row.setSpacing(8)
            for key, name, icon, kind in pair:
                row.addWidget(self._button(key, name, icon, kind=kind), 1)
            self._foot.addLayout(row)

    def _ways(self, claim: Claim) -> list[list[tuple[str, str, str, Kind]]]:
        """Buttons two by two: what comes next is the primary one."""
        words, plain, first = self._desk.words, Kind.PLAIN, Kind.PRIMARY
        paper = ("D", words("File as PDF"), "download", plain)
        mail = ("E", words("E-mail draft"), "mail", plain)
        ways: list[tuple[str, str, str, Kind]] = []
        if claim.is_over:
            ways = [paper]
        elif claim.double_of is not None:
            ways = [("X", words("Close as double"), "x", first)]
        elif claim.state is _DRAFT:
            change = ("M", words("Kind and amount"), "settings", plain)
            ways = [("S", words("Mark it as sent"), "send", first), change, paper, mail]
        elif claim.state in _OUT:
            ways = [("A", words("Accepted"), "check", first), ("R", words("Refused"), "circle-x", plain)]
            ways += [("Q", words("They answered"), "message-square", plain), paper]
        elif claim.state is ClaimState.ACCEPTED:
            ways = [("P", words("Money came"), "hand-coins", first), paper]
        else:
            ways = [
                ("S", words("Sent once more"), "send", first),
                mail,
                ("A", words("Accepted"), "check", plain),
                paper,
            ]
        if not claim.is_over and claim.double_of is None:
            ways.append(("X", words("Give up"), "x", plain))
            ways.append(("N", words("Note"), "message-square", plain))
        return [ways[n : n + 2] for n in range(0, len(ways), 2)]

    def offers(self, key: str) -> bool:
        """Whether that key does something now."""
        claim = self.claim
        if claim is None or self.asking:
            return False
        keys = {way[0] for pair in self._ways(claim) for way in pair}
        if key == "F":
            return self.text is not None and self._fetches
        if key == "K":
            return claim.state is _DRAFT and claim.double_of is None
        return key in keys or (key in "LTJ" and self.text is not None)

    def _button(self, key: str, name: str, icon: str, *, kind: Kind = Kind.PLAIN) -> Button:
        button = Button(self._desk.look, name, icon=icon, key=key, kind=kind, small=kind is Kind.PLAIN)
        button.clicked.connect(lambda: self.verb.emit(key))
        self.buttons[key] = button
        return button

    def ask(self, question: Reason, then: Callable[[str], None]) -> None:
        empty(self._foot)
        self.question = question
        self._foot.addWidget(question)
        question.confirmed.connect(then)
        question.cancelled.connect(self.stop_asking)
        question.show()
        question.setFocus()

    def stop_asking(self) -> None:
        self.question = None
        self._fill_ways()
