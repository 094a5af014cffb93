"""The Qt application object: with windows, or only to paint labels."""

from __future__ import annotations

import os

from PySide6.QtGui import QGuiApplication


def paint_application() -> QGuiApplication:
    """For commands and workers: no screen is needed to paint a label."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    return QGuiApplication(["wismo-desk"])
