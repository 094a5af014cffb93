"""Asks the desk that is open to do what a command may not do beside it, and waits for its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from wismo_desk.errors import DeskIsOpen, Refused
from wismo_desk.flows.wishes import LEFT_FOR, Granted, Wish, WishBox, WishKind

FOLDER: Final = "asked"  # of the data folder
_STEP_S: Final = 0.1
_PATIENCE_S: Final = 600.0  # once the desk has it in hand
NOT_HEARD: Final = (
    "The desk is open with the folder {folder} in a process without a window, and does this for nobody. Close it "
    "first."
)
NO_ANSWER: Final = (
    "The desk that is open did not take this up: the bench may be busy, or it was closed. Nothing was changed; try "
    "again."
)
STILL_AT_IT: Final = "The desk has this in hand and is not done with it. Look there what became of it."


def ask_open_desk(
    folder: Path,
    kind: WishKind,
    *,
    wait: Callable[[float], None],
    now: Callable[[], datetime],
    name: str = "",
    content: bytes = b"",
    as_json: bool = False,
    language: str = "",
) -> Granted:
    """`language`: that of the answer; "" is the open desk's. Raises DeskIsOpen where nobody listens, Refused where it
    was not taken up, or is not done."""
    box = WishBox(folder / FOLDER)
    if not box.heard:
        raise DeskIsOpen(NOT_HEARD, folder=str(folder))
    until = now() + LEFT_FOR
    wish = Wish(
        wish_id=uuid4().hex,
        kind=kind,
        until=until,
        name=name,
        content=content,
        as_json=as_json,
        language=language,
    )
    box.put(wish)
    steps = int(_PATIENCE_S / _STEP_S)
    for _ in range(steps):
        if (granted := box.answered(wish)) is not None:
            return granted
        if (now() > until or not box.heard) and box.withdraw(wish):  # too late, or closed meanwhile
            raise Refused(NO_ANSWER)
        wait(_STEP_S)
    raise Refused(STILL_AT_IT)
