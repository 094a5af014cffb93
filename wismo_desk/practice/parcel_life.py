"""What becomes of a practice parcel: scans that depend on nothing but its number and the time. Pure.

The stories and their words are inventions. One parcel in ten is silent after sorting, one finds nobody at
home and comes again, one is refused and goes back; the number's last serial digit decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Scan:
    """One event: the carrier's code and words, its local time, and where."""

    code: str
    label: str
    at: datetime
    place: str


_Step = tuple[float, str, str, str]  # hours after creation, code, label, place

_ANNOUNCED: Final[_Step] = (0, "ANNONCE", "Colis annoncé, pas encore remis", "")
_START: Final[tuple[_Step, ...]] = (
    (5, "PRIS", "Colis pris en charge", "Agence de départ"),
    (12, "TRI", "Colis trié", "Plateforme Exemple"),
)
_ROUND: Final[tuple[_Step, ...]] = (
    (22, "ARRIVE", "Colis arrivé à l'agence de livraison", "Agence d'arrivée"),
    (24, "TOURNEE", "Colis en cours de livraison", "Agence d'arrivée"),
)
_DELIVERED: Final[_Step] = (28, "LIVRE", "Colis livré", "")
_PICKUP: Final[tuple[_Step, ...]] = (
    (26, "DEPOSE", "Colis disponible au point de retrait", "Point de retrait"),
    (50, "RETIRE", "Colis retiré par le destinataire", "Point de retrait"),
)
_ABSENT: Final[tuple[_Step, ...]] = (
    (28, "ABSENT", "Destinataire absent, avis déposé", ""),
    (48, "TOURNEE", "Colis en cours de livraison", "Agence d'arrivée"),
    (51, "LIVRE", "Colis livré", ""),
)
_REFUSED: Final[tuple[_Step, ...]] = (
    (28, "REFUSE", "Colis refusé par le destinataire", ""),
    (32, "RETOUR", "Colis en retour vers l'expéditeur", "Agence d'arrivée"),
    (80, "RENDU", "Colis rendu à l'expéditeur", ""),
)
_SILENT: Final = "7"
_STORIES: Final = {"8": _ABSENT, "9": _REFUSED}


def life(
    number: str, service: str, *, created_at: datetime, voided_at: datetime | None, now: datetime
) -> list[Scan]:
    """Everything that has happened until `now`, oldest first, in the offset of `created_at`."""
    steps = (_ANNOUNCED,) if voided_at else (_ANNOUNCED, *_START, *_rest(number[-2], service))
    times = ((created_at + timedelta(hours=hours), code, label, place) for hours, code, label, place in steps)
    scans = [Scan(code, label, at, place) for at, code, label, place in times if at <= now]
    if voided_at is not None and voided_at <= now:
        scans.append(Scan("ANNULE", "Étiquette annulée", voided_at, ""))
    return scans


def was_handed_over(created_at: datetime, now: datetime) -> bool:
    """From the first physical scan on, the label cannot be voided any more."""
    return now >= created_at + timedelta(hours=_START[0][0])


def _rest(digit: str, service: str) -> tuple[_Step, ...]:
    if digit == _SILENT:
        return ()
    if service == "pickup":
        return (*_ROUND[:1], *_PICKUP)
    return (*_ROUND, *_STORIES.get(digit, (_DELIVERED,)))
