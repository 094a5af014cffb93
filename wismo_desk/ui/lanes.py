"""Brings results of background lanes home to the window's thread, by one queued signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Courier(QObject):
    """`deliver` is what `background.Lanes` is given. Make it in the window's thread; it lives there."""

    _came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._came.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, job: Callable[[], None]) -> None:
        """From any thread: run `job` in the window's thread, after what is there already."""
        self._came.emit(job)

    def stop(self) -> None:
        """What comes from now on is dropped: the windows it was for are going."""
        self._came.disconnect(self._run)

    def _run(self, job: Callable[[], None]) -> None:
        job()
