"""Whether a French postcode and a town go together, by the list of all of them: no network, no street.

CEDEX codes of companies and military sectors are in no list; they are let pass. The list: resources/places.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final

from wismo_desk.domain.address import Finding
from wismo_desk.domain.countries import FRENCH_TERRITORIES
from wismo_desk.domain.order import Party

NO_TOWN: Final = "No town has the postcode “{postcode}”: check it with the customer."
NO_TOWN_BUT: Final = "No town has the postcode “{postcode}”; {city} has {codes}: check it with the customer."
OTHER_TOWN: Final = "{postcode} is the postcode of {towns}, not of {city}: correct one of them."
OTHER_CODE: Final = "{postcode} is the postcode of {towns}; {city} has {codes}: correct one of them."

_POSTCODE: Final = re.compile(r"\d{5}", re.ASCII)
_CEDEX: Final = re.compile(r"\b(?:CEDEX|CS|BP|TSA|ARMEES|SP)\b")
_NOT_NAME: Final = re.compile(r"\b(?:CEDEX|ARRONDISSEMENT|ER|E|EME|ND)\b|\d+(?:ERE?|E|EME|ND)?\b")
_SAINT: Final = ((re.compile(r"\bSTE\b"), "SAINTE"), (re.compile(r"\bST\b"), "SAINT"))
_ARTICLES: Final = frozenset({"LE", "LA", "LES", "L", "D", "DE", "DU", "DES", "EN", "SUR", "SOUS", "AUX"})
_ALIKE: Final = 0.8
_MOST: Final = 3  # towns or codes named in one sentence


class _Lines:
    """Sorted lines "key|rest" in one text, found by halves: as objects the forty thousand names of towns would take
    ten megabytes."""

    __slots__ = ("_starts", "_text")

    def __init__(self, lines: Iterable[str]) -> None:
        said = sorted(
            line.encode() for line in lines
        )  # in the same order as the text itself; “Œ” alone doubles a text
        self._starts = array("i", (0, *accumulate(len(line) + 1 for line in said)))
        self._text = b"\n".join((*said, b""))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _line(self, number: int) -> str:
        return self._text[self._starts[number] : self._starts[number + 1] - 1].decode()

    def after(self, key: str) -> Iterator[str]:
        """Of each line of this key what stands behind the bar."""
        head = f"{key}|"
        number = bisect_left(range(len(self)), head, key=self._line)
        while number < len(self) and self._line(number).startswith(head):
            yield self._line(number)[len(head) :]
            number += 1


class Places:
    """`towns` maps a postcode to the names of its towns."""

    def __init__(self, towns: Mapping[str, Iterable[str]] | Iterable[tuple[str, Iterable[str]]]) -> None:
        rows = towns.items() if isinstance(towns, Mapping) else towns
        by_code, by_name = [], []
        for postcode, names in rows:
            said = list(names)
            by_code.append("|".join((postcode, *said)))
            by_name += [f"{_plain(name)}|{postcode}" for name in said]
        self._by_code, self._by_name = _Lines(by_code), _Lines(by_name)

    def __len__(self) -> int:
        return len(self._by_code)

    def _towns(self, postcode: str) -> list[str]:
        return next((said.split("|") for said in self._by_code.after(postcode)), [])

    def doubt(self, party: Party) -> Finding | None:
        """What is wrong with postcode and town together; None where they fit, or nobody can know."""
        postcode, city = party.postcode.strip(), party.city.strip()
        french = party.country == "FR" or party.country in FRENCH_TERRITORIES.values()
        if not french or not len(self) or not city or not _POSTCODE.fullmatch(postcode):
            return None
        asked = _plain(city, whole=True)
        if _CEDEX.search(asked) or postcode.startswith(("00", "98")):
            return None
        towns = self._towns(postcode)
        name = _plain(city)
        if not name or any(_alike(name, _plain(town)) for town in towns):
            return None
        if not towns and party.company:  # very probably a code of its own
            return None
        return self._finding(postcode, city, towns, self._near(name, postcode))

    def _near(self, name: str, postcode: str) -> list[str]:
        """The codes of the town of this very name, those that look most like the one typed first."""
        codes = list(self._by_name.after(name))
        return sorted(codes, key=lambda code: -SequenceMatcher(None, code, postcode).ratio())[:_MOST]

    def _finding(self, postcode: str, city: str, towns: Iterable[str], codes: Iterable[str]) -> Finding:
        named, other = list(towns), ", ".join(codes)
        said = ", ".join(named[:_MOST]) + (" …" if len(named) > _MOST else "")
        values: dict[str, object] = {"postcode": postcode}
        if named:
            sentence = OTHER_CODE if other else OTHER_TOWN
            values |= {"towns": said, "city": city}
        else:
            sentence = NO_TOWN_BUT if other else NO_TOWN
            values |= {"city": city} if other else {}
        values |= {"codes": other} if other else {}
        return Finding("postcode", sentence, tuple(values.items()), certain=bool(named and other))


def read_places(text: str) -> Places:
    """One postcode a line, then its towns: "01400|L'Abergement-Clémenciat|…"."""
    rows = (line.split("|") for line in text.splitlines() if line)
    return Places((postcode, names) for postcode, *names in rows)


def _plain(text: str, *, whole: bool = False) -> str:
    """Capitals without accents, hyphens or numbers, SAINT written out; `whole` keeps CEDEX and numbers."""
    text = text.upper().replace("Œ", "OE").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(ch for ch in decomposed if not unicodedata.combining(ch))
    said = re.sub(r"[^A-Z0-9]+", " ", bare)
    for shape, saint in _SAINT:
        said = shape.sub(saint, said)
    return " ".join((said if whole else _NOT_NAME.sub(" ", said)).split())


def _alike(one: str, other: str) -> bool:
    """A slip of the pen apart, or one says more than the other: "LILLE HELLEMMES" and "LILLE"."""
    if one == other:
        return True
    mine, theirs = (set(name.split()) - _ARTICLES for name in (one, other))
    if mine and theirs and (mine <= theirs or theirs <= mine):
        return True
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
