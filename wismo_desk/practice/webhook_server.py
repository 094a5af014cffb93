"""A merchant's program on loopback that is told of news: it checks each signature and can fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wismo_desk.channels.webhook import read_secret, signature
from wismo_desk.practice.loopback import Call, Fault, LoopbackServer, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    call_id: str
    data: dict[str, Any]


class WebhookServer(LoopbackServer):
    """`told` grows by what was signed rightly; the rest is answered 401. `fault(n)`: what becomes of the n-th call
    (from 1), "after create" being "after it was kept"."""

    def __init__(
        self,
        secret: str,
        *,
        fault: Callable[[int], Fault | None] = lambda number: None,
        slow_s: float = 0.05,
    ) -> None:
        super().__init__(slow_s=slow_s)
        self._key = read_secret(secret)
        self._fault = fault
        self._number = 0
        self.told: list[Told] = []
        self.met: dict[Fault, int] = {}

    def take_fault(self, method: str = "POST") -> Fault | None:
        with self._lock:
            self._number += 1
            fault = self._fault(self._number)
            if fault is not None:
                self.met[fault] = self.met.get(fault, 0) + 1
        return fault or super().take_fault(method)

    def carry_out(self, call: Call) -> Reply:
        call_id, stamp = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
        if call.headers.get("webhook-signature") != signature(self._key, call_id, stamp, call.body):
            return Reply(401, b"", "text/plain")
        self.told.append(Told(call_id=call_id, data=json.loads(call.body)))
        return Reply(204, b"", "text/plain")

    def refusal(self) -> Reply:
        return Reply(422, b"", "text/plain")
