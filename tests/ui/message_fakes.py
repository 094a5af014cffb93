"""A fake of flows/notice_choices for the settings: rules in memory, and a note of what was saved."""

from __future__ import annotations

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.notice_rules import NoticeRule, NoticeRules
from wismo_desk.ui.settings_messages import NoticeAsks

TWO = (
    NoticeRule(
        milestones=frozenset({Milestone.SHIPPED}),
        countries=frozenset({"BE", "LU"}),
        channels=frozenset({Channel.SMS}),
    ),
    NoticeRule(shops=frozenset({"marketplace"})),
)


class FakeChoices:
    def __init__(self, *exceptions: NoticeRule) -> None:
        self.now = NoticeRules(exceptions=exceptions)
        self.saved: list[NoticeRules] = []
        self.changes: list[Changes] = []

    def rules(self) -> NoticeRules:
        return self.now

    def save(self, rules: NoticeRules) -> Changes:
        self.now = rules
        self.saved.append(rules)
        return Changes(values=True)

    @property
    def asks(self) -> NoticeAsks:
        return NoticeAsks(rules=self.rules, save=self.save, changed=self.changes.append)
