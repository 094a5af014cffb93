"""What the packing bench shows: one frozen picture per step, built by the flow and painted by the window.

The window derives nothing and decides nothing: all words are already chosen by kind here, counts are
ready, and two equal views paint the same screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class BenchMode(StrEnum):
    """The one task on the screen."""

    IDLE = "idle"  # "Scan an order"
    PACKING = "packing"  # "Scan <item>"
    WEIGHING = "weighing"  # all pieces are in; a weight is needed and no scale gave one
    BUYING = "buying"  # the carrier has been asked; the next order may be scanned meanwhile
    LABEL_OUT = "label_out"  # "Stick it, then scan the label"
    PROBLEM = "problem"  # full screen, held until acknowledged
    MANIFEST = "manifest"  # parcels are scanned into the day's manifest


class Cue(StrEnum):
    """The four designed sounds, each with a visual twin; SILENT is neither."""

    SILENT = "silent"
    OK = "ok"
    WRONG = "wrong"
    DONE = "done"
    ATTENTION = "attention"


class Problem(StrEnum):
    """Why scanning is held. Closed vocabulary; each has its own title and ways out."""

    WRONG_ITEM = "wrong_item"  # a known product that this order does not want
    TOO_MANY = "too_many"  # wanted, and already complete
    UNKNOWN_CODE = "unknown_code"
    WRONG_LABEL = "wrong_label"  # another parcel's label was scanned onto this one
    OTHER_TRUCK = "other_truck"  # into the manifest: another carrier's parcel, or one that has left
    UNKNOWN_PARCEL = "unknown_parcel"  # into the manifest: no parcel has this code
    ORDER_UNKNOWN = "order_unknown"
    ORDER_TWICE = "order_twice"  # several orders that wait have this number
    ORDER_DONE = "order_done"  # already shipped, or cancelled
    ORDER_ELSEWHERE = "order_elsewhere"  # in hand at another station
    FINISH_FIRST = "finish_first"  # another order was scanned while this one is open
    SHORT = "short"  # finishing with pieces missing
    LABEL_REFUSED = "label_refused"  # the carrier said no, or the label's codes did not read back
    REFUSED = "refused"  # what was asked cannot be done now; the order in hand has nothing to do with it
    CARRIER_AWAY = "carrier_away"  # nothing left the desk; may be tried again
    IN_DOUBT = "in_doubt"  # bought or printed, perhaps: see the unknown-outcome tray
    PRINTER = "printer"  # paper out, head open, offline, not answering: nothing printed
    STORAGE = "storage"  # the journal could not write: nothing was taken in
    NOT_OPEN = "not_open"  # the desk's files cannot be opened: nothing works


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One order line on the bench. `name`/`variant` are shown, `need_code` false means a key confirms it."""

    line_id: UUID
    name: str
    variant: str = ""
    sku: str = ""
    aisle: str = ""
    code_end: str = ""  # last four characters of its barcode, to compare by eye
    picture: str = ""
    wanted: int = 1
    done: int = 0
    need_code: bool = True

    @property
    def complete(self) -> bool:
        return self.done >= self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """`sentence` and `values` are a catalogue key and its arguments (see errors.DeskError)."""

    kind: Problem
    sentence: str
    values: tuple[tuple[str, object], ...] = ()
    raw: str = ""  # the foreign code, or what was scanned
    order_number: str = ""  # when it is not the order in hand (a late answer)
    expected: LineView | None = None
    scanned: LineView | None = None
    held_scans: int = 0  # codes that came in while held: refused, counted, to be scanned again
    can_finish_partial: bool = False  # the second way out ("I do not have it", F)
    can_retry: bool = False  # P or R tries again with the same reference


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """The label in the packer's hand. `image`: a 1-bit PNG of what was sent, or empty ("not pre-checked")."""

    parcel_id: UUID
    parcel_no: int
    tracking_number: str
    carrier: str
    service: str
    recipient: str
    place: str  # "37000 Tours"
    image: bytes = b""
    printed: bool = False  # false while the printer has not confirmed it
    order_number: str = ""
    recalled: bool = False  # shown again, not just bought: nothing of its order is in hand
    checked: bool = False  # it was scanned on its parcel already


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenView:
    """A parcel that the manifest lacks, as one looks for it on the pile."""

    order_number: str
    recipient: str
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureView:
    """One line of the idle page: a carrier's truck and what is left for it today."""

    carrier: str
    leaves_at: datetime | None
    packed: int
    left: int
    finish_at: datetime | None = None  # projected from the pace of this station today; None = no pace yet
    too_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchView:
    """The whole bench at one moment."""

    mode: BenchMode
    station: str = ""
    cue: Cue = Cue.SILENT
    warned: bool = False  # gate "warn": painted like OK, in the warn colour, with `notice`
    order_number: str = ""
    carrier: str = ""
    service: str = ""
    leaves_at: datetime | None = None
    note: str = ""
    lines: tuple[LineView, ...] = ()
    current: int = -1  # index into lines of the next expected scan
    parcel_no: int = 1
    pieces_done: int = 0
    pieces_wanted: int = 0
    weight_g: int | None = None
    weight_locked: bool = False
    carton: str = ""
    last_order: str = ""
    last_closed: bool = False  # its label was scanned on the parcel
    problem: ProblemView | None = None
    label: LabelView | None = None
    relabel: bool = False  # its label was voided: scanned again, or OK, it gets a new one
    buying: str = ""  # order whose label is on its way while the bench goes on
    departures: tuple[DepartureView, ...] = ()
    done_today: int = 0
    left_today: int = 0
    paused: tuple[str, ...] = ()  # order numbers paused at this station
    manifest_carrier: str = ""
    manifest_scanned: int = 0
    manifest_expected: int = 0
    forgotten: tuple[ForgottenView, ...] = ()  # named before the manifest closes without them
    notice: str = ""  # one line at the foot, a catalogue key
    notice_values: tuple[tuple[str, object], ...] = ()
