"""What can be typed behind `wismo-desk`, and the help that explains it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from wismo_desk import __version__
from wismo_desk.cli.claims_options import add_claims
from wismo_desk.cli.figures_options import add_figures
from wismo_desk.cli.find import add_find
from wismo_desk.cli.forecast import add_forecast
from wismo_desk.cli.tracking_pages import add_pages
from wismo_desk.cli.usage import count_from_one, parser_class, spoken_language
from wismo_desk.resources import catalogue
from wismo_desk.settings.folders import ENVIRONMENT
from wismo_desk.words import Words


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """`command` is "window" when nothing is asked. Exits with 2 on wrong usage, in the reader's language."""
    language = spoken_language(arguments)
    words = Words(language, catalogue(language))
    parser = _parser(words)
    commands = parser.add_subparsers(dest="command", metavar=words("COMMAND"))
    adding = (
        _add_demo,
        _add_import,
        _add_worker,
        _add_codes,
        _add_routing,
        _add_privacy,
        _add_answer,
        _add_db,
    )
    for add in (*adding, add_forecast, add_figures, add_claims, add_find, add_pages):
        add(commands, words)
    options = parser.parse_args(arguments)
    if options.command is None:
        options.command = "window"
    return options


def _parser(words: Words) -> argparse.ArgumentParser:
    parser = parser_class(words)(
        prog="wismo-desk",
        description=words(
            "Packing and shipping benches, and the answer to “where is my order?”. Without a command the desk "
            "opens its window."
        ),
        epilog="\n".join(
            (
                words("Exit codes: 0 done, 1 refused with a sentence, 2 wrong usage."),
                words("Files live in the folder that --folder or {name} names.", name=ENVIRONMENT),
            )
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"wismo-desk {__version__}")
    parser.add_argument(
        "--folder", type=Path, metavar=words("DIR"), help=words("data folder of this station")
    )
    parser.add_argument(
        "--practice", action="store_true", help=words("practice data and a paperless printer")
    )
    parser.add_argument(
        "--new", action="store_true", help=words("make a desk in the folder where there is none")
    )
    parser.add_argument(
        "--language", choices=("fr", "en"), help=words("language of this run (default: settings)")
    )
    parser.add_argument(
        "--vocabulary", action="store_true", help=words("print every closed list of words as JSON")
    )
    parser.add_argument(
        "--self-test", action="store_true", help=words("check that this installation is whole")
    )
    return parser


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    demo = commands.add_parser("demo", help=words("do the main job with practice data and leave the proof"))
    demo.add_argument("--headless", action="store_true", help=words("offscreen, through the real window"))
    demo.add_argument(
        "--shared",
        metavar=words("URL"),
        help=words("two desks and a worker on this PostgreSQL, in a tenant of its own"),
    )
    demo.add_argument(
        "--outage",
        type=float,
        default=60.0,
        metavar=words("SECONDS"),
        help=words("with --shared: how long the line is cut"),
    )
    demo.add_argument(
        "--orders", type=count_from_one(words), default=0, metavar="N", help=words("only the first N orders")
    )
    demo.add_argument(
        "--out", type=Path, default=Path("out"), metavar=words("DIR"), help=words("where the proof goes")
    )


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    taking = commands.add_parser(
        "import",
        help=words("bring an order file or a product list in (CSV)"),
        epilog=words(
            "Exit code: 0 when something came in or was here already, 1 when every line was refused."
        ),
    )
    taking.add_argument("file", type=Path, metavar=words("FILE"))
    taking.add_argument(
        "--map",
        default="",
        metavar=words("MAP"),
        help=words("which column is what: a TOML file, or the name of a file whose columns were said before"),
    )
    taking.add_argument(
        "--errors", type=Path, metavar=words("CSV"), help=words("write the refused lines there")
    )

    _file_carriers(commands, taking, words)


def _add_worker(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    worker = commands.add_parser(
        "worker", help=words("send notices and follow the shared database, no window")
    )
    worker.add_argument("--once", action="store_true", help=words("stop when nothing is left to send"))
    worker.add_argument(
        "--at-once",
        type=count_from_one(words),
        default=20,
        metavar="N",
        help=words("how many messages of each channel it takes at a time (default: 20)"),
    )

    secret = commands.add_parser("secret", help=words("keep a password in this computer's keyring"))
    secret.add_argument(
        "what",
        choices=("shared", "mail"),
        metavar="shared|mail",
        help=words("of the shared database, or of the mail server"),
    )


def _add_codes(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    reading = commands.add_parser("read", help=words("say what scanned codes are"))
    reading.add_argument("codes", nargs="+", metavar=words("CODE"))
    reading.add_argument("--json", action="store_true", help=words("one object per code, in order"))

    parsing = commands.add_parser(
        "parse", help=words("say what a connector makes of an answer kept in a file")
    )
    parsing.add_argument(
        "carrier", metavar=words("CARRIER"), help=words("its code, as --vocabulary lists them")
    )
    parsing.add_argument(
        "kind",
        choices=("label", "track", "error"),
        metavar="label|track|error",
        help=words("what the answer is about"),
    )
    parsing.add_argument(
        "file", type=Path, metavar=words("FILE"), help=words("the body, or all of it as curl -i keeps it")
    )
    parsing.add_argument("--json", action="store_true", help=words("one JSON object"))


def _add_answer(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    answering = commands.add_parser(
        "answer", help=words("draft the answer to a customer's question, from stored facts only")
    )
    answering.add_argument(
        "question",
        metavar=words("FILE|TEXT"),
        help=words("a mail (.eml), a text file, or the question itself"),
    )
    answering.add_argument("--json", action="store_true", help=words("one JSON object"))


def _add_db(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    db = commands.add_parser("db", help=words("look after the local files"))
    actions = db.add_subparsers(dest="action", metavar=words("ACTION"), required=True)
    upgrading = actions.add_parser(
        "upgrade", help=words("bring the files and the shared database to this version's form")
    )
    _add_url(upgrading, words)
    joining = actions.add_parser("join", help=words("bring a desk that worked alone to the shared database"))
    joining.add_argument(
        "how",
        choices=("upload", "fresh"),
        metavar="upload|fresh",
        help=words("with its orders, or with empty hands"),
    )
    joining.add_argument(
        "--forced", action="store_true", help=words("fresh: what only this desk knows is lost")
    )
    _add_station_users(actions, words)
    actions.add_parser("check", help=words("verify every page of both files"))
    actions.add_parser(
        "renew", help=words("set damaged files aside and read everything again from the shared database")
    )
    actions.add_parser("rebuild", help=words("fold every fact again into what windows read"))
    backup = actions.add_parser("backup", help=words("copy both files, as they are now, into a new folder"))
    backup.add_argument("target", type=Path, metavar=words("DIR"))
    restore = actions.add_parser(
        "restore", help=words("put a backup in place; the present files are kept aside")
    )
    restore.add_argument("source", type=Path, metavar=words("DIR"))


def _add_privacy(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    """What a person may ask of who holds their data."""
    privacy = commands.add_parser("privacy", help=words("give out or erase what this desk holds on a person"))
    actions = privacy.add_subparsers(dest="action", metavar=words("ACTION"), required=True)
    exporting = actions.add_parser("export", help=words("all of it, as JSON"))
    erasing = actions.add_parser(
        "erase", help=words("here at once, at the other desks when they next hear of it")
    )
    for parser in (exporting, erasing):
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--order", metavar="N", help=words("the number of an order"))
        who.add_argument("--email", metavar=words("ADDRESS"), help=words("all orders of this e-mail address"))
    exporting.add_argument("--out", type=Path, metavar=words("FILE"), help=words("write it there"))
    erasing.add_argument(
        "--reason", default="", metavar=words("TEXT"), help=words("why: kept, and asked for")
    )
    erasing.add_argument(
        "--forced",
        action="store_true",
        help=words("also of orders that are not shipped: they cannot be any more"),
    )


def _add_station_users(actions: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    """An administrator's: each desk a user of its own in the shared database."""
    granting = actions.add_parser(
        "grant-station", help=words("give a desk its own user in the shared database (administrator)")
    )
    revoking = actions.add_parser("revoke-station", help=words("take a desk's user back (administrator)"))
    for parser in (granting, revoking):
        parser.add_argument("name", metavar=words("USER"))
        _add_url(parser, words)
        parser.set_defaults(tenant=None, warehouse=None)
    granting.add_argument(
        "--tenant", type=count_from_one(words), metavar="N", help=words("default: settings")
    )
    granting.add_argument(
        "--warehouse", metavar=words("NAME"), help=words("see this one only (default: settings)")
    )
    granting.add_argument("--worker", action="store_true", help=words("it may also take jobs from the queue"))
    granting.add_argument("--new-password", action="store_true", help=words("also where the user exists"))
    granting.add_argument(
        "--password-from-stdin", action="store_true", help=words("read it there instead of making one up")
    )


def _add_url(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument(
        "--url",
        default="",
        metavar=words("URL"),
        help=words("with an administrator's user (default: settings)"),
    )


def _add_routing(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    """Where orders go, and what would stop them."""
    flight = commands.add_parser("preflight", help=words("say what to correct in the orders that wait"))
    flight.add_argument("--json", action="store_true", help=words("one JSON object"))
    flight.add_argument("--offline", action="store_true", help=words("ask no carrier"))

    rules = commands.add_parser("rules", help=words("show the shipping rules and what they would change"))
    rules.add_argument("--json", action="store_true", help=words("one JSON object"))
    rules.add_argument("--apply", action="store_true", help=words("send the waiting orders by them"))

    wrong = commands.add_parser("anomalies", help=words("list what is to be settled, grouped by cause"))
    wrong.add_argument("--json", action="store_true", help=words("one JSON object"))

    prices = commands.add_parser(
        "prices",
        help=words("bring a price list in (CSV)"),
        description=words(
            "Columns: carrier, service (their codes), zone (FR, FR-20 for postcodes, EU or *), max_weight_g, "
            "price_cents, and transit_days in working days where they are known. The file replaces all prices "
            "of the carriers that it names."
        ),
    )
    prices.add_argument("file", type=Path, metavar=words("FILE"))
    prices.add_argument(
        "--errors", type=Path, metavar=words("CSV"), help=words("write the refused lines there")
    )


def _file_carriers(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    taking: argparse.ArgumentParser,
    words: Words,
) -> None:
    """Orders out to a carrier's own label program, and its numbers in."""
    taking.add_argument(
        "--numbers",
        action="store_true",
        help=words("the file holds the parcels' numbers, as a carrier's own label program gave them"),
    )

    handing = commands.add_parser(
        "export", help=words("hand the orders of a carrier to its own label program, in a file")
    )
    handing.add_argument(
        "carrier", metavar=words("CARRIER"), help=words("its code, as --vocabulary lists them")
    )
    handing.add_argument("--out", type=Path, metavar=words("FILE"), help=words("where the file goes"))
    handing.add_argument("--again", action="store_true", help=words("the last file once more"))
