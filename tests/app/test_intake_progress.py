"""A long file of the watched folder is seen to come in, where somebody looks at the page."""

from __future__ import annotations

from collections import deque

import pytest
from PySide6.QtWidgets import QApplication

from wismo_desk.app.desk import Desk
from wismo_desk.app.intake_progress import IntakeProgress
from wismo_desk.flows.take_in import Underway


def test_it_is_shown_on_the_page_and_gone_with_the_report(desk: Desk, qapp: QApplication) -> None:
    pages = desk.pages
    assert pages is not None
    page = pages.orders
    heard: deque[tuple[str, Underway]] = deque(maxlen=1)
    progress = IntakeProgress(page, lambda: heard)
    heard.append(("long.csv", Underway(4_000)))
    progress.look()
    assert "long.csv" not in page.pane.outcome.accessibleName()  # nobody looks: it waits
    assert heard
    desk.window.show_page("orders")
    page.open_pane()
    qapp.processEvents()
    progress.look()
    assert not heard
    assert "long.csv" in page.pane.outcome.accessibleName()
    heard.append(("long.csv", Underway(4_000, 500, 3_000)))
    progress.look()
    assert "500" in page.pane.outcome.accessibleName()
    page.pane.how_far.clear()  # as show_swept does for a file without a report
    assert not page.pane.outcome.isVisible()
    with pytest.raises(IndexError):
        heard.pop()
