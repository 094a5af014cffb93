"""Builds the page Chiffres and its command line from the station."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from wismo_desk.app.board import Board
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.carriers import find_carriers
from wismo_desk.cli.figures import figures
from wismo_desk.documents.figures_report import figures_report
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import Mode, Rule, Threshold
from wismo_desk.domain.chart import Report
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.figures import Figures
from wismo_desk.errors import Refused
from wismo_desk.flows.insight_saying import Saying
from wismo_desk.flows.insight_words import tell
from wismo_desk.flows.insights import Insights
from wismo_desk.resources import resources_dir
from wismo_desk.ui.foresight_record import ForesightAsks, ForesightRecord
from wismo_desk.ui.insights_page import InsightsPage
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.page_desk import Desk


def insights_flow(station: Station) -> Insights:
    return Insights(
        store=station.store, pen=station.pen, zone=station.settings.timezone, calendars=station.calendars
    )


def teller(station: Station) -> Callable[[Figures], Report]:
    return partial(tell, Saying(station.words, station.names))


def drawer(station: Station) -> Callable[[Report], bytes]:
    """Safe on any lane."""

    def draw(report: Report) -> bytes:
        words, now = station.words, station.clock()
        return figures_report(
            report,
            shop=station.settings.shipper.company or station.settings.shipper.name,
            made=f"{words.date(now.astimezone(words.zone).date())} {words.time(now)}",
            words=words,
            fonts=resources_dir() / "fonts",
            draw=station.drawing.text,
            practice=station.practice,
        )

    return draw


def insights_page(desk: Surface, station: Station, given: Desk, board: Board) -> InsightsPage:
    """The record of the forecast beside it is built when somebody turns to it."""

    def record() -> ForesightRecord:
        made = ForesightRecord(given, foresight_asks(station))
        made.changed.connect(desk.apply)
        return made

    page = InsightsPage(
        given,
        insights_flow(station),
        tell=teller(station),
        draw=drawer(station),
        documents=station.folder / "documents",
        carriers=[(code, station.names(code, "")[0]) for code in station.infos],
        wall=board.toggle,
        beside=((desk.words("Forecast"), LatePage(record)),),
    )
    page.said.connect(desk.window.show_undo)
    return page


def foresight_asks(station: Station) -> ForesightAsks:
    """The forecast's own record, and the rule that follows it."""
    rules, kind = station.anomaly_rules, AnomalyKind.PREDICTED_LATE

    def rule() -> Rule:
        return next(one for one in rules.book() if one.kind is kind)

    def watched() -> int | None:
        return None if rule().mode is Mode.OFF else rule().usual.watch

    def watch(percent: int) -> Changes:
        """It never acts before it watches."""
        old = rule()
        act = None if old.usual.act is None else max(percent, old.usual.act)
        return rules.save(replace(old, usual=Threshold(watch=percent, act=act)))

    foresee = station.foresee
    return ForesightAsks(
        report=foresee.report,
        false_alarms=lambda: foresee.false_alarms,
        allow=foresee.allow,
        rule=watched,
        set_rule=watch,
    )


def say_figures(station: Station, options: Namespace) -> str:
    """`wismo-desk figures`. Raises Refused for a carrier that nobody knows: its empty figures would look true."""
    known = find_carriers().modules.keys() | station.settings.carriers.keys()
    if options.carrier and options.carrier not in known:
        raise Refused(
            "There is no carrier {carrier} here. Known are: {known}.",
            carrier=options.carrier,
            known=", ".join(sorted(known)),
        )
    return figures(
        insights_flow(station),
        teller(station),
        drawer(station),
        station.words,
        first=options.first,
        last=options.last,
        carrier=options.carrier,
        as_json=options.json,
        pdf=options.pdf,
    )
