"""The printers of this station: what each says of itself, how it is reached, and a test label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.domain.printer import PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.errors import BadInput
from wismo_desk.ui.detail_parts import Facts
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty, on_key, scrolled
from wismo_desk.ui.page_terms import PRINTER_MARKS
from wismo_desk.ui.parts import Blank, Button, Elided, Kind, Tag
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.ui.settings_printer_list import PrinterList
from wismo_desk.ui.theme import Weight

_ASK_MS = 10_000


class PrintersPane(QWidget):
    """`status(name)` and `test(name)` run on the printer's own lane, like its labels."""

    def __init__(
        self,
        desk: Desk,
        draft: Draft,
        *,
        status: Callable[[str], PrinterStatus],
        test: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._desk, self._draft, self._status, self._test = desk, draft, status, test
        self._states: dict[str, tuple[PrinterStatus, datetime]] = {}
        self._chosen = 0
        words = desk.words
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.list = PrinterList(desk)
        self.list.chosen.connect(self.choose)
        self.list.added.connect(self._add)
        row.addWidget(self.list)
        detail = QWidget()
        self._detail = QVBoxLayout(detail)
        self._detail.setContentsMargins(20, 16, 20, 20)
        self._detail.setSpacing(16)
        self._detail_area = scrolled(detail)
        row.addWidget(self._detail_area, 1)
        self.outcome = Outcome()
        on_key(self, "T", self.print_test)
        self._again = QTimer(self)
        self._again.setInterval(_ASK_MS)
        self._again.timeout.connect(self.ask)
        self._again.start()
        first = Button(desk.look, words("Add a printer"), icon="plus", kind=Kind.PRIMARY)
        first.clicked.connect(self._add)
        self._blank = Blank(desk.look, "printer", words("No label printer is set up at this station."), first)
        row.addWidget(self._blank, 1)
        self._fill()

    # Showing

    @property
    def profile(self) -> PrinterProfile | None:
        printers = self._draft.settings.printers
        return printers[self._chosen] if 0 <= self._chosen < len(printers) else None

    def _fill(self) -> None:
        printers = self._draft.settings.printers
        self._chosen = max(0, min(self._chosen, len(printers) - 1))
        states = {name: status for name, (status, _) in self._states.items()}
        self.list.show_printers(printers, self._chosen, states)
        self._detail_area.setVisible(bool(printers))
        self._blank.setVisible(not printers)
        self._show_detail()

    def choose(self, number: int) -> None:
        """Show one printer of the list."""
        self._chosen = number
        self.list.choose(number)
        self.outcome.clear()
        self._show_detail()
        self.ask()

    def _show_detail(self) -> None:
        self._detail.removeWidget(self.outcome)
        self.outcome.setParent(self)
        empty(self._detail)
        profile, words = self.profile, self._desk.words
        if profile is None:
            return
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Elided(profile.name, 22, Weight.SEMIBOLD), 1)
        self._tag = Tag(self._desk.look, words("asked…"), Mark.NEUTRAL)
        head.addWidget(self._tag)
        remove = Button(self._desk.look, words("Remove"))
        remove.clicked.connect(self._remove)
        self.test_button = Button(
            self._desk.look, words("Print a test"), icon="printer", key="T", kind=Kind.PRIMARY
        )
        self.test_button.clicked.connect(self.print_test)
        head.addWidget(remove)
        head.addWidget(self.test_button)
        self._detail.addLayout(head)
        self._detail.addWidget(self.outcome)
        state = Form(self._desk, words("State"))
        self._facts = Facts()
        state.body.addWidget(self._facts)
        self._detail.addWidget(state)
        self._detail.addWidget(self._link(profile))
        self._detail.addStretch()
        self._show_status(profile.name)

    def _link(self, profile: PrinterProfile) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Link and format"), two=True)
        form.text(words("Printer name"), profile.name, lambda text: self._set(name=text))
        form.text(words("Address"), profile.address, lambda text: self._set(address=text), code=True)
        form.checked(words("Port"), str(profile.port), self._set_port, self._draft.refuse, code=True)
        dpis = (("203", "203 dpi"), ("300", "300 dpi"))
        form.choice(words("Resolution"), dpis, str(profile.dpi), lambda v: self._set(dpi=int(v)))
        languages = (("graphic", words("Picture (^GF)")), ("native", words("Text and codes (^A, ^BC)")))
        form.choice(words("Label as"), languages, profile.language, lambda v: self._set(language=v))
        encodings = (("z64", "Z64"), ("acs", words("ACS, for older printers")))
        form.choice(words("Picture packed as"), encodings, profile.encoding, lambda v: self._set(encoding=v))
        form.switch(
            words("Counter"),
            words("Asks how many labels were printed"),
            profile.odometer,
            lambda on: self._set(odometer=on),
        )
        return form

    # Changing

    def _set_port(self, text: str) -> None:
        """Raises BadInput."""
        if not is_whole_number(text) or not 0 < int(text) < 65536:
            raise BadInput("“{text}” is not a port. Most label printers use 9100.", field="port", text=text)
        self._set(port=int(text))

    def _set(self, **values: object) -> None:
        profile = self.profile
        if profile is None:
            return
        printers = list(self._draft.settings.printers)
        name = str(values.get("name", profile.name)).strip()
        if not name or any(other.name == name for other in printers if other is not profile):
            self._draft.refuse(
                BadInput("“{name}” is no name of its own for a printer.", field="name", name=name)
            )
            return
        if "name" in values:
            values["name"] = name
        printers[self._chosen] = replace(profile, **values)  # type: ignore[arg-type]  # names are PrinterProfile's
        self._states.pop(profile.name, None)  # it was another printer's
        self._draft.change(printers=tuple(printers))
        if values.keys() & {"name", "address", "port"}:
            self._fill()

    def _add(self) -> None:
        printers = self._draft.settings.printers
        taken = {printer.name for printer in printers}
        number = next(n for n in range(1, len(printers) + 2) if self._named(n) not in taken)
        name = self._named(number)
        self._draft.change(printers=(*printers, PrinterProfile(name=name)))
        self._chosen = len(printers)
        self._fill()

    def _named(self, number: int) -> str:
        return self._desk.words("Printer {number}", number=number)

    def _remove(self) -> None:
        printers = self._draft.settings.printers
        self._draft.change(printers=(*printers[: self._chosen], *printers[self._chosen + 1 :]))
        self._fill()

    # Asking

    def ask(self) -> None:
        """Ask every printer how it is, each on its own lane; only while somebody looks."""
        if not self.isVisible():
            return
        for profile in self._draft.settings.printers:
            self._ask_one(profile.name)

    def _ask_one(self, name: str) -> None:
        self._desk.run(
            f"printer:{name}",
            lambda: self._status(name),
            lambda status: self._told(name, status),
            lambda error: self.outcome.say(Mark.DANGER, self._desk.told(error)),
        )

    def _told(self, name: str, status: PrinterStatus) -> None:
        self._states[name] = (status, self._desk.clock())
        self.list.show_status(name, status)
        if self.profile is not None and self.profile.name == name:
            self._show_status(name)

    def _show_status(self, name: str) -> None:
        words = self._desk.words
        if name not in self._states:
            return
        status, at = self._states[name]
        self._tag.show_state(self._desk.terms.printer[status.state], PRINTER_MARKS[status.state])
        queued = "" if status.queued is None else words.number(status.queued)
        counter = (
            "" if status.odometer is None else words("{count} labels", count=words.number(status.odometer))
        )
        shown = status.raw if status.state is PrinterState.UNKNOWN else ""
        self._facts.show_facts(
            (
                (words("Says"), self._desk.terms.printer[status.state]),
                (words("Waiting"), queued),
                (words("Counter"), counter),
                (words("Raw answer"), shown),
                (words("Asked at"), words.time(at)),
            )
        )

    def print_test(self) -> None:
        """One test label; the counter before and after says whether it came out."""
        profile = self.profile
        if profile is None:
            return
        name = profile.name
        self.test_button.setEnabled(False)
        self.outcome.say(Mark.INFO, self._desk.words("Test sent to {printer}…", printer=name))

        def work() -> tuple[PrinterStatus, PrinterStatus]:
            before = self._status(name)
            self._test(name)
            return before, self._status(name)

        self._desk.run(f"printer:{name}", work, lambda got: self._tested(name, *got), self._fail)

    def _tested(self, name: str, before: PrinterStatus, after: PrinterStatus) -> None:
        words = self._desk.words
        self.test_button.setEnabled(True)
        self._told(name, after)
        if before.odometer is None or after.odometer is None:
            self.outcome.say(Mark.INFO, words("Sent; this printer does not count. Look whether it came out."))
        elif after.odometer == before.odometer + 1:
            first, last = words.number(before.odometer), words.number(after.odometer)
            self.outcome.say(
                Mark.OK, words("Printed once: counter from {first} to {last}.", first=first, last=last)
            )
        else:
            self.outcome.say(Mark.WARN, words("Sent, and not counted yet. Look whether it came out."))

    def _fail(self, error: Exception) -> None:
        self.test_button.setEnabled(True)
        self.outcome.say(Mark.DANGER, self._desk.told(error))
