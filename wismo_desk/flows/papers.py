"""The papers people print: packing slip, receipt, manifest, command sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from uuid import UUID

from wismo_desk.domain.order import Party
from wismo_desk.domain.watching import Manifest
from wismo_desk.store.store import Store
from wismo_desk.words import Words

DrawText = Callable[..., tuple[bytes, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    store: Store
    words: Words
    shipper: Party
    station: str
    names: Callable[[str, str], tuple[str, str]]
    draw_text: DrawText
    zone: tzinfo

    def manifest_sheet(self, manifest: Manifest) -> bytes:
        return b"%PDF"
