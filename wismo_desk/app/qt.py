"""The Qt application object: with windows, or only to paint labels."""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication

from wismo_desk.errors import Refused


def paint_application() -> QGuiApplication:
    """For commands and workers: no screen is needed to paint a label."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    return QGuiApplication(["wismo-desk"])


def need_screen() -> None:
    """Ask before a QApplication is made: without a screen Qt ends the program with words of its own. Raises
    Refused."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not chosen and not seen:
        raise Refused(
            "There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set. Start the desk in a desktop "
            "session; `wismo-desk demo --headless` needs none."
        )
