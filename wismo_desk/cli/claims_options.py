"""What can be typed behind `wismo-desk claims`."""

from __future__ import annotations

import argparse
from pathlib import Path

from wismo_desk.words import Words


def add_claims(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    claims = commands.add_parser(
        "claims", help=words("claims from carriers: what is open, until when, the money")
    )
    actions = claims.add_subparsers(dest="action", metavar=words("ACTION"))
    listed = actions.add_parser("list", help=words("what can still be missed first"))
    listed.add_argument("--all", action="store_true", help=words("also what has ended"))
    listed.add_argument(
        "--carrier", default="", metavar=words("CARRIER"), help=words("only this carrier, by its code")
    )
    opened = actions.add_parser("open", help=words("a draft for each parcel of these orders"))
    written = actions.add_parser("file", help=words("the file of an order's claim as PDF"))
    for one in (opened, written):
        one.add_argument("number", nargs="+" if one is opened else None, metavar=words("NUMBER"))
    written.add_argument("target", type=Path, metavar=words("FILE"))
    said = words("one JSON object")
    claims.add_argument("--json", action="store_true", help=said)
    for one in (listed, opened):  # what was said before the action is not taken back behind it
        one.add_argument("--json", action="store_true", help=said, default=argparse.SUPPRESS)
