"""Carries out one command line: builds what it needs, runs it, and says refusals as sentences."""

from __future__ import annotations

import getpass
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wismo_desk.app.process import begin_process, spare_sources
from wismo_desk.app.which_desk import need_desk, settle_folder
from wismo_desk.cli.read_codes import read_codes
from wismo_desk.cli.vocabulary import vocabulary
from wismo_desk.errors import DeskError, Refused, SharedUnreachable, StoreProblem
from wismo_desk.resources import catalogue
from wismo_desk.settings import Settings, load
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.app.station import Station

# A desk goes on without it; a command has come to its end.
NO_ANSWER: Final = (
    "The shared database does not answer, and this command ends here. Run it again when the line is back."
)
log = logging.getLogger(__name__)


def carry_out(options: Namespace) -> int:
    """The exit code: 0 done, 1 refused with a sentence."""
    begin_process()
    words = Words(options.language or "fr", catalogue(options.language or "fr"))
    try:
        settle_folder(options, datetime.now().astimezone().date())
        settings = load(options.folder)
        language = options.language or settings.language
        words = Words(language, catalogue(language), zone=settings.timezone)
        with _spoken(options, words):
            _tell_strange_keys(options)
            return _command(options, replace(settings, language=language), words)
    except OSError as error:
        said = words(
            "{path} cannot be used. Choose another place, or ask for the right to write there.",
            path=error.filename or "?",
        )
        return _complain(options, f"{said} [{words(error.strerror or '')}]")
    except SharedUnreachable as error:
        return _complain(options, words.error(SharedUnreachable(NO_ANSWER, raw=error.raw)))
    except DeskError as error:
        return _complain(options, words.error(error))


@contextmanager
def _spoken(options: Namespace, words: Words) -> Iterator[None]:
    """The window writes its warnings into its log; a command has none and says them."""
    if options.command == "window":
        yield
        return
    from wismo_desk.app.log import SpokenWarnings

    spoken = SpokenWarnings(words)
    logging.getLogger().addHandler(spoken)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(spoken)


def _tell_strange_keys(options: Namespace) -> None:
    """A mistyped key looks as if it were in force. The window opens without looking: there the pages show what is."""
    if options.command == "window":
        return
    from wismo_desk.settings.strange import PERHAPS, STRANGE, strange_keys

    for name, near in strange_keys(options.folder):
        log.warning(PERHAPS, name, near) if near else log.warning(STRANGE, name)


def _complain(options: Namespace, said: str) -> int:
    print(said, file=sys.stderr)  # noqa: T201 - the command line speaks on stderr
    if options.command == "window" and not (options.vocabulary or options.self_test):
        from wismo_desk.app.start_trouble import show_box

        show_box(said)
    return 1


def _command(options: Namespace, settings: Settings, words: Words) -> int:
    if options.vocabulary:
        from wismo_desk.carriers import find_carriers

        found = find_carriers().modules
        _say(vocabulary({code: module.CARRIER for code, module in found.items()}))
        return 0
    if options.self_test:
        from wismo_desk.app.self_test import self_test

        return self_test(words, _say)
    if options.command == "import" and options.numbers:
        return _by_file(options, settings, words)
    return _COMMANDS.get(options.command, _window)(options, settings, words)


def _window(options: Namespace, settings: Settings, words: Words) -> int:
    spare_sources()
    from wismo_desk.app.desk import open_desk

    return open_desk(options.folder, settings, words, practice=options.practice, asked=bool(options.language))


def _read(options: Namespace, _settings: Settings, words: Words) -> int:
    _say(read_codes(options.codes, words, as_json=options.json))
    return 0


def _forecast(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.cli.forecast import backtest_file

    _say(backtest_file(options, words))
    return 0


def _find(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.archiving import say_found

    with _station(options, settings, words, beside=True) as station:
        _say(say_found(station, options))
    return 0


def _figures(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.figures import say_figures

    with _station(options, settings, words, beside=True) as station:
        _say(say_figures(station, options))
    return 0


def _privacy(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.privacy import carry_out_privacy

    with _station(options, settings, words) as station:
        carry_out_privacy(station, options, words, _say)
    return 0


def _pages(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.lettering import publish_flow
    from wismo_desk.cli.tracking_pages import carry_out_pages

    with _station(options, settings, words) as station:
        carry_out_pages(publish_flow(station), options, words, _say)
    return 0


def _claims(options: Namespace, settings: Settings, words: Words) -> int:
    """The exit code. While the desk is open they are listed and written out, and opened there."""
    from wismo_desk.app.claiming import say_claims

    with _station(options, settings, words, beside=options.action != "open") as station:
        said, code = say_claims(station, options)
    _say(said)
    return code


def _parse(options: Namespace, words: Words) -> int:
    from wismo_desk.carriers import find_carriers
    from wismo_desk.cli.import_file import read_whole
    from wismo_desk.cli.parse_answer import Connector, parse_answer
    from wismo_desk.domain.refusals import read_refusals
    from wismo_desk.domain.status import NO_CODES
    from wismo_desk.domain.status import read_codes as read_table
    from wismo_desk.resources import refusals, status_tables

    modules = find_carriers().modules
    module = modules.get(options.carrier)
    if module is None:
        raise Refused(
            "There is no carrier {carrier} here. Known are: {known}.",
            carrier=options.carrier,
            known=", ".join(sorted(modules)),
        )
    table = status_tables().get(options.carrier)
    connector = Connector(
        carrier=options.carrier,
        codes=read_table(table) if table else NO_CODES,
        refusals=read_refusals(refusals(options.carrier)),
        parse_label=getattr(module, "parse_label", None),
        parse_tracking=getattr(module, "parse_tracking", None),
        parse_error=getattr(module, "parse_error", None),
    )
    content = read_whole(options.file)
    said, code = parse_answer(connector, options.kind, content, words, as_json=options.json)
    _say(said)
    return code


def _import(options: Namespace, settings: Settings, words: Words) -> int:
    """The exit code. While the desk is open the file goes into its watched folder: one process per journal."""
    from wismo_desk.cli.import_file import import_file, read_whole

    if options.practice and not settings.services:
        from wismo_desk.app.practice import SERVICES  # no practice desk was started today

        settings = replace(settings, services=SERVICES)
    try:
        with _station(options, settings, words) as station:
            said, code = import_file(
                options.file,
                station.take_in,
                words,
                errors=options.errors,
                columns=options.map,
                underway=lambda said: print(said, file=sys.stderr, flush=True),  # noqa: T201 - stdout is the result
            )
            _say(said)
            return code
    except StoreProblem as problem:
        if "already open" not in problem.sentence:
            raise
        if options.map:
            raise Refused(
                "The desk is open, and it asks for the columns of a file on its page Orders. Leave --map out, or "
                "close the desk first."
            ) from problem
        inbox = (settings.watched or options.folder / "orders") / "in"
        inbox.mkdir(parents=True, exist_ok=True)
        data = read_whole(options.file)
        draft = inbox / f".{options.file.name}"
        draft.write_bytes(data)
        draft.replace(inbox / options.file.name)
        _say(words("The desk is open: the file was put into its watched folder {folder}.", folder=str(inbox)))
        return 0


def _by_file(options: Namespace, settings: Settings, words: Words) -> int:
    """Orders out to a carrier's label program, its numbers in. The desk must be closed: one process per journal."""
    from wismo_desk.cli import by_file

    with _station(options, settings, words) as station:
        if options.command == "import":
            said = by_file.take_numbers(options.file, station.hand_to_file, words)
        else:
            said = by_file.hand_over(
                options.carrier, station.hand_to_file, words, out=options.out, again=options.again
            )
    _say(said)
    return 0


def _routing(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.run_routing import carry_out_routing

    with _station(options, settings, words, beside=True) as station:
        said, code = carry_out_routing(station, options)
    if code:
        print(said, file=sys.stderr)  # noqa: T201 - the command line speaks on stderr
    else:
        _say(said)
    return code


def _anomalies(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.cli.anomalies import anomalies

    with _station(options, settings, words, beside=True) as station:
        station.watch.tick()
        said = anomalies(station.triage, words, station.clock(), as_json=options.json)
    _say(said)
    return 0


def _answer(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.answering import answer_flow
    from wismo_desk.app.sharing import line_to_ask
    from wismo_desk.cli.answer import answer

    with (
        _station(options, settings, words, beside=True) as station,
        line_to_ask(settings, station.store, station.sharing) as line,
    ):
        said = answer(answer_flow(station, line=line), words, options.question, as_json=options.json)
    _say(said)
    return 0


def _db(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.look_after import LookAfter

    LookAfter(
        folder=options.folder,
        settings=settings,
        words=words,
        say=_say,
        station=lambda chosen: _station(options, chosen, words),
    )(options)
    return 0


def _worker(options: Namespace, settings: Settings, words: Words) -> int:
    from wismo_desk.app.worker import Worker

    with _station(options, settings, words) as station:
        worker = Worker(station, words, _say, at_once=options.at_once)
        worker.stop_on_signals()
        worker.run(once=options.once)
    return 0


def _keep_secret(options: Namespace, settings: Settings, words: Words) -> int:
    """Asked for without echo on a terminal, read as one line from a pipe."""
    from wismo_desk.settings import secrets
    from wismo_desk.settings.mail import keep_mail_password

    asked = words("Password: ")
    value = getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if options.what == "shared":
        secrets.keep_shared_password(settings.shared, value)
    else:
        keep_mail_password(settings.mail, value)
    _say(words("Kept in this computer's keyring."))
    return 0


@contextmanager
def _station(
    options: Namespace, settings: Settings, words: Words, *, beside: bool = False
) -> Iterator[Station]:
    """`beside`: while the desk is open its files are read, and whatever would write is refused. Refused where there is
    no desk and nobody asked for one."""
    need_desk(options)
    from wismo_desk.app.qt import paint_application
    from wismo_desk.app.station import Station, Wiring

    application = paint_application()
    station = Station(
        Wiring(
            folder=options.folder, settings=settings, words=words, practice=options.practice, beside=beside
        )
    )
    try:
        yield station
    finally:
        station.close()
        del application


def _say(text: str) -> None:
    sys.stdout.write(text + os.linesep.replace("\r\n", "\n"))
    sys.stdout.flush()  # a service's log, and a pipe, are read while it runs


_COMMANDS: Final[Mapping[str, Callable[[Namespace, Settings, Words], int]]] = {
    "read": _read,
    "parse": lambda options, _settings, words: _parse(options, words),
    "export": _by_file,
    "import": _import,
    "preflight": _routing,
    "rules": _routing,
    "prices": _routing,
    "anomalies": _anomalies,
    "forecast": _forecast,
    "answer": _answer,
    "find": _find,
    "figures": _figures,
    "claims": _claims,
    "worker": _worker,
    "secret": _keep_secret,
    "privacy": _privacy,
    "pages": _pages,
    "db": _db,
}
