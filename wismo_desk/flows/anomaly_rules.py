"""The anomaly rules as a supervisor changes them: what is in force, and what a change would have done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from wismo_desk.domain.anomaly import moment
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import (
    DEFAULTS,
    RULE_SCOPE,
    Mode,
    Rule,
    Rules,
    Threshold,
    rule_from_data,
    rule_to_data,
)
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.rule_effect import SWEPT, Effect, Trial
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.replay import Fired
from wismo_desk.store.store import Store

_WEEK: Final = timedelta(days=7)
_MOST: Final = 5_000  # shipments played again: a second or two in the background
_EXAMPLES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyRules:
    store: Store
    pen: Pen

    def book(self) -> tuple[Rule, ...]:
        """In the order of the default set."""
        book = self._rules.book
        return tuple(book.get(rule.kind, rule) for rule in DEFAULTS)

    @property
    def _rules(self) -> Rules:
        return self.store.rules

    def fired(self) -> dict[AnomalyKind, int]:
        """How often each rule fired in the last seven days, those in shadow too."""
        return self.store.read.anomalies.fired(self.pen.clock() - _WEEK)

    def save(self, rule: Rule) -> Changes:
        """In force at once for what happens from now on, and for everything else within the next ticks. Raises
        Refused for a threshold that acts before it watches."""
        for threshold in (rule.usual, *rule.by_zone.values(), *(one.threshold for one in rule.exceptions)):
            _check(threshold, counts_down=rule.kind is AnomalyKind.CLAIM_DUE)
        return self._say(rule.kind, rule_to_data(rule))

    def reset(self, kind: AnomalyKind) -> Changes:
        """As it came."""
        return self._say(kind, None)

    def _say(self, kind: AnomalyKind, value: object) -> Changes:
        fact = self.pen.fact(FactKind.VALUE_SET, scope=RULE_SCOPE, key=kind.value, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def effect(self, rule: Rule) -> Effect:
        """What this setting would have done in the last seven days, beside the one in force, and how its number of
        alarms depends on the threshold."""
        now = self.pen.clock()
        in_force = self._rules.book.get(rule.kind) or rule_from_data(rule.kind, None)
        swept = _swept(rule)
        tried = [self._alone(one) for one in (rule, in_force, *(each for _, each in swept))]
        looked, found = self.store.read.replay.play(
            tried, self.store.codes, since=now - _WEEK, now=now, most=_MOST
        )
        zone = self._rules.zone
        today = now.astimezone(zone).date()
        return Effect(
            looked_at=looked,
            trial=_trial(found[0], today, zone),
            in_force=_trial(found[1], today, zone),
            by_threshold=tuple(
                (figure, len(fired), sum(1 for one in fired if one.late))
                for (figure, _), fired in zip(swept, found[2:], strict=True)
            ),
            examples=tuple(self._rows(found[0])),
        )

    def _alone(self, rule: Rule) -> Rules:
        return replace(self._rules, book={rule.kind: replace(rule, mode=Mode.ON)})

    def _rows(self, fired: Sequence[Fired]) -> list[tuple[str, str, datetime, bool | None]]:
        newest = sorted(fired, key=lambda one: -one.at)[:_EXAMPLES]
        rows = {row.row: row for row in self.store.read.page([one.row for one in newest])}
        return [
            (
                rows[one.row].number or rows[one.row].order_number,
                rows[one.row].carrier,
                moment(one.at),
                one.late,
            )
            for one in newest
            if one.row in rows
        ]


def _trial(fired: Sequence[Fired], today: date, zone: tzinfo) -> Trial:
    days = Counter(moment(one.at).astimezone(zone).date() for one in fired)
    return Trial(
        times=len(fired),
        right=sum(1 for one in fired if one.late is True),
        wrong=sum(1 for one in fired if one.late is False),
        by_day=tuple((day, days[day]) for day in (today - timedelta(days=n) for n in range(6, -1, -1))),
    )


def _swept(rule: Rule) -> list[tuple[int, Rule]]:
    """The same rule with other figures for what is near, all else left."""
    found = []
    for figure in SWEPT.get(rule.unit, ()):
        threshold = Threshold(watch=figure, act=None)
        zones = dict.fromkeys(list(rule.by_zone)[:1], threshold)
        found.append((figure, replace(rule, usual=threshold, by_zone={**rule.by_zone, **zones})))
    return found


def _check(threshold: Threshold | None, *, counts_down: bool) -> None:
    """`counts_down`: its figures are days that are left."""
    if threshold is None or threshold.watch is None or threshold.act is None:
        return
    if counts_down and threshold.act > threshold.watch:
        raise Refused("This rule counts the days that are left: it acts with fewer of them than it watches.")
    if counts_down:
        return
    if threshold.act < threshold.watch:
        raise Refused("A rule cannot act before it watches: {act} is less than {watch}.",
                      act=threshold.act, watch=threshold.watch)  # fmt: skip
