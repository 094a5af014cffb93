"""Carriers' news read and label requests built, ours and karrio's in turns on the same payloads of one run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from time import thread_time
from typing import Any, Final, TypeVar

from tests.speed.figures import Figure
from tests.speed.karrio_peer import Karrio
from tests.speed.room import Room
from wismo_desk.domain.check_digits import gs1
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.status import Codes, StatusRule, read_codes
from wismo_desk.domain.tracking import Tracked
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer

T = TypeVar("T")
Build = Callable[[LabelRequest], bytes]

_ROUNDS: Final = 9
_TIMES: Final = 20
_LABELS: Final = 100
_AIM: Final = 5  # times as many as the peer
_HOURS: Final = (1, 6, 6, 10, 2, 4)  # apart: announced, taken, sorted, arrived, on the round, delivered
_COLISSIMO: Final = f"8K0000095201{gs1('0000095201')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """`asked` is which carrier of ours; `peer` the package of karrio's that reads the same answers, "" for none;
    `number` one that the practice server has yet to hear of, "" for one that it sells or knows."""

    name: str
    asked: str
    peer: str = ""
    number: str = ""


_NEWS: Final = (
    _News(name="news of a Chronopost parcel", asked="chronopost", peer="chronopost"),
    _News(name="news of a Colissimo, La Poste's", asked="laposte", peer="colissimo", number=_COLISSIMO),
    _News(name="news of a Colissimo, the contract's", asked="colissimo"),
    _News(name="news of a letter, La Poste's", asked="laposte", peer="laposte"),
    _News(name="news of a GLS parcel", asked="gls", peer="gls"),
    _News(name="news of a UPS parcel", asked="ups", peer="ups"),
    _News(name="news of a DHL parcel", asked="dhl", peer="dhl_universal"),
)


def measure(room: Room) -> list[Figure]:
    figures: list[Figure] = []
    for news in _NEWS:
        figures += _if_here(news.name, partial(_follow, news))
    for code, build in _BUILDS.items():
        figures += _if_here(f"label request for {code}", partial(_ask, code, build))
    return figures


def _if_here(name: str, figures: Callable[[], Sequence[Figure]]) -> Sequence[Figure]:
    """A carrier that is not written yet, or a peer that is not installed, is left out and named."""
    try:
        return figures()
    except ImportError as error:
        print(f"  {name}: left out, {error}", file=sys.stderr, flush=True)
        return ()


def _follow(news: _News) -> Sequence[Figure]:
    """Bytes in, events with what each means out. The peer's crashes are counted, and what it crashes on is left
    out of both sides' time."""
    module = import_module(f"wismo_desk.carriers.{news.asked}")
    codes = read_codes(status_tables()[news.asked])
    karrio = Karrio(news.peer) if news.peer else None
    answers = list(_answers(news))
    statuses, crashes = 0, 0
    whole = list(answers)
    for answer in answers if karrio else ():
        try:
            told = karrio.follow(answer.content)
            statuses += sum(event.status is not None for one in told for event in one.events)
        except Exception as error:  # whatever its parser does not survive
            print(f"  {news.name}: karrio crashes, {type(error).__name__}: {error}", file=sys.stderr)
            crashes += 1
            whole.remove(answer)
    meant = [rule for answer in answers for rule in _meant(module.parse_tracking, codes, answer)]
    assert None not in meant, "the practice server says what our table does not know"
    peers = whole if karrio else []
    ours, theirs = _in_turns(
        (partial(_meant, module.parse_tracking, codes), whole or answers),
        (lambda answer: karrio.follow(answer.content), peers),
        times=_TIMES,
    )
    figure = Figure(
        chapter="carriers",
        name=news.name,
        value=ours,
        unit="/s",
        peer=f"karrio_{news.peer}" if karrio else "",
        peer_value=theirs,
        aim=theirs and round(_AIM * theirs),
        samples=_TIMES * len(whole or answers),
        note=f"{statuses} of {len(meant)} events get a status there, all here" if karrio else "",
    )
    if not crashes:
        return (figure,)
    crashed = Figure(
        chapter="carriers",
        name=f"{news.name}, crashes",
        value=0,
        unit=f"of {len(answers)}",
        peer=figure.peer,
        peer_value=crashes,
    )
    return (figure, crashed)


def _ask(code: str, build: Callable[[], Build]) -> Sequence[Figure]:
    """One request for a label in, the bytes that would leave out."""
    karrio, ours_of = Karrio(code), build()
    with _stage(code) as stage:
        request = stage.request
    assert karrio.ask(request)
    assert ours_of(request)
    ours, theirs = _in_turns((ours_of, [request]), (karrio.ask, [request]), times=_LABELS)
    return (
        Figure(
            chapter="carriers",
            name=f"label request for {code}",
            value=ours,
            unit="/s",
            peer=f"karrio_{code}",
            peer_value=theirs,
            aim=theirs and round(_AIM * theirs),
            samples=_LABELS,
        ),
    )


def _meant(
    parse: Callable[[Answer], Sequence[Tracked]], codes: Codes, answer: Answer
) -> list[StatusRule | None]:
    return [codes.rule(event.code, event.label) for found in parse(answer) for event in found.events]


def _in_turns(
    ours: tuple[Callable[[T], object], Sequence[T]],
    theirs: tuple[Callable[[T], object], Sequence[T]],
    *,
    times: int,
) -> tuple[float, float | None]:
    """Done per second, of the calmest round of each."""
    rounds = [
        (_seconds(*ours, times), _seconds(*theirs, times) if theirs[1] else None) for _ in range(_ROUNDS)
    ]
    peers = [seconds for _, seconds in rounds if seconds is not None]
    return 1 / min(seconds for seconds, _ in rounds), 1 / min(peers) if peers else None


def _seconds(work: Callable[[T], object], payloads: Sequence[T], times: int) -> float:
    """Of the processor for one payload, on the mean: other work on the machine counts less so."""
    began = thread_time()
    for _ in range(times):
        for payload in payloads:
            work(payload)
    return (thread_time() - began) / (times * len(payloads))


def _answers(news: _News) -> Iterator[Answer]:
    """What the practice server says over loopback of one parcel at six moments of its life."""
    with _stage(news.asked) as stage:
        if news.number:
            stage.server.announce(news.number)
        number = news.number or stage.arrives or stage.carrier.buy_label(stage.request).tracking_number
        for hours in _HOURS:
            stage.clock.wait(hours=hours)
            assert stage.carrier.track([number])[0].found
            reply = stage.server.replies[-1]
            yield Answer(status=reply.status, content=reply.content, headers={}, host="practice")


def _stage(code: str) -> AbstractContextManager[Any]:
    """Of the carrier's own tests: a new one brings its practice server and a request with it. ImportError: it has
    none yet."""
    home = str(Path(__file__).parents[1] / "carriers")
    if home not in sys.path:
        sys.path.append(home)
    found: AbstractContextManager[Any] = import_module(f"stage_{code}").stage()
    return found


def _chronopost() -> Build:
    from wismo_desk.carriers.chronopost.asks import Account, build_label

    return partial(build_label, Account("00000000", "practice"))


def _colissimo() -> Build:
    from wismo_desk.carriers.colissimo.contract import Contract
    from wismo_desk.carriers.colissimo.letter import build_label

    return partial(build_label, contract=Contract(account="000000", password="practice"))


def _gls() -> Build:
    from wismo_desk.carriers.gls.contract import Contract
    from wismo_desk.carriers.gls.parcel import build_label

    return partial(build_label, contract=Contract(client_id="p", client_secret="p", contact_id="2500000000"))


_BUILDS: Final = {"chronopost": _chronopost, "colissimo": _colissimo, "gls": _gls}
