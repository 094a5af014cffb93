"""Learns once a night: for whoever has a timer, with a window or without."""

from __future__ import annotations

from wismo_desk.domain.fact import Changes
from wismo_desk.flows.foresee import Foresee


def learn_if_due(foresee: Foresee) -> Changes:
    """From any thread that may write the main file, as often as one likes: learns when the table is older than the
    last night, else looks at what moved."""
    return foresee.tick()
