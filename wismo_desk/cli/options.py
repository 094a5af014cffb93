"""What can be typed behind `wismo-desk`, and the help that explains it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from wismo_desk import __version__

_EPILOG = """\
Exit codes: 0 done, 1 refused with a sentence, 2 wrong usage.
Files live in the folder that --folder or WISMO_DESK_FOLDER names, else in the machine's own.
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """`command` is "window" when nothing is asked. Exits with 2 on wrong usage, as argparse does."""
    parser = argparse.ArgumentParser(
        prog="wismo-desk",
        description="Packing and shipping benches, and the answer to “where is my order?”. Without a command "
        "the desk opens its window.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wismo-desk {__version__}")
    parser.add_argument("--folder", type=Path, help="data folder of this station")
    parser.add_argument("--practice", action="store_true", help="practice data and a paperless printer")
    parser.add_argument("--language", choices=("fr", "en"), help="language of this run (default: settings)")
    parser.add_argument("--vocabulary", action="store_true", help="print every closed list of words as JSON")
    parser.add_argument("--self-test", action="store_true", help="check that this installation is whole")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="do the main job with practice data and leave the proof")
    demo.add_argument("--headless", action="store_true", help="offscreen, through the real window")
    demo.add_argument(
        "--shared", metavar="URL", help="two desks and a worker on this PostgreSQL, in a tenant of its own"
    )
    demo.add_argument("--orders", type=int, default=0, metavar="N", help="only the first N orders")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where the proof goes")

    taking = commands.add_parser("import", help="bring an order file or a product list in (CSV)")
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.add_argument("--errors", type=Path, metavar="CSV", help="write the refused lines there")

    worker = commands.add_parser("worker", help="send notices and follow the shared database, no window")
    worker.add_argument("--once", action="store_true", help="stop when nothing is left to send")

    secret = commands.add_parser("secret", help="keep a password in this computer's keyring")
    secret.add_argument(
        "what", choices=("shared", "mail"), help="of the shared database, or of the mail server"
    )

    reading = commands.add_parser("read", help="say what scanned codes are")
    reading.add_argument("codes", nargs="+", metavar="CODE")
    reading.add_argument("--json", action="store_true", help="one object per code, in order")

    parsing = commands.add_parser("parse", help="say what a connector makes of an answer kept in a file")
    parsing.add_argument("carrier", metavar="CARRIER", help="its code, as --vocabulary lists them")
    parsing.add_argument("kind", choices=("label", "track", "error"), help="what the answer is about")
    parsing.add_argument("file", type=Path, metavar="FILE", help="the body, or all of it as curl -i keeps it")
    parsing.add_argument("--json", action="store_true", help="one JSON object")

    db = commands.add_parser("db", help="look after the local files")
    actions = db.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("upgrade", help="bring the files and the shared database to this version's form")
    joining = actions.add_parser("join", help="bring a desk that worked alone to the shared database")
    joining.add_argument("how", choices=("upload", "fresh"), help="with its orders, or with empty hands")
    joining.add_argument("--forced", action="store_true", help="fresh: what only this desk knows is lost")
    actions.add_parser("check", help="verify every page of both files")
    actions.add_parser("rebuild", help="fold every fact again into what windows read")
    backup = actions.add_parser("backup", help="copy both files, as they are now, into a new folder")
    backup.add_argument("target", type=Path, metavar="DIR")
    restore = actions.add_parser("restore", help="put a backup in place; the present files are kept aside")
    restore.add_argument("source", type=Path, metavar="DIR")

    options = parser.parse_args(arguments)
    if options.command is None:
        options.command = "window"
    return options
