"""The texts: both languages, every placeholder, and what a template or a customer may not do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import partial
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
from wismo_desk.notices.letters import PARTS
from wismo_desk.notices.said import said_day
from wismo_desk.notices.sms_text import SmsCode, sms_size
from wismo_desk.notices.stories import Told
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.words import Words

TEXTS = resources_dir() / "notices"
PLACES = {
    "shop", "contact", "name", "order", "lines", "own", "carrier", "service", "numbers", "city",
    "pickup_point", "pickup_hours", "pickup_until", "pickup_code", "promised", "expected", "reason", "page", "phone",
    "day", "claim_kind", "claim_end",
}  # fmt: skip
FRAME = {
    "subject", "paragraphs", "facts", "colours", "logo", "site", "imprint", "stop", "language", "milestone", "said",
}  # fmt: skip
# What a letter may be made of: nothing that runs, loads by itself, or asks for input.
TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "p", "h1", "table", "tbody", "tr", "td", "br", "a", "span",
    "img", "script", "noscript", "xml",
}  # fmt: skip
NUMBERS = ("PX1", "PX2")
OURS = letters_of(partial(settings, 25))


def told(**changes: Any) -> Told:
    one = order("10482", **{k: v for k, v in changes.items() if k in ("recipient", "lines", "pickup_point")})
    values: dict[str, Any] = {
        "row": 1, "shipment_id": shipment_id(one.order_id), "order_id": one.order_id,
        "order_number": one.number, "carrier": "practice", "service": "home", "number": "PX1", "parcels": 2,
        "customer": "", "place": "", "status": TrackingStatus.LABEL_CREATED, "reason": IncidentReason.NONE,
        "promised_on": date(2026, 12, 1), "ship_by": None, "event_at": NOON,
        "event_place": "", "severity": 0, "anomalies": (), "expected": None,
    }  # fmt: skip
    row = ShipmentRow(**{k: changes.get(k, v) for k, v in values.items()})
    story = Story(status=row.status, facts=())
    return Told(row=row, order=one, story=story, numbers=changes.get("numbers", NUMBERS))


def letter(milestone: Milestone, *folders: Path, mail: Any = None, **changes: Any) -> Letter:
    if mail is None and not folders:
        return OURS.write(told(**changes), milestone, at=NOON)
    mail = mail or settings(25)
    return letters_of(lambda: mail, *folders).write(told(**changes), milestone, at=NOON)


class Tags(HTMLParser):
    """Every tag opened is closed; `text` is what is read; `links` and `loads` are the addresses in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.script = self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name == "href":
                self.links.append(value or "")
            elif name in ("src", "background", "srcset", "poster"):
                self.loads.append(value or "")
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("meta", "br", "img")
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.script += data
        elif not self.open or self.open[-1] != "style":
            self.text += data


def test_every_text_is_there() -> None:
    names = {f"{milestone.value}.{part}.j2" for milestone in Milestone for part in PARTS}
    for language in ("fr", "en"):
        assert {path.name for path in (TEXTS / language).iterdir()} == names | {"words.j2"}
    assert {path.name for path in TEXTS.glob("*.j2")} == {"layout.txt.j2", "layout.mjml.j2"}


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
    assert page.loads == [], "nothing is loaded, nobody is followed"
    assert page.links == ["mailto:bonjour@papeterie.example?subject=STOP%2010482"]
    assert not re.search(r"@import|url\(|<link", made.html)
    assert len(made.html.encode()) < 20_000
    assert f'lang="{made.language}"' in made.html


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("milestone", list(Milestone))
def test_both_forms_say_the_same(milestone: Milestone, language: str) -> None:
    made = OURS.write(told(), milestone, at=NOON, language=language)
    shown = " ".join(Tags(made.html).text.split())
    for line in made.text.partition("--")[0].splitlines():
        said = re.sub(r"^- ", "", line).partition(": ")[2] or re.sub(r"^- ", "", line)
        assert " ".join(said.split()).rstrip(": ") in shown or line.startswith("bonjour@"), line


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("milestone", list(Milestone))
def test_a_text_message_is_one_part_of_seven_bits(milestone: Milestone, language: str) -> None:
    said = OURS.sms(told(), milestone, at=NOON, language=language)
    size = sms_size(said)
    assert (size.code, size.parts) == (SmsCode.GSM, 1)
    assert "Papeterie du Port" in said
    assert "10482" in said
    assert "\n" not in said


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
        if ".sms." in path.name:
            continue  # typed as a telephone types
        text = re.sub(r"\{[{%].*?[%}]\}", "x", path.read_text(encoding="utf-8"))
        text = re.sub(r"<[^>]*>", "", text)
        assert not re.search(r" [!?;:»]|« ", text), path.name
        assert "'" not in text, path.name


def test_tracking_numbers() -> None:
    assert "Numéros de suivi\u202f:\n- PX1\n- PX2\n" in letter(Milestone.SHIPPED).text
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
        found = meta.find_undeclared_variables(tree)
        assert found <= (PLACES | FRAME if path.parent == TEXTS else PLACES), path
        used |= found
    # The box of facts shows some that no text needs.
    assert PLACES - used == {"lines", "pickup_hours"}
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
        page = Tags(made.html)
        assert set(page.seen) <= TAGS
        assert page.seen.count("script") <= 1
        assert page.loads == []
        assert "<script>alert" in page.text
        assert "{{ 7*7 }}" in made.text
        assert "49" not in made.text
        assert "\nBcc" not in made.text
        assert "\n" not in made.subject
        assert len(made.text.split("\n")[0]) < 100
        sms = OURS.sms(told(recipient=evil, lines=(line,)), milestone, at=NOON)
        assert "\n" not in sms


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
        ({"layout.mjml.j2": "<mjml>\n{{ nobody }}</mjml>"}, "layout.mjml.j2", 2, "nobody"),
        ({"words.j2": "{% set said = {} %}\n{{ nobody }}"}, "words.j2", 2, "nobody"),
        ({"shipped.html.j2": "<p>\n{{ nobody }}</p>"}, "shipped.html.j2", 2, "nobody"),
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
