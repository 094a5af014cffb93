"""`wismo-desk import FILE`: what came in, and a sentence for every line that did not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from wismo_desk.errors import BadInput, Refused
from wismo_desk.flows.intake_words import unused_said
from wismo_desk.flows.take_in import IntakeKind, IntakeLook, IntakeReport, TakeIn, Underway, missing_fields
from wismo_desk.words import Words

UNCLEAR_MAP: Final = (
    "“{column}” may be the state or province of the address, or what became of the order. Say it once on the page "
    "Orders, or with --map and a TOML file that names every column, with the line {example} if it is of the address."
)
LACKING: Final = (
    "A map is for orders, and neither it nor the names of the columns say which column holds {fields}. Add a line for "
    "each, such as {example}. Columns: {header}. A product list comes in without a map."
)
TWICE: Final = (
    "The map names the column “{column}” for two fields, {first} and {second}. A column holds one of them: correct "
    "the other line."
)
NO_LINES: Final = "{file} holds headings only, and no line below them: nothing came in."
GUESSED: Final = "Columns that the map does not name, taken by their own names: {columns}"


def import_file(
    path: Path,
    take_in: TakeIn,
    words: Words,
    *,
    errors: Path | None,
    columns: str = "",
    underway: Callable[[str], None] = lambda _said: None,
) -> tuple[str, int]:
    """What is said, and the exit code: 1 when lines were refused and nothing came in.

    `columns`: a TOML file with the column map, or the name of one remembered. Raises BadInput when nothing of the
    file can be read, Refused when its columns are not known. `underway` hears how far a long file has come.
    """
    data = read_whole(path)
    look = take_in.look(data, path.name)
    mapping, guessed = _map(columns, take_in) if columns else None, ""
    if mapping is not None:
        _refuse_strange(mapping, look, path)
        mapping, guessed = _completed(mapping, look)
    elif look.unclear:
        raise Refused(UNCLEAR_MAP, column=look.unclear, example=f'state = "{look.unclear}"')
    elif look.mappable and not look.known:
        raise Refused(
            "Nobody has said yet which column of {file} is what. Say it once on the page Orders, or in a TOML file "
            "given with --map: a line for each field, such as {example}. Fields: {fields}. Columns: {header}.",
            file=path.name,
            example=f'order = "{look.header[0]}"',
            fields=", ".join(field for field, _, _ in look.fields),
            header=", ".join(look.header),
        )
    report = take_in(
        data, path.name, mapping=mapping, underway=lambda how_far: underway(_said(how_far, words))
    )
    if not report.lines:
        raise Refused(NO_LINES, file=path.name)
    if errors is not None and report.error_file:
        errors.write_bytes(report.error_file)
    known = report.taken or report.changed or report.same or report.kept or report.erased
    said = [words(GUESSED, columns=guessed)] if guessed else []
    return "\n".join((told(report, words), *said)), 1 if report.refusals and not known else 0


def _said(how_far: Underway, words: Words) -> str:
    if not how_far.of:
        return words("Lines read so far: {count}", count=words.number(how_far.lines))
    done, of = words.number(how_far.orders), words.number(how_far.of)
    return words("Orders kept: {done} of {count}", done=done, count=of)


def _map(columns: str, take_in: TakeIn) -> dict[str, str]:
    """Our fields and the file's columns."""
    if not columns.endswith(".toml"):
        return take_in.map_named(columns)
    try:
        said = tomllib.loads(read_whole(Path(columns)).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            "The map {file} is no TOML. Write a line for each field, such as {example}.",
            file=columns,
            example='order = "N° commande"',
            raw=str(error),
        ) from error
    return {field: str(column) for field, column in said.items()}


def _completed(mapping: Mapping[str, str], look: IntakeLook) -> tuple[dict[str, str], str]:
    """A map that no line can be packed by, with the columns that the file's own names tell; and those, as lines of a
    map. Any other is left as it is: who leaves a column out may mean it. Raises BadInput where one is still missing."""
    given = dict(mapping)
    if not missing_fields(given):
        return given, ""
    known = {field: column for field, column in look.named.items() if column not in given.values()}
    whole = known | given
    if lost := missing_fields(whole):
        raise BadInput(
            LACKING,
            fields=", ".join(lost),
            example=f'{lost[0]} = "{look.header[0]}"',
            header=", ".join(look.header),
        )
    return whole, ", ".join(f'{field} = "{column}"' for field, column in whole.items() if field not in given)


def _refuse_strange(mapping: Mapping[str, str], look: IntakeLook, path: Path) -> None:
    known = [field for field, _, _ in look.fields]
    said: dict[str, str] = {}
    for field, column in mapping.items():
        if (first := said.setdefault(column, field)) != field:
            raise BadInput(TWICE, column=column, first=first, second=field)
        if field not in known:
            raise BadInput(
                "The map names the field {name}, which does not exist. Fields: {fields}.",
                name=field,
                fields=", ".join(known),
            )
        if column not in look.header:
            raise BadInput(
                "The map names the column “{column}”, which {file} does not have. Columns: {header}.",
                column=column,
                file=path.name,
                header=", ".join(look.header),
            )


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
    lines = [first, *_corrected(report, words)]
    if report.erased:
        lines.append(
            words("Orders whose recipient was erased, left as they are: {count}.", count=report.erased)
        )
    for refusal in report.refusals:
        said = words(refusal.sentence, **dict(refusal.values))
        lines.append(words("Line {number}: {said}", number=refusal.line_no, said=said))
    for remark in report.remarks:
        said = words(remark.sentence, **dict(remark.values))
        lines.append(words("Came in, to know – line {number}: {said}", number=remark.line_no, said=said))
    lines += [said] if (said := unused_said(report.unused, words)) else []
    return "\n".join(lines)


def _corrected(report: IntakeReport, words: Words) -> list[str]:
    """What became of corrections made here."""
    lines = []
    if report.corrected:
        lines.append(words("Orders that keep what was corrected here: {count}.", count=report.corrected))
    if report.overruled:
        said = words(
            "Orders in which the shop changed since what was corrected here, and its word is in force: {count}.",
            count=report.overruled,
        )
        lines.append(said)
    return lines
