"""What a message centre reports of a message it took (SMPP 3.4, appendix B, §5.3.2): arrived, given up, not yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

RECEIPT: Final = 0x04  # of esm_class (§5.2.12): this deliver_sm is a receipt
_KIND: Final = 0x3C  # the bits that say what kind of message it is
_ID: Final = re.compile(rb"\bid:\s*([0-9A-Za-z.:\-]{1,64})")
_STAT: Final = re.compile(rb"\bstat:\s*([A-Za-z]{2,10})")
RECEIPTED_ID, MESSAGE_STATE = 0x001E, 0x0427  # TLVs (§5.3.2.12, §5.3.2.35)
_GIVEN_UP: Final = frozenset({"EXPIRED", "DELETED", "UNDELIV", "REJECTD"})
_STATES: Final = {  # §5.2.28
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`number`: the centre's own number of the message, as it answered submit_sm. `state` in the centre's word."""

    number: str
    state: str

    @property
    def given_up(self) -> bool:
        return self.state in _GIVEN_UP


def read_receipt(esm_class: int, body: bytes, tlvs: Mapping[int, bytes]) -> Receipt | None:
    """None for what is no receipt (a customer who writes back) or names no message."""
    if esm_class & _KIND != RECEIPT:
        return None
    named = tlvs.get(RECEIPTED_ID, b"").rstrip(b"\0")
    found = _ID.search(body)
    number = (named or (found.group(1) if found else b"")).decode("ascii", "replace").strip()
    state = tlvs.get(MESSAGE_STATE, b"")
    told = _STAT.search(body)
    word = _STATES.get(state[0], "") if len(state) == 1 else ""
    word = word or (told.group(1).decode().upper() if told else "")
    return Receipt(number=number, state=word) if number and word else None


def spellings(number: str) -> tuple[str, ...]:
    """Centres answer in hexadecimal and report in decimal figures, or the other way round: all that may be meant."""
    found = [number]
    if number.isdecimal():
        found.append(f"{int(number):x}")
    if re.fullmatch(r"[0-9A-Fa-f]{1,16}", number):
        found.append(str(int(number, 16)))
    return tuple(
        dict.fromkeys([*found, *(each.upper() for each in found), *(each.lower() for each in found)])
    )
