"""Carries out `preflight`, `rules` and `prices`. Beside an open desk, what would write is asked of it."""

from __future__ import annotations

import time
from argparse import Namespace
from datetime import UTC, datetime
from functools import partial

from wismo_desk.app.station import Station
from wismo_desk.cli import routing
from wismo_desk.cli.import_file import read_whole
from wismo_desk.cli.wishing import ask_open_desk
from wismo_desk.errors import Refused
from wismo_desk.flows.wishes import Granted, WishKind
from wismo_desk.words import Words


def carry_out_routing(station: Station, options: Namespace) -> tuple[str, int]:
    """What is said, and the exit code."""
    words = station.words
    if options.command == "preflight":
        said = routing.preflight(station.routing, words, offline=options.offline, as_json=options.json)
        return said, 0
    if station.store.reads_only and (options.command == "prices" or options.apply):
        granted = _ask(options, words)
        where = _keep_errors(options, granted.error_file, words)
        return f"{granted.said}{where}", granted.code
    if options.command == "rules":
        told, _ = routing.rules(
            station.routing, words, station.names, apply=options.apply, as_json=options.json
        )
        return told, 0
    return _prices(station, options)


def _prices(station: Station, options: Namespace) -> tuple[str, int]:
    words, refused = station.words, [b""]
    data = read_whole(options.file)
    try:
        told, _ = routing.prices(station.routing, words, data, options.file.name, refused=refused.append)
    except Refused as error:
        return f"{words.error(error)}{_keep_errors(options, refused[-1], words)}", 1
    return told, 0


def _ask(options: Namespace, words: Words) -> Granted:
    """Of the desk that is open, worded as this command would."""
    ask = partial(
        ask_open_desk,
        options.folder,
        wait=time.sleep,
        now=partial(datetime.now, UTC),
        language=words.language,
    )
    if options.command == "rules":
        return ask(WishKind.APPLY_RULES, as_json=options.json)
    return ask(WishKind.PRICES, name=options.file.name, content=read_whole(options.file))


def _keep_errors(options: Namespace, refused: bytes, words: Words) -> str:
    """Written where `--errors` says; the line that tells where they are, or how to get them."""
    if options.command != "prices":
        return ""
    if refused and options.errors is not None:
        options.errors.write_bytes(refused)
    where = routing.told_where(refused, options.errors, words)
    return f"\n{where}" if where else ""
