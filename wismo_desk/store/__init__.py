"""The local files of a station: the only room that knows SQL. Rows stay inside, frozen dataclasses leave.

SQLAlchemy takes a quarter of a second to load, so it is imported by `open_store`, after the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wismo_desk.domain.anomaly import Rules
from wismo_desk.errors import DeskIsOpen

if TYPE_CHECKING:
    from wismo_desk.store.store import Store


def open_store(
    folder: Path, key: bytes, *, statuses: Mapping[str, str], rules: Rules, beside: bool = False
) -> Store:
    """Open or make the journal and the main file in `folder`.

    `key` is 32 raw bytes, the same for both. `statuses` are the texts of the code tables by carrier. `beside`: when the
    desk is open with them already, they are only read.
    Raises StoreProblem when a file is damaged, locked by another process or on a network share.
    """
    from wismo_desk.store.store import Store

    try:
        return Store.open(folder, key, statuses=statuses, rules=rules)
    except DeskIsOpen:
        if not beside:
            raise
    from wismo_desk.store.onlooker import Onlooker

    return Onlooker.look(folder, key, statuses=statuses, rules=rules)
