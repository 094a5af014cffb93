"""The one list of what holds personal data is whole."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import LargeBinary, MetaData, Table, Text

from wismo_desk.store import claim_files, journal_tables, main_tables
from wismo_desk.store.notice_table import notice_table
from wismo_desk.store.personal import (
    IN_CLAIM_FILES,
    IN_JOURNAL,
    IN_MAIN,
    PLAIN_IN_CLAIM_FILES,
    PLAIN_IN_JOURNAL,
    PLAIN_IN_MAIN,
)


def speaking(metadata: MetaData, *more: Table) -> set[str]:
    """The columns that can hold a name."""
    return {
        f"{table.name}.{column.name}"
        for table in (*metadata.tables.values(), *more)
        for column in table.c
        if isinstance(column.type, Text | LargeBinary)
    }


def plain(listed: Mapping[str, str]) -> set[str]:
    return {f"{table}.{column}" for table, columns in listed.items() for column in columns.split()}


def test_every_column_is_named_once() -> None:
    """Who adds a column of text or bytes says in store/personal.py whether it may speak of a person."""
    for columns, personal, other in (
        (speaking(main_tables.metadata), IN_MAIN, plain(PLAIN_IN_MAIN)),
        (speaking(journal_tables.metadata, notice_table(shared=False)), IN_JOURNAL, plain(PLAIN_IN_JOURNAL)),
        (speaking(claim_files.metadata), IN_CLAIM_FILES, plain(PLAIN_IN_CLAIM_FILES)),
    ):
        assert columns - personal - other == set(), "say of these what they are"
        assert (personal | other) - columns == set(), "these are gone"
        assert personal & other == set()


def test_a_column_that_nobody_thought_of_is_found() -> None:
    """The naive twin: a list that was not kept up."""
    assert speaking(main_tables.metadata) - (IN_MAIN - {"shipment.customer"}) - plain(PLAIN_IN_MAIN) == {
        "shipment.customer"
    }
