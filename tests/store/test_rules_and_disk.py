"""What the rules found is told, whatever becomes of the files' logs behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from store_rig import NOON, Clock, bought, opened, order, taken_in

from wismo_desk.domain.watching import Filter
from wismo_desk.errors import DiskFull
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry


def test_a_log_that_cannot_be_copied_hides_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk has room in the log that is there, and none for the file to grow."""
    desk = opened(tmp_path)
    pen, one = Pen("Poste 1", clock=Clock(NOON)), order("1041")
    desk.commit(taken_in(pen, one))
    shipment = pen.new_id()
    desk.commit(Entry(at=NOON, facts=(bought(pen, one, shipment, "6A1041"),)))

    def full() -> None:
        raise DiskFull("The disk is full: nothing was taken in. Free some space, then scan again.")

    monkeypatch.setattr(desk._files[1], "ease", full)
    found = desk.judge_due(NOON + timedelta(days=30)).shipments
    kept = desk.read.rows(Filter(only_anomalies=True))
    with pytest.raises(DiskFull):  # where there is nothing else to tell
        desk.judge_due(NOON + timedelta(days=30))
    desk.close()
    assert len(kept) == len(found) == 1
