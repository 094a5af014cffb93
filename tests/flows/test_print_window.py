"""A batch of labels, some under way at once: none twice, none lost, and after a fault the uncertain ones by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from desk_rig import PATIENT_S, TEE, Bench, line

from wismo_desk.devices import TcpPrinter
from wismo_desk.devices.paperless_printer import PrinterFault
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.errors import PrintUnknown
from wismo_desk.flows.print_window import WINDOW, PrintWindow, windows

DONE, DOUBT, PENDING = EffectState.DONE, EffectState.IN_DOUBT, EffectState.PENDING


class Counted:
    """A printer that counts what is asked of it; `at` is called before the send of that number."""

    def __init__(self, inner: TcpPrinter, at: dict[int, Callable[[], None]] | None = None) -> None:
        self.inner, self.at = inner, at or {}
        self.looks = self.sends = 0

    @property
    def name(self) -> str:
        return self.inner.name

    def status(self) -> PrinterStatus:
        self.looks += 1
        return self.inner.status()

    def send(self, payload: bytes) -> None:
        self.sends += 1
        self.at.get(self.sends, lambda: None)()
        self.inner.send(payload)

    def close(self) -> None:
        self.inner.close()


class Killed(BaseException):
    """The process dies here."""


def die() -> None:
    raise Killed


def strike(desk: Bench, fault: PrinterFault, place: int) -> dict[int, Callable[[], None]]:
    """The fault hits the label of that place: those before it are out by then."""

    def fail() -> None:
        assert desk.printer.wait_for(WINDOW + place - 1)
        desk.printer.fail_next(fault)

    return {place: fail}


def batch(desk: Bench, count: int = WINDOW) -> list[Effect]:
    """So many copies that wait; their first labels are on paper."""
    numbers = [str(number) for number in range(1, count + 1)]
    desk.take(*(line(number) for number in numbers))
    for number in numbers:
        desk.pack(number, TEE)
    assert desk.printer.wait_for(count)
    return [desk.station.reprint(desk.parcels(number)[0].parcel_id, reason="torn") for number in numbers]


def counted(desk: Bench, at: dict[int, Callable[[], None]] | None = None) -> Counted:
    made = Counted(TcpPrinter(desk.printer.profile("Z1"), status_s=PATIENT_S), at)
    desk.station.printers["Z1"] = made
    return made


def window(desk: Bench) -> PrintWindow:
    return PrintWindow(one=replace(desk.print_label, printers=desk.station.printers))


def states(desk: Bench, jobs: list[Effect]) -> list[EffectState]:
    kept = [desk.station.store.journal.effect_by_id(job.effect_id) for job in jobs]
    return [one.state for one in kept if one is not None]


def on_paper(desk: Bench, jobs: list[Effect]) -> list[int]:
    """How often each one came out as this copy."""
    contents = [desk.station.store.journal.label(job.parcel_id) for job in jobs]
    out = desk.printer.labels[len(jobs) :]
    return [sum(label.strip() in one.content for label in out) for one in contents if one is not None]


def test_a_batch_comes_out_in_order_with_a_look_around_each_window(desk: Bench) -> None:
    jobs = batch(desk, 2 * WINDOW)
    printer = counted(desk)
    printed = [one for some in windows(jobs) for one in window(desk)(some)]
    assert [one.job.effect_id for one in printed] == [job.effect_id for job in jobs]
    assert states(desk, jobs) == [DONE] * len(jobs) and on_paper(desk, jobs) == [1] * len(jobs)
    assert printer.sends == len(jobs) and printer.looks < len(jobs)  # one by one it is two a label at least
    for number in range(1, len(jobs) + 1):
        facts = desk.facts(str(number), FactKind.LABEL_PRINTED)
        assert [(fact.data["copy"], fact.data["evidence"]) for fact in facts] == [
            (1, "counter"),
            (2, "counter"),
        ]
    again = [one for some in windows(jobs) for one in window(desk)(some)]
    assert [one.state for one in again] == [DONE] * len(jobs) and printer.sends == len(jobs)


@pytest.mark.parametrize("place", range(1, WINDOW + 1))
@pytest.mark.parametrize("fault", list(PrinterFault))
def test_a_fault_inside_the_window_doubles_and_loses_nothing(
    desk: Bench, fault: PrinterFault, place: int
) -> None:
    jobs = batch(desk)
    counted(desk, strike(desk, fault, place))
    printed = window(desk)(jobs)
    came, now = on_paper(desk, jobs), states(desk, jobs)
    for count, state in zip(came, now, strict=True):
        assert state in (DONE, DOUBT, PENDING)
        assert state is not DONE or count == 1  # nothing is called printed that is not
        assert state is not PENDING or count == 0  # nothing waits to be printed that is on paper
    doubtful = [one for one in printed if one.state is DOUBT]
    assert all("not all came out" in one.error.sentence for one in doubtful if one.error)
    counted(desk)
    window(desk)([job for job, state in zip(jobs, now, strict=True) if state is PENDING])
    for count, state in zip(on_paper(desk, jobs), states(desk, jobs), strict=True):
        assert state is not PENDING and count <= 1 and (count == 1 or state is DOUBT)


@pytest.mark.parametrize("place", [2, 3])
def test_who_takes_a_moved_counter_for_all_of_them_loses_labels(desk: Bench, place: int) -> None:
    """The naive twin: it sends the window, and what the printer took it calls printed."""
    jobs = batch(desk)
    printer = counted(desk, strike(desk, PrinterFault.POWER_CYCLE, place))
    before, called_printed = printer.status(), 0
    for job in jobs:
        stored = desk.station.store.journal.label(job.parcel_id)
        assert stored is not None
        try:
            printer.send(stored.content)
        except PrintUnknown:
            continue
        called_printed += 1
    assert (printer.status().odometer or 0) > (before.odometer or 0)
    assert sum(on_paper(desk, jobs)) < max(called_printed, len(jobs))


def test_a_printer_that_cannot_print_is_given_nothing(desk: Bench) -> None:
    jobs = batch(desk)
    desk.printer.become(PrinterState.PAPER_OUT)
    printer = counted(desk)
    printed = window(desk)(jobs)
    assert {one.error.sentence for one in printed if one.error} == {
        "Printer {printer} has no labels left. Load a roll, then print again."
    }
    assert states(desk, jobs) == [PENDING] * WINDOW and (printer.sends, printer.looks) == (0, 1)


@pytest.mark.parametrize("place", [1, 3])
def test_a_death_inside_the_window_is_asked_about_label_by_label(desk: Bench, place: int) -> None:
    """A counter that went on by one must not be taken for each of them."""
    jobs = batch(desk)
    printer = counted(desk, {place: die})
    with pytest.raises(Killed):
        window(desk)(jobs)
    assert states(desk, jobs) == [EffectState.SENDING] * WINDOW
    assert desk.printer.wait_for(WINDOW + place - 1)  # what left comes out, after the death too
    came = on_paper(desk, jobs)
    for job in desk.station.store.journal.effects(states=(EffectState.SENDING,)):
        if job.kind is EffectKind.LABEL_PRINTED:
            desk.print_label.recover(job)
    assert states(desk, jobs) == [DOUBT] * WINDOW
    assert on_paper(desk, jobs) == came and printer.sends == place


def test_one_that_was_voided_or_asked_about_goes_its_own_way(desk: Bench) -> None:
    jobs = batch(desk)
    desk.station.void(jobs[1].parcel_id, reason="wrong order")
    counted(desk)
    window(desk)(jobs)
    assert states(desk, jobs) == [DONE, EffectState.FAILED, DONE, DONE]


def test_without_a_counter_they_go_one_by_one(desk: Bench) -> None:
    jobs = batch(desk)
    profile = replace(desk.printer.profile("Z1"), odometer=False)
    desk.station.printers["Z1"] = TcpPrinter(profile, status_s=PATIENT_S)
    printed = window(desk)(jobs)
    assert [one.state for one in printed] == [DONE] * WINDOW
    assert desk.facts("1", FactKind.LABEL_PRINTED)[-1].data["evidence"] == "sent"
