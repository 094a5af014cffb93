"""A window of its own process for test_wedge_xvfb: a text field with the focus, a button, and the router.

Writes what it saw to the file it is given, one JSON line for each event: {"scan": …}, {"field": …}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from wismo_desk.ui.scan_router import Layout, ScanRouter, Wedge


def main(path: str, layout: str, busy_ms: float) -> None:
    app = QApplication([])
    window, field, button = QWidget(), QLineEdit(), QPushButton("x")
    window.setWindowTitle("wedge")
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(button)
    with Path(path).open("w", buffering=1, encoding="utf-8") as out:

        def say(**what: object) -> None:
            out.write(json.dumps(what) + "\n")

        def scanned(code: str, _: float) -> None:
            say(scan=code)
            time.sleep(busy_ms / 1000)  # a window thread that does something with each scan

        router = ScanRouter(Wedge(layout=Layout(layout)))
        router.scanned.connect(scanned)
        field.textChanged.connect(lambda text: say(field=text))
        field.returnPressed.connect(lambda: say(pressed=True))
        button.clicked.connect(lambda: say(pressed=True))
        app.installEventFilter(router)
        window.resize(300, 120)
        window.show()
        window.activateWindow()
        field.setFocus()
        ready = QTimer()
        ready.timeout.connect(lambda: field.hasFocus() and (ready.stop(), say(ready=True)))
        ready.start(20)
        app.exec()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
