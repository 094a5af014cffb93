"""`wismo-desk anomalies`: the work list without a window, worst first, grouped by cause."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Final

from wismo_desk.domain.anomaly_words import NAMES
from wismo_desk.domain.triage import Group, WorkList
from wismo_desk.flows.triage import Triage
from wismo_desk.words import Words

_PLACE: Final = re.compile(r"\{\w+\}")


def anomalies(triage: Triage, words: Words, now: datetime, *, as_json: bool) -> str:
    """What is open; the rules that are due must have looked before."""
    work = triage.work()
    if as_json:
        return json.dumps(_work_data(work), ensure_ascii=False)
    head = words(
        "To settle: {act}, to watch: {watch}",
        act=words.number(work.to_act),
        watch=words.number(work.to_watch),
    )
    return "\n".join([head, *(_line(one, words, now) for one in work.groups)])


def _line(group: Group, words: Words, now: datetime) -> str:
    about = ", ".join(filter(None, (group.carrier_name, _detail(group, words))))
    since = words("Since {when}", when=words.moment(group.since, now=now)) if group.since else ""
    name = words(NAMES[group.kind])
    return " · ".join(filter(None, (f"{words.number(group.shipments):>5} × {name}", about, since)))


def _detail(group: Group, words: Words) -> str:
    """What differs from shipment to shipment of the group is left open."""
    return _PLACE.sub("…", words(group.detail)) if group.detail else ""


def _work_data(work: WorkList) -> dict[str, object]:
    return {
        "to_act": work.to_act,
        "to_watch": work.to_watch,
        "seen": work.seen,
        "snoozed": work.snoozed,
        "settled_today": work.settled_today,
        "groups": [
            {
                "anomaly": one.kind.value,
                "severity": one.severity.name.lower(),
                "carrier": one.carrier,
                "detail": _PLACE.sub("…", one.detail),
                "cause": one.cause.value,
                "shipments": one.shipments,
                "since": one.since.isoformat() if one.since else None,
                "owners": list(one.owners),
            }
            for one in work.groups
        ],
    }
