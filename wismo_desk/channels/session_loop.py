"""The event loop of a session whose library has a thread of its own, which may speak after the session has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

_Given = TypeVarTuple("_Given")


class SessionLoop(asyncio.SelectorEventLoop):
    """What is told after `close` is told to nobody: on a busy machine the other thread comes too late with what became
    of a call that was given up, and its exception would reach the program as a bug of nobody's."""

    def call_soon_threadsafe(
        self, callback: Callable[[*_Given], object], *args: *_Given, context: Context | None = None
    ) -> asyncio.Handle:
        try:
            return super().call_soon_threadsafe(callback, *args, context=context)
        except RuntimeError:
            if not self.is_closed():
                raise
        late = asyncio.Handle(callback, args, self, context)
        late.cancel()
        return late
