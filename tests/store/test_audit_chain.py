"""The audit trail: a row that is changed, dropped or slipped in breaks a chain, and it is said where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2
from store_rig import KEY, Clock, about, bought, opened, order, taken_in

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.audit_chain import LINK, check_trail, is_audited
from wismo_desk.store.journal import Entry
from wismo_desk.store.page_size import unlock
from wismo_desk.store.store import Store

ONE = order("1001")


@pytest.fixture
def folder(tmp_path: Path, pen: Pen) -> Path:
    """Closed files with four entries of the trail among other facts; two of them have left the journal."""
    store = opened(tmp_path)
    parcel = pen.new_id()
    store.commit(taken_in(pen, ONE))
    store.commit(Entry(at=pen.clock(), facts=(bought(pen, ONE, parcel, "T1"),)))
    say(store, pen, about(pen, ONE, FactKind.LABEL_PRINTED, parcel, printer="Z", copy=1, reason=""))
    say(store, pen, about(pen, ONE, FactKind.LABEL_PRINTED, parcel, printer="Z", copy=2, reason="torn"))
    say(store, pen, about(pen, ONE, FactKind.OUTCOME_RESOLVED, parcel, outcome="came_out", reason="saw it"))
    store.close()
    store = opened(tmp_path)
    two = about(pen, ONE, FactKind.LABEL_VOIDED, parcel, reason="wrong box")
    say(store, pen, two, about(pen, ONE, FactKind.PERSON_ERASED, reason="asked"))
    store.close()
    return tmp_path


def say(store: Store, pen: Pen, *facts: Fact) -> None:
    store.commit(Entry(at=pen.clock(), facts=facts))


def edit(
    folder: Path, statement: str, *values: object, files: tuple[str, ...] = ("main.db", "journal.db")
) -> int:
    """As somebody who has the key."""
    changed = 0
    for name in files:
        file = dbapi2.connect(str(folder / name), isolation_level=None)
        unlock(file, folder / name, KEY)
        changed += file.execute(statement, values).rowcount
        file.close()
    return changed


def test_the_trail_holds_over_a_restart(folder: Path) -> None:
    assert check_trail(folder, KEY) == []
    store = opened(folder)
    facts = [fact for fact in store.read.order_facts(ONE.order_id) if LINK in fact.data]
    links = [fact.data[LINK] for fact in facts]
    assert [link["number"] for link in links] == [1, 2, 3, 4]  # type: ignore[call-overload,index]
    assert [is_audited(fact) for fact in facts] == [True] * 4
    store.rebuild()
    store.close()
    assert check_trail(folder, KEY) == []


TAMPERINGS: dict[str, tuple[str, str, int]] = {
    "another reason": ("UPDATE fact SET data = replace(data, 'torn', 'lost')", "changed", 1),
    "another moment": ("UPDATE fact SET at_ms = at_ms + 1 WHERE kind = 'outcome_resolved'", "changed", 2),
    "another station": ("UPDATE fact SET station = 'Poste 9' WHERE kind = 'label_voided'", "changed", 3),
    "another order": ("UPDATE fact SET order_id = fact_id WHERE kind = 'person_erased'", "changed", 4),
    "by somebody else": ("UPDATE fact SET by = 'me' WHERE kind = 'person_erased'", "changed", 4),
    "another kind": ("UPDATE fact SET kind = 'label_voided' WHERE kind = 'outcome_resolved'", "changed", 2),
    "one dropped": ("DELETE FROM fact WHERE kind = 'outcome_resolved'", "missing", 2),
    "the first dropped": ("DELETE FROM fact WHERE kind = 'label_printed'", "missing", 1),
    "the last dropped": ("DELETE FROM fact WHERE kind = 'person_erased'", "missing", 4),
    "one hidden as another kind": (
        "UPDATE fact SET kind = 'item_scanned' WHERE kind = 'label_voided'",
        "missing",
        3,
    ),
    "its link taken off": ("UPDATE fact SET data = '{}' WHERE kind = 'label_voided'", "missing", 3),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_naive_edit_is_found_and_named(folder: Path, what: str) -> None:
    statement, said, number = TAMPERINGS[what]
    assert edit(folder, statement)
    (problem,) = check_trail(folder, KEY)
    assert said in problem.sentence and problem.values["number"] == number


def test_without_a_chain_nothing_would_be_found(folder: Path) -> None:
    """The naive twin: SQLite and SQLCipher are content with an edit by who has the key."""
    edit(folder, TAMPERINGS["another reason"][0])
    store = opened(folder)
    assert store.check() == []
    store.close()


def test_a_hash_made_anew_breaks_the_next_link(folder: Path) -> None:
    """Whoever knows how a hash is made must write all that follow, too; and the journal's own mark."""
    from wismo_desk.store import audit_chain

    def forge(row: dict[str, object]) -> str:
        data = json.loads(str(row["data"]).replace("torn", "lost"))
        link = data.pop(LINK)
        return json.dumps({**data, LINK: {**link, "hash": audit_chain._hash(row, data, link)}})

    change_all(folder, "kind = 'label_printed' AND data LIKE '%torn%'", forge)
    (problem,) = check_trail(folder, KEY)
    assert "changed" in problem.sentence and problem.values["number"] == 2


def change_all(folder: Path, where: str, forge: Callable[[dict[str, object]], str]) -> None:
    for name in ("main.db", "journal.db"):
        file = dbapi2.connect(str(folder / name), isolation_level=None)
        unlock(file, folder / name, KEY)
        file.row_factory = dbapi2.Row
        for row in [dict(row) for row in file.execute(f"SELECT * FROM fact WHERE {where}")]:
            file.execute("UPDATE fact SET data = ? WHERE fact_id = ?", (forge(row), row["fact_id"]))
        file.close()


def test_an_entry_that_failed_takes_no_number(folder: Path, clock: Clock) -> None:
    store, pen = opened(folder), Pen("Poste 1", clock=clock)
    void = about(pen, ONE, FactKind.LABEL_VOIDED, pen.new_id(), reason="x")
    for facts in ((void, void), (void,)):  # the same id twice is refused by the table
        try:
            store.commit(Entry(at=clock(), facts=facts))
        except Exception as error:
            assert "UNIQUE" in str(error)
    store.close()
    assert check_trail(folder, KEY) == []


def test_a_restored_journal_begins_another_chain(folder: Path, clock: Clock) -> None:
    store = opened(folder)
    store.outbox.renew()
    store.close()
    store, pen = opened(folder), Pen("Poste 1", clock=clock)
    say(store, pen, about(pen, ONE, FactKind.LABEL_VOIDED, pen.new_id(), reason="y"))
    store.close()
    assert check_trail(folder, KEY) == []
    assert edit(folder, "UPDATE fact SET data = replace(data, '\"y\"', '\"z\"')")
    (problem,) = check_trail(folder, KEY)
    assert problem.values["number"] == 1


def test_files_of_an_earlier_version_have_no_trail_yet() -> None:
    released = sorted((Path(__file__).parent / "released").iterdir())
    assert released and all(check_trail(path, KEY) == [] for path in released)
