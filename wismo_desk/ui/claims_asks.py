"""What the claims page asks of the flows, as narrow protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from wismo_desk.domain.claim import Attachment, Claim, ClaimKind, ClaimRow, Sum, Way
from wismo_desk.domain.claim_evidence import Evidence
from wismo_desk.domain.claim_terms import ClaimTerm
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.shipment import Paper
from wismo_desk.errors import DeskError


class Moved(Protocol):
    """What was done, for undo."""

    @property
    def changes(self) -> Changes: ...


class Opened(Protocol):
    """What became of opening several claims."""

    @property
    def count(self) -> int: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def refused(self) -> Sequence[tuple[str, DeskError]]: ...


class ClaimText(Protocol):
    """What is written to the carrier."""

    @property
    def subject(self) -> str: ...
    @property
    def letter(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def address(self) -> str: ...


class Claims(Protocol):
    """flows/claim.py."""

    def __call__(self, shipments: Sequence[UUID], /) -> Opened: ...

    def rows(self, *, is_open: bool | None = None, carrier: str = "") -> list[ClaimRow]: ...

    def get(self, claim_id: UUID, /) -> ClaimRow: ...

    def sums(self) -> tuple[Sum, ...]: ...

    def set_term(self, carrier: str, kind: ClaimKind, term: ClaimTerm | None, /) -> Changes: ...


class Steps(Protocol):
    """flows/claim_steps.py."""

    def amend(
        self,
        claim: Claim,
        /,
        *,
        kind: ClaimKind | None = None,
        requested: int | None = None,
        text: str | None = None,
    ) -> Moved: ...

    def send(self, claim: Claim, /, *, how: Way, reference: str = "") -> Moved: ...

    def answer(self, claim: Claim, /, *, text: str) -> Moved: ...

    def accept(self, claim: Claim, /, *, approved: int, text: str = "") -> Moved: ...

    def refuse(self, claim: Claim, /, *, text: str) -> Moved: ...

    def pay(self, claim: Claim, /, *, received: int) -> Moved: ...

    def close(self, claim: Claim, /, *, text: str) -> Moved: ...

    def note(self, claim: Claim, /, *, text: str) -> Moved: ...

    def attach(self, claim: Claim, /, *, name: str, content: bytes) -> Moved: ...

    def detach(self, claim: Claim, attachment: Attachment, /) -> Moved: ...

    def undo(self, moved: Any, /) -> Changes: ...


class Writer(Protocol):
    """flows/claim_letter.py."""

    def __call__(self, claim_id: UUID, /) -> tuple[Evidence, ClaimText]: ...

    def paper(self, claim_id: UUID, /) -> bytes: ...

    def mail(self, claim_id: UUID, /) -> bytes: ...

    def set_address(self, carrier: str, address: str, /) -> Changes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAsks:
    """`documents` is where files of claims are put; `copy` hands text to the clipboard; `fetch` asks the carrier for
    the papers of a parcel, on the carrier's lane."""

    claims: Claims
    steps: Steps
    write: Writer
    documents: Path
    copy: Callable[[str], None]
    fetch: Callable[[UUID], Sequence[Paper]]
