"""The one search box: any word by its beginning, any part of a number, and words with a typing error."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    String,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.sql.expression import CompoundSelect, Select, union

from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import searchable

_PART: Final = 4  # characters of a number from which on any part of it is looked for
_TYPO: Final = 4  # letters from which on a word may have one wrong, from twice as many on two
_NEAR: Final = 12  # words a mistyped one may stand for
_MANY: Final = 400_000  # words that are remembered to compare with


def matching(typed: str) -> ColumnElement[bool]:
    """Rows in which every word typed begins a word; or a number of which the whole is a part."""
    return t.shipment.c.row.in_(hits(typed))


def hits(typed: str, near: Sequence[Sequence[str]] = ()) -> CompoundSelect[Any] | Select[Any]:
    """The local rows that what was typed means. `near`: for each of its words those it may stand for."""
    words = _words(typed)
    digits = "".join(words)
    asked = " AND ".join(_any_of(word, near[i] if near else ()) for i, word in enumerate(words))
    if digits.isdigit() and len(digits) >= 6:
        asked = f'({asked}) OR "{digits[-9:]}"*'  # a telephone number, however it is spaced or prefixed
    found = [_numbered(typed)]
    if asked:
        found.append(_match("search", "asked", asked))
    if len(digits) >= _PART and any(ch.isdigit() for ch in digits):
        found.append(_match("numbers", "part", f'"{digits}"'))
    return union(*found) if len(found) > 1 else found[0]


def _words(typed: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", searchable(typed)) if word]


def _any_of(word: str, near: Sequence[str]) -> str:
    said = [f'"{word}"*', *(f'"{other}"' for other in near)]
    return said[0] if len(said) == 1 else f"({' OR '.join(said)})"


def _match(name: str, bind: str, asked: str) -> Select[Any]:
    where = text(f"{name} MATCH :{bind}").bindparams(**{bind: asked})
    return select(literal_column("rowid").label("row")).select_from(table(name)).where(where)


def _numbered(typed: str) -> Select[Any]:
    """By the beginning of a tracking number or of another spelling of it."""
    parcel, code, starts = t.parcel.c, t.code.c, _starts(typed)
    number = [
        (parcel.tracking_number >= start) & (parcel.tracking_number < start + "\uffff") for start in starts
    ]
    alias = [(code.code >= start) & (code.code < start + "\uffff") for start in starts]
    hexed = func.replace(code.key, "-", "", type_=String)
    named = select(hexed).where(code.what.in_(("parcel", "return")), or_(*alias))
    numbered = select(parcel.shipment_id).where(or_(*number))
    aliased = select(parcel.shipment_id).where(func.cast(parcel.parcel_id, String).in_(named))
    # Only a typed text of some length is looked up as a number: one letter begins half of them.
    if len("".join(typed.split())) < 3:
        return select(t.shipment.c.row).where(text("0"))
    return select(t.shipment.c.row).where(t.shipment.c.shipment_id.in_(union(numbered, aliased)))


def _starts(typed: str) -> list[str]:
    """How the number may begin that somebody reads from a label: an SSCC stands there behind its "(00)"."""
    joined = "".join(typed.split()).upper()
    bare = joined.removeprefix("(00)")
    if bare == joined and joined.isdigit() and len(joined) > 8:  # as the barcode spells it
        bare = joined.removeprefix("00")
    return sorted({joined, bare or joined})


class Spelling:
    """Words that were meant: compared with all that the index knows, when nothing was found as typed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._known: tuple[int, list[str]] = (-1, [])

    def near(self, typed: str) -> list[list[str]]:
        """For each word typed those it may stand for; [] when none of them can be mended."""
        words = _words(typed)
        with self._engine.begin() as connection:
            known = self._words(connection)
        found = [_nearest(word, known) for word in words]
        return found if any(found) else []

    def _words(self, connection: Connection) -> list[str]:
        newest = connection.exec_driver_sql("SELECT max(rowid) FROM shipment").scalar() or 0
        with self._lock:
            at, words = self._known
            if newest != at:
                # Numbers, telephones and e-mails are as many as the rows: letters only.
                rows = connection.exec_driver_sql(
                    "SELECT term FROM search_words WHERE term >= 'a' LIMIT ?", (_MANY,)
                )
                words = [term for (term,) in rows if len(term) >= _TYPO and term.isalpha()]
                self._known = (newest, words)
            return words


def _nearest(word: str, known: Iterable[str]) -> list[str]:
    if len(word) < _TYPO or not word.isalpha():
        return []
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= 2 * _TYPO else 1
    distance: Any = OSA.distance  # its overloads do not match the protocol of `extract`
    found = process.extract(word, known, scorer=distance, score_cutoff=most, limit=_NEAR)
    return [other for other, _, _ in found]
