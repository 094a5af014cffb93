"""What Mondial Relay's practice server tells by API 1: rows of events, and pickup points. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from wismo_desk.practice.plot import Scene
from wismo_desk.web.xml import Node

_PARIS: Final = ZoneInfo("Europe/Paris")
_ROWS: Final = 10  # the list of events is filled up with empty ones
_SHOPS: Final = ("TABAC EXEMPLE", "FLEURS EXEMPLE", "PRESSE EXEMPLE", "LOCKER EXEMPLE")
_DAYS: Final = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
_OPEN: Final = ("0900", "1230", "1400", "1900")
_ROUND_THE_CLOCK: Final = ("0000", "2359", "0000", "0000")
_SHUT: Final = ("0000",) * 4

# Wording, and STAT of the whole from then on. ABSENT and REFUSED have no known wording: nothing is told of them.
# The wordings of a return are inventions; the documents only say “retour…”.
_SAID: Final[Mapping[Scene, tuple[str, str, int]]] = {
    Scene.ANNOUNCED: ("RÉCEPTION DES DONNÉES", "", 80),
    Scene.TAKEN: ("PRISE EN CHARGE EN AGENCE", "LILLE", 81),
    Scene.SORTED: ("PRISE EN CHARGE EN AGENCE", "HUB EXEMPLE", 81),
    Scene.ARRIVED: ("PRISE EN CHARGE EN AGENCE", "VILLE EXEMPLE", 81),
    Scene.ROUND: ("COLIS REMIS AU LIVREUR", "VILLE EXEMPLE", 81),
    Scene.DELIVERED: ("COLIS LIVRÉ AU DESTINATAIRE", "VILLE EXEMPLE", 82),
    Scene.AT_POINT: ("COLIS DISPONIBLE AU POINT RELAIS", "", 81),
    Scene.FETCHED: ("COLIS LIVRÉ AU DESTINATAIRE", "", 82),
    Scene.RETURNING: ("RETOUR EXPÉDITEUR EN COURS", "VILLE EXEMPLE", 81),
    Scene.RETURNED: ("COLIS LIVRÉ À L'EXPÉDITEUR", "LILLE", 82),
}
_STATES: Final = {80: "COLIS ENREGISTRÉ", 81: "COLIS PRIS EN CHARGE", 82: "COLIS LIVRÉ"}


def traced(told: Iterable[tuple[datetime, Scene]], point: str) -> list[Node]:
    """The result of WSI2_TracingColisDetaille. `point` is "FR-350001" or ""."""
    news = [(at.astimezone(_PARIS), *_SAID[scene]) for at, scene in told if scene in _SAID]
    state = news[-1][3] if news else 80
    rows = [_row(at, label, place, point) for at, label, place, _ in news]
    rows += [_row(None, "", "", "")] * (_ROWS - len(rows))
    return [
        ("STAT", str(state)),
        ("Libelle01", _STATES[state]),
        ("Relais_Libelle", "POINT EXEMPLE" if point else ""),
        ("Relais_Num", point[3:]),
        ("Libelle02", ""),
        ("Tracing", rows),
    ]


def found(postcode: str, most: int, *, today: datetime) -> list[Node]:
    """The result of WSI4_PointRelais_Recherche."""
    local = today.astimezone(_PARIS)
    places = [_place(n, postcode, local) for n in range(min(most or 10, len(_SHOPS)))]
    return [("STAT", "0"), ("PointsRelais", places)]


def _row(at: datetime | None, label: str, place: str, point: str) -> Node:
    """Two-digit years, and no offset."""
    told = ("", "") if at is None else (f"{at:%d/%m/%y}", f"{at:%H:%M}")
    here = point if label and not place else ""
    return (
        "ret_WSI2_sub_TracingColisDetaille",
        [
            ("Libelle", label),
            ("Date", told[0]),
            ("Heure", told[1]),
            ("Emplacement", place),
            ("Relais_Num", here[3:]),
            ("Relais_Pays", here[:2]),
        ],
    )


def _place(n: int, postcode: str, today: datetime) -> Node:
    """Three shops, one of them on holiday next week, and a locker. Texts are padded with blanks, as theirs are."""
    locker = n == len(_SHOPS) - 1
    hours: list[Node] = [
        (f"Horaires_{day}", [("string", time) for time in _day_hours(day, locker=locker)]) for day in _DAYS
    ]
    leave: list[Node] = []
    if n == len(_SHOPS) - 2:
        first = (today + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        span: list[Node] = [
            ("Debut", first.isoformat()),
            ("Fin", (first + timedelta(days=6)).isoformat()),
        ]
        leave = [("Periode", span)]
    return (
        "PointRelais_Details",
        [
            ("STAT", "0"),
            ("Num", f"{postcode}{n + 1}"),
            ("LgAdr1", f"{_SHOPS[n]:<32}"),
            ("LgAdr2", " " * 32),
            ("LgAdr3", f"{f'{n + 3} RUE DES ESSAIS':<32}"),
            ("LgAdr4", " " * 32),
            ("CP", postcode),
            ("Ville", f"{'VILLE EXEMPLE':<26}"),
            ("Pays", "FR"),
            ("Latitude", f"48,1{n}72000"),
            ("Longitude", f"-01,6{n}77000"),
            ("TypeActivite", "000"),
            ("Information", "LOCKER" if locker else ""),
            *hours,
            ("Informations_Dispo", leave),
            ("Distance", str(400 + 650 * n)),
        ],
    )


def _day_hours(day: str, *, locker: bool) -> tuple[str, ...]:
    if locker:
        return _ROUND_THE_CLOCK
    return _SHUT if day == "Dimanche" else _OPEN
