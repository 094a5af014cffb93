"""`wismo-desk export CARRIER` and `wismo-desk import --numbers FILE`: a carrier's label program, by its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wismo_desk.cli.import_file import read_whole
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.hand_to_file import HandToFile
from wismo_desk.words import Words


def hand_over(carrier: str, hand_to_file: HandToFile, words: Words, *, out: Path | None, again: bool) -> str:
    """`out` None: a name with the time in it, in this folder. Refused: the file cannot be written; `again` gives it
    once more."""
    handed = hand_to_file.again(carrier) if again else hand_to_file(carrier)
    lines = []
    if handed.parcels:
        path = out or Path(handed.name)
        _write(path, handed.content)
        several = words("{count} parcels are in {file}.", count=handed.parcels, file=str(path))
        lines.append(words("1 parcel is in {file}.", file=str(path)) if handed.parcels == 1 else several)
    else:
        lines.append(words("No parcel waits for this file."))
    return "\n".join((*lines, *_refused(handed.refused, words)))


def take_numbers(file: Path, hand_to_file: HandToFile, words: Words) -> str:
    done = hand_to_file.take_numbers(read_whole(file))
    first = words("{taken} numbers taken in, {same} known already.", taken=done.taken, same=done.same)
    return "\n".join((first, *_refused(done.refused, words)))


def _refused(refused: Iterable[tuple[str, DeskError]], words: Words) -> Iterable[str]:
    for what, error in refused:
        yield f"{what}: {words(error.sentence, **error.values)}"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(
            "{path} cannot be written. Choose another place and ask for the last file again, with --again.",
            path=str(path),
            raw=error.strerror or "",
        ) from error
