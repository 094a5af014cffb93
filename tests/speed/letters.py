"""Letters, text messages and tracking pages written: subject, plain text and HTML of one notice, and one page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import thread_time
from typing import Final
from zoneinfo import ZoneInfo

from tests.speed.figures import Figure
from tests.speed.room import Room
from wismo_desk.documents.tracking_page import render
from wismo_desk.domain.notice import Milestone
from wismo_desk.flows.page_view import view_of
from wismo_desk.notices.known import Known
from wismo_desk.notices.letters import Letters
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings.mail import MailSettings
from wismo_desk.words import Words

_ROUNDS: Final = 7
_TIMES: Final = 60
_PEER: Final = "one HTML template in plain Jinja2: no sandbox, no plain text, no dark colours"
# What a shop's own script does: the styles typed into the elements, the values filled in.
_PLAIN: Final = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ subject }}</title></head>
<body style="margin:0;background:#F4F6F8"><table width="100%"><tr><td align="center"><table width="560"
style="background:#fff;border-radius:8px;font-family:Arial,sans-serif"><tr><td style="padding:24px">
<h1 style="font-size:24px">{{ subject }}</h1><p>Bonjour {{ name }},</p><p>Votre commande {{ order }} est emballée et
voyagera avec {{ carrier }}. {% if city %}Elle sera livrée à {{ city }}.{% endif %}</p>
<p>Arrivée prévue : {{ expected }}</p><p>Transporteur : {{ carrier }}</p><p>Numéro de suivi :
{% for number in numbers %}{{ number }} {% endfor %}</p><p><a href="{{ page }}"
style="display:inline-block;padding:15px 24px;background:#1A5FB4;color:#fff">Suivre ma commande</a></p>
<p>À bientôt,<br>L’équipe {{ shop }}</p></td></tr></table></td></tr></table></body></html>"""


def measure(room: Room) -> list[Figure]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
    from jinja2 import Environment
    from page_sample import KNOWN, SHOP, sample

    told, zone = sample(), ZoneInfo("Europe/Paris")
    known = Known(page="https://suivi.example/mfrggzdfmztwq2lknnwg23tpoa.html", brand=KNOWN.brand)
    letters = Letters(
        (resources_dir() / "notices",),
        names=SHOP.names,
        zone=zone,
        mail=lambda: MailSettings(sender_name=SHOP.name, sender_address=SHOP.contact),
        known=lambda _told: known,
    )
    at, words = told.row.event_at, Words("fr", catalogue("fr"), zone=zone)
    values = letters.values(told, Milestone.SHIPPED, at=at, language="fr") | {
        "subject": "Votre commande est prête"
    }
    plain = Environment(autoescape=True).from_string(_PLAIN)
    letter = letters.write(told, Milestone.SHIPPED, at=at)
    page = render(view_of(told, known, SHOP, words))
    return [
        _figure(
            "letter: subject, plain text, MJML to HTML, JSON-LD",
            lambda: letters.write(told, Milestone.SHIPPED, at=at),
            lambda: plain.render(**values),
            note=f"{len(letter.html.encode()) / 1000:.1f} kB of HTML against {len(plain.render(**values)) / 1000:.1f}",
        ),
        _figure("text message", lambda: letters.sms(told, Milestone.SHIPPED, at=at)),
        _figure(
            "tracking page, one language",
            lambda: render(view_of(told, known, SHOP, words)),
            lambda: plain.render(**values),
            note=f"{len(page) / 1000:.1f} kB",
        ),
    ]


def _figure(
    name: str, work: Callable[[], object], peer: Callable[[], object] | None = None, *, note: str = ""
) -> Figure:
    rounds = [(_each(work), _each(peer) if peer else 0.0) for _ in range(_ROUNDS)]
    return Figure(
        chapter="letters",
        name=name,
        value=min(ours for ours, _ in rounds),
        unit="ms",
        peer=_PEER if peer else "",
        peer_value=min(theirs for _, theirs in rounds) if peer else None,
        samples=_TIMES * _ROUNDS,
        note=note,
    )


def _each(work: Callable[[], object]) -> float:
    """Milliseconds of the processor, each."""
    began = thread_time()
    for _ in range(_TIMES):
        work()
    return (thread_time() - began) * 1000 / _TIMES
