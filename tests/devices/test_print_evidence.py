"""The rule "counter and buffer decide" loses no label and doubles none; its naive twins do."""

from __future__ import annotations

import random
import socket
from collections import Counter
from collections.abc import Callable

import pytest

from wismo_desk.devices import TcpPrinter
from wismo_desk.devices.paperless_printer import PaperlessPrinter, PrinterFault
from wismo_desk.domain.print_evidence import Evidence, SendOutcome, judge
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.errors import PrinterProblem, PrintUnknown

LABELS = [b"^XA^FO50,50^FDlabel %03d^FS" % n + b"^FX padding" * 60 + b"^XZ" for n in range(150)]
FAULTS = [*PrinterFault, "paper out"]

Write = Callable[[PaperlessPrinter, bytes], None]


def spoil(paper: PaperlessPrinter, chance: random.Random) -> None:
    """A fault for about every second label; a reset strikes anywhere in it."""
    if chance.random() < 0.5:
        match chance.choice(FAULTS):
            case PrinterFault() as fault:
                paper.fail_next(fault, at_byte=chance.randrange(len(LABELS[0])))
            case _:
                paper.become(PrinterState.PAPER_OUT)


def run(write: Callable[[PaperlessPrinter], Write]) -> Counter[bytes]:
    """How often each of 150 labels came out, under the same 75 or so faults."""
    chance = random.Random(20261122)
    with PaperlessPrinter() as paper:
        send = write(paper)
        for label in LABELS:
            spoil(paper, chance)
            send(paper, label)
        paper.become(PrinterState.READY)
        return Counter(paper.labels)


def lost_and_doubled(came_out: Counter[bytes]) -> tuple[int, int]:
    return sum(not came_out[label] for label in LABELS), sum(came_out[label] > 1 for label in LABELS)


class EvidenceWriter:
    """One writer: status, label, status, verdict. It reloads the paper as the operator would."""

    def __init__(self, printer: TcpPrinter) -> None:
        self._printer = printer
        self.verdicts: Counter[Evidence] = Counter()

    def __call__(self, paper: PaperlessPrinter, label: bytes) -> None:
        while True:
            before = self._at_rest(paper)
            sent = self._send(label)
            verdict = judge(before, self._at_rest(paper), sent)
            self.verdicts[verdict] += 1
            if verdict is not Evidence.NOT_PRINTED:
                return

    def _send(self, label: bytes) -> SendOutcome:
        try:
            self._printer.send(label)
        except PrinterProblem:
            return SendOutcome.NOT_SENT
        except PrintUnknown:
            return SendOutcome.BROKE
        return SendOutcome.SENT

    def _at_rest(self, paper: PaperlessPrinter) -> PrinterStatus:
        while True:
            status = self._printer.status()
            if status.state is PrinterState.READY and status.queued == 0:
                return status
            if status.queued:  # the label is in it already: paper is reloaded after sending, not before
                paper.become(PrinterState.READY)
            elif status.state is PrinterState.PAPER_OUT:
                return status


def test_none_lost_none_doubled_none_in_doubt() -> None:
    writers: list[EvidenceWriter] = []

    def writer(paper: PaperlessPrinter) -> Write:
        writers.append(EvidenceWriter(TcpPrinter(paper.profile(), status_s=20.0)))
        return writers[0]

    assert lost_and_doubled(run(writer)) == (0, 0)
    verdicts = writers[0].verdicts
    writers[0]._printer.close()
    assert verdicts[Evidence.PRINTED] == len(LABELS)
    assert verdicts[Evidence.NOT_PRINTED] >= 30  # the faults did strike
    assert verdicts[Evidence.UNKNOWN] == 0


class NaiveWriter:
    """ "sendall returned, so it is printed; an error, so send it again." With `waits`, an answer to a
    question behind the label is its proof."""

    def __init__(self, paper: PaperlessPrinter, *, waits: bool) -> None:
        self._paper = paper
        self._waits = waits
        self._line: socket.socket | None = None

    def __call__(self, paper: PaperlessPrinter, label: bytes) -> None:
        while not self._try(label):
            self.close()
        paper.become(PrinterState.READY)  # somebody reloads the paper

    def _try(self, label: bytes) -> bool:
        try:
            if self._line is None:
                self._line = socket.create_connection(("127.0.0.1", self._paper.port), timeout=60)
                self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._line.sendall(label)
            if self._waits:
                self._line.sendall(b"~HI")
                return self._line.recv(100) != b""
        except OSError:
            return False
        return True

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


@pytest.mark.parametrize("waits", [False, True])
def test_the_naive_twins_lose_or_double(waits: bool) -> None:
    writers: list[NaiveWriter] = []

    def writer(paper: PaperlessPrinter) -> Write:
        writers.append(NaiveWriter(paper, waits=waits))
        return writers[0]

    lost, doubled = lost_and_doubled(run(writer))
    writers[0].close()
    assert lost + doubled > 0
    assert (doubled if waits else lost) > 0


def ready(odometer: int | None, queued: int | None = 0) -> PrinterStatus:
    return PrinterStatus(state=PrinterState.READY, odometer=odometer, queued=queued)


@pytest.mark.parametrize(
    ("before", "after", "sent", "verdict"),
    [
        (ready(7), ready(8), SendOutcome.SENT, Evidence.PRINTED),
        (ready(7), ready(8), SendOutcome.BROKE, Evidence.PRINTED),
        (ready(7), ready(7), SendOutcome.SENT, Evidence.NOT_PRINTED),
        (ready(7), ready(7), SendOutcome.BROKE, Evidence.NOT_PRINTED),
        (ready(7), ready(7, queued=1), SendOutcome.SENT, Evidence.UNKNOWN),  # ask again
        (ready(7, queued=1), ready(8), SendOutcome.SENT, Evidence.UNKNOWN),  # whose label was it?
        (ready(7), ready(9), SendOutcome.SENT, Evidence.UNKNOWN),
        (ready(7), ready(0), SendOutcome.SENT, Evidence.UNKNOWN),
        (ready(None), ready(8), SendOutcome.SENT, Evidence.UNKNOWN),
        (ready(7), ready(None), SendOutcome.SENT, Evidence.UNKNOWN),
        (ready(7, queued=None), ready(8), SendOutcome.SENT, Evidence.UNKNOWN),
        (ready(7), PrinterStatus(state=PrinterState.OFFLINE), SendOutcome.BROKE, Evidence.UNKNOWN),
        (ready(None), ready(None), SendOutcome.NOT_SENT, Evidence.NOT_PRINTED),
    ],
)
def test_the_rule(before: PrinterStatus, after: PrinterStatus, sent: SendOutcome, verdict: Evidence) -> None:
    assert judge(before, after, sent) is verdict
