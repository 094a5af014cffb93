"""What the desk lends to the code that joins pages to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wismo_desk.background.lanes import Lanes
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.pen import Clock
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.frame import DeskWindow
from wismo_desk.ui.sounds import Speaker
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

if TYPE_CHECKING:  # brings requests along, after the first paint
    from wismo_desk.app.practice import Practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """`scanned` takes a code as if a scanner had read it; `apply` tells every page what a flow touched,
    `redress` puts on another theme by its name in the settings."""

    look: Look
    words: Words
    clock: Clock
    lanes: Lanes
    speaker: Speaker
    window: DeskWindow
    bench_page: BenchPage
    machines: Practice | None
    audible: bool
    scanned: Callable[[str], None]
    apply: Callable[[Changes], None]
    redress: Callable[[str], None]
