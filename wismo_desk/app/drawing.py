"""Everything this station paints: labels for the printer, pictures of them for the screen, words for papers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.flows.pen import Clock
from wismo_desk.flows.ship import Painted
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.labels.zpl import once
from wismo_desk.settings import Settings
from wismo_desk.words import Words

_NOBODY: Final = UUID(int=0)


class Drawing:
    """One label at a time; pictures of labels wait for none. `names` says (carrier, service) as people do."""

    def __init__(
        self,
        words: Words,
        fonts: Path,
        *,
        settings: Callable[[], Settings],
        names: Callable[[str, str], tuple[str, str]],
        clock: Clock,
    ) -> None:
        self._painter = LabelPainter(words, fonts)
        self._settings, self._names, self._clock = settings, names, clock
        self._lock = threading.Lock()
        self._ready: tuple[object, Painted] | None = None  # what `ahead` painted last, and of what

    def ahead(self, request: LabelRequest, label: Label) -> None:
        """Paint a label that is likely to be asked for next; it is checked like any other."""
        painted = self.label(request, label)
        self._ready = (self._terms(request, label, 1), painted)

    def _terms(self, request: LabelRequest, label: Label, copy: int) -> object:
        """All that decides how a label looks. The parcel's id is not on it."""
        names = self._names(label.carrier, label.service)
        return replace(request, parcel_id=_NOBODY), label, copy, names, self._settings().printer()

    def label(self, request: LabelRequest, label: Label, copy: int = 1) -> Painted:
        """Ours is painted at the printer's dots and read back; a carrier's own bytes are drawn as they are."""
        if label.format is not LabelFormat.DRAWN:
            return Painted(once(label.content), b"", label.codes)
        carrier, service = self._names(label.carrier, label.service)
        profile = self._settings().printer() or PrinterProfile(name="")
        with self._lock:
            if self._ready is not None and self._ready[0] == self._terms(request, label, copy):
                return self._ready[1]
            painted = self._painter.paint(request, carrier=carrier, service=service, copy=copy)
            content = self._painter.to_zpl(painted, profile)
            return Painted(content, painted.image_png, painted.codes, painted.remarks)

    def test(self, profile: PrinterProfile) -> bytes:
        """The test label of this printer, as it goes there."""
        with self._lock:
            painted = self._painter.test_label(profile, station=self._settings().station, at=self._clock())
            return self._painter.to_zpl(painted, profile)

    def cut(self, png: bytes) -> bytes:
        """A label's picture for the screen, every code cut."""
        return self._painter.preview(png)  # without the lock: a label must not wait for a picture of another

    def text(self, text: str, px: int, *, bold: bool = False) -> tuple[bytes, int, int]:
        """One line in any script (labels.painter.LabelPainter.draw_text)."""
        with self._lock:
            return self._painter.draw_text(text, px, bold=bold)
