"""The digest of the day as this station sends it; of several that were asked to, one does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from wismo_desk.app.trial_mail import send_digest
from wismo_desk.domain.ids import digest_id
from wismo_desk.flows.digest import Digest
from wismo_desk.settings.station import clock_time
from wismo_desk.store.shared_lease import OrderLeases

if TYPE_CHECKING:
    from wismo_desk.app.station import Station

_DAY: Final = timedelta(hours=26)  # longer than that day is long


def digest_of(station: Station) -> Digest:
    return Digest(
        store=station.store,
        pen=station.pen,
        triage=station.triage,
        words=station.words,
        zone=station.settings.timezone,
        asked=lambda: (station.settings.digest_to.strip(), clock_time(station.settings.digest_at)),
        works=station.calendars.works_here,
        send=lambda to, subject, text: send_digest(
            station.settings.mail, station.words, to, subject, text, now=station.clock()
        ),
        is_ours=lambda to, day: _is_ours(station, to, day),
    )


def _is_ours(station: Station, to: str, day: str) -> bool:
    """Taken by compare-and-set before anything is written: whoever dies with it leaves that day without one, and
    nobody gets two. Raises SharedUnreachable."""
    if station.sharing is None:
        return True
    leases = OrderLeases(
        station.sharing.shared,
        holder=station.store.journal.journal_id,
        station=station.settings.station,
        span=_DAY,
    )
    return not leases.take(digest_id(to, day))
