"""A scanner among people: nothing lost, nothing in a text field, and people keep their keyboard."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from wismo_desk.ui.key_positions import us_character
from wismo_desk.ui.scan_router import GS, Layout, ScanRouter, Wedge

NO = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
FRENCH_ROW = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))
US_ROWS = ((2, "1234567890-="), (16, "qwertyuiop[]"), (30, "asdfghjkl;'"), (44, "zxcvbnm,./"))
POSITION = {key: first + i + 8 for first, row in US_ROWS for i, key in enumerate(row)}


class Bench(QWidget):
    """A window with a text field and a button that Return would press."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.button = QLineEdit(), QPushButton("x")
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.button)
        self.pressed = 0
        self.field.returnPressed.connect(self._count)
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self._count)
        self.clock = 1000

    def _count(self) -> None:
        self.pressed += 1

    def post(
        self,
        text: str,
        key: int = 0,
        modifiers: Qt.KeyboardModifier = NO,
        *,
        scan_code: int = 0,
        repeats: bool = False,
    ) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key or ord(text.upper()[0]), modifiers, scan_code, 0, 0, text, repeats)
            event.setTimestamp(self.clock)
            QCoreApplication.postEvent(self.windowHandle(), event)

    def type(self, text: str, gap: int, *, end: str = "\r") -> None:
        """Keys `gap` ms apart on the source's clock, whatever this process's clock does."""
        for character in text:
            if character.isupper():
                shift = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, SHIFT, 50, 0, 0, "")
                shift.setTimestamp(self.clock)
                QCoreApplication.postEvent(self.windowHandle(), shift)
            self.post(character, modifiers=SHIFT if character.isupper() else NO)
            self.clock += gap
        if end:
            self.post(end, {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\n": Qt.Key.Key_Enter}[end])
            self.clock += gap


@pytest.fixture
def bench(qapp: QGuiApplication, qtbot) -> Iterator[tuple[Bench, ScanRouter, list[str]]]:
    window = Bench()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    window.field.setFocus()
    qtbot.waitUntil(window.field.hasFocus)
    router, scans = ScanRouter(), []
    router.scanned.connect(lambda code, _: scans.append(code))
    qapp.installEventFilter(router)
    yield window, router, scans
    qapp.removeEventFilter(router)


def settle() -> None:
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def codes(count: int) -> list[str]:
    return [f"6A{i * 7919 % 10**11:011d}" for i in range(count)]


def test_500_scans_back_to_back_are_all_there_and_none_is_in_the_field(bench) -> None:
    window, _, scans = bench
    sent = codes(500)
    for code in sent:
        window.type(code, 1)
    settle()
    assert scans == sent
    assert window.field.text() == ""
    assert window.pressed == 0


def test_without_the_router_they_all_land_in_the_field(qapp, qtbot) -> None:
    window = Bench()
    qtbot.addWidget(window)
    window.show()
    window.field.setFocus()
    qtbot.waitUntil(window.field.hasFocus)
    window.type("6A172045188", 1)
    settle()
    assert window.field.text() == "6A172045188"
    assert window.pressed == 1


class NaiveRouter(QObject):
    """Measures gaps where the keys are handled, as most programs do; `now` is the clock it looks at."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self.text, self.scans, self.at, self.now = "", [], 0.0, now

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not watched.isWindowType():
            return False
        now = self.now()
        if now - self.at > 0.035:
            self.text = ""
        self.at = now
        if event.text() == "\r" and len(self.text) >= 4:
            self.scans.append(self.text)
            return True
        self.text += event.text()
        return False


def test_a_person_whose_keys_were_queued_behind_a_busy_window_is_still_a_person(bench, qapp) -> None:
    """While the thread is busy, keys pile up and are then handled without a gap: arrival times lie."""
    window, router, scans = bench
    qapp.removeEventFilter(router)
    naive = NaiveRouter(lambda: 1.0)  # one after the other, at once
    qapp.installEventFilter(naive)
    window.type("bonjour", 80)
    settle()
    qapp.removeEventFilter(naive)
    assert naive.scans == ["bonjour"], "the naive router takes a person for a scanner"
    window.field.clear()
    qapp.installEventFilter(router)
    window.type("bonjour", 80)
    settle()
    assert scans == []
    assert window.field.text() == "bonjour"


def test_a_person_at_60_ms_a_key_writes_into_the_field(bench, qtbot) -> None:
    window, _, scans = bench
    window.type("Mme Lefevre", 60)
    settle()
    qtbot.waitUntil(lambda: window.field.text() == "Mme Lefevre")
    assert window.pressed == 1
    assert scans == []


def test_the_last_key_a_person_typed_comes_after_one_gap(bench, qtbot) -> None:
    window, _, _ = bench
    window.type("a", 60, end="")
    settle()
    assert window.field.text() == ""
    qtbot.waitUntil(lambda: window.field.text() == "a")


def test_person_and_scanner_in_one_stream(bench, qtbot) -> None:
    window, _, scans = bench
    window.type("du", 70, end="")
    window.clock += 200
    window.type("4006381333931", 2)
    window.clock += 200
    window.type("pont", 70, end="")
    settle()
    qtbot.waitUntil(lambda: window.field.text() == "dupont")
    assert scans == ["4006381333931"]
    assert window.pressed == 0


def test_the_same_code_within_100_ms_is_one_scan_and_later_is_two(bench) -> None:
    window, _, scans = bench
    window.type("4006381333931", 1)
    window.clock += 50
    window.type("4006381333931", 1)
    assert scans == []
    settle()
    assert scans == ["4006381333931"]
    window.clock += 150
    window.type("4006381333931", 1)
    settle()
    assert scans == ["4006381333931"] * 2


@pytest.mark.parametrize("end", ["\r", "\n", "\t"])
def test_every_suffix_is_swallowed(bench, end: str) -> None:
    window, _, scans = bench
    window.button.setFocus()
    window.type("WD-OK", 3, end=end)
    settle()
    assert scans == ["WD-OK"]
    assert window.pressed == 0
    assert window.button.hasFocus()


def test_etx_is_a_suffix(bench) -> None:
    window, _, scans = bench
    window.type("WD-OK", 3, end="")
    window.post("\x03", Qt.Key.Key_C, CTRL)
    settle()
    assert scans == ["WD-OK"]


def test_gs_arrives_as_ctrl_bracket_or_as_the_separator_of_the_settings(bench) -> None:
    window, router, scans = bench
    window.type("0104006381333931", 1, end="")
    window.post("\x1d", Qt.Key.Key_BracketRight, CTRL)
    window.clock += 1
    window.type("10A1", 1)
    settle()
    router.wedge = Wedge(separator="|")
    window.clock += 500
    window.type("0104006381333931|10A1", 1)
    settle()
    assert scans == [f"0104006381333931{GS}10A1"] * 2


def test_twin_digits_that_x11_calls_a_repeat_are_part_of_the_scan(bench) -> None:
    """Seen with Xvfb: keys that queue up are flagged when release and press share a millisecond."""
    window, _, scans = bench
    for i, digit in enumerate("6000004"):
        window.post(digit, repeats=0 < i < 6)
        window.clock += 1
    window.post("\r", Qt.Key.Key_Return)
    settle()
    assert scans == ["6000004"]
    assert window.field.text() == ""


@pytest.mark.parametrize("period", [25, 33, 40])
def test_a_finger_that_rests_on_a_key_writes_its_row_of_letters(bench, qtbot, period: int) -> None:
    window, _, scans = bench
    window.post("a")
    window.clock += 500
    for _ in range(20):
        window.post("a", repeats=True)
        window.clock += period
    settle()
    qtbot.waitUntil(lambda: window.field.text() == "a" * 21)
    assert scans == []


def test_short_runs_are_a_persons_and_a_prefix_makes_them_scans(bench, qtbot) -> None:
    window, router, scans = bench
    window.type("ab", 5)
    settle()
    qtbot.waitUntil(lambda: window.field.text() == "ab")
    assert window.pressed == 1
    router.wedge = Wedge(prefix="~")
    window.clock += 500
    window.type("~ab", 5)
    settle()
    assert scans == ["ab"]


def test_a_scanner_without_suffix_is_taken_and_its_late_return_too(bench, qtbot) -> None:
    window, _, scans = bench
    window.type("4006381333931", 1, end="")
    settle()
    qtbot.waitUntil(lambda: scans == ["4006381333931"])
    window.clock += 60
    window.post("\r", Qt.Key.Key_Return)
    settle()
    assert window.field.text() == ""
    assert window.pressed == 0


def test_french_layout_read_by_position(bench) -> None:
    """The wedge presses the US keys of "a-1b2", the computer types French; positions say what was meant."""
    window, router, scans = bench
    router.wedge = Wedge(layout=Layout.US_POSITIONS)
    typed = {**FRENCH_ROW, "a": "q", "q": "a", "z": "w", "w": "z", "m": ",", "-": ")"}
    for key in "qa12m-34":
        window.post(typed.get(key, key), scan_code=POSITION[key])
        window.clock += 1
    window.post("\r", Qt.Key.Key_Return)
    settle()
    assert scans == ["qa12m-34"]


def test_french_layout_as_typed_is_handed_on_raw_for_the_reading_to_repair(bench) -> None:
    window, _, scans = bench
    for key in "12345678":
        window.post(FRENCH_ROW[key], scan_code=POSITION[key])
        window.clock += 1
    window.post("\r", Qt.Key.Key_Return)
    settle()
    assert scans == ["&é\"'(-è_"]


def test_positions_agree_on_three_systems() -> None:
    for plain in "1234567890qwertyuiopasdfghjklzxcvbnm":
        evdev = POSITION[plain]
        assert us_character(evdev, 0, shift=False, system="linux") == plain
        assert us_character(evdev - 8, 0, shift=False, system="win32") == plain
    # HIToolbox Events.h: kVK_ANSI_H 0x04, G 0x05, 6 0x16, 5 0x17, RightBracket 0x1E
    mac = {0x04: "h", 0x05: "g", 0x16: "6", 0x17: "5", 0x1E: "]"}
    assert {code: us_character(0, code, shift=False, system="darwin") for code in mac} == mac
    assert us_character(POSITION["a"], 0, shift=True, system="linux") == "A"
    assert us_character(0, 0, shift=False, system="linux") == ""


def test_a_shortcut_on_a_letter_is_overridden_so_that_no_scan_fires_it(bench) -> None:
    window, _, _ = bench
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_E, NO, 0, 0, 0, "e")
    event.ignore()
    QCoreApplication.sendEvent(window.field, event)
    assert event.isAccepted()
    quiet = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_K, CTRL, 0, 0, 0, "\x0b")
    quiet.ignore()
    QCoreApplication.sendEvent(window.button, quiet)
    assert not quiet.isAccepted(), "Ctrl K stays a shortcut"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.booleans(), st.text(string.ascii_letters + string.digits, min_size=4, max_size=12)),
        max_size=8,
    )
)
def test_any_mixture_goes_where_it_belongs(bench, pieces: list[tuple[bool, str]]) -> None:
    window, _, scans = bench
    scans.clear()
    window.field.clear()
    for scanned, text in pieces:
        window.type(text, 2 if scanned else 50, end="\r" if scanned else "")
        window.clock += 150
    window.post("\x1b", Qt.Key.Key_Escape)  # settles what is held, without waiting for the timer
    settle()
    assert scans == [text for scanned, text in pieces if scanned]
    assert window.field.text() == "".join(text for scanned, text in pieces if not scanned)
