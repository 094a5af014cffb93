"""What the bench touched, kept for the pause between two scans: pages that nobody looks at read it then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from wismo_desk.domain.fact import Changes

_PAUSE_MS: Final = 120
_LATEST_MS: Final = 500


class ScanPause:
    """Gives merged changes to `apply` once no more came for a moment, half a second after the first at the latest:
    while a label is being made, every other thread that runs Python makes it wait."""

    def __init__(self, apply: Callable[[Changes], None], parent: QObject) -> None:
        self._apply = apply
        self._touched, self._since = Changes(), 0.0
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._over)

    def add(self, changes: Changes) -> None:
        if not self._touched:
            self._since = time.monotonic()
        self._touched |= changes
        rest = _LATEST_MS - (time.monotonic() - self._since) * 1000
        self._timer.start(round(max(0.0, min(_PAUSE_MS, rest))))

    def stop(self) -> None:
        self._timer.stop()

    def _over(self) -> None:
        changes, self._touched = self._touched, Changes()
        self._apply(changes)
