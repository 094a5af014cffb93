"""Looks at this station's label printer and scale now and then, and shows how they are: top bar and bench."""

from __future__ import annotations

import logging
from functools import partial

from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.domain.printer import PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.flows.print_label import SENTENCES
from wismo_desk.ui.bench_frame import Equipment
from wismo_desk.ui.marks import Mark

log = logging.getLogger(__name__)


class MachineWatch:
    """`look` may be called as often as wanted: a printer that has not answered yet is not asked again."""

    def __init__(self, desk: Surface, station: Station) -> None:
        self._desk, self._station = desk, station
        self._state: PrinterState | None = None  # as the log knows it

    def look(self) -> None:
        """Ask the printer and the scale how they are, on the printer's own lane."""
        profile = self._station.settings.printer()
        if profile is None:
            self._show_no_printer()
            return
        ask = partial(self._station.printers.status, profile.name)
        show = partial(self._show_printer, profile)
        self._desk.lanes.run_if_idle(f"printer:{profile.name}", ask, show, lambda _error: None)

    def _show_no_printer(self) -> None:
        said = self._desk.words("No label printer is set up at this station.")
        self._desk.bench_page.show_equipment(Equipment())
        self._desk.window.set_health("printer", Mark.WARN, said, detail=said)

    def _show_printer(self, profile: PrinterProfile, status: PrinterStatus) -> None:
        if profile != self._station.settings.printer():
            return  # changed while it was asked
        if status.state is not self._state:
            log.info("printer %s: %s", profile.name, status.state.value)
            self._state = status.state
        weight = self._station.weigh()
        self._desk.bench_page.show_equipment(
            Equipment(
                printer=profile.name,
                printer_state=status.state,
                weight_g=weight,
                stable=weight is not None,
            )
        )
        words, window = self._desk.words, self._desk.window
        if status.state is PrinterState.READY:
            window.set_health("printer", Mark.OK, detail=profile.name)
        else:
            said = words(SENTENCES[status.state], printer=profile.name)
            window.set_health("printer", Mark.DANGER, said, detail=said)
