"""Looks into a station's two files without opening the station: read-only, so also while its desk is open."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

from wismo_desk.errors import StoreProblem
from wismo_desk.store.engine import looking
from wismo_desk.store.log_check import leaves_out_commits
from wismo_desk.store.page_size import copies_have, pages_of

JOURNAL: Final = "journal.db"
MAIN: Final = "main.db"
CLAIMS: Final = "claims.db"  # files that go with claims; only where some were taken
_TRIES: Final = 3

JOURNAL_DAMAGED: Final = (
    "journal.db is damaged. Orders and parcels are in main.db; what waits for an answer, the labels kept for "
    "printing again and the numbers given out are not. Close the desk and restore a backup with "
    "`wismo-desk db restore`."
)
MAIN_DAMAGED: Final = (
    "main.db is damaged. It holds the orders, their addresses and what became of them; journal.db only has "
    "what came since the desk was last closed. Close the desk and restore a backup with "
    "`wismo-desk db restore`."
)
JOURNAL_LOST: Final = (
    "journal.db is missing or empty beside a full main.db. What waits for an answer, the labels kept for "
    "printing again and the numbers given out are lost with it: parcel numbers would be given twice. Restore "
    "a backup with `wismo-desk db restore`."
)
MAIN_LOST: Final = (
    "main.db is missing or empty: orders and parcels from before the desk was last closed are lost with it. "
    "Restore a backup with `wismo-desk db restore`."
)
JOURNAL_LOG: Final = (
    "The log of journal.db is damaged: the last things done here would be forgotten, and done again. Close the "
    "desk and restore a backup with `wismo-desk db restore`."
)
JOURNAL_OLD: Final = (
    "journal.db is older than main.db: it ends at entry {last} and main.db knows of {high}. One of them was put "
    "back alone. Restore both from one backup with `wismo-desk db restore`."
)

HALF_WAY: Final = (
    "{file} was being written anew when the program was killed. Nothing is lost: the desk puts it right by itself at "
    "its next start. Start the desk, then check again; restore nothing."
)


def copy_files(folder: Path, key: bytes, target: Path) -> None:
    """Both files as they are, encrypted with the same key, into a new folder; scans go on meanwhile. Raises
    FileExistsError, StoreProblem."""
    target.mkdir(parents=True, exist_ok=False)
    try:
        for _ in range(_TRIES):
            # In this order: what the main file has not folded yet is in the journal that is copied after it.
            for name in (MAIN, JOURNAL):
                (target / name).unlink(missing_ok=True)
                _copy(folder / name, key, target / name)
            if _belong_together(target, key):
                if (folder / CLAIMS).exists():
                    _copy(folder / CLAIMS, key, target / CLAIMS)
                return
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    shutil.rmtree(target, ignore_errors=True)
    raise StoreProblem("The desk was closed while its files were copied. Back up once more.")


def examine(folder: Path, key: bytes) -> list[StoreProblem]:
    """What is wrong with the files, each as a sentence: which file, what is lost, what to do. Empty when all is
    well. Raises StoreProblem when neither can be read with this key."""
    found = [damage(folder / MAIN, key), damage(folder / JOURNAL, key)]
    if all(found) and all("not a database" in raw for raw in found):
        raise StoreProblem(
            "Neither file can be read: this is not the key they were made with. Put the right station.key back.",
            raw=found[0],
        )
    told = (MAIN_DAMAGED, JOURNAL_DAMAGED)
    problems = [
        StoreProblem(HALF_WAY, file=name, raw=raw)
        if _waits_for_a_start(folder / name, raw)
        else StoreProblem(said, raw=raw)
        for name, said, raw in zip((MAIN, JOURNAL), told, found, strict=True)
        if raw
    ]
    return problems or _disagree(folder, key)


def _waits_for_a_start(path: Path, raw: str) -> bool:
    """Its rollback journal is to be applied first, and who only reads may not (engine.roll_back does)."""
    return "readonly database" in raw and not _is_void(path.with_name(f"{path.name}-journal"))


def damage(path: Path, key: bytes) -> str:
    """The first thing SQLite or SQLCipher finds wrong with a file; "" when all is well or nothing is there."""
    if _is_void(path):
        return ""
    try:
        with looking(path, key) as file:
            rows = list(file.execute("PRAGMA integrity_check"))  # reads every page in use, as it now is
            if _is_void(path.with_name(f"{path.name}-wal")):
                # The pages of the file itself: beside a log some may be torn there, and whole in the log.
                rows += file.execute("PRAGMA cipher_integrity_check")
            if path.name == JOURNAL and leaves_out_commits(file, path):
                rows += [("its log is damaged",)]
    except StoreProblem as problem:
        return problem.raw or "unreadable"
    return next((str(row[0]) for row in rows if row[0] != "ok"), "")


def refuse_lost_journal(folder: Path, key: bytes) -> None:
    """A new journal beside a main file that was folded from another would give its numbers out again; one that
    has forgotten its last entries would do again what they say was done."""
    folded, high = "", 0
    if not _is_void(folder / MAIN):
        with looking(folder / MAIN, key) as main:
            folded, high = _high_water(main)
    if _is_void(folder / JOURNAL):
        if high:
            raise StoreProblem(JOURNAL_LOST)
        return
    with looking(folder / JOURNAL, key) as journal:
        if leaves_out_commits(journal, folder / JOURNAL):
            raise StoreProblem(JOURNAL_LOG)
        name, last, _, _ = _written(journal)
    if name == folded and last < high:
        raise StoreProblem(JOURNAL_OLD, last=last, high=high)


def _disagree(folder: Path, key: bytes) -> list[StoreProblem]:
    with_main, with_journal = not _is_void(folder / MAIN), not _is_void(folder / JOURNAL)
    folded, high = "", 0
    if with_main:
        with looking(folder / MAIN, key) as main:
            folded, high = _high_water(main)
    if not with_journal:
        return [StoreProblem(JOURNAL_LOST)] if high else []
    with looking(folder / JOURNAL, key) as journal:
        name, last, pruned, bare = _written(journal)
    if name != folded:  # restored and renamed, or a new one
        lost = [StoreProblem(JOURNAL_LOST)] if high and bare else []
        return lost or ([StoreProblem(MAIN_LOST)] if pruned and not folded else [])
    return [StoreProblem(JOURNAL_OLD, last=last, high=high)] if last < high else []


def _belong_together(folder: Path, key: bytes) -> bool:
    """Whether nothing was dropped from the journal that its main file has not folded."""
    with looking(folder / MAIN, key) as main, looking(folder / JOURNAL, key) as journal:
        folded, high = _high_water(main)
        name, _, pruned, _ = _written(journal)
    return name != folded or pruned <= high


def _high_water(main: Any) -> tuple[str, int]:
    """Which journal was folded, and up to which entry."""
    if not _has(main, "meta"):
        return "", 0
    return _meta(main, "journal"), int(_meta(main, "high_water") or 0)


def _written(journal: Any) -> tuple[str, int, int, bool]:
    """Name, last entry, last entry dropped, and whether nothing was ever done with it."""
    if not _has(journal, "meta"):
        return "", 0, 0, True
    pruned = int(_meta(journal, "pruned") or 0)
    last = journal.execute("SELECT max(seq) FROM fact").fetchone()[0] or 0
    effects = journal.execute("SELECT 1 FROM effect LIMIT 1").fetchone()
    return _meta(journal, "journal_id"), max(last, pruned), pruned, not (last or pruned or effects)


def _has(file: Any, table: str) -> bool:
    return bool(file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone())


def _meta(file: Any, name: str) -> str:
    row = file.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def _is_void(path: Path) -> bool:
    return not path.exists() or path.stat().st_size == 0


def _copy(source: Path, key: bytes, target: Path) -> None:
    if not source.exists():
        raise StoreProblem("{file} is missing in {folder}.", file=source.name, folder=str(source.parent))
    with looking(source, key) as file, copies_have(pages_of(source, key)):
        file.execute("VACUUM INTO ?", (str(target),))
