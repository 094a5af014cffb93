"""How far a long file has come, read by a timer: the work on its lane knows no window."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QTimer

from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Underway
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome

_LOOK_MS = 300


class HowFar(QObject):
    """Call it from any thread; between `start` and `stop` the newest word stands in `outcome`."""

    def __init__(self, desk: Desk, outcome: Outcome) -> None:
        super().__init__(outcome)
        self._desk, self._outcome = desk, outcome
        self._heard: deque[Underway] = deque(maxlen=1)
        self._name, self._shown = "", False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.show_newest)

    def __call__(self, how_far: Underway) -> None:
        self._heard.append(how_far)

    def start(self, name: str) -> None:
        self._heard.clear()
        self._name = name
        self._say("")
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._shown = False

    def clear(self) -> None:
        if self._shown:
            self._outcome.clear()
        self._shown = False

    def show_newest(self) -> None:
        if not self._heard:
            return
        self.tell(self._name, self._heard.pop())

    def tell(self, name: str, far: Underway) -> None:
        """In the window's thread, for a file that came in by itself; `clear` ends it where no report does."""
        self._name, self._shown, words = name, True, self._desk.words
        if far.of:
            done, of = words.number(far.orders), words.number(far.of)
            self._say(words("Orders kept: {done} of {count}", done=done, count=of))
        else:
            self._say(words("Lines read so far: {count}", count=words.number(far.lines)))

    def _say(self, rest: str) -> None:
        self._outcome.say(Mark.INFO, self._desk.words("Taking in {name}…", name=self._name), rest)
