"""Joins claims: the flows of a station, the page Réclamations, and the verbs that other pages borrow."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtGui import QGuiApplication

from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.background.lanes import Lane
from wismo_desk.cli.claims import claims
from wismo_desk.domain.calendar import region_of
from wismo_desk.domain.claim_terms import read_terms
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.claim import OpenClaims
from wismo_desk.flows.claim_evidence import GatherEvidence
from wismo_desk.flows.claim_letter import WriteClaim
from wismo_desk.flows.claim_steps import ClaimSteps
from wismo_desk.resources import catalogue, claim_terms, resources_dir
from wismo_desk.resources.days_off import days_off
from wismo_desk.ui.claims_words import near
from wismo_desk.ui.frame import DeskWindow
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.page_desk import Desk
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.ui.claims_page import ClaimsPage


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFlows:
    open: OpenClaims
    steps: ClaimSteps
    write: WriteClaim


def claim_flows(station: Station) -> ClaimFlows:
    settings = station.settings
    shipper = settings.shipper
    opened = OpenClaims(
        store=station.store,
        pen=station.pen,
        terms=read_terms(claim_terms()),
        names=station.names,
        zone=settings.timezone,
        home=region_of(shipper.country, shipper.postcode) or "FR",
        holidays=lru_cache(days_off),
    )
    write = WriteClaim(
        gather=GatherEvidence(claims=opened),
        speak=_speaker(station),
        shipper=lambda: station.settings.shipper,
        fonts=resources_dir() / "fonts",
        cut=station.drawing.cut,
        draw=station.drawing.text,
        practice=station.practice,
    )
    return ClaimFlows(open=opened, steps=ClaimSteps(claims=opened), write=write)


def claims_page(desk: Surface, station: Station, given: Desk) -> ClaimsPage:
    """Its verbs that can be taken back are offered in the foot of the window."""
    from wismo_desk.ui.claims_asks import ClaimAsks
    from wismo_desk.ui.claims_page import ClaimsPage

    flows = claim_flows(station)
    asks = ClaimAsks(
        claims=flows.open,
        steps=flows.steps,
        write=flows.write,
        documents=station.folder / "documents",
        copy=lambda text: QGuiApplication.clipboard().setText(text),
        fetch=station.fetch_papers,
    )
    page = ClaimsPage(given, asks)
    page.done.connect(desk.window.show_undo)
    return page


def claims_count(desk: Surface, station: Station) -> Callable[[Changes | None], None]:
    """The badge while nobody sees the page: how many must be sent soon."""
    claims = claim_flows(station).open

    def count(changes: Changes | None) -> None:
        if changes is None or changes.shipments or changes.orders:
            desk.lanes.run(Lane.READ, lambda: near(claims.rows()), show, lambda _error: None)

    def show(due: int) -> None:
        desk.window.set_badge("claims", due)

    return count


def show_claim(window: DeskWindow, late: LatePage, claim_id: UUID) -> None:
    """From another page, with the keyboard where the claim is."""
    window.show_page("claims")
    late.page.show_claim(claim_id)
    late.setFocus()


def say_claims(station: Station, options: Namespace) -> tuple[str, int]:
    """`wismo-desk claims`: what is said, and the exit code."""
    flows = claim_flows(station)
    return claims(flows.open, flows.write, station.words, options)


def _speaker(station: Station) -> Callable[[str], Words]:
    """The words of a language, whatever the window speaks."""

    @lru_cache
    def speak(language: str) -> Words:
        return Words(language, catalogue(language), zone=station.settings.timezone)

    return speak
