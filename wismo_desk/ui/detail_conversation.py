"""What a customer was told, as moments of a shipment's timeline: the whole conversation beside the journey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Notice
from wismo_desk.ui.detail_words import Moment
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_desk import Desk


def told(desk: Desk, notices: Sequence[Notice], now: datetime) -> list[Moment]:
    """One line a message: its news, how it ended and by which channel, and what is wrong with it. Those that wait
    for a day to come, and those left out on purpose, are no part of what was said."""
    terms = NoticeTerms(desk.words)
    found = []
    for notice in notices:
        waits = notice.state is EffectState.PENDING and not notice.attempts
        if waits or notice.details.get("overtaken"):
            continue
        title = desk.words("Told: {news}", news=terms.milestone[notice.milestone])
        parts = (terms.channel[notice.channel], terms.state_of(notice), terms.error(notice))
        found.append(Moment(notice.changed_at, title, " · ".join(filter(None, parts))))
    return found


def merged(journey: Sequence[Moment], conversation: Sequence[Moment]) -> list[Moment]:
    """Newest on top; what has no time (a silence) stays where it is."""
    fixed = [each for each in journey if each.at is None]
    timed = [(each.at, each) for each in (*journey, *conversation) if each.at is not None]
    return [*fixed, *(each for _, each in sorted(timed, key=lambda pair: pair[0], reverse=True))]
