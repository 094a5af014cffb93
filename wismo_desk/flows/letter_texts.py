"""The shop's own words: looked at with a real order, tried, saved as a version, and put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Letter, Milestone
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.known import TEXTS
from wismo_desk.notices.letters import PARTS, Letters
from wismo_desk.notices.lint import Remark, lint_source, lint_written
from wismo_desk.notices.sms_text import SmsSize, sms_size
from wismo_desk.notices.stories import Told, tell
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

KEPT: Final = 20  # versions of each text
_LONG: Final = 8_000  # signs of one text


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One piece of news as one customer would read it. `sources`: the templates in force, or those tried."""

    number: str  # of the order
    letter: Letter
    sms: str
    size: SmsSize
    sources: Mapping[str, str]
    own: bool  # whether the shop has saved words of its own
    remarks: tuple[Remark, ...]
    night: Mapping[str, str]  # the colours that a dark screen shows instead


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """What one text was. `at` is ISO 8601; `text` is empty where ours was in force."""

    part: str
    text: str
    at: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTexts:
    """`hosts`: the shop's own sites, to which links may lead."""

    store: Store
    pen: Pen
    letters: Letters
    hosts: frozenset[str] = frozenset()

    def look(
        self, number: str, milestone: Milestone, *, language: str = "", tried: Mapping[str, str] | None = None
    ) -> Looked:
        """With the order of that number, or without one the newest. `tried`: texts that are not saved. Raises Refused
        without such an order, and SettingsProblem when a text cannot be used."""
        told = self._told(number.strip())
        language = language or self.letters.language(told, milestone)
        sources = {part: self._source(language, milestone, part) for part in PARTS} | dict(tried or {})
        own = {_name(language, milestone, part): text for part, text in (tried or {}).items()}
        letters = self.letters.trying(own) if own else self.letters
        grave = tuple(
            remark for part in PARTS for remark in lint_source(part, sources[part], hosts=self.hosts)
        )
        at = self.pen.clock()
        letter = letters.write(told, milestone, at=at, language=language)
        sms = letters.sms(told, milestone, at=at, language=language)
        values = letters.values(told, milestone, at=at, language=language)
        saved = self.store.read.values(TEXTS)
        return Looked(
            number=told.order.number,
            letter=letter,
            sms=sms,
            size=sms_size(sms),
            sources=sources,
            own=any("text" in (saved.get(_name(language, milestone, part)) or {}) for part in PARTS),
            remarks=grave + lint_written(sources, letter, sms, values),
            night=letters.night(told),
        )

    def save(self, language: str, milestone: Milestone, texts: Mapping[str, str]) -> Changes:
        """Those that differ from what is in force become versions. Raises Refused for what must be mended first, and
        SettingsProblem, by `look`, for what cannot be used."""
        for part, text in texts.items():
            self._refuse(part, text)
        changed = {p: t.strip("\n") for p, t in texts.items() if t != self._source(language, milestone, p)}
        if not changed:
            return Changes()
        self.look("", milestone, language=language, tried=changed)
        return self._write({_name(language, milestone, part): text for part, text in changed.items()})

    def reset(self, language: str, milestone: Milestone) -> Changes:
        """Ours again; what was there stays among the versions."""
        saved = self.store.read.values(TEXTS)
        names = [_name(language, milestone, part) for part in PARTS]
        return self._write({name: "" for name in names if "text" in (saved.get(name) or {})})

    def versions(self, language: str, milestone: Milestone) -> tuple[TextVersion, ...]:
        """What stood there before, the newest first."""
        saved = self.store.read.values(TEXTS)
        found = [
            TextVersion(part=part, text=str(row.get("text", "")), at=str(row["at"]), by=str(row["by"]))
            for part in PARTS
            for row in (saved.get(_name(language, milestone, part)) or {}).get("before", [])
        ]
        return tuple(sorted(found, key=lambda version: version.at, reverse=True))

    def put_back(self, language: str, milestone: Milestone, version: TextVersion) -> Changes:
        """That version is in force again; the present one joins the versions."""
        return self._write({_name(language, milestone, version.part): version.text})

    def _write(self, texts: Mapping[str, str]) -> Changes:
        """ "" is ours."""
        at, by = self.pen.clock(), self.pen.operator or self.pen.station
        known, changes = self.store.read.values(TEXTS), Changes()
        facts = []
        for name, text in texts.items():
            now: dict[str, Any] = dict(known.get(name) or {})
            before = now.pop("before", [])
            # The first version is ours, which has no text of its own.
            before = [
                {"at": now.get("at", ""), "by": now.get("by", ""), **_text(now.get("text", ""))},
                *before,
            ]
            value = {"at": at.isoformat(), "by": by, **_text(text), "before": before[:KEPT]}
            facts.append(self.pen.fact(FactKind.VALUE_SET, scope=TEXTS, key=name, value=value))
        return changes | self.store.commit(Entry(at=at, facts=tuple(facts))) if facts else changes

    def _refuse(self, part: str, text: str) -> None:
        if part not in PARTS or len(text) > _LONG:
            raise Refused("A text has at most {count} signs.", count=_LONG, field=part)
        for remark in lint_source(part, text, hosts=self.hosts):
            if remark.grave:
                raise Refused(remark.sentence, field=part, **dict(remark.values))

    def _source(self, language: str, milestone: Milestone, part: str) -> str:
        return self.letters.source(language, f"{milestone.value}.{part}.j2").rstrip("\n")

    def _told(self, number: str) -> Told:
        told = tell(self.store, self._named(number) if number else self._newest())
        if told is None:
            raise Refused("This shipment is not known here.")
        return told

    def _named(self, number: str) -> UUID:
        orders = [UUID(key) for what, key in self.store.read.named([number]) if what == "order"]
        if not orders:
            raise Refused("Order {number} is not known here.", number=number)
        return shipment_id(orders[0])

    def _newest(self) -> UUID:
        rows = self.store.read.page(self.store.read.rows(Filter(sort=Sort.EVENT), 1))
        if not rows:
            raise Refused("There is no order yet whose message could be shown. Take in an order file first.")
        return rows[0].shipment_id


def _name(language: str, milestone: Milestone, part: str) -> str:
    return f"{language}/{milestone.value}.{part}.j2"


def _text(text: object) -> dict[str, str]:
    return {"text": str(text)} if text else {}
