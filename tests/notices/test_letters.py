"""The texts: both languages, every placeholder, and what a template or a customer may not do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from notice_rig import NOON, PARIS, letters_of, order, settings

from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Letter, Milestone, Story
from wismo_desk.domain.order import OrderLine, Party
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import SettingsProblem
from wismo_desk.notices.letters import PARTS, said_day
from wismo_desk.notices.stories import Told
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.words import Words

TEXTS = resources_dir() / "notices"
PLACES = {
    "shop", "contact", "name", "order", "lines", "own", "carrier", "service", "numbers", "city",
    "pickup_point", "promised", "day",
}  # fmt: skip
NUMBERS = ("PX1", "PX2")


def told(**changes: Any) -> Told:
    one = order("10482", **{k: v for k, v in changes.items() if k in ("recipient", "lines", "pickup_point")})
    values: dict[str, Any] = {
        "row": 1, "shipment_id": shipment_id(one.order_id), "order_id": one.order_id,
        "order_number": one.number, "carrier": "practice", "service": "home", "number": "PX1", "parcels": 2,
        "customer": "", "place": "", "status": TrackingStatus.LABEL_CREATED, "reason": IncidentReason.NONE,
        "promised_on": date(2026, 12, 1), "ship_by": None, "event_at": NOON,
        "event_place": "", "severity": 0, "anomalies": (),
    }  # fmt: skip
    row = ShipmentRow(**{k: changes.get(k, v) for k, v in values.items()})
    story = Story(status=row.status, facts=())
    return Told(row=row, order=one, story=story, numbers=changes.get("numbers", NUMBERS))


def letter(milestone: Milestone, *folders: Path, mail: Any = None, **changes: Any) -> Letter:
    mail = mail or settings(25)
    return letters_of(lambda: mail, *folders).write(told(**changes), milestone, at=NOON)


class Tags(HTMLParser):
    """Every tag opened is closed; `texts` is what is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_text_is_there() -> None:
    names = {f"{milestone.value}.{part}.j2" for milestone in Milestone for part in PARTS}
    for language in ("fr", "en"):
        assert {path.name for path in (TEXTS / language).iterdir()} == names | {"layout.html.j2"}


@pytest.mark.parametrize("country", ["FR", "DE"])
@pytest.mark.parametrize("milestone", list(Milestone))
def test_each_says_who_what_and_from_whom(milestone: Milestone, country: str) -> None:
    who = Party(name="Zoé Lefèvre", city="Tours", country=country, email="zoe@example.org")
    made = letter(milestone, recipient=who)
    assert made.language == ("fr" if country == "FR" else "en")
    assert "10482" in made.subject
    assert (made.to, made.name) == ("zoe@example.org", "Zoé Lefèvre")
    page = Tags(made.html)
    assert page.open == []
    for text in (made.text, page.text):
        assert "Zoé Lefèvre" in text
        assert "10482" in text
        assert "Papeterie du Port" in text
        assert "bonjour@papeterie.example" in text
        assert not re.search(r"[{}]|None|Undefined", text)
    assert not re.search(r"\n{3,}| \n|  ", made.text)
    assert "http" not in made.html, "nothing is loaded, nobody is followed"


@pytest.mark.parametrize("milestone", list(Milestone))
@pytest.mark.parametrize("carrier", ["own", "practice"])
def test_nothing_known_leaves_no_gap(milestone: Milestone, carrier: str) -> None:
    bare = Party(email="zoe@example.org")
    made = letter(
        milestone, recipient=bare, numbers=(), promised_on=None, carrier=carrier, service="?", lines=()
    )
    assert not re.search(r"\n{3,}| \n| [,.)]|\( ?\)|  ", made.text)


def test_french_is_well_set() -> None:
    for path in (TEXTS / "fr").glob("*.j2"):
        text = re.sub(r"\{[{%].*?[%}]\}", "x", path.read_text(encoding="utf-8"))
        text = re.sub(r"<[^>]*>", "", text)
        assert not re.search(r" [!?;:»]|« ", text), path.name
        assert "'" not in text, path.name


def test_tracking_numbers() -> None:
    assert "Numéros de suivi\u202f: PX1, PX2" in letter(Milestone.SHIPPED).text
    assert "Numéro de suivi\u202f: PX1\n" in letter(Milestone.SHIPPED, numbers=("PX1",)).text
    assert "notre livreur" in letter(Milestone.HANDED_OVER, carrier="own").text
    assert "Transporteur d’exercice" in letter(Milestone.HANDED_OVER).text


def test_days() -> None:
    assert said_day(date(2026, 12, 1), "fr") == "mardi 1er décembre"
    assert said_day(date(2026, 11, 21), "fr") == "samedi 21 novembre"
    assert said_day(date(2026, 12, 1), "en") == "Tuesday 1 December"
    assert "mardi 1er décembre" in letter(Milestone.SHIPPED).text
    assert NOON.astimezone(PARIS).date() == date(2026, 11, 23)
    assert "lundi 23 novembre" in letter(Milestone.DELIVERED).text


def test_every_placeholder_is_used_documented_and_nothing_else() -> None:
    from jinja2 import Environment, meta

    used: set[str] = set()
    for path in TEXTS.rglob("*.j2"):
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        used |= meta.find_undeclared_variables(tree)
    assert used - {"self"} == PLACES
    documented = set(re.findall(r"^\| (.*?) \|", (TEXTS / "README.md").read_text(), re.M))
    assert set(re.findall(r"`(\w+)`", " ".join(documented))) == PLACES


def test_what_customers_type_stays_text() -> None:
    evil = Party(
        name="<script>alert(1)</script>{{ 7*7 }}\r\nBcc: x@example.org\n\n" + "long " * 40,
        city="<b>Tours</b>",
        email="zoe@example.org",
    )
    line = OrderLine(line_id=uuid4(), sku="X", name="<img src=x onerror=alert(1)>{% raw %}")
    for milestone in Milestone:
        made = letter(milestone, recipient=evil, lines=(line,))
        assert set(Tags(made.html).seen) <= {
            "html", "head", "meta", "title", "body", "div", "p", "h1", "ul", "li", "strong", "br"
        }  # fmt: skip
        assert "{{ 7*7 }}" in made.text
        assert "49" not in made.text
        assert "\nBcc" not in made.text
        assert "\n" not in made.subject
        assert len(made.text.split("\n")[0]) < 100


def own(tmp_path: Path, text: str, part: str = "txt") -> Path:
    folder = tmp_path / "fr"
    folder.mkdir()
    (folder / f"shipped.{part}.j2").write_text(text, encoding="utf-8")
    return tmp_path


def test_an_own_text_replaces_ours(tmp_path: Path) -> None:
    made = letter(Milestone.SHIPPED, own(tmp_path, "Parti ! {{ order }}", "subject"))
    assert made.subject == "Parti ! 10482"
    assert "Zoé" in made.text


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ order.__init__.__globals__ }}",
        "{{ lines.__class__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self._TemplateReference__context }}{{ numbers.append('x') }}",
        "{% for x in range(10000000) %}x{% endfor %}",
        "{{ lines[0].update(name='x') }}",
        "{{ unknown }}",
        "{{ order",
        "{% include '../../etc/passwd' %}",
        "{% extends '/etc/passwd' %}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_template_reads_its_values_and_nothing_else(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsProblem, match=r"fr/shipped\.txt\.j2"):
        letter(Milestone.SHIPPED, own(tmp_path, text))


@pytest.mark.parametrize(
    ("files", "path", "line", "why"),
    [
        ({"shipped.txt.j2": "Bonjour\n\n{{ unknown }}\n"}, "shipped.txt.j2", 3, "'unknown' is undefined"),
        ({"shipped.subject.j2": "{{ order"}, "shipped.subject.j2", 1, "unexpected"),
        ({"shipped.txt.j2": "a\n{% if own %}\nb"}, "shipped.txt.j2", 2, "endif"),
        ({"layout.html.j2": "<html>\n{{ nobody }}</html>"}, "layout.html.j2", 2, "nobody"),
        ({"shipped.txt.j2": "a\n{{ 1 / 0 }}"}, "shipped.txt.j2", 2, "ZeroDivisionError"),
        ({"shipped.txt.j2": "a\n{% include 'gone.j2' %}"}, "shipped.txt.j2", 2, "gone.j2"),
        ({"shipped.txt.j2": "a\n\nb {{ order.__class__.__mro__ }}"}, "shipped.txt.j2", 3, "SecurityError"),
    ],
)
def test_what_is_wrong_with_an_own_text_is_told_with_file_and_line(
    tmp_path: Path, files: dict[str, str], path: str, line: int, why: str
) -> None:
    (tmp_path / "fr").mkdir()
    for name, text in files.items():
        (tmp_path / "fr" / name).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsProblem) as told:
        letter(Milestone.SHIPPED, tmp_path)
    assert told.value.values == {"path": str(tmp_path / "fr" / path), "line": line}
    assert why in told.value.raw
    said = Words("fr", catalogue("fr")).error(told.value)
    assert f"voyez sa ligne {line}" in said and str(tmp_path) in said


def test_an_own_text_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "shipped.txt.j2").write_bytes(b"\xff\xfe\x00caf\xe9")
    with pytest.raises(SettingsProblem) as told:
        letter(Milestone.SHIPPED, tmp_path)
    assert told.value.values == {"path": str(tmp_path / "fr" / "shipped.txt.j2")}


def test_naive_twin_plain_jinja_hands_out_the_whole_program() -> None:
    from jinja2 import Environment

    text = "{{ ''.__class__.__mro__[1].__subclasses__()|length }}"
    assert int(Environment(autoescape=True).from_string(text).render()) > 100


def test_language_as_set() -> None:
    assert letter(Milestone.SHIPPED, mail=replace(settings(25), language="en")).language == "en"
