"""What a worker says when the shared database refuses its user: one sentence, however the refusal came."""

from __future__ import annotations

from typing import Final

from wismo_desk.errors import DeskError, SettingsProblem
from wismo_desk.store.shared import NOT_ALLOWED, WRONG_USER
from wismo_desk.store.shared_jobs import RIGHTLESS

REFUSED: Final = (
    "The shared database refuses the user of this worker: it was revoked, it has no right here, or its password is "
    "wrong or was changed. Have an administrator run `wismo-desk db grant-station` with --worker for it, or enter "
    "the right password and start the worker again."
)
AGAIN: Final = "The worker tries again by itself until then."
# PostgreSQL says the same of a missing user and a wrong password; a revoked one loses its rights piece by piece.
_SAME: Final = (NOT_ALLOWED, WRONG_USER, RIGHTLESS)


def as_refused(error: DeskError) -> DeskError:
    """The one sentence in place of each of those a refused user gets; any other error as it is."""
    if isinstance(error, SettingsProblem) and error.field == "shared" and error.sentence in _SAME:
        return SettingsProblem(REFUSED, field="shared", raw=error.raw)
    return error
