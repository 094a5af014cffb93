"""What is said of the columns of a file that came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wismo_desk.words import Words

UNCLEAR_STATE: Final = (
    "“{column}” may be the state or province of the address, or what became of the order: some values are states, some "
    "are not. Say which."
)
_NAMED: Final = 12  # columns; a shop's export may have a hundred


def unused_said(unused: Sequence[str], words: Words) -> str:
    """The sentence on columns that nothing was read from; empty where all were used."""
    if not unused:
        return ""
    names = ", ".join(unused[:_NAMED])
    if len(unused) > _NAMED:
        return words(
            "Columns not used: {names} and {count} more.",
            names=names,
            count=words.number(len(unused) - _NAMED),
        )
    return words("Columns not used: {names}.", names=names)
