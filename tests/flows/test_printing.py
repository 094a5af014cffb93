"""Paper: a label comes out once, or it is asked about; a copy says that it is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from desk_rig import PATIENT_S, TEE, Bench, bench, line, machines

from wismo_desk.devices import TcpPrinter
from wismo_desk.devices.paperless_printer import PaperlessPrinter, PrinterFault
from wismo_desk.domain.bench_view import BenchMode, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.printer import Printer, PrinterState, PrinterStatus
from wismo_desk.errors import PrintUnknown, Refused
from wismo_desk.flows.print_label import SENTENCES

PRINTED = EffectKind.LABEL_PRINTED


def prints(desk: Bench, number: str = "1") -> list[EffectState]:
    return [effect.state for effect in desk.effects(number, PRINTED)]


STOPS = [
    PrinterState.PAPER_OUT,
    PrinterState.HEAD_OPEN,
    PrinterState.PAUSED,
    PrinterState.RIBBON_OUT,
    PrinterState.UNKNOWN,
]


@pytest.mark.parametrize("state", STOPS)
def test_a_printer_that_cannot_print_is_given_nothing(desk: Bench, state: PrinterState) -> None:
    desk.take(line("1"))
    desk.printer.become(state)
    view = desk.scan("1", TEE)
    assert (view.mode, desk.problem) == (BenchMode.PROBLEM, Problem.PRINTER)
    assert view.problem is not None
    assert view.problem.sentence == SENTENCES[state]
    assert (view.problem.order_number, view.problem.can_retry) == ("1", True)
    assert prints(desk) == [EffectState.PENDING]
    desk.act(Command.REPRINT)  # still out of paper
    assert desk.problem is Problem.PRINTER
    desk.printer.become(PrinterState.READY)
    view = desk.act(Command.REPRINT)
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    assert view.label.printed
    assert (desk.printer.odometer, prints(desk)) == (1, [EffectState.DONE])


def test_sending_into_a_stopped_printer_and_again_prints_twice(desk: Bench) -> None:
    """The naive twin: no look before, the bytes wait in the printer, and "print again" adds to them."""
    desk.take(line("1"))
    desk.printer.become(PrinterState.PAPER_OUT)
    desk.scan("1", TEE)
    stored = desk.station.store.journal.label(desk.parcels("1")[0].parcel_id)
    assert stored is not None
    naive = desk.station.printers["Z1"]
    naive.send(stored.content)
    naive.send(stored.content)
    desk.printer.become(PrinterState.READY)
    assert desk.printer.wait_for(2)


def test_a_printer_switched_off_prints_when_it_is_back(desk: Bench) -> None:
    desk.take(line("1"))
    desk.printer.stop()
    desk.scan("1", TEE)
    assert desk.said == "Printer Z1 cannot be reached. Check its power and its cable."
    desk.printer.start()
    assert desk.act(Command.REPRINT).mode is BenchMode.LABEL_OUT
    assert (desk.printer.odometer, prints(desk)) == (1, [EffectState.DONE])


def test_a_silent_printer_is_connected_and_does_not_answer(desk: Bench) -> None:
    desk.take(line("1"))
    desk.station.printers["Z1"] = TcpPrinter(desk.printer.profile("Z1"), status_s=0.2)
    desk.printer.become(PrinterState.NOT_ANSWERING)
    desk.scan("1", TEE)
    assert desk.said == "Printer Z1 is connected but does not answer. Look at its display."
    assert prints(desk) == [EffectState.PENDING]


def test_a_label_lost_in_the_printer_is_known_not_to_have_come_out(desk: Bench) -> None:
    desk.take(line("1"))
    desk.printer.fail_next(PrinterFault.RESET_MID_JOB)
    desk.scan("1", TEE)
    assert desk.problem is Problem.PRINTER  # the counter did not move: no question
    assert prints(desk) == [EffectState.PENDING]
    desk.printer.fail_next(PrinterFault.POWER_CYCLE)
    desk.act(Command.REPRINT)
    assert desk.problem is Problem.PRINTER
    assert desk.act(Command.REPRINT).mode is BenchMode.LABEL_OUT
    assert (desk.printer.odometer, prints(desk)) == (1, [EffectState.DONE])


def test_a_broken_line_after_the_label_came_out_is_no_second_label(desk: Bench) -> None:
    desk.take(line("1"))
    desk.printer.fail_next(PrinterFault.DROP_AFTER_PRINT)
    view = desk.scan("1", TEE)
    assert view.mode is BenchMode.LABEL_OUT
    assert (desk.printer.odometer, prints(desk)) == (1, [EffectState.DONE])
    (fact,) = desk.facts("1", FactKind.LABEL_PRINTED)
    assert (fact.data["evidence"], fact.data["copy"]) == ("counter", 1)


class FallsSilent:
    """A printer in its own words until a label is sent, and never again."""

    def __init__(self, printer: Printer, machine: PaperlessPrinter) -> None:
        self.name = printer.name
        self._printer, self._machine = printer, machine

    def status(self) -> PrinterStatus:
        return self._printer.status()

    def send(self, payload: bytes) -> None:
        self._printer.send(payload)
        self._machine.wait_for(1)
        self._machine.stop()


class BreaksOff:
    """A printer that counts nothing, and whose line breaks within the label."""

    name = "Z1"

    def status(self) -> PrinterStatus:
        return PrinterStatus(state=PrinterState.READY, queued=0)

    def send(self, payload: bytes) -> None:
        raise PrintUnknown("The line broke.")


def in_doubt(desk: Bench) -> None:
    """Order 1 is printed, and nobody knows: the printer fell silent after the last byte."""
    desk.take(line("1"))
    printer = desk.station.printers["Z1"]
    desk.station.printers["Z1"] = FallsSilent(printer, desk.printer)
    desk.scan("1", TEE)
    desk.station.printers["Z1"] = printer


def test_a_print_in_doubt_is_closed_by_the_labels_own_scan(desk: Bench) -> None:
    in_doubt(desk)
    assert (desk.problem, desk.said[:31]) == (Problem.IN_DOUBT, "Did the label come out of Z1? S")
    (doubt,) = desk.station.resolve.doubts()
    assert (doubt.order_number, doubt.customer, doubt.effect.kind) == ("1", "Zoé Lefèvre", PRINTED)
    assert desk.station.watch.counts().in_doubt == 1
    desk.act(Command.OK)
    assert desk.view.label is not None
    view = desk.scan(desk.view.label.tracking_number)
    assert view.mode is BenchMode.IDLE
    assert prints(desk) == [EffectState.DONE]
    assert [fact.data["evidence"] for fact in desk.facts("1", FactKind.LABEL_PRINTED)] == ["scanned"]
    (cleared,) = desk.station.resolve.cleared_today()
    assert cleared.effect.details["resolved"] == "came_out"
    assert desk.printer.odometer == 1


def test_nothing_came_out_sends_the_same_number_again(desk: Bench) -> None:
    in_doubt(desk)
    desk.printer.start()
    number = desk.parcels("1")[0].tracking_number
    desk.act(Command.REPRINT)  # P: the packer saw that nothing came out
    assert "put out a label since" in desk.said  # the counter says otherwise: it is asked once more
    view = desk.act(Command.REPRINT)
    assert view.mode is BenchMode.LABEL_OUT
    assert view.label is not None
    assert view.label.tracking_number == number
    assert prints(desk) == [EffectState.DONE]
    assert [fact.data["copy"] for fact in desk.facts("1", FactKind.LABEL_PRINTED)] == [1]
    assert desk.facts("1", FactKind.OUTCOME_RESOLVED)[0].data["outcome"] == "not_out"


def test_an_answer_is_given_once(desk: Bench) -> None:
    in_doubt(desk)
    (doubt,) = desk.station.resolve.doubts()
    desk.station.resolve.came_out(doubt.effect.effect_id, reason="in my hand")
    with pytest.raises(Refused, match="settled already"):
        desk.station.resolve.not_out(doubt.effect.effect_id, reason="nothing there")
    with pytest.raises(Refused, match="settled already"):
        desk.station.resolve.came_out(doubt.effect.effect_id, reason="again")


def test_a_second_click_is_told_how_the_first_one_ended(desk: Bench) -> None:
    desk.take(line("1"))
    desk.hold = True
    desk.scan("1", TEE)
    desk.answer()
    (job,) = desk.effects("1", PRINTED)
    again = desk.print_label(job)
    assert (again.state, again.error) == (EffectState.DONE, None)
    assert desk.printer.odometer == 1


def test_reprints_are_copies_with_a_reason(desk: Bench) -> None:
    desk.take(line("1"), line("2", service="Exercice"))
    desk.pack("1", TEE)
    desk.pack("2", TEE)
    own, sold = desk.parcels("1")[0], desk.parcels("2")[0]
    with pytest.raises(Refused, match="Say why"):
        desk.station.reprint(own.parcel_id, reason="  ")
    for parcel, copies in ((own, (2, 3)), (sold, (2,))):
        for copy in copies:
            job = desk.station.reprint(parcel.parcel_id, reason=" déchirée ")
            assert (job.details["copy"], job.details["reason"]) == (copy, "déchirée")
            assert desk.print_label(job).state is EffectState.DONE
    assert desk.printer.wait_for(5)
    first, bought, second, third, again = desk.printer.labels
    assert len({first, second, third}) == 3  # ours say that they are copies
    assert bought == again  # the carrier's are its own bytes
    assert [fact.data["copy"] for fact in desk.facts("1", FactKind.LABEL_PRINTED)] == [1, 2, 3]
    assert set(desk.carrier.created.values()) == {1}  # nothing was bought again


def test_reprint_waits_for_an_open_question(desk: Bench) -> None:
    in_doubt(desk)
    with pytest.raises(Refused, match="not known whether this label came out"):
        desk.station.reprint(desk.parcels("1")[0].parcel_id, reason="torn")


def test_a_voided_label_that_still_waits_is_dropped(desk: Bench) -> None:
    desk.take(line("1"))
    desk.printer.become(PrinterState.PAPER_OUT)
    desk.scan("1", TEE)
    parcel = desk.parcels("1")[0]
    desk.station.void(parcel.parcel_id, reason="wrong order")
    desk.printer.become(PrinterState.READY)
    recovered = desk.recover()
    assert [job.parcel_id for job in recovered.jobs] == [parcel.parcel_id]
    assert (desk.printer.odometer, prints(desk)) == (0, [EffectState.FAILED])
    with pytest.raises(Refused, match="is void and is not printed again"):
        desk.station.reprint(parcel.parcel_id, reason="torn")


def test_a_print_of_yesterday_is_asked_about(desk: Bench) -> None:
    desk.take(line("1"), line("2"))
    desk.printer.become(PrinterState.PAPER_OUT)
    desk.scan("1", TEE)
    desk.clock.pass_(hours=15)
    desk.printer.become(PrinterState.READY)
    recovered = desk.recover()
    assert recovered.jobs == ()
    assert recovered.in_doubt == 1
    (doubt,) = desk.station.resolve.doubts()
    assert doubt.order_number == "1"
    job = desk.station.resolve.not_out(doubt.effect.effect_id, reason="nothing there")
    assert desk.print_label(job).state is EffectState.DONE
    assert desk.printer.odometer == 1


def test_a_print_put_off_waits_in_the_tray(desk: Bench) -> None:
    """OK on the printer's page: the bench goes on, claims no paper, and the label is not forgotten."""
    desk.take(line("1"), line("2"))
    desk.printer.become(PrinterState.PAPER_OUT)
    desk.scan("1", TEE)
    desk.act(Command.OK)
    assert desk.view.label is None
    assert desk.view.mode is BenchMode.IDLE
    desk.printer.become(PrinterState.READY)
    desk.scan("2", TEE)
    assert desk.printer.odometer == 1
    (doubt,) = desk.station.resolve.doubts()
    assert doubt.order_number == "1"
    job = desk.station.resolve.not_out(doubt.effect.effect_id, reason="the paper was out")
    assert desk.print_label(job).state is EffectState.DONE
    assert desk.printer.odometer == 2


def test_a_station_without_printer_says_so(tmp_path: Path, qapp: object) -> None:
    with machines() as (printer, carrier), bench(tmp_path, printer, carrier) as desk:
        desk.station.printers.clear()
        desk.take(line("1"))
        desk.scan("1", TEE)
        assert desk.said == "No label printer is set up at this station. Add one in the settings."


def test_a_printer_without_counter_is_believed(tmp_path: Path, qapp: object) -> None:
    with machines() as (printer, carrier), bench(tmp_path, printer, carrier) as desk:
        uncounted = TcpPrinter(replace(printer.profile("Z1"), odometer=False), status_s=PATIENT_S)
        desk.station.printers["Z1"] = uncounted
        desk.take(line("1"), line("2"))
        desk.scan("1", TEE)
        (fact,) = desk.facts("1", FactKind.LABEL_PRINTED)
        assert fact.data["evidence"] == "sent"
        assert desk.view.label is not None
        desk.scan(desk.view.label.tracking_number)
        uncounted.close()
        desk.station.printers["Z1"] = BreaksOff()
        desk.scan("2", TEE)
        assert desk.problem is Problem.IN_DOUBT  # it broke on the way, and nobody counts


class PaperRunsOut(TcpPrinter):
    """The roll ends under the next label: it is in the printer, whole, and comes out with the next roll."""

    machine: PaperlessPrinter

    def send(self, payload: bytes) -> None:
        self.machine.become(PrinterState.PAPER_OUT)
        super().send(payload)


def caught_in_the_printer(desk: Bench) -> None:
    """The label waits in the printer, the packer is asked and says that nothing came out."""
    desk.take(line("1"))
    rack, printer = desk.station.printers, PaperRunsOut(desk.printer.profile("Z1"), status_s=PATIENT_S)
    printer.machine, usual = desk.printer, rack["Z1"]
    rack["Z1"] = printer
    desk.scan("1", TEE)
    assert (desk.problem, prints(desk)) == (Problem.IN_DOUBT, [EffectState.IN_DOUBT])
    rack["Z1"] = usual
    printer.close()


def test_a_label_that_came_with_the_next_roll_is_asked_about_again(desk: Bench) -> None:
    caught_in_the_printer(desk)
    desk.act(Command.REPRINT)  # “nothing came out”, and no paper yet
    assert (desk.problem, prints(desk)) == (Problem.PRINTER, [EffectState.PENDING])
    desk.printer.become(PrinterState.READY)
    assert desk.printer.wait_for(1)
    desk.act(Command.REPRINT)
    assert (desk.problem, prints(desk)) == (Problem.IN_DOUBT, [EffectState.IN_DOUBT])
    assert "put out a label since" in desk.said
    assert desk.printer.odometer == 1
    desk.act(Command.OK)
    desk.scan(desk.parcels("1")[0].tracking_number)  # there it is
    assert prints(desk) == [EffectState.DONE]


def test_a_label_that_was_somebody_elses_is_printed_at_the_second_word(desk: Bench) -> None:
    caught_in_the_printer(desk)
    desk.act(Command.REPRINT)
    desk.printer.become(PrinterState.READY)
    desk.act(Command.REPRINT)
    assert desk.problem is Problem.IN_DOUBT
    assert desk.act(Command.REPRINT).mode is BenchMode.LABEL_OUT  # looked, and it is not there
    assert (desk.printer.odometer, prints(desk)) == (2, [EffectState.DONE])
