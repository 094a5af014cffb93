"""What is taken out of a claim: its file, a mail draft, text on the clipboard; and files that are added to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from wismo_desk.domain.claim import Claim
from wismo_desk.errors import BadInput
from wismo_desk.ui.claims_asks import ClaimAsks, ClaimText, Moved
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import PAPERS_LANE, choose_file, keep

_MAIL: Final = "message/rfc822"


class ClaimPapers(QObject):
    """`said`: Mark, sentence, rest; `attached`: a Moved."""

    said = Signal(object, str, str)
    attached = Signal(object)
    fetched = Signal()

    def __init__(self, desk: Desk, asks: ClaimAsks, *, viewer: Callable[[Path], None]) -> None:
        super().__init__()
        self._desk, self._asks, self._viewer = desk, asks, viewer

    def act(self, key: str, claim: Claim, text: ClaimText | None) -> None:
        """D file, E mail draft, L letter, T short text, J a file is added, F papers of the carrier."""
        words = self._desk.words
        if key == "F":
            self.fetch(claim)
        elif key == "D":
            self._make(claim, lambda: self._asks.write.paper(claim.claim_id), "application/pdf")
        elif key == "E":
            self._make(claim, lambda: self._asks.write.mail(claim.claim_id), _MAIL)
        elif key == "J":
            parent = QApplication.activeWindow()
            names = words("Photos and PDF (*.jpg *.jpeg *.png *.pdf)")
            if parent is not None:
                choose_file(
                    parent, words("Add a file to the claim"), names, lambda path: self.attach(claim, path)
                )
        elif text is not None and key == "L":
            self._asks.copy(f"{text.subject}\n\n{text.letter}")
            self.said.emit(Mark.OK, words("The letter is copied."), self._registered(claim))
        elif text is not None:
            self._asks.copy(text.short)
            said = words("{n} characters are copied, for the carrier's form.", n=len(text.short))
            self.said.emit(Mark.OK, said, "")

    def fetch(self, claim: Claim) -> None:
        """The proof of delivery, where the carrier gives one: kept with the parcel, and enclosed from then on."""
        words = self._desk.words

        def kept(papers: object) -> None:
            self.said.emit(Mark.OK, words("The carrier's papers are here and are enclosed."), "")
            self.fetched.emit()

        fetch, parcel = self._asks.fetch, claim.parcel_id
        self._desk.run(f"carrier:{claim.carrier}", lambda: fetch(parcel), kept, self._fail)

    def attach(self, claim: Claim, path: Path) -> None:
        def work() -> Moved:
            try:
                content = path.read_bytes()
            except OSError as error:
                raise BadInput("{name} cannot be read.", name=path.name, raw=error.strerror or "") from error
            return self._asks.steps.attach(claim, name=path.name, content=content)

        self._desk.run(PAPERS_LANE, work, self.attached.emit, self._fail)

    def _registered(self, claim: Claim) -> str:
        """The law wants a form that a click is not."""
        if "L133-3" not in claim.source:
            return ""
        return self._desk.words(
            "The law asks for a registered letter: the carrier's form alone does not keep the right."
        )

    def _make(self, claim: Claim, draw: Callable[[], bytes], media: str) -> None:
        words, now = self._desk.words, self._desk.clock().astimezone(self._desk.words.zone)
        claims = self._asks.claims

        def work() -> Path:
            number = claims.get(claim.claim_id).order_number
            name = words("Claim {number}", number=number)  # named by its order: an erasure finds it
            return keep(self._asks.documents, name, draw(), now, media_type=media)

        self._desk.run(PAPERS_LANE, work, self._kept, self._fail)

    def _kept(self, path: Path) -> None:
        self.said.emit(Mark.OK, self._desk.words("Saved: {path}", path=str(path)), "")
        self._viewer(path)

    def _fail(self, error: Exception) -> None:
        self.said.emit(Mark.DANGER, self._desk.told(error), "")
