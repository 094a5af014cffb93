"""What is wrong in one line of a list with named columns, and how its refusal says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wismo_desk.domain.order_file_text import Refusal, Row


class LineFault(Exception):
    """Raised where a line is read; `column` is our key of the column. Never leaves the reader of the list."""

    def __init__(self, column: str, sentence: str, /, **values: object) -> None:
        super().__init__(sentence)
        self.column, self.sentence, self.values = column, sentence, values

    def refusal(self, row: Row, header: Sequence[str], columns: Mapping[str, int]) -> Refusal:
        """`columns`: our keys to places in `header`. One that the file lacks is not named."""
        return Refusal(
            line_no=row.line_no,
            field=header[columns[self.column]] if self.column in columns else "",
            sentence=self.sentence,
            values=tuple(self.values.items()),
            raw_line=row.raw,
        )
