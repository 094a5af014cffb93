"""What one row of the fault bench found, and the table that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

_COLUMNS: Final = ("lost", "doubled", "phantom", "mismatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`count` of `unit` were done to the program, `least` were promised. `lost`: acknowledged and not there.
    `doubled`: there twice. `phantom`: there, and nobody did it. `mismatch`: two copies, or a fold and its
    rebuild, disagree, or a damage went unseen. `twin`: how often the checker caught the naive variant."""

    name: str
    unit: str
    count: int
    least: int
    seed: int
    lost: int = 0
    doubled: int = 0
    phantom: int = 0
    mismatch: int = 0
    twin: int = 0
    seconds: float = 0.0
    note: str = ""
    skipped: str = ""  # why it could not be run on this computer

    @property
    def short_of(self) -> list[str]:
        """What it falls short in; empty when it holds, or could not be run here."""
        if self.skipped:
            return []
        found = [f"{name} {getattr(self, name)}" for name in _COLUMNS if getattr(self, name)]
        if self.count < self.least:
            found.append(f"{self.count} {self.unit} of {self.least}")
        if not self.twin:
            found.append("the naive twin was not caught")
        return found

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def heading() -> str:
    return (
        f"{'test':<22} {'count':>7} {'of':<22} {'lost':>5} {'doubled':>7} {'phantom':>7} {'mismatch':>8} "
        f"{'twin':>5} {'seconds':>7}  seed"
    )


def line(outcome: Outcome) -> str:
    """One row of the table."""
    if outcome.skipped:
        return f"{outcome.name:<22} not run: {outcome.skipped}"
    text = (
        f"{outcome.name:<22} {outcome.count:>7,} {outcome.unit:<22} {outcome.lost:>5} {outcome.doubled:>7} "
        f"{outcome.phantom:>7} {outcome.mismatch:>8} {outcome.twin:>5} {outcome.seconds:>7.0f}  {outcome.seed}"
    )
    return f"{text}  {outcome.note}" if outcome.note else text


def verdict(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The last line: all of it in one sentence."""
    short = [f"{each.name}: {', '.join(each.short_of)}" for each in outcomes if each.short_of]
    skipped = [each.name for each in outcomes if each.skipped]
    done = sum(not each.skipped for each in outcomes)
    left = f" Not run here: {', '.join(skipped)}." if skipped else ""
    if short:
        return f"FALLS SHORT in {len(short)} of {done} rows after {seconds:.0f} s. {'; '.join(short)}.{left}"
    return (
        f"All {done} rows hold after {seconds:.0f} s: nothing lost, nothing doubled, no phantom, no mismatch, "
        f"every naive twin caught.{left}"
    )
