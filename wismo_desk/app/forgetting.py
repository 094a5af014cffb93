"""The flows that give out and erase what this desk holds on a person, with the files of its data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.clean_files import CleanFiles
from wismo_desk.flows.disclose import Disclose
from wismo_desk.flows.erase import Erase
from wismo_desk.flows.papers import Papers
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.take_in import TakeIn
from wismo_desk.settings import Settings
from wismo_desk.store.store import Store


def person_flows(
    store: Store,
    pen: Pen,
    ledger: NoticeLedger,
    settings: Callable[[], Settings],
    *,
    take_in: TakeIn,
    papers: Papers,
    watched: Callable[[], Path],
    folder: Path,
) -> tuple[Erase, Disclose]:
    """`ledger` is the shared one where there is one; `watched` the folder of order files."""

    def redraw(manifest: str) -> None:
        path = folder / "manifests" / f"{manifest}.pdf"
        if path.exists():
            path.write_bytes(papers.manifest(manifest))

    clean = CleanFiles(watched=watched, documents=folder / "documents", columns=take_in.columns)
    erase = Erase(
        store=store,
        pen=pen,
        ledger=ledger,
        clean=clean,
        redraw=redraw,
        days=lambda: settings().retention_days,
    )
    return erase, Disclose(store=store, pen=pen, ledger=ledger)
