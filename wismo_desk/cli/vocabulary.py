"""`wismo-desk --vocabulary`: every closed list of words this program uses, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum

from wismo_desk.domain.anomaly_kinds import AnomalyKind, Cause
from wismo_desk.domain.bench_view import BenchMode, Cue, Problem
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.claim import ClaimKind, ClaimState
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.intent import HandOff, Intent, Task
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.order import Check, OrderState
from wismo_desk.domain.packing import Gate
from wismo_desk.domain.printer import PrinterState
from wismo_desk.domain.reading import ReadKind
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.triage import CareVerb

_LISTS: Mapping[str, type[Enum]] = {
    "fact": FactKind,
    "order_state": OrderState,
    "parcel_state": ParcelState,
    "tracking_status": TrackingStatus,
    "incident_reason": IncidentReason,
    "anomaly": AnomalyKind,
    "anomaly_cause": Cause,
    "anomaly_handled": CareVerb,
    "read_kind": ReadKind,
    "effect": EffectKind,
    "effect_state": EffectState,
    "printer_state": PrinterState,
    "gate": Gate,
    "check": Check,
    "command": Command,
    "bench_mode": BenchMode,
    "problem": Problem,
    "cue": Cue,
    "milestone": Milestone,
    "channel": Channel,
    "claim": ClaimKind,
    "claim_state": ClaimState,
    "intent": Intent,
    "hand_off": HandOff,
    "task": Task,
}


def vocabulary(carriers: Mapping[str, CarrierInfo]) -> str:
    words: dict[str, object] = {
        name: [member.value for member in kind if member.value] for name, kind in _LISTS.items()
    }
    words["carrier"] = {
        code: [service.code for service in info.services] for code, info in sorted(carriers.items())
    }
    return json.dumps(words, indent=2, ensure_ascii=False)
