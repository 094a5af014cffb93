"""Backed up while scans arrive, examined without opening: two real processes, and a sentence for each damage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_rig import KEY, about, intent, opened, order, taken_in

from wismo_desk.domain.fact import FactKind
from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store.copies import JOURNAL, MAIN, copy_files, examine, refuse_lost_journal
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

HERE = Path(__file__).parent
ONE = order("1042")
# A desk that takes scans in until its parent closes its stdin; each number is printed after its commit.
BUSY = """
import sys, threading
from pathlib import Path
from store_rig import about, opened, order, taken_in
from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry

ONE = order("1042")
store, pen, over = opened(Path(sys.argv[1])), Pen("Poste 1"), threading.Event()
store.commit(taken_in(pen, ONE))
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
number, line = 0, str(ONE.lines[0].line_id)
while not over.is_set():
    fact = about(pen, ONE, FactKind.ITEM_SCANNED, line=line, pieces=1, code=str(number), how="scan")
    store.commit(Entry(at=pen.clock(), facts=(fact,)))
    print(number, flush=True)
    number += 1
store.close()
"""


def scans(store: Store) -> list[int]:
    facts = store.read.order_facts(ONE.order_id)
    return sorted(int(str(fact.data["code"])) for fact in facts if fact.kind is FactKind.ITEM_SCANNED)


def test_a_backup_while_scans_arrive_restores_whole(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    busy = subprocess.Popen(
        [sys.executable, "-c", BUSY, str(desk)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (HERE, HERE.parents[1])))},
    )
    assert busy.stdin is not None
    assert busy.stdout is not None
    kept = []
    with busy:
        for turn in range(4):
            for _ in range(25):
                acknowledged = int(busy.stdout.readline())
            target = tmp_path / f"copy-{turn}"
            assert examine(desk, KEY) == []  # also of a desk that is working
            copy_files(desk, KEY, target)
            kept.append((target, acknowledged))
        busy.stdin.close()
        busy.stdout.read()
    assert busy.returncode == 0
    for target, acknowledged in kept:
        assert examine(target, KEY) == []
        copy = opened(target)
        found = scans(copy)
        copy.close()
        assert found == list(range(len(found)))
        assert len(found) > acknowledged  # every scan acknowledged before the backup began


def test_the_naive_copy_of_the_bare_files_lacks_what_was_acknowledged(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path / "desk")
    store.commit(taken_in(pen, ONE))
    naive = tmp_path / "naive"
    naive.mkdir()
    for name in (JOURNAL, MAIN):
        (naive / name).write_bytes((tmp_path / "desk" / name).read_bytes())
    copy_files(tmp_path / "desk", KEY, tmp_path / "copy")
    store.close()
    whole, lost = opened(tmp_path / "copy"), opened(naive)
    assert [len(each.read.orders()) for each in (whole, lost)] == [1, 0]
    whole.close()
    lost.close()


def test_a_full_target_leaves_nothing_half(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path / "desk")
    store.commit(taken_in(pen, ONE))
    store.close()
    (tmp_path / "desk" / JOURNAL).unlink()
    with pytest.raises(StoreProblem, match="is missing in"):
        copy_files(tmp_path / "desk", KEY, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.fixture
def closed(tmp_path: Path, pen: Pen) -> Path:
    """The files of a desk that worked and was closed."""
    store = opened(tmp_path / "desk")
    effect = intent(pen, ONE, "k")
    for number in range(40):
        store.commit(taken_in(pen, order(str(number))))
    store.commit(Entry(at=pen.clock(), facts=taken_in(pen, ONE).facts, effects=(effect,)))
    store.close()
    assert examine(tmp_path / "desk", KEY) == []
    return tmp_path / "desk"


def said(folder: Path) -> list[str]:
    return [problem.sentence for problem in examine(folder, KEY)]


def test_an_empty_journal_beside_a_full_main_file_is_not_intact(closed: Path) -> None:
    (closed / JOURNAL).write_bytes(b"")
    assert [each[:39] for each in said(closed)] == ["journal.db is missing or empty beside a"]
    with pytest.raises(StoreProblem, match="parcel numbers would be given twice"):
        opened(closed)
    (closed / JOURNAL).unlink()
    assert len(said(closed)) == 1
    with pytest.raises(StoreProblem, match="parcel numbers would be given twice"):
        opened(closed)
    assert not (closed / JOURNAL).exists()  # asking made none


def test_a_new_journal_beside_a_full_main_file_is_not_intact(closed: Path, tmp_path: Path) -> None:
    opened(tmp_path / "new").close()
    (closed / JOURNAL).write_bytes((tmp_path / "new" / JOURNAL).read_bytes())
    assert [each[:39] for each in said(closed)] == ["journal.db is missing or empty beside a"]


def test_a_main_file_that_is_gone_is_told(closed: Path) -> None:
    (closed / MAIN).unlink()
    assert [each[:28] for each in said(closed)] == ["main.db is missing or empty:"]


def test_one_file_put_back_alone_is_told(closed: Path, pen: Pen) -> None:
    old = (closed / JOURNAL).read_bytes()
    store = opened(closed)
    store.commit(Entry(at=pen.clock(), facts=(about(pen, ONE, FactKind.ORDER_PAUSED),)))
    store.close()
    (closed / JOURNAL).write_bytes(old)
    (problem,) = examine(closed, KEY)
    assert problem.sentence.startswith("journal.db is older than main.db")
    assert problem.values == {"last": 41, "high": 42}


@pytest.mark.parametrize(
    ("name", "lost"), [(JOURNAL, "what waits for an answer"), (MAIN, "It holds the orders")]
)
@pytest.mark.parametrize("where", [20, 0.5])
def test_a_damaged_file_is_named_with_what_is_lost(closed: Path, name: str, lost: str, where: float) -> None:
    data = bytearray((closed / name).read_bytes())
    data[int(where if where > 1 else where * len(data))] ^= 4
    (closed / name).write_bytes(data)
    (problem,) = examine(closed, KEY)
    assert problem.sentence.startswith(f"{name} is damaged.")
    assert lost in problem.sentence
    assert "wismo-desk db restore" in problem.sentence
    assert problem.raw


def test_the_wrong_key_is_not_called_damage(closed: Path) -> None:
    with pytest.raises(StoreProblem, match="not the key they were made with"):
        examine(closed, bytes(32))


def test_a_new_desk_is_no_lost_one(tmp_path: Path) -> None:
    refuse_lost_journal(tmp_path, KEY)
    assert examine(tmp_path, KEY) == []
    opened(tmp_path).close()
    assert examine(tmp_path, KEY) == []


def test_a_restored_and_renamed_journal_is_intact(closed: Path) -> None:
    store = opened(closed)
    store.outbox.renew()
    store.close()
    assert examine(closed, KEY) == []
    opened(closed).close()
