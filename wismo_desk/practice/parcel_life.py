"""What the practice carrier says of a parcel: its codes and words for each scene of the plot. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wismo_desk.practice.plot import HANDED_OVER, Scene, scenes


@dataclass(frozen=True, slots=True)
class Scan:
    """One event: the carrier's code and words, its local time, and where."""

    code: str
    label: str
    at: datetime
    place: str


_SAID: Final[dict[Scene, tuple[str, str, str]]] = {
    Scene.ANNOUNCED: ("ANNONCE", "Colis annoncé, pas encore remis", ""),
    Scene.TAKEN: ("PRIS", "Colis pris en charge", "Agence de départ"),
    Scene.SORTED: ("TRI", "Colis trié", "Plateforme Exemple"),
    Scene.ARRIVED: ("ARRIVE", "Colis arrivé à l'agence de livraison", "Agence d'arrivée"),
    Scene.ROUND: ("TOURNEE", "Colis en cours de livraison", "Agence d'arrivée"),
    Scene.DELIVERED: ("LIVRE", "Colis livré", ""),
    Scene.AT_POINT: ("DEPOSE", "Colis disponible au point de retrait", "Point de retrait"),
    Scene.FETCHED: ("RETIRE", "Colis retiré par le destinataire", "Point de retrait"),
    Scene.ABSENT: ("ABSENT", "Destinataire absent, avis déposé", ""),
    Scene.REFUSED: ("REFUSE", "Colis refusé par le destinataire", ""),
    Scene.RETURNING: ("RETOUR", "Colis en retour vers l'expéditeur", "Agence d'arrivée"),
    Scene.RETURNED: ("RENDU", "Colis rendu à l'expéditeur", ""),
    Scene.VOIDED: ("ANNULE", "Étiquette annulée", ""),
}


def life(
    number: str, service: str, *, created_at: datetime, voided_at: datetime | None, now: datetime
) -> list[Scan]:
    """Everything that has happened until `now`, oldest first, in the offset of `created_at`."""
    told = scenes(number[-2], pickup=service == "pickup", created_at=created_at, voided_at=voided_at, now=now)
    return [Scan(code, label, at, place) for at, scene in told for code, label, place in (_SAID[scene],)]


def was_handed_over(created_at: datetime, now: datetime) -> bool:
    """From the first physical scan on, the label cannot be voided any more."""
    return now >= created_at + HANDED_OVER
