"""PySide6 6.12.0 loses references to None and True below Python 3.12 (PYSIDE-3474): never ship it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

CALLS, FEW = 2000, 500


class Bell(QObject):
    rang = Signal()


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from 3.12 on")
@pytest.mark.parametrize("constant", [None, True])
def test_no_call_loses_a_reference(qapp: QApplication, constant: object) -> None:
    bell = Bell()
    calls: tuple[Callable[[], object], ...] = (qapp.processEvents, bell.rang.emit)
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        for call in calls:
            call()
    assert sys.getrefcount(constant) > before - FEW


def test_the_probe_would_notice() -> None:
    """The naive twin: lets go of references as the broken wheel does, only of its own."""
    if sys.version_info >= (3, 12):
        pytest.skip("None and True are immortal from 3.12 on")
    held = [None] * CALLS
    before = sys.getrefcount(None)
    del held
    assert sys.getrefcount(None) < before - FEW
