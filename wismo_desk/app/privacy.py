"""`wismo-desk privacy …`: what this desk holds on a person, given out or erased."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from wismo_desk.errors import Refused
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.app.station import Station

_COPIES = ("before-restore-*", "damaged-*")


def carry_out_privacy(station: Station, options: Namespace, words: Words, say: Callable[[str], None]) -> None:
    """Raises DeskError; after an erasure only when it was not begun."""
    orders = station.disclose.find(number=options.order or "", email=options.email or "")
    if options.action == "export":
        _export(station, orders, options, words, say)
        return
    station.erase(orders, reason=options.reason, forced=options.forced)
    say(words("Erased from this desk: orders {count}.", count=len(orders)))
    if station.sharing is not None:
        turn = station.sharing.sync.turn(at_once=True)
        station.erase.settle()
        if turn.error is not None or turn.waiting:
            say(words("The other desks hear of it as soon as the shared database answers this one."))
    copies = sorted(path.name for pattern in _COPIES for path in station.folder.glob(pattern))
    if copies:
        said = (
            "Files that were kept aside still hold it: {names}. Delete them, and backups, when you need them no "
            "more."
        )
        say(words(said, names=", ".join(copies)))


def _export(
    station: Station, orders: list[UUID], options: Namespace, words: Words, say: Callable[[str], None]
) -> None:
    if not orders:
        raise Refused("Nobody is found under that here. Check the order number or the address.")
    said = station.disclose(orders)
    if options.out is None:
        say(said)
        return
    options.out.write_text(said + "\n", encoding="utf-8")
    say(words("Written to {path}: orders {count}.", path=str(options.out), count=len(orders)))
