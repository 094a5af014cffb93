"""Pictures of the alert rules, to look at: python tests/ui/grab_anomalies.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from anomaly_fakes import FakeRules
from page_fakes import CARRIERS, RESOURCES, Direct, french_words, make_desk
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.icons import Icons
from wismo_desk.ui.settings_anomalies import AnomalyAsks, AnomalyPane
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    french = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words, width, height in ((french, 1628, 1032), (Words("en", zone=french.zone), 1102, 720)):
            desk = make_desk(look, words, Direct())
            pane = AnomalyPane(desk, AnomalyAsks(rules=FakeRules(), changed=lambda _: None), CARRIERS)
            pane.resize(width, height)
            pane.show()
            pane.start()
            next(iter(pane.editor.steppers.values())).step(1)
            pane.editor._except("dpd")
            QTest.qWait(300)
            app.processEvents()
            pane.grab().save(str(folder / f"anomalies-{theme.name}-{words.language}-{width}.png"))
            pane.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
