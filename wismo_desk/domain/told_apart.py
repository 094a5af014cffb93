"""Which of several parcels in a carrier's answer is which of ours, where the answer names no reference of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def told_apart(came: Sequence[tuple[T, bytes]], references: Sequence[str]) -> tuple[T | None, ...]:
    """The parcel of each reference; None where the answer has none, or none that can be told from the others.

    `came`: parcels in the order of the answer, each with its label, b"" without one. A label that shows one of our
    references tells whose it is; where not every one does, the order counts, if the labels do not speak against it.
    """
    told: list[tuple[str, T]] = []
    for parcel, label in came:
        shown = [reference for reference in references if reference.encode() in label]
        if len(shown) == 1:
            told.append((shown[0], parcel))
    named = dict(told)
    if len(named) < len(came):
        in_order = dict(zip(references, (parcel for parcel, _ in came), strict=False))
        agree = all(in_order.get(reference) == parcel for reference, parcel in told)
        named = in_order if agree and len(came) == len(references) else {}
    return tuple(named.get(reference) for reference in references)
