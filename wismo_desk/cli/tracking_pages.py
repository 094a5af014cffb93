"""`wismo-desk pages preview|publish`: one page to look at, or all that changed put where the settings say."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wismo_desk.domain.fact import Changes
from wismo_desk.errors import SettingsProblem
from wismo_desk.words import Words

if TYPE_CHECKING:
    # For its words only: loading it would load SQLAlchemy before it is known what is asked.
    from wismo_desk.flows.publish import Publish


def add_pages(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    pages = commands.add_parser("pages", help=words("tracking pages: look at one, or publish what changed"))
    actions = pages.add_subparsers(dest="action", metavar=words("ACTION"), required=True)
    looking = actions.add_parser("preview", help=words("write one page into a folder of this computer"))
    looking.add_argument("--order", default="", metavar="N", help=words("the number of an order"))
    looking.add_argument("--out", type=Path, default=Path(), metavar=words("DIR"))
    actions.add_parser("publish", help=words("now, while the desk is closed; an open desk does it by itself"))


def carry_out_pages(
    publish: Publish, options: argparse.Namespace, words: Words, say: Callable[[str], None]
) -> None:
    """Raises DeskError: why the rest waits."""
    if options.action == "preview":
        say(str(publish.preview(options.order, options.out)))
        return
    if not publish.settings().ready:
        raise SettingsProblem(
            "Nothing says where tracking pages go. Choose it in the settings, or write [pages] into station.toml.",
            field="pages",
        )
    put = gone = 0
    while True:
        turn = publish.turn(Changes())
        put, gone = put + turn.put, gone + turn.gone
        if turn.error is not None or not turn.waiting:
            break
    say(
        words(
            "Tracking pages: {put} put, {gone} taken away, {waiting} wait",
            put=put,
            gone=gone,
            waiting=turn.waiting,
        )
    )
    if turn.error is not None:
        raise turn.error
