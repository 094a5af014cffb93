"""Writes notices from templates that can read their values and nothing else (Jinja2, immutable sandbox).

The placeholders are listed in resources/notices/README.md; a name that is not there is an error, not a gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from wismo_desk.channels.smtp import one_line
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.notice import Letter, Milestone, language_of
from wismo_desk.errors import SettingsProblem
from wismo_desk.notices.stories import Told
from wismo_desk.settings.mail import MailSettings

Names = Callable[[str, str, str], tuple[str, str]]  # (carrier, service, language) as people say them
_LINE: Final = 80
PARTS: Final = ("subject", "txt", "html")


class Letters:
    """`folders` hold `fr/` and `en/`; a file in an earlier folder replaces the one in a later."""

    def __init__(
        self, folders: Sequence[Path], *, names: Names, zone: tzinfo, mail: Callable[[], MailSettings]
    ) -> None:
        self._folders = tuple(folders)
        self._names = names
        self._zone = zone
        self._mail = mail
        self._environment = cache(self._open)

    def write(self, told: Told, milestone: Milestone, *, at: datetime, language: str = "") -> Letter:
        """`at`: when it happened. `language`: "fr" or "en", by default as the settings want it. Raises
        SettingsProblem, with file and line, when a template cannot be used."""
        who = told.order.recipient
        language = language or language_of(who.country, self._mail().language)
        values = self._values(told, language, at)
        subject, text, html = (self._render(language, milestone, part, values) for part in PARTS)
        return Letter(
            subject=one_line(subject),
            text=_tidy(text),
            html=html,
            to=who.email.strip(),
            name=who.name or who.company,
            language=language,
        )

    def _values(self, told: Told, language: str, at: datetime) -> dict[str, Any]:
        """Plain text, numbers and tuples of them only: nothing with methods of ours."""
        order, row, mail = told.order, told.row, self._mail()
        carrier, service = self._names(row.carrier, row.service, language)
        promised = row.promised_on
        return {
            "shop": mail.shop,
            "contact": mail.sender_address,
            "name": _short(order.recipient.name or order.recipient.company),
            "order": _short(order.number),
            "lines": tuple(
                {"name": _short(each.name or each.sku), "quantity": each.quantity} for each in order.lines
            ),
            "own": row.carrier == "own",
            "carrier": carrier,
            "service": service,
            "numbers": told.numbers,
            "city": _short(order.recipient.city),
            "pickup_point": _short(order.pickup_point),
            "promised": said_day(promised, language) if promised else "",
            "day": said_day(at.astimezone(self._zone).date(), language),
        }

    def _render(self, language: str, milestone: Milestone, part: str, values: Mapping[str, Any]) -> str:
        from jinja2 import TemplateError

        name = f"{milestone.value}.{part}.j2"
        try:
            return str(self._environment(language).get_template(name).render(**values))
        except UnicodeDecodeError as error:
            raise self._unusable(f"{language}/{name}", 0, error) from error
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise self._unusable(*_place(error, f"{language}/{name}"), error) from error

    def _unusable(self, name: str, line: int, error: Exception) -> SettingsProblem:
        found = (folder / name for folder in self._folders)
        path = next((path for path in found if path.exists()), Path(name))
        raw = f"{type(error).__name__}: {error}"
        if not line:
            return SettingsProblem(
                "The template {path} cannot be used. Correct it, or take it out to use ours.",
                path=str(path),
                field="templates",
                raw=raw,
            )
        return SettingsProblem(
            "The template {path} cannot be used: look at its line {line}. Correct it, or take it out to use ours.",
            path=str(path),
            line=line,
            field="templates",
            raw=raw,
        )

    def _open(self, language: str) -> Any:
        from jinja2 import FileSystemLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        return ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder / language for folder in self._folders]),
            autoescape=lambda name: bool(name) and ".html." in str(name),
            undefined=StrictUndefined,
        )


def _place(error: Exception, name: str) -> tuple[str, int]:
    """The file and line of the template that went wrong, which may be one that `name` extends; 0: not known.
    Jinja2 puts the templates' own lines into the traceback."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError) and error.filename:
        return _short_name(error.filename, name), error.lineno
    lines = [each for each in extract_tb(error.__traceback__) if each.filename.endswith(".j2")]
    return (_short_name(lines[-1].filename, name), lines[-1].lineno or 0) if lines else (name, 0)


def _short_name(path: str, name: str) -> str:
    """ "fr/layout.html.j2" of a whole path."""
    return f"{name.split('/')[0]}/{Path(path).name}"


def spoken_names(infos: Mapping[str, CarrierInfo], own_name: str) -> Names:
    """Carriers and services as the reader of the letter says them."""

    def names(carrier: str, service: str, language: str) -> tuple[str, str]:
        info = infos.get(carrier)
        if info is None:
            return carrier, service
        known = info.service(service)
        name = own_name if carrier == "own" else info.name
        if known is None:
            return name, ""
        return name, known.name if language == "fr" else known.name_en

    return names


def said_day(day: date, language: str) -> str:
    """ "mardi 1er décembre", "Tuesday 1 December"."""
    from babel.dates import format_date

    text = str(format_date(day, "EEEE d MMMM", locale=language))
    return text.replace(" 1 ", " 1er ") if language == "fr" else text


def _tidy(text: str) -> str:
    """Where a value is empty, no gap is left."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _short(text: str) -> str:
    """Whoever orders may type what they like: in a letter of ours it is one line and no essay."""
    line = one_line(text)
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"
