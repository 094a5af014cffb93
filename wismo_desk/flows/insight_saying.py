"""How figures are spelt in one language: shares, lanes, periods."""

from __future__ import annotations

from collections.abc import Callable

from wismo_desk.domain.figures import Lane, Period
from wismo_desk.words import Words

Names = Callable[[str, str], tuple[str, str]]


class Saying:
    """`names` gives (carrier, service) as people say them."""

    def __init__(self, words: Words, names: Names) -> None:
        self.words, self._names = words, names

    def period(self, period: Period) -> str:
        words = self.words
        return words("{first} to {last}", first=words.date(period.first), last=words.date(period.last))

    def percent(self, share: float, *, digits: int = 1) -> str:
        text = self.words.number(100 * share, digits=digits)
        return f"{text}\u202f%" if self.words.language == "fr" else f"{text}%"

    def name(self, lane: Lane) -> str:
        carrier, service = self._names(lane.carrier, lane.service)
        if not lane.carrier:
            carrier = self.words("no carrier yet")
        if lane.country:
            return self.words("{carrier} to {country}", carrier=carrier, country=self._country(lane.country))
        return f"{carrier} {service}".rstrip() if lane.service else carrier

    def _country(self, code: str) -> str:
        from babel import Locale

        return str(
            Locale.parse(self.words.language).territories.get(code[:2] if len(code) < 4 else code, code)
        )

    def signed(self, value: float) -> str:
        sign = "+" if value > 0 else "−"
        return sign + self.words.number(abs(value), digits=1)

    def count_of(self, sentence: str, count: int, whole: int) -> str:
        return sentence.format(count=self.words.number(count), all=self.words.number(whole))
