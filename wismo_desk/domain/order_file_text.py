"""From the bytes of an exported table to its lines: encoding, delimiter, quoting, and what is broken in it.

A line that cannot be trusted is kept with a sentence saying why; nothing is repaired by guessing and one
broken line never swallows its neighbours. What the columns mean is not known here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple, Protocol

from wismo_desk.domain.cell_values import clean, guard
from wismo_desk.errors import BadInput

WORKBOOK: Final = "This is a workbook, not a CSV file: save it as “CSV UTF-8” and import that file."
EMPTY: Final = "The file is empty: export it again."
NO_TEXT: Final = "This is no text file: save the orders as “CSV UTF-8” and import that file."
UNCLOSED: Final = (
    "A quotation mark opens in this line and does not close: the columns after it cannot be told apart. "
    "Remove or double the mark."
)
TOO_LONG: Final = (
    "A field of this line is longer than {limit} characters: no order needs that much. Shorten it, then import the "
    "line again."
)
RAGGED: Final = (
    "This line has {found} columns and the header has {expected}: a value may stand in the wrong column. "
    "Put text that contains the separator in quotation marks."
)
UNREADABLE: Final = "This line contains characters that cannot be read: export the file again as “CSV UTF-8”."

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_TWO_BYTES: Final = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_DELIMITERS: Final = (";", ",", "\t", "|")
_SEPARATOR_HINT: Final = re.compile(r"sep=(.)", re.IGNORECASE)  # first line written for Excel
_HEAD: Final = 1_000_000  # bytes in which the first records are found
_OFTEN: Final = 2_000  # records from one word about the progress to the next
_QUOTED: Final = re.compile(r'"[^"]*"?')
_BAD_CHARACTERS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_NO_TITLE: Final = re.compile("[\x00-\x08\x0e-\x1f]")  # in a header: a picture or a program, no table
_SURVEYED, _SOME = 2000, 3  # characters looked at for so many NULs: UTF-16 without its mark, or no text
_NOT_PLAIN: Final = re.compile("['=]")


class Say(Protocol):
    """The catalogue: an English sentence with named places becomes the reader's language."""

    def __call__(self, sentence: str, /, **values: object) -> str: ...


class Progress(Protocol):
    """Hears how many records were read so far."""

    def __call__(self, records: int, /) -> None: ...


class Row(NamedTuple):
    """One record. `line_no` as an editor counts; a non-empty `sentence` says why it cannot be trusted."""

    line_no: int
    fields: list[str]
    raw: str
    sentence: str = ""
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decoded file: `rows` are cleaned records as wide as the header, or carry their sentence."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One line that stayed out. `field` is the file's own column name, empty for the line as a whole."""

    line_no: int
    field: str
    sentence: str
    values: tuple[tuple[str, object], ...] = ()
    raw_line: str = ""


def read_head(data: bytes, most: int) -> Table:
    """The header and the first records of a CSV file, however long it is. BadInput as `read_table`."""
    if len(data) > _HEAD and not data.startswith(_TWO_BYTES):
        end = data.rfind(b"\n", 0, _HEAD)
        data = data if end < 0 else data[:end]
    return _table(data, most, None)


def read_table(data: bytes, progress: Progress | None = None) -> Table:
    """Decode and split a CSV file. BadInput when it is empty or no text at all. `progress` hears now and then how
    many records were read."""
    return _table(data, None, progress)


def _table(data: bytes, most: int | None, progress: Progress | None) -> Table:
    if data.startswith(_WORKBOOKS):
        raise BadInput(WORKBOOK, field="file")
    text, encoding = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        raise BadInput(EMPTY, field="file")
    hint = _SEPARATOR_HINT.fullmatch(lines[start].strip("\ufeff "))
    if hint:
        start += 1
    head = lines[start] if start < len(lines) else ""
    delimiter = hint[1] if hint else sniff_delimiter(head)
    if text.count("\x00", 0, _SURVEYED) >= _SOME or _NO_TITLE.search(head):
        raise BadInput(NO_TEXT, field="file")
    header = split_line(head, delimiter)
    del text  # the lines are as large again
    rows = islice(_rows(lines, start + 1, len(header), delimiter), most)
    return Table(
        encoding=encoding,
        delimiter=delimiter,
        header=tuple(header),
        rows=tuple(_counted(rows, progress) if progress else rows),
    )


def _counted(rows: Iterable[Row], progress: Progress) -> Iterable[Row]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % _OFTEN == 0:
            progress(number)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name: a byte order mark decides, then UTF-8, then Windows-1252.

    A file that is UTF-8 in most of its accented lines stays UTF-8; the damaged lines show U+FFFD. In any other
    mixture the lines that are UTF-8 stay it, and each of the others is Windows-1252 by itself.
    Bytes that Windows-1252 does not know make it ISO-8859-1, where they are control characters.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding.removesuffix("-sig")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        good, bad = _count_utf8(data)
    if good > bad:
        return data.decode("utf-8", errors="replace"), "utf-8"
    if good:
        return _each_line(data), "cp1252"
    return _one_byte(data)


def _each_line(data: bytes) -> str:
    """A file that two programs wrote: its accented lines do not agree."""
    return "\n".join(_line_text(line) for line in data.split(b"\n"))


def _line_text(line: bytes) -> str:
    """One line of such a file. What holds letters of both kinds is damaged, and shows it as U+FFFD."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        shown = line.decode("utf-8", errors="replace")
        halves = any(not sign.isascii() and sign != "\ufffd" for sign in shown)
        return shown if halves else _one_byte(line)[0]


def _one_byte(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("iso-8859-1"), "iso-8859-1"


def sniff_delimiter(head: str) -> str:
    """The separator that cuts the header into most columns, outside quotation marks."""
    counts = Counter(_QUOTED.sub("", head))
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def split_line(line: str, delimiter: str) -> list[str]:
    """One physical line as cleaned cells; quotation marks are dropped where they do not close."""
    try:
        return [clean(cell) for cell in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return [clean(cell.replace('"', "")) for cell in line.split(delimiter)]


def error_file(
    refusals: Iterable[Refusal], words: Say, *, header: Sequence[str] = (), delimiter: str = ";"
) -> bytes:
    """The refused lines as a CSV to correct and import again: why, line, column, then the original cells.

    `header` and `delimiter` are those of the refused file. UTF-8 with mark, `;`, CRLF: what a French
    spreadsheet opens by itself; no cell can be taken for a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    titles = (words("Refused: why"), words("Refused: line"), words("Refused: column"))
    writer.writerow([guard(cell) for cell in (*titles, *(header or (words("Refused: text"),)))])
    by_line: dict[int, list[Refusal]] = {}
    for refusal in refusals:
        by_line.setdefault(refusal.line_no, []).append(refusal)
    for line_no, group in sorted(by_line.items()):
        why = " ".join(words(one.sentence, **dict(one.values)) for one in group)
        columns = ", ".join(dict.fromkeys(one.field for one in group if one.field))
        raw = group[0].raw_line
        cells = _record(raw, delimiter) if header else [raw]
        writer.writerow([guard(cell) for cell in (why, str(line_no), columns, *cells)])
    return out.getvalue().encode("utf-8-sig")


def _record(raw: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(raw), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return raw.split(delimiter)


def _count_utf8(data: bytes) -> tuple[int, int]:
    """The accented lines that are UTF-8, and those that are not."""
    good = bad = 0
    for line in data.split(b"\n"):
        if not line.isascii():
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good, bad


def _rows(lines: list[str], start: int, width: int, delimiter: str) -> Iterable[Row]:
    position = start
    while position < len(lines):
        position = yield from _stretch(lines, position, width, delimiter)


def _stretch(lines: list[str], start: int, width: int, delimiter: str) -> Generator[Row, None, int]:
    """Records up to the first line that breaks the quoting; returns the line to go on from."""
    reader = csv.reader((lines[i] + "\n" for i in range(start, len(lines))), delimiter=delimiter)
    done = start
    try:
        for fields in reader:
            end = start + reader.line_num
            if end - done > 1 and _swallows(lines[done:end], fields, width, delimiter):
                break
            raw = lines[done] if end - done == 1 else "\n".join(lines[done:end])
            if any(fields) and (row := _row(done + 1, fields, raw, width)):
                yield row
            done = end
        else:
            return len(lines)
    except csv.Error:  # a field larger than the reader allows
        pass
    line, limit = lines[done], csv.field_size_limit()
    if len(line) > limit and line.count('"') % 2 == 0:  # else a mark closes nowhere near
        yield Row(done + 1, split_line(line, delimiter), line, TOO_LONG, (("limit", limit),))
    else:
        yield Row(done + 1, split_line(line, delimiter), line, UNCLOSED)
    return done + 1


def _swallows(physical: list[str], fields: list[str], width: int, delimiter: str) -> bool:
    """Whether a record over several lines is a stray quotation mark that ate whole records."""
    inner = (line for field in fields if "\n" in field for line in field.split("\n"))
    if len(fields) != width or any(line.count(delimiter) >= max(width - 1, 4) for line in inner):
        return True
    try:
        next(csv.reader([f"{line}\n" for line in physical], delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _row(line_no: int, fields: list[str], raw: str, width: int) -> Row | None:
    cells = [cell.strip() for cell in fields] if _is_plain(raw) else [clean(cell) for cell in fields]
    if not any(cells):
        return None
    if len(cells) != width:  # also when only blanks are too many: they may have been pushed there
        return Row(line_no, cells, raw, RAGGED, (("found", len(cells)), ("expected", width)))
    if _BAD_CHARACTERS.search(raw):
        return Row(line_no, cells, raw, UNREADABLE)
    return Row(line_no, cells, raw)


def _is_plain(raw: str) -> bool:
    return raw.isascii() and _NOT_PLAIN.search(raw) is None
