"""The tracking page as HTML: every state in both languages, small, readable, and safe from what people type."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from page_sample import KNOWN, SHOP, sample

from wismo_desk.documents.tracking_page import LIMIT, render
from wismo_desk.domain.brand import Brand
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.notice import Seen
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.flows.page_view import first_name, view_of
from wismo_desk.notices.known import Known
from wismo_desk.resources import catalogue
from wismo_desk.words import Words

VOID = {"meta", "br", "img", "path", "circle", "link"}


class Page(HTMLParser):
    """Every tag is closed; `text` is what is read, `words` without the style sheet."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.meta: dict[str, str] = {}
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        assert not [name for name in known if name.startswith("on")]
        self.seen.append(tag)
        if "href" in known:
            self.links.append(known["href"])
        if tag == "meta":
            key = known.get("name") or known.get("property") or known.get("http-equiv") or "charset"
            self.meta[key] = known.get("content", "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def page(language: str = "fr", known: Known = KNOWN, **changes: object) -> Page:
    words = Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris"))
    made = render(
        view_of(sample(**changes), known, SHOP, words, other="x-en.html", address="https://s.example/x.html")
    )
    assert len(made) < LIMIT
    return Page(made.decode("utf-8"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("status", list(TrackingStatus))
@pytest.mark.parametrize("bare", [False, True])
def test_every_state_says_something_in_both_languages(
    status: TrackingStatus, language: str, bare: bool
) -> None:
    party = Party() if bare else Party(name="Camille Roux", city="Nantes")
    known = Known() if bare else KNOWN
    made = page(
        language, known, status=status, recipient=party, expected=None if bare else "usual", bare=bare
    )
    assert not re.search(r"[{}]|None|Undefined|…", made.text), made.text
    assert "8791" in made.text
    assert made.seen.count("h1") == 1
    assert made.meta["robots"] == "noindex, nofollow, noarchive"
    english = "Its journey" in made.text
    assert english is (language == "en")
    assert not re.search(r"\w [?!;:](\s|$)|«\S|\S»", made.text) if language == "fr" else True


def test_the_late_page_of_the_mock_up() -> None:
    text = " ".join(page(late=True, reason=IncidentReason.CARRIER_INQUIRY).text.split())
    for said in (
        "Bonjour Camille, votre commande 8791",
        "Retardée, attendue entre mercredi 2 et vendredi 4",
        "Le plus probable\u202f: mercredi 2. Prévue d’abord le jeudi 26 novembre.",
        "Elle est arrêtée chez le transporteur. Nous la suivons et vous prévenons",
        "Préparée et pesée", "Remise à Chronopost", "Arrivée à Roissy", "En livraison à Nantes (à venir)",
        "XY481209375FR", "Nous écrire", "Aucun cookie, aucune publicité.",
    ):  # fmt: skip
        assert said.replace("\u202f", " ") in text.replace("\u202f", " "), said


def test_nothing_loads_runs_or_follows() -> None:
    made = page()
    assert "script" not in made.seen
    assert set(made.seen) & {"link", "iframe", "form", "input", "object", "embed", "video"} == set()
    policy = made.meta["Content-Security-Policy"]
    assert (
        policy
        == "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'"
    )
    assert made.meta["referrer"] == "no-referrer"
    assert made.links == [
        "https://mirabelle.example", "x-en.html", "mailto:bonjour@mirabelle.example?subject=Commande%208791",
        "tel:+33199001234",
    ]  # fmt: skip


def test_what_a_shared_link_shows_names_nobody() -> None:
    made = page()
    shared = [value for key, value in made.meta.items() if key.startswith("og:")]
    assert made.meta["og:title"] == "Commande 8791 · Atelier Mirabelle"
    assert made.meta["og:description"].startswith("Attendue entre")
    assert made.meta["og:url"] == "https://s.example/x.html"
    assert not any("Camille" in value or "Nantes" in value for value in shared)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=x>", "{{ 7*7 }}", "{% raw %}",
        "</style><script>x</script>", "javascript:alert(1)", "</title><h1>x",
    ],
)  # fmt: skip
def test_what_people_type_stays_text(text: str) -> None:
    brand = Brand(imprint=text)
    known = Known(pickup_name=text, pickup_hours=(text,), brand=brand)
    facts = (Fact(fact_id=uuid4(), kind=FactKind.TRACKING_SAID, at=datetime(2026, 11, 26, 5, tzinfo=UTC), station="",
                  data={"place": text}),)  # fmt: skip
    seen = (Seen(status=TrackingStatus.IN_TRANSIT, at=facts[0].at, on=date(2026, 11, 26)),)
    made = page(
        "fr",
        known,
        recipient=Party(name=f"{text} Roux", city=text),
        number=text,
        numbers=(text,),
        facts=facts,
        seen=seen,
    )
    assert made.seen.count("h1") == 1
    assert {"script", "img"}.isdisjoint(made.seen)
    assert made.seen.count("svg") == 1
    assert "49" not in made.text
    assert not [link for link in made.links if link.startswith("javascript")]


def test_naive_twin_joining_strings_lets_them_in() -> None:
    name = '"><img src=x onerror=alert(1)>'
    with pytest.raises(AssertionError):
        Page(f'<p title="{name}">Bonjour</p>')


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Camille Roux", "Camille"), ("ROUX Camille", "Camille"), ("Mme Camille Roux", "Camille"), ("M. Roux", ""),
        ("Roux", ""), ("", ""), ("Jean-Luc ROUX", "Jean-Luc"), ("CAMILLE ROUX", "CAMILLE"), ("Dr Zoé L.", "Zoé"),
    ],
)  # fmt: skip
def test_the_first_name_alone(name: str, first: str) -> None:
    assert first_name(Party(name=name)) == first


def test_a_town_that_is_an_address_of_the_web_is_left_out() -> None:
    for town in ("evil.example/win", "https://evil.example", "Nantes www.evil.example"):
        assert "evil" not in page(recipient=Party(name="Camille Roux", city=town)).text
    assert (
        "En livraison à St. Jean-d’Angély (17)"
        in page(recipient=Party(name="Camille Roux", city="St. Jean-d’Angély (17)")).text
    )


def test_a_long_interval_and_one_day() -> None:
    wide = page(expected=Expected(date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 9)))
    assert "Attendue entre mardi 1er et mercredi 9" in wide.text
    one = page(expected=Expected(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 2)))
    assert "Attendue le mercredi 2 décembre" in one.text
    assert "Le plus probable" not in one.text


def test_a_pickup_point_says_where_when_and_how_long_but_not_its_code() -> None:
    known = replace(KNOWN, pickup_name="Tabac du Port", pickup_hours=("lun.–ven. 8 h–19 h",), pickup_code="4821",
                    pickup_until=date(2026, 12, 8))  # fmt: skip
    made = page("fr", known, status=TrackingStatus.READY_FOR_PICKUP)
    for said in ("Elle vous attend jusqu’au mardi 8 décembre", "Tabac du Port", "lun.–ven. 8 h–19 h"):
        assert said in made.text
    assert "4821" not in made.text
