"""The two files: caught up after a crash, backed up together, refused when damaged, full or locked."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_rig import KEY, NOON, Clock, about, intent, opened, order, picture, python, taken_in

from wismo_desk.domain.effect import EffectState, Move
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store import engine
from wismo_desk.store import store as store_module
from wismo_desk.store.ballast import NAME, Ballast
from wismo_desk.store.copies import copy_files, damage
from wismo_desk.store.engine import writer
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import JOURNAL, MAIN, Store

ONE = order("1042")


def state(store: Store) -> OrderState:
    return store.read.routed(ONE.order_id)[2]


def test_a_crash_between_journal_and_main_is_caught_up(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.journal.commit(taken_in(pen, ONE))  # and here the program died: nothing was folded
    assert store.read.order(ONE.order_id) is None
    died(store)
    again = opened(tmp_path)
    kept = again.read.order(ONE.order_id)
    assert kept is not None
    assert kept.recipient == ONE.recipient
    again.close()


def test_a_main_file_that_cannot_follow_catches_up_before_the_next_commit(store: Store, pen: Pen) -> None:
    """It is committed, so the caller is not told to do it again; nothing of it is skipped later."""
    store.commit(taken_in(pen, ONE))
    apply = store._main.apply
    broken: list[bool] = [True]

    def sometimes(*args: object, **named: object) -> object:
        if broken[0]:
            raise StoreProblem("The disk is full: nothing was taken in. Free some space, then scan again.")
        return apply(*args, **named)  # type: ignore[arg-type]  # handed on as it came

    store._main.apply = sometimes  # type: ignore[method-assign, assignment]  # the disk, full for a while
    changes = store.commit(Entry(at=NOON, facts=(about(pen, ONE, FactKind.ORDER_IN_HAND),)))
    assert ONE.order_id in changes.orders
    assert state(store) is OrderState.WAITING
    with pytest.raises(StoreProblem):  # nothing new while it is behind
        store.commit(Entry(at=NOON, facts=(about(pen, ONE, FactKind.ORDER_CANCELLED, reason="x"),)))
    assert len(store.journal.facts_after(0)) == 2
    broken[0] = False
    line = str(ONE.lines[0].line_id)
    store.commit(
        Entry(
            at=NOON, facts=(about(pen, ONE, FactKind.ITEM_SCANNED, line=line, pieces=1, code="", how="scan"),)
        )
    )
    assert state(store) is OrderState.IN_HAND
    assert len(store.read.order_facts(ONE.order_id)) == 3


def test_a_lost_main_file_is_folded_again_from_what_the_journal_holds(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    before = picture(store)
    died(store)
    for path in tmp_path.glob(f"{MAIN}*"):
        path.unlink()
    again = opened(tmp_path)
    assert picture(again) == before
    again.close()


def test_what_has_left_the_journal_is_rebuilt_from_the_main_file(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, *(order(str(number)) for number in range(30))))
    before = picture(store)
    store.close()
    again = opened(tmp_path)
    assert again.journal.facts_after(0) == []
    assert again.rebuild() == 30
    assert picture(again) == before
    assert again.judge_due(NOON + timedelta(days=1)).shipments  # and the rules look at all of it again
    again.close()


def died(store: Store) -> None:
    """The files let go of as by a kill: no checkpoint, no pruning."""
    store.read.close()
    for file in store._files:
        file.close()
    store._lock.release()


def test_ids_go_on_growing_when_the_clock_was_set_back(tmp_path: Path, clock: Clock) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(Pen("Poste 1", clock=clock), ONE))
    paused = about(Pen("Poste 1", clock=clock, after=store.newest_id("Poste 1")), ONE, FactKind.ORDER_PAUSED)
    store.commit(Entry(at=NOON, facts=(paused,)))
    clock.pass_(hours=-3)
    newest = store.newest_id("Poste 1")
    assert newest == paused.fact_id
    assert store.newest_id("Poste 2") is None
    naive = about(Pen("Poste 1", clock=clock), ONE, FactKind.ORDER_IN_HAND)
    store.commit(Entry(at=clock(), facts=(naive,)))
    assert state(store) is OrderState.PAUSED  # what it said was lost
    pen = Pen("Poste 1", clock=clock, after=newest)
    store.commit(Entry(at=clock(), facts=(about(pen, ONE, FactKind.ORDER_IN_HAND),)))
    assert state(store) is OrderState.IN_HAND
    store.close()


def test_a_backup_holds_both_files_as_they_were(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path / "desk")
    effect = intent(pen, ONE, "k")
    store.commit(replace(taken_in(pen, ONE), effects=(effect,)))
    target = tmp_path / "it's a copy"
    copy_files(tmp_path / "desk", KEY, target)
    before = picture(store)
    move = Move(effect_id=effect.effect_id, was=EffectState.SENDING, now=EffectState.DONE)
    store.commit(Entry(at=NOON, facts=(about(pen, ONE, FactKind.ORDER_PAUSED),), moves=(move,)))
    with pytest.raises(FileExistsError):
        copy_files(tmp_path / "desk", KEY, target)
    store.close()
    copy = opened(target)
    assert copy.check() == []
    assert picture(copy) == before
    assert copy.journal.journal_id == store.journal.journal_id
    assert copy.journal.effect_by_id(effect.effect_id) == effect
    copy.close()


def test_nothing_is_readable_without_the_key(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    store.close()
    for name in (JOURNAL, MAIN):
        assert b"Tanneurs" not in (tmp_path / name).read_bytes()
        assert not (tmp_path / name).read_bytes().startswith(b"SQLite format")
    with pytest.raises(StoreProblem, match=r"main\.db cannot be read: it is damaged or was made with"):
        opened(tmp_path, bytes(32))
    opened(tmp_path).close()  # and the refusal left no lock behind


@pytest.mark.parametrize("where", [20, 0.5, 0.99])
def test_one_flipped_bit_is_found(tmp_path: Path, pen: Pen, where: float) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, *(order(str(number)) for number in range(40))))
    store.close()
    path = tmp_path / MAIN
    data = bytearray(path.read_bytes())
    data[int(where if where > 1 else where * len(data))] ^= 4
    path.write_bytes(data)
    try:
        again = opened(tmp_path)
    except StoreProblem as problem:
        assert problem.values["file"] == MAIN
        return
    found = again.check()
    died(again)
    assert found
    assert all(line.startswith(MAIN) for line in found)


def test_a_second_process_is_refused_with_a_sentence(tmp_path: Path) -> None:
    store = opened(tmp_path)
    script = (
        "import sys; from pathlib import Path; from store_rig import opened\n"
        "from wismo_desk.errors import StoreProblem\n"
        "try: opened(Path(sys.argv[1])).close()\n"
        "except StoreProblem as problem: print(problem)\n"
        "else: print('opened')\n"
    )
    assert "already open on this computer" in python("-c", script, str(tmp_path))
    store.close()
    assert python("-c", script, str(tmp_path)) == "opened\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a disk of two megabytes needs root and mount(8)")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("tmpfs cannot be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing_that_was_acknowledged(
    small_disk: Path, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreProblem, match="MB are free on this disk"):
        refused = opened(small_disk)
        try:
            refused.commit(taken_in(pen, ONE))
        finally:
            refused.close()
    monkeypatch.setattr(store_module, "_ROOM", 0)  # as if something else filled it meanwhile
    store = opened(small_disk)
    taken = 0
    with pytest.raises(StoreProblem, match="The disk is full: nothing was taken in") as full:
        while taken < 10_000:
            store.commit(taken_in(pen, order(f"{taken:05}")))
            taken += 1
    assert 3 < taken < 10_000
    assert "full" in full.value.raw
    assert {fact.data["number"] for _, fact in store.journal.facts_after(0)} == {
        f"{number:05}" for number in range(taken)
    }
    died(store)
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    again = opened(small_disk)
    assert again.check() == []
    assert len(again.read.orders(limit=20_000)) == taken
    again.commit(taken_in(pen, order("more")))
    again.close()


REFUSALS: list[tuple[str, Callable[[pytest.MonkeyPatch], None]]] = [
    ("can damage its files", lambda patch: patch.setattr(engine, "_FIXED_WAL_RESET", (99, 0, 0))),
    ("on a network share", lambda patch: patch.setattr(engine, "_file_system", lambda path: "nfs4")),
]


@pytest.mark.parametrize(("said", "make"), REFUSALS)
def test_unsafe_places_are_refused(
    tmp_path: Path, said: str, make: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(monkeypatch)
    with pytest.raises(StoreProblem, match=said):
        opened(tmp_path)
    assert not (tmp_path / JOURNAL).exists()


def test_windows_shares_are_known_by_their_path(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="on a network share"):
        writer(Path("\\\\server\\share\\journal.db"), KEY, synchronous="FULL")


def test_the_journal_waits_for_the_disk_and_the_main_file_does_not(store: Store) -> None:
    full, normal = (file.run("PRAGMA synchronous")[0][0] for file in store._files)
    assert (full, normal) == (2, 1)
    assert {file.run("PRAGMA journal_mode")[0][0] for file in store._files} == {"wal"}


def test_windows_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match="readonly"), store.read._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM orders")


def test_a_page_torn_by_a_power_cut_is_whole_in_the_log(tmp_path: Path, pen: Pen) -> None:
    """SQLite reads it from the log; a check that read the file alone would send people to their backup."""
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    left = crashed(tmp_path)
    died(store)
    path = left / MAIN
    data = bytearray(path.read_bytes())
    data[1024:2048] = bytes(1024)  # of page 1, which the log holds too
    path.write_bytes(data)
    assert damage(path, KEY) == ""
    again = opened(left)
    assert again.check() == []
    assert again.read.order(ONE.order_id) is not None
    again.close()


def crashed(folder: Path) -> Path:
    """The files as a kill leaves them, with what their logs hold: closing them would tidy up."""
    return Path(
        shutil.copytree(folder, folder / "left", ignore=shutil.ignore_patterns("left", "*-shm", "*.lock"))
    )


def turned(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_bit_turned_in_the_log_is_found_and_not_taken_for_its_end(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    for number in range(5):
        store.commit(taken_in(pen, order(str(number))))
    left = crashed(tmp_path)
    died(store)
    log = left / f"{JOURNAL}-wal"
    turned(log, log.stat().st_size // 2)
    assert damage(left / JOURNAL, KEY) == "its log is damaged"
    with pytest.raises(StoreProblem, match=r"log of journal\.db is damaged"):
        opened(left)
    # The naive twin: SQLite alone opens it, calls it whole, and has forgotten what was acknowledged.
    naive = writer(left / JOURNAL, KEY, synchronous="FULL")
    assert naive.run("PRAGMA integrity_check") == [("ok",)]
    assert naive.run("SELECT count(*) FROM fact")[0][0] < 5
    naive.close()


def test_a_journal_that_lost_its_log_is_older_than_the_main_file(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path)
    store.commit(taken_in(pen, ONE))
    store.close()
    again = opened(tmp_path)
    again.commit(taken_in(pen, order("1043")))
    left = crashed(tmp_path)
    died(again)
    (left / f"{JOURNAL}-wal").unlink()
    with pytest.raises(StoreProblem, match=r"older than main\.db"):
        opened(left)


def test_an_outcome_finds_the_place_that_the_ballast_kept(
    small_disk: Path, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_ROOM", 0)
    store = opened(small_disk)
    sent = [intent(pen, ONE, f"k{number}") for number in range(2)]
    store.commit(Entry(at=NOON, effects=tuple(sent)))
    ballast = Ballast(small_disk)
    assert ballast.lay(size=256 * 1024, leave=0)
    assert ballast.lay(size=256 * 1024, leave=0)  # there already
    with (small_disk / "others").open("wb") as others:
        os.posix_fallocate(others.fileno(), 0, shutil.disk_usage(small_disk).free)
    with pytest.raises(StoreProblem, match="The disk is full"):
        for number in range(1000):
            store.commit(taken_in(pen, order(str(number))))
    done = Move(effect_id=sent[0].effect_id, was=EffectState.SENDING, now=EffectState.DONE)
    store.commit(Entry(at=NOON, moves=(done,)))
    assert not (small_disk / NAME).exists()
    assert not ballast.drop()
    again = Move(effect_id=sent[1].effect_id, was=EffectState.SENDING, now=EffectState.SENDING)
    assert not Entry(at=NOON, moves=(again,)).is_outcome
    died(store)
    reopened = opened(small_disk)
    effect = reopened.journal.effect_by_id(sent[0].effect_id)
    assert effect is not None and effect.state is EffectState.DONE
    died(reopened)


def test_ballast_is_not_laid_where_it_would_be_missed(tmp_path: Path) -> None:
    assert not Ballast(tmp_path).lay(size=1024, leave=1 << 60)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_used_is_not_called_damage(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem) as told:
        writer(tmp_path / "nowhere" / MAIN, bytes(32), synchronous="FULL")
        writer(tmp_path / "nowhere" / MAIN, bytes(32), synchronous="FULL").run("PRAGMA quick_check")
    assert "cannot be written" in str(told.value) and "damaged" not in str(told.value)
