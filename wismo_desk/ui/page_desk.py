"""What every page is given, and how a page says that something went wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from wismo_desk.domain.commands import AT_BENCH
from wismo_desk.errors import DeskError
from wismo_desk.ui.page_asks import Run
from wismo_desk.ui.page_terms import Names, Terms
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


class Desk:
    """The look, the words, the clock and the lanes of this desk; built once by the composition root."""

    def __init__(
        self, look: Look, words: Words, *, clock: Callable[[], datetime], run: Run, names: Names
    ) -> None:
        self.look = look
        self.words = words
        self.clock = clock
        self.run = run
        self.names = names
        self.terms = Terms(words)

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.words.zone).date()

    def reason(self, kept: str) -> str:
        """A reason as it was kept: people's own words, or how the bench itself came to it."""
        own = {AT_BENCH: self.words("asked for at the bench"), "scanned": self.words("its label was scanned")}
        return own.get(kept, kept)

    def told(self, error: Exception) -> str:
        """An error as a sentence with the foreign code behind it; a bug as what to do about it."""
        if isinstance(error, DeskError):
            return self.words.error(error)
        return self.words("The program made a mistake and noted it in its log. Try again, or restart it.")
