"""Builds the page À traiter and joins it to the window."""

from __future__ import annotations

from wismo_desk.app.alerting import Alerts
from wismo_desk.app.claiming import claim_flows
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.flows.tell_customers import TellCustomers
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settle_page import SettlePage
from wismo_desk.ui.tray_page import TrayPage
from wismo_desk.ui.triage_page import TriagePage


def settle_page(desk: Surface, station: Station, given: Desk, tray: TrayPage) -> SettlePage:
    """The work list with the tray of unknown outcomes behind its band."""
    tell = TellCustomers(notify=station.notify, zone=station.settings.timezone)
    triage = TriagePage(given, station.triage, claim=claim_flows(station).open, tell=tell)
    page = SettlePage(given, triage, tray, station.triage.to_act)
    triage.changed.connect(desk.apply)
    triage.done.connect(desk.window.show_undo)
    tray.counted.connect(page.show_questions)
    Alerts(desk, station, page)  # the window owns it
    return page
