"""What can be typed behind `wismo-desk figures`."""

from __future__ import annotations

import argparse
from pathlib import Path

from wismo_desk.words import Words


def add_figures(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    figures = commands.add_parser(
        "figures", help=words("the figures of a period: on time, days, causes, contacts")
    )
    figures.add_argument(
        "--from",
        dest="first",
        default="",
        metavar=words("DAY"),
        help=words("first day, as 2026-11-01 (default: 28 days back)"),
    )
    figures.add_argument(
        "--to", dest="last", default="", metavar=words("DAY"), help=words("last day (default: yesterday)")
    )
    figures.add_argument(
        "--carrier", default="", metavar=words("CARRIER"), help=words("only this carrier, by its code")
    )
    figures.add_argument("--json", action="store_true", help=words("one JSON object"))
    figures.add_argument(
        "--pdf", type=Path, metavar=words("FILE"), help=words("also as a PDF with the charts")
    )
