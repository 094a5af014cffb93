"""Days as a letter says them, in any language that Babel knows, and the few words that a letter's frame needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from wismo_desk.channels.smtp import one_line

_LINE: Final = 80
# What the country mostly reads, for shops that lay texts of that language into their folder.
SPOKEN: Final[Mapping[str, str]] = {
    "DE": "de", "AT": "de", "LI": "de", "ES": "es", "IT": "it", "SM": "it", "PT": "pt", "NL": "nl", "PL": "pl",
    "CZ": "cs", "SK": "sk", "DK": "da", "SE": "sv", "NO": "nb", "FI": "fi", "HU": "hu", "RO": "ro", "GR": "el",
    "BG": "bg", "HR": "hr", "SI": "sl", "EE": "et", "LV": "lv", "LT": "lt",
}  # fmt: skip


def said_day(day: date, language: str, *, month: bool = True) -> str:
    """ "mardi 1er décembre", "Tuesday 1 December"; without the month "mardi 1er", "Tuesday 1"."""
    from babel.dates import format_date

    text = str(format_date(day, "EEEE d MMMM" if month else "EEEE d", locale=language))
    return re.sub(r" 1(?= |$)", " 1er", text) if language == "fr" else text


def said_interval(low: date, high: date, language: str, said: Mapping[str, str]) -> str:
    """ "entre le mercredi 2 et le vendredi 4 décembre", or one day. `said` holds `between`, with {first} and {last},
    and `on`, with {day}."""
    if low >= high:
        return said["on"].replace("{day}", said_day(high, language))
    first = said_day(low, language, month=(low.year, low.month) != (high.year, high.month))
    return said["between"].replace("{first}", first).replace("{last}", said_day(high, language))


def said_week(hours: Sequence[str], language: str) -> tuple[str, ...]:
    """Opening hours as lines: "lun.–ven. 08:30–12:00 14:00–18:30". `hours`: seven texts from Monday on, "" when closed;
    closed days are left out."""
    from babel.dates import get_day_names

    names = get_day_names("abbreviated", locale=language)
    runs: list[tuple[int, int]] = []
    for day, said in enumerate(hours):
        if not said:
            continue
        if runs and runs[-1][1] == day - 1 and hours[runs[-1][0]] == said:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return tuple(
        f"{names[first] if first == last else f'{names[first]}–{names[last]}'} {hours[first]}"
        for first, last in runs
    )


def short(text: str) -> str:
    """Whoever orders may type what they like: in a letter of ours it is one line and no essay."""
    line = one_line(text)
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"


def tidy(text: str) -> str:
    """Where a value is empty, no gap is left."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
