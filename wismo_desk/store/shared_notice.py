"""The ledger of customer notices in the shared database: several desks and workers claim from it at once."""

from __future__ import annotations

from wismo_desk.store.notice_ledger import SqlNotices
from wismo_desk.store.notice_table import notice_table
from wismo_desk.store.shared import SharedDatabase


def shared_notices(shared: SharedDatabase) -> SqlNotices:
    """Every call raises SharedUnreachable, SharedUnfit or SettingsProblem, as SharedDatabase.begin does."""
    return SqlNotices(shared.begin, notice_table(shared=True), tenant=shared.tenant)
