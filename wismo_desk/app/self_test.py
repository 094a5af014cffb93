"""`wismo-desk --self-test`: is this installation whole? One line per part; for support and frozen builds."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.errors import DeskError
from wismo_desk.words import Words


def self_test(words: Words, say: Callable[[str], None]) -> int:
    """0 when every part works, else 1."""
    failed = 0
    parts: tuple[tuple[str, Callable[[], str]], ...] = (
        (words("Own files"), lambda: _own_files(words)),
        (words("Local store"), _local_store),
        (words("Label painting and reading back"), lambda: _label(words)),
        (words("Carriers"), _carriers),
        (words("Documents"), lambda: _documents(words)),
    )
    for name, part in parts:
        try:
            detail = part()
        except Exception as error:  # a self-test reports whatever breaks
            failed += 1
            told = words.error(error) if isinstance(error, DeskError) else repr(error)
            say("✕ " + words("{name}: {what}", name=name, what=told))
        else:
            say("✓ " + words("{name}: {what}", name=name, what=detail))
    return 1 if failed else 0


def _own_files(words: Words) -> str:
    from wismo_desk.resources import catalogue, resources_dir

    folder = resources_dir()
    fonts = len(list((folder / "fonts").glob("*.[ot]tf")))
    icons = len(list((folder / "icons").glob("*.svg")))
    if not (fonts and icons and catalogue("fr")):
        raise FileNotFoundError(str(folder))
    return words("{fonts} fonts, {icons} icons", fonts=fonts, icons=icons)


def _local_store() -> str:
    from wismo_desk.resources import status_tables
    from wismo_desk.store import open_store

    with tempfile.TemporaryDirectory() as folder:
        rules = Rules(zone=ZoneInfo("Europe/Paris"))
        store = open_store(Path(folder), secrets.token_bytes(32), statuses=status_tables(), rules=rules)
        found = store.check()
        store.close()
    if found:
        raise OSError("; ".join(found))
    return "SQLCipher"


def _label(words: Words) -> str:
    from wismo_desk.app.qt import paint_application
    from wismo_desk.labels.painter import LabelPainter
    from wismo_desk.resources import resources_dir

    application = paint_application()
    painter = LabelPainter(words, resources_dir() / "fonts")
    painted = painter.test_label(PrinterProfile(name="TEST"), station="TEST", at=datetime.now(UTC))
    del application
    return ", ".join(painted.codes)


def _carriers() -> str:
    from wismo_desk.carriers import find_carriers

    found = find_carriers()
    if found.broken:
        raise ImportError("; ".join(f"{name}: {why}" for name, why in found.broken))
    return ", ".join(sorted(found.modules))


def _documents(words: Words) -> str:
    from wismo_desk.documents.commands import command_sheet
    from wismo_desk.documents.packing import packing_slip  # noqa: F401 - loading it is the test
    from wismo_desk.documents.receipt import packing_receipt  # noqa: F401 - likewise
    from wismo_desk.resources import resources_dir

    pdf = command_sheet([("WD-OK", "OK", "")], words=words, fonts=resources_dir() / "fonts")
    return words("PDF of {size} kB", size=len(pdf) // 1024)
