"""What is wrong is said once, and again when it is wrong anew; several may find the same wrong at the same time."""

from __future__ import annotations

import threading

from wismo_desk.errors import DeskError


class ToldOnce:
    """From any thread."""

    def __init__(self) -> None:
        self._wrong: dict[str, str] = {}
        self._lock = threading.Lock()

    def is_news(self, error: DeskError | None, of: str) -> bool:
        """Whether to say it. `of`: who finds it; None: all is well there. What another found already is no news."""
        said = error.sentence if error else ""
        with self._lock:
            news = bool(said) and said not in self._wrong.values()
            self._wrong[of] = said
        return news
