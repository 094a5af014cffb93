"""Anomaly rules for the settings: the default book, and effects that follow from the threshold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from page_fakes import NOW

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import DEFAULTS, Rule
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.rule_effect import SWEPT, Effect, Trial
from wismo_desk.errors import Refused


@dataclass
class FakeRules:
    kept: dict[AnomalyKind, Rule] = field(default_factory=lambda: {rule.kind: rule for rule in DEFAULTS})
    asked: list[Rule] = field(default_factory=list)
    refuses: bool = False

    def book(self) -> tuple[Rule, ...]:
        return tuple(self.kept.values())

    def fired(self) -> dict[AnomalyKind, int]:
        return {kind: n * 3 % 32 for n, kind in enumerate(self.kept)}

    def effect(self, rule: Rule, /) -> Effect:
        self.asked.append(rule)
        first = next(iter(rule.by_zone.values()), rule.usual)
        times = 28 - 4 * min(first.watch or 0, 7)
        today = NOW.date()
        days = tuple(
            (today - timedelta(days=n), 0 if n in (2, 3) else times // 5 + n % 2) for n in range(6, -1, -1)
        )
        trial = Trial(times=times, right=times * 3 // 4, wrong=times // 5, by_day=days)
        swept = SWEPT.get(rule.unit, ())
        return Effect(
            looked_at=4210,
            trial=trial,
            in_force=Trial(times=21, right=13, wrong=8, by_day=days),
            by_threshold=tuple((figure, 58 // figure, 30 // figure) for figure in swept),
            examples=tuple(
                (f"XY48113{2075 + n}FR", "chronopost", NOW - timedelta(hours=5 * n), n % 3 != 2)
                for n in range(6)
            ),
        )

    def save(self, rule: Rule, /) -> Changes:
        if self.refuses:
            raise Refused("A rule cannot act before it watches: {act} is less than {watch}.", act=1, watch=2)
        self.kept[rule.kind] = rule
        return Changes(values=True)

    def reset(self, kind: AnomalyKind, /) -> Changes:
        return self.save(next(rule for rule in DEFAULTS if rule.kind is kind))
