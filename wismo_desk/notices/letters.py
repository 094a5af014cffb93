"""Writes notices from templates that can read their values and nothing else (Jinja2, immutable sandbox).

A letter has a subject, a text and a frame; the frame gives the text a greeting, a box of facts and a foot, once as
plain text and once as MJML. The placeholders are listed in resources/notices/README.md; a name that is not there is an
error, not a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final
from urllib.parse import quote

from wismo_desk.channels.smtp import one_line
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.claim_news import claim_news
from wismo_desk.domain.notice import Letter, Milestone, language_of
from wismo_desk.errors import SettingsProblem
from wismo_desk.notices.known import Ask, Known
from wismo_desk.notices.mjml_letters import FACTS, PAPER, Fact, palette, to_html, with_head
from wismo_desk.notices.parcel_delivery import parcel_delivery
from wismo_desk.notices.said import SPOKEN, said_day, said_interval, said_week, short, tidy
from wismo_desk.notices.sms_text import gsm_safe
from wismo_desk.notices.stories import Told
from wismo_desk.settings.mail import MailSettings

Names = Callable[[str, str, str], tuple[str, str]]  # (carrier, service, language) as people say them
PARTS: Final = ("subject", "txt", "sms")  # of each milestone
_FRAMES: Final = ("layout.txt.j2", "layout.mjml.j2")
_WORDS: Final = "words.j2"


@dataclass(frozen=True, slots=True)
class _Voice:
    """One language, ready to write: its templates, and the words of its frame."""

    language: str
    environment: Any
    said: Mapping[str, Any]


class Letters:
    """`folders` hold a folder for each language; a file in an earlier one replaces the one in a later. `texts` are
    those saved in the settings, by name ("fr/shipped.txt.j2"): they come before all folders."""

    def __init__(
        self,
        folders: Sequence[Path],
        *,
        names: Names,
        zone: tzinfo,
        mail: Callable[[], MailSettings],
        known: Ask = lambda _told: Known(),
        texts: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._folders = tuple(folders)
        self._names = names
        self._zone = zone
        self._mail = mail
        self._known = known
        self._texts = texts
        # A changed text is another key, so that no letter is written from what was compiled before.
        self._environment = lru_cache(maxsize=16)(self._open)

    def write(self, told: Told, milestone: Milestone, *, at: datetime, language: str = "") -> Letter:
        """`at`: when it happened. `language`: by default as the settings and the country want it. Raises
        SettingsProblem, with file and line, when a template cannot be used."""
        known, voice = self._known(told), self._voice(language or self.language(told, milestone))
        values = self._values(told, milestone, known, voice, at)
        subject = one_line(self._render(voice, f"{milestone.value}.subject.j2", values))
        body = tidy(self._render(voice, f"{milestone.value}.txt.j2", values))
        frame = self._frame(told, milestone, known, voice, values) | {
            "subject": subject,
            "paragraphs": tuple(tuple(each.splitlines()) for each in body.strip().split("\n\n") if each),
        }
        who = told.order.recipient
        return Letter(
            subject=subject,
            text=tidy(self._render(voice, _FRAMES[0], frame)),
            html=with_head(self._html(voice, milestone, frame), self._script(told, known, values)),
            to=who.email.strip(),
            name=who.name or who.company,
            language=voice.language,
        )

    def sms(self, told: Told, milestone: Milestone, *, at: datetime, language: str = "") -> str:
        """The text message, in signs that cost least. Raises SettingsProblem as `write` does."""
        known, voice = self._known(told), self._voice(language or self.language(told, milestone))
        values = self._values(told, milestone, known, voice, at)
        return gsm_safe(one_line(self._render(voice, f"{milestone.value}.sms.j2", values)))

    def language(self, told: Told, milestone: Milestone) -> str:
        """As set; else the country's own, where a folder has this news in it; else French or English."""
        country, wanted = told.order.recipient.country.upper(), self._mail().language
        spoken = SPOKEN.get(country, "")
        name = f"{milestone.value}.txt.j2"
        if wanted == "auto" and spoken and any((each / spoken / name).exists() for each in self._folders):
            return spoken
        return language_of(country, wanted)

    def trying(self, texts: Mapping[str, str]) -> Letters:
        """The same with these texts, by name, before all others: nothing is saved."""
        saved = self._texts
        return Letters(
            self._folders,
            names=self._names,
            zone=self._zone,
            mail=self._mail,
            known=self._known,
            texts=lambda: {**saved(), **texts},
        )

    def values(self, told: Told, milestone: Milestone, *, at: datetime, language: str) -> dict[str, Any]:
        """What each placeholder holds for this shipment."""
        return self._values(told, milestone, self._known(told), self._voice(language), at)

    def night(self, told: Told) -> dict[str, str]:
        """The colours of a letter, and what each becomes on a dark screen."""
        colours = palette(self._known(told).brand)
        night = {colours[name]: colours[f"night_{name}"] for name in ("accent", "tint", *PAPER)}
        return night | {colours["on_accent"].lower(): colours["on_night_accent"]}

    def source(self, language: str, name: str) -> str:
        """The template as it is in force. Raises SettingsProblem where there is none."""
        environment = self._environment(language, _frozen(self._texts()))
        try:
            return str(environment.loader.get_source(environment, name)[0])
        except _broken() as error:
            raise self._unusable(*_place(error, f"{language}/{name}"), error) from error

    # Values

    def _values(
        self, told: Told, milestone: Milestone, known: Known, voice: _Voice, at: datetime
    ) -> dict[str, Any]:
        """Plain text, numbers and tuples of them only: nothing with methods of ours."""
        order, row, language = told.order, told.row, voice.language
        mail = self._mail().of_shop(order.source)
        carrier, service = self._names(row.carrier, row.service, language)
        claim = claim_news(told.story.facts, row.status)
        promised, today = row.promised_on, at.astimezone(self._zone).date()
        ahead = row.expected if row.expected and row.expected.high >= today else None
        interval = said_interval(ahead.low, ahead.high, language, voice.said) if ahead else ""
        late = milestone in (Milestone.DELAYED, Milestone.PREDICTED_LATE)
        if not interval and promised and not late:
            interval = str(voice.said["by"]).replace("{day}", said_day(promised, language))
        return {
            "shop": mail.shop,
            "contact": mail.sender_address,
            "name": short(order.recipient.name or order.recipient.company),
            "order": short(order.number),
            "lines": tuple(
                {"name": short(each.name or each.sku), "quantity": each.quantity} for each in order.lines
            ),
            "own": row.carrier == "own",
            "carrier": carrier,
            "service": service,
            "numbers": told.numbers,
            "city": short(order.recipient.city),
            "pickup_point": short(known.pickup_name or order.pickup_point),
            "pickup_hours": tuple(
                short(line) for line in known.pickup_hours or said_week(known.pickup_week, language)
            ),
            "pickup_until": said_day(known.pickup_until, language) if known.pickup_until else "",
            "pickup_code": short(known.pickup_code),
            "promised": said_day(promised, language) if promised else "",
            "expected": interval,
            "reason": str(voice.said["reasons"].get(row.reason.value, "")),
            "page": known.page,
            "phone": known.brand.phone,
            "day": said_day(today, language),
            "claim_kind": claim.kind.value if claim else "",
            "claim_end": claim.end.value if claim and claim.end else "",
        }

    def _frame(
        self, told: Told, milestone: Milestone, known: Known, voice: _Voice, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        subject = quote(f"STOP {values['order']}")
        return {
            **values,
            "said": voice.said,
            "language": voice.language,
            "milestone": milestone.value,
            "facts": tuple(fact.plain() for fact in self._facts(milestone, voice, values)),
            "colours": palette(known.brand),
            "logo": known.logo,
            "site": known.brand.site,
            "imprint": short(known.brand.imprint),
            "stop": f"mailto:{quote(values['contact'], safe='@')}?subject={subject}",
        }

    def _facts(self, milestone: Milestone, voice: _Voice, values: Mapping[str, Any]) -> list[Fact]:
        """Those that are known."""
        own = {
            "lines": tuple(f"{each['quantity']} × {each['name']}" for each in values["lines"]),
            "carrier": "" if values["own"] else values["carrier"],
            "place": values["pickup_point"] or values["city"],
        }
        found = []
        for key in FACTS[milestone]:
            value = own.get(key, values.get(key, ""))
            lines = tuple(filter(None, (value,) if isinstance(value, str) else value))
            if lines:
                many = "_many" if f"{key}_many" in voice.said["facts"] and len(lines) > 1 else ""
                found.append(Fact(key=key, label=str(voice.said["facts"][key + many]), lines=lines))
        return found

    def _script(self, told: Told, known: Known, values: Mapping[str, Any]) -> str:
        expected = told.row.expected
        return parcel_delivery(
            told.order,
            carrier=values["carrier"],
            merchant=values["shop"],
            numbers=told.numbers,
            status=told.row.status,
            until=expected.high if expected else told.row.promised_on,
            page=known.page,
            zone=self._zone,
        )

    # Rendering

    def _html(self, voice: _Voice, milestone: Milestone, frame: Mapping[str, Any]) -> str:
        """An own `<milestone>.html.j2` is sent as it is; MJML, of one milestone or of all, is translated."""
        choice = [f"{milestone.value}.html.j2", f"{milestone.value}.mjml.j2", _FRAMES[1]]
        try:
            name = str(voice.environment.select_template(choice).name)
        except _broken() as error:
            raise self._unusable(*_place(error, f"{voice.language}/{_FRAMES[1]}"), error) from error
        made = self._render(voice, name, frame)
        return made if ".html." in name else to_html(made, path=self._path(f"{voice.language}/{name}"))

    def _voice(self, language: str) -> _Voice:
        environment = self._environment(language, _frozen(self._texts()))
        try:
            words = environment.get_template(_WORDS)
            words.render()  # what is wrong in it is told with its line only this way
            said = words.module.said
            said["between"], said["on"], said["by"], said["reasons"], said["facts"]
        except _broken() as error:
            raise self._unusable(*_place(error, f"{language}/{_WORDS}"), error) from error
        return _Voice(language, environment, said)

    def _render(self, voice: _Voice, name: str, values: Mapping[str, Any]) -> str:
        try:
            return str(voice.environment.get_template(name).render(**values))
        except UnicodeDecodeError as error:
            raise self._unusable(f"{voice.language}/{name}", 0, error) from error
        except _broken() as error:
            raise self._unusable(*_place(error, f"{voice.language}/{name}"), error) from error

    def _unusable(self, name: str, line: int, error: Exception) -> SettingsProblem:
        raw = f"{type(error).__name__}: {error}"
        if not line:
            return SettingsProblem(
                "The template {path} cannot be used. Correct it, or take it out to use ours.",
                path=self._path(name),
                field="templates",
                raw=raw,
            )
        return SettingsProblem(
            "The template {path} cannot be used: look at its line {line}. Correct it, or take it out to use ours.",
            path=self._path(name),
            line=line,
            field="templates",
            raw=raw,
        )

    def _path(self, name: str) -> str:
        """The file that a person can look into; for a text saved in the settings its name alone."""
        if name in self._texts():
            return name
        bare = name.rpartition("/")[2]
        found = (folder / each for folder in self._folders for each in (name, bare))
        return str(next((path for path in found if path.exists()), name))

    def _open(self, language: str, texts: frozenset[tuple[str, str]]) -> Any:
        from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, StrictUndefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        own = {
            name.removeprefix(f"{language}/"): text for name, text in texts if name.startswith(f"{language}/")
        }
        paths = [path for folder in self._folders for path in (folder / language, folder)]
        return ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([DictLoader(own), FileSystemLoader(paths)]),
            autoescape=lambda name: bool(name) and any(kind in str(name) for kind in (".html.", ".mjml.")),
            undefined=StrictUndefined,
        )


def _frozen(texts: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(texts.items())


def _broken() -> tuple[type[Exception], ...]:
    """What a template may raise that a person wrote."""
    from jinja2 import TemplateError

    return TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError


def _place(error: Exception, name: str) -> tuple[str, int]:
    """The file and line of the template that went wrong, which may be one that `name` extends; 0: not known.
    Jinja2 puts the templates' own lines into the traceback; a text saved in the settings is called <template>."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return _short_name(error.filename or error.name or "", name), error.lineno
    lines = [
        each for each in extract_tb(error.__traceback__) if each.filename.endswith((".j2", "<template>"))
    ]
    return (_short_name(lines[-1].filename, name), lines[-1].lineno or 0) if lines else (name, 0)


def _short_name(path: str, name: str) -> str:
    """ "fr/layout.txt.j2" of a whole path."""
    return f"{name.split('/')[0]}/{Path(path).name}" if path.endswith(".j2") else name


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
