"""The station's printers by name: set up from its settings, and again when those change while the desk is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import partial

from wismo_desk.devices import open_printer
from wismo_desk.domain.printer import Printer, PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.errors import PrinterProblem, SettingsProblem
from wismo_desk.flows.print_label import SENTENCES


class PrinterRack(MutableMapping[str, Printer]):
    """Whoever took a printer out of it before a change goes on with that one: a label that is being sent is
    finished on the line it was begun on. What was replaced is closed by `close_replaced`, on its own lane."""

    def __init__(self, profiles: Sequence[PrinterProfile]) -> None:
        self._profiles: dict[str, PrinterProfile] = {}
        self._printers: dict[str, Printer] = {}
        self._replaced: list[Printer] = []
        self.set_up(profiles)

    def set_up(self, profiles: Sequence[PrinterProfile]) -> None:
        """In force for the next label. Raises SettingsProblem, and changes nothing, when one cannot be."""
        changed = [profile for profile in profiles if self._profiles.get(profile.name) != profile]
        fresh = {profile.name: open_printer(profile) for profile in changed}
        wanted = {profile.name: profile for profile in profiles}
        for name in self._printers.keys() - wanted.keys() | fresh.keys() & self._printers.keys():
            self._replaced.append(self._printers[name])
        known = self._printers
        self._printers = {name: fresh[name] if name in fresh else known[name] for name in wanted}
        self._profiles = wanted

    def __getitem__(self, name: str) -> Printer:
        return self._printers[name]

    def __setitem__(self, name: str, printer: Printer) -> None:
        """Stands in for the one of that name, until the settings change it."""
        if name in self._printers:
            self._replaced.append(self._printers[name])
        self._printers[name] = printer

    def __delitem__(self, name: str) -> None:
        del self._printers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._printers)

    def __len__(self) -> int:
        return len(self._printers)

    def status(self, name: str) -> PrinterStatus:
        printer = self._printers.get(name)
        return printer.status() if printer else PrinterStatus(state=PrinterState.UNKNOWN)

    def send_test(self, name: str, draw: Callable[[PrinterProfile], bytes]) -> None:
        """A test label: no parcel, so no ledger row. Raises PrinterProblem when the printer is not ready."""
        profile, printer = self._profiles.get(name), self._printers.get(name)
        if profile is None or printer is None:
            raise SettingsProblem("Printer {printer} is not set up at this station.", printer=name)
        status = printer.status()
        if status.state is not PrinterState.READY:
            raw = status.raw if status.state is PrinterState.UNKNOWN else ""
            raise PrinterProblem(SENTENCES[status.state], printer=name, raw=raw)
        printer.send(draw(profile))

    def close_replaced(self, run: Callable[[str, Callable[[], None]], None]) -> None:
        """`run(lane, close)`: behind the label that may still be going out on that lane."""
        replaced, self._replaced = self._replaced, []
        for printer in replaced:
            run(f"printer:{printer.name}", partial(_close, printer))

    def close(self) -> None:
        for printer in (*self._printers.values(), *self._replaced):
            _close(printer)


def _close(printer: Printer) -> None:
    close: Callable[[], None] | None = getattr(printer, "close", None)
    if close is not None:
        close()
