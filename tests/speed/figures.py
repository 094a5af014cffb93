"""A figure beside its peer's, the least disturbed of several runs, and the table that shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles
from time import perf_counter
from typing import Any, TypeVar

T = TypeVar("T")
_MORE_IS_BETTER = "/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`unit` ends with "/s" where more is better. `aim` in the same unit; `peer` says what it was compared
    with."""

    chapter: str
    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    aim: float | None = None
    samples: int = 0
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's, whichever way is better."""
        return self.value / self.peer_value if self.peer_value else None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": None if self.ratio is None else round(self.ratio, 4)}


def at(values: Sequence[float], percent: int) -> float:
    """The percentile, linear between samples; 0.0 where there are none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def calmest(runs: Sequence[Sequence[float]]) -> list[float]:
    """Of several runs of one measurement the one the machine disturbed least: the smallest median."""
    found = [list(run) for run in runs if run]
    return min(found, key=lambda run: at(run, 50), default=[])


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """(milliseconds, result)."""
    began = perf_counter()
    result = work()
    return (perf_counter() - began) * 1000, result


def repeat(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each."""
    return [timed(work)[0] for _ in range(times)]


def spread(
    chapter: str,
    name: str,
    ours: Sequence[float],
    peers: Sequence[float],
    *,
    peer: str,
    percents: Sequence[int] = (50, 99),
    aim: float | None = None,
    unit: str = "ms",
    note: str = "",
) -> list[Figure]:
    """One figure per percentile."""
    return [
        Figure(
            chapter=chapter,
            name=f"{name}, p{percent}",
            value=at(ours, percent),
            unit=unit,
            peer=peer,
            peer_value=at(peers, percent) if peers else None,
            aim=aim,
            samples=len(ours),
            note=note,
        )
        for percent in percents
    ]


def table(figures: Sequence[Figure]) -> str:
    """For a terminal of 130 columns; chapters apart, the peer and the note said once where they stay the same."""
    lines = [f"{'':44} {'ours':>13} {'peer':>13} {'ours ÷ peer':>12} {'aim':>8}  peer"]
    chapter, shown = "", ("", "")
    for figure in figures:
        if figure.chapter != chapter:
            lines += ["", figure.chapter]
            chapter, shown = figure.chapter, ("", "")
        said = [text for text in (figure.peer, figure.note) if text not in (*shown, "")]
        lines.append(_line(figure, "; ".join(said)))
        shown = (figure.peer, figure.note)
    return "\n".join(lines)


def _line(figure: Figure, said: str) -> str:
    other = "" if figure.peer_value is None else _number(figure.peer_value, figure.unit)
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    aim = "" if figure.aim is None else f"{figure.aim:g} {_kept(figure)}"
    ours = _number(figure.value, figure.unit)
    return f"  {figure.name:42} {ours:>13} {other:>13} {ratio:>12} {aim:>8}  {said}".rstrip()


def _kept(figure: Figure) -> str:
    assert figure.aim is not None
    more = figure.unit.endswith(_MORE_IS_BETTER)
    kept = figure.value >= figure.aim if more else figure.value <= figure.aim
    return "✓" if kept else "✕"


def _number(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 or unit.startswith("of ") else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
