"""`wismo-desk import FILE`: what came in, and a sentence for every line that did not."""

from __future__ import annotations

from pathlib import Path

from wismo_desk.errors import Refused
from wismo_desk.flows.take_in import IntakeKind, IntakeReport, TakeIn
from wismo_desk.words import Words


def import_file(path: Path, take_in: TakeIn, words: Words, *, errors: Path | None) -> str:
    """Raises BadInput when nothing of the file can be read."""
    report = take_in(read_whole(path), path.name)
    if errors is not None and report.error_file:
        errors.write_bytes(report.error_file)
    return told(report, words)


def read_whole(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("The file {path} cannot be opened.", path=str(path), raw=str(error.strerror)) from error


def told(report: IntakeReport, words: Words) -> str:
    if report.kind is IntakeKind.PRODUCTS:
        first = words(
            "{name}: {taken} products new, {changed} changed, {same} as before.",
            name=report.name,
            taken=report.taken,
            changed=report.changed,
            same=report.same,
        )
    else:
        first = words(
            "{name}: {taken} orders new, {changed} changed, {same} as before, {kept} kept because they were "
            "started here.",
            name=report.name,
            taken=report.taken,
            changed=report.changed,
            same=report.same,
            kept=report.kept,
        )
    lines = [first]
    for refusal in report.refusals:
        said = words(refusal.sentence, **dict(refusal.values))
        lines.append(words("Line {number}: {said}", number=refusal.line_no, said=said))
    return "\n".join(lines)
