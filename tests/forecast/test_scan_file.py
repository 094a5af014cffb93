"""A file of scans beside a history: whose they are, in which order, and what cannot be used."""

from __future__ import annotations

import pytest

from wismo_desk.errors import BadInput
from wismo_desk.forecast.history_file import read_history
from wismo_desk.forecast.parcels import NEVER
from wismo_desk.forecast.scan_file import read_scans
from wismo_desk.forecast.scans import Scan
from wismo_desk.forecast.unusable import BACKWARDS, NO_DAY, NO_STATE

HISTORY = read_history(
    "shipment,handed_over_at,delivered_at\nB,2026-03-03,2026-03-06\nA,2026-03-02,2026-03-05\nC,2026-03-04,\n"
)


def test_scans_find_their_parcels_and_follow_each_other_by_time() -> None:
    """The history is put in order of hand-over: A, B, C."""
    found = read_scans(
        "at;status;shipment\n"
        "2026-03-05T08:10:00+01:00;Out_For_Delivery;A\n"
        "03/03/2026 04:30;in_transit;A\n"
        "2026-03-02 19:30;accepted; A \n"
        "2026-03-05T07:00:00+01:00;in_transit;A\n"
        "2026-03-05T12:00:00+01:00;delivered;A\n"
        "2026-03-05;accepted;C\n"
        "someday;accepted;C\n"
        "2026-03-05;arrived in Lyon;C\n"
        "2025-03-05;accepted;A\n"
        "2026-03-05;accepted;X\n",
        HISTORY,
    )
    assert (found.rows, found.used, found.unusable, found.strange) == (10, 5, 3, 1)
    assert [(each.line, each.sentence) for each in found.named] == [
        (8, NO_DAY),
        (9, NO_STATE),
        (10, BACKWARDS),
    ]
    scans = found.scans
    assert scans.parcel.tolist() == [0, 0, 0, 0, 2]
    assert scans.scan.tolist() == [Scan.ACCEPTED, Scan.MOVED, Scan.MOVED_AGAIN, Scan.OUT, Scan.ACCEPTED]
    assert (scans.until[:4] - scans.day[:4]).tolist() == [1, 2, 0, NEVER - scans.day[3]]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("shipment,at\nA,2026-03-02\n", "status"),
        ("shipment,at,status\nZ,2026-03-02,accepted\n", "accepted"),
        ("shipment,at,status\nA,2026-03-02,delivered\n", "accepted"),
        ("shipment,at,status\n", "lines"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, field: str) -> None:
    with pytest.raises(BadInput, match=field):
        read_scans(text, HISTORY)


def test_a_history_without_numbers_has_no_scans() -> None:
    plain = read_history("handed_over_at,delivered_at\n2026-03-02,2026-03-05\n")
    with pytest.raises(BadInput, match="shipment"):
        read_scans("shipment,at,status\nA,2026-03-02,accepted\n", plain)
    assert plain.names == () and HISTORY.names == ("A", "B", "C")
