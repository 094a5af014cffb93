"""The closed manifests beside the page: when, how many, how many stayed here, and their paper again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.watching import Manifest
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, rule, scrolled
from wismo_desk.ui.parts import Button, Elided, write
from wismo_desk.ui.theme import Figures, Weight


class PastManifests(QFrame):
    """`paper(title, manifest_id)` is asked for the PDF of one."""

    def __init__(self, desk: Desk, paper: Callable[[str, str], None]) -> None:
        super().__init__()
        self._desk, self._paper = desk, paper
        self.setProperty("part", "panel")
        self.setFixedWidth(372)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(48)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.addWidget(write(desk.words("Closed manifests"), 16, Weight.SEMIBOLD))
        column.addWidget(head)
        column.addWidget(rule())
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(16, 4, 16, 16)
        self._rows.setSpacing(0)
        column.addWidget(scrolled(body), 1)

    def show_manifests(self, manifests: Sequence[Manifest], names: Mapping[str, str]) -> None:
        """`names` knows the carriers by code."""
        empty(self._rows)
        for manifest in manifests:
            self._rows.addWidget(self._row(manifest, names.get(manifest.carrier, manifest.carrier)))
            self._rows.addWidget(rule())
        if not manifests:
            self._rows.addWidget(write(self._desk.words("None yet."), 14, tone="muted"))
        self._rows.addStretch()

    def _row(self, manifest: Manifest, name: str) -> QWidget:
        words, now = self._desk.words, self._desk.clock()
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 10, 0, 10)
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(Elided(f"{name}, {words.moment(manifest.closed_at, now=now)}", 14, Weight.MEDIUM))
        count = len(manifest.parcels)
        parts = [words("{count} parcels", count=words.number(count)) if count != 1 else words("1 parcel")]
        if manifest.missing:
            parts.append(words("{count} stayed here", count=words.number(len(manifest.missing))))
        tone = "warn" if manifest.missing else "muted"
        texts.addWidget(Elided(" · ".join(parts), 13, tone=tone, figures=Figures.TABULAR))
        row.addLayout(texts, 1)
        button = Button(self._desk.look, words("PDF"), small=True)
        button.setAccessibleName(words("PDF of the manifest {name}", name=manifest.manifest_id))
        title = words("Manifest {carrier}", carrier=name)
        button.clicked.connect(lambda: self._paper(title, manifest.manifest_id))
        row.addWidget(button)
        return line
