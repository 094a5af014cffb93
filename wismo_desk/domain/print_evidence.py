"""Did the label come out? Judged from what the printer said before and after, never from the sending."""

from __future__ import annotations

from enum import StrEnum

from wismo_desk.domain.printer import PrinterStatus


class SendOutcome(StrEnum):
    """How handing over one label ended."""

    SENT = "sent"  # every byte was handed over, which proves nothing about paper
    NOT_SENT = "not_sent"  # PrinterProblem: no byte left
    BROKE = "broke"  # PrintUnknown: it broke after the first byte


class Evidence(StrEnum):
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"  # safe to send again
    UNKNOWN = "unknown"  # a person looks, or scans the label


def judge(before: PrinterStatus, after: PrinterStatus, sent: SendOutcome) -> Evidence:
    """The evidence for *one* label, from the label counter and the buffer.

    `before` is read just before sending and must show an empty buffer, else another label's fate is in
    the figures. `after` is read once the printer rests: while it shows `queued > 0` the verdict is
    UNKNOWN and the caller asks again. On paper printers leave it a few seconds before believing a 0:
    a label may have left the buffer and not yet moved the counter.
    """
    if sent is SendOutcome.NOT_SENT:
        return Evidence.NOT_PRINTED
    return judge_window(before, after, 1)


def judge_window(before: PrinterStatus, after: PrinterStatus, count: int) -> Evidence:
    """The evidence for `count` labels of which at least a byte was handed over between the two looks, all of them
    alike: how many came out is known, which of them is not. `before` and `after` as for `judge`."""
    if before.queued != 0 or after.queued != 0 or before.odometer is None or after.odometer is None:
        return Evidence.UNKNOWN
    came = after.odometer - before.odometer
    if came == 0:
        return Evidence.NOT_PRINTED
    # Fewer: some are lost. More: somebody else prints here, or the counter was set back.
    return Evidence.PRINTED if came == count else Evidence.UNKNOWN
