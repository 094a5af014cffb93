"""The program's words: one gettext catalogue for all rooms, and dates and numbers as people say them.

The key of a sentence is its English form with named places; French is looked up. Unknown sentences come
back in English, so a missing translation is visible and never a crash.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import date as Day  # noqa: N812 - `date` is a method here
from functools import cache
from io import BytesIO
from typing import Final

from wismo_desk.errors import DeskError

LANGUAGES: Final = ("fr", "en")
_CHOICE: Final = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")


@cache
def _table(catalogue: bytes) -> gettext.GNUTranslations:
    """One for all who speak this language: four thousand sentences take a megabyte."""
    return gettext.GNUTranslations(BytesIO(catalogue))


class Words:
    """Says sentences in one language. Cheap to call: a dictionary look-up and a format."""

    def __init__(self, language: str, catalogue: bytes = b"", *, zone: tzinfo = UTC) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.zone = zone
        self._find: Callable[[str], str] = _table(catalogue).gettext if catalogue else (lambda text: text)

    def __call__(self, sentence: str, /, **values: object) -> str:
        text = self._find(sentence) if sentence else ""
        if values and "|" in text:
            text = _CHOICE.sub(lambda found: self._agreed(values[found[1]], found), text)
        return text.format(**values) if values else text

    def _agreed(self, value: object, found: re.Match[str]) -> str:
        """The word for one or for several: "{n} {n|réclamation|réclamations}". Up to 1.9 is singular in French, 1 alone
        in English (CLDR plural rules, cardinal, for the figures that people are shown)."""
        try:
            count = abs(float(re.sub(r"[\s\u00a0\u202f]", "", str(value)).replace(",", ".")))
        except ValueError:
            return found[3]
        return found[2] if count < 2 and (self.language == "fr" or count == 1) else found[3]

    def error(self, problem: DeskError) -> str:
        """The sentence of a DeskError, with the foreign code behind it in brackets."""
        text = self(problem.sentence, **problem.values)
        # What the computer itself says ("Permission denied") is known in French; a foreign code stays as it is.
        return f"{text} [{self(problem.raw)}]" if problem.raw else text

    def number(self, value: float, *, digits: int = 0) -> str:
        """1 234,5 in French (narrow no-break space), 1,234.5 in English."""
        text = f"{value:,.{digits}f}"
        if self.language == "fr":
            text = text.replace(",", "\u202f").replace(".", ",")
        return text

    def kilos(self, grams: int) -> str:
        return f"{self.number(grams / 1000, digits=3)}\u00a0kg"

    def money(self, cents: int, currency: str = "EUR") -> str:
        sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, currency)
        text = self.number(cents / 100, digits=2)
        return f"{text}\u00a0{sign}" if self.language == "fr" else f"{sign}{text}"

    def time(self, when: datetime) -> str:
        return when.astimezone(self.zone).strftime("%H:%M")

    def date(self, day: Day) -> str:
        """As people write it: 24/11/2026, 24 Nov 2026."""
        from babel.dates import format_date

        if self.language == "fr":
            return day.strftime("%d/%m/%Y")
        return str(format_date(day, "d MMM yyyy", locale="en"))

    def day(self, day: Day, *, today: Day) -> str:
        """A day near today by its name, else its date: "auj.", "hier", "lun. 24", "24/11"."""
        from babel.dates import format_date

        gap = (day - today).days
        near = {0: self("today"), -1: self("yesterday"), 1: self("tomorrow")}
        if gap in near:
            return near[gap]
        pattern = "EEE d" if abs(gap) < 7 else ("dd/MM" if self.language == "fr" else "d MMM")
        return str(format_date(day, pattern, locale=self.language))

    def moment(self, when: datetime, *, now: datetime) -> str:
        """ "hier 18:42", "lun. 24 09:10"."""
        local, today = when.astimezone(self.zone), now.astimezone(self.zone).date()
        clock = local.strftime("%H:%M")
        return clock if local.date() == today else f"{self.day(local.date(), today=today)} {clock}"

    def span(self, gap: timedelta) -> str:
        """How long: "25 min", "2 h 10", "3 j"."""
        minutes = max(0, int(gap.total_seconds()) // 60)
        if minutes < 60:
            return f"{minutes}\u00a0min"
        if minutes < 24 * 60:
            hours, rest = divmod(minutes, 60)
            return f"{hours}\u00a0h\u00a0{rest:02d}" if rest else f"{hours}\u00a0h"
        return f"{minutes // 1440}\u00a0{self('d')}"
