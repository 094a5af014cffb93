"""What the process is told first: the sources of modules do not stay in memory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from wismo_desk.app.process import share_arenas

_LOOK = """
import json, linecache, sys
from wismo_desk.app.process import begin_process, spare_sources
begin_process()
done = spare_sources() if sys.argv[1] == "spared" else None
linecache.clearcache()
import wismo_desk.ui.rail, wismo_desk.domain.anomaly
from PySide6.QtCore import QObject, QTimer
owner = QObject()
timer = QTimer(owner)
timer.setSingleShot(True)
print(json.dumps([done, len(linecache.cache), sys.getswitchinterval(), timer.isSingleShot()]))
"""


def looked(how: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, how], capture_output=True, text=True, check=True, timeout=60
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_the_sources_of_imported_modules_are_not_kept() -> None:
    assert looked("spared") == [True, 0, 0.0005, True]


def test_left_alone_pyside_has_every_source_read_and_kept() -> None:
    """The naive twin: when it is green no longer, `spare_sources` may go."""
    _, kept, _, _ = looked("as it comes")
    assert isinstance(kept, int) and kept > 20


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is tuned so")
def test_the_heaps_of_the_threads_are_shared_out() -> None:
    assert share_arenas() is True


def test_where_there_is_no_such_library_nothing_is_tuned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert share_arenas() is False
