"""What stands around a text: the box of facts, the brand, the parcel as mail programs read it, other languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from notice_rig import CARRIER, NOON, PARIS, settings
from openapi_schema_validator import validate
from test_letters import Tags, own, told

from wismo_desk.channels.bounces import Stop, read_return
from wismo_desk.domain.brand import Brand, contrast
from wismo_desk.domain.expected import Expected
from wismo_desk.domain.notice import Letter, Milestone
from wismo_desk.domain.order import OrderLine, Party
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.errors import SettingsProblem
from wismo_desk.notices.known import Known
from wismo_desk.notices.letters import Letters, spoken_names
from wismo_desk.notices.mjml_letters import palette
from wismo_desk.notices.sms_text import sms_size
from wismo_desk.resources import resources_dir

PAGE = "https://suivi.papeterie.example/mfrggzdfmztwq2lknnwg23tpoa.html"
ZOE = Party(
    name="Zoé Lefèvre", street=("3 rue du Port",), postcode="37000", city="Tours", email="zoe@example.org"
)
KNOWN = Known(page=PAGE, pickup_name="Tabac du Port", pickup_until=date(2026, 12, 8), pickup_code="4821")
# Google's own list for ParcelDelivery (channels.md §5), but addressRegion: orders have none.
DELIVERY = {
    "type": "object",
    "required": [
        "@context", "@type", "deliveryAddress", "expectedArrivalUntil", "carrier", "itemShipped", "partOfOrder",
    ],
    "properties": {
        "@context": {"const": "http://schema.org"},
        "@type": {"const": "ParcelDelivery"},
        "deliveryAddress": {
            "required": ["@type", "name", "streetAddress", "addressLocality", "addressCountry", "postalCode"],
            "properties": {"addressCountry": {"pattern": "^[A-Z]{2}$"}, "streetAddress": {"minLength": 1}},
        },
        "expectedArrivalUntil": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"},
        "carrier": {"required": ["@type", "name"]},
        "itemShipped": {"type": "array", "minItems": 1, "items": {"required": ["@type", "name"]}},
        "partOfOrder": {
            "required": ["@type", "orderNumber", "merchant"],
            "properties": {"merchant": {"required": ["@type", "name"]}},
        },
        "trackingUrl": {"pattern": "^https://"},
    },
}  # fmt: skip


def letters(known: Known = KNOWN, *folders: Path, texts: Any = dict, mail: Any = None) -> Letters:
    return Letters(
        (*folders, resources_dir() / "notices"),
        names=spoken_names({"practice": CARRIER}, "Livraison magasin"),
        zone=PARIS,
        mail=lambda: mail or settings(25),
        known=lambda _told: known,
        texts=texts,
    )


OURS, PAGELESS = letters(), letters(replace(KNOWN, page=""))


def write(milestone: Milestone, known: Known = KNOWN, *folders: Path, **changes: Any) -> Letter:
    desk = OURS if known is KNOWN and not folders else letters(known, *folders)
    return desk.write(told(recipient=ZOE, **changes), milestone, at=NOON)


def test_the_interval_and_the_reason() -> None:
    between = Expected(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 4))
    made = write(Milestone.DELAYED, expected=between, reason=IncidentReason.CARRIER_MISSORT)
    assert "entre le mercredi 2 et le vendredi 4 décembre" in made.text
    assert "le colis a fait un détour" in made.text
    over = Expected(date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 1))
    assert (
        "entre le lundi 30 novembre et le mardi 1er décembre" in write(Milestone.SHIPPED, expected=over).text
    )
    one = Expected(date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 1))
    assert "Arrivée prévue\u202f: le mardi 1er décembre" in write(Milestone.SHIPPED, expected=one).text
    past = Expected(date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21))
    assert "novembre" not in write(Milestone.DELAYED, expected=past, promised_on=None).text


def test_every_reason_has_its_words() -> None:
    from jinja2 import Environment

    for language in ("fr", "en"):
        text = (resources_dir() / "notices" / language / "words.j2").read_text(encoding="utf-8")
        said: Any = Environment(autoescape=True).from_string(text).module
        assert set(said.said["reasons"]) == {each.value for each in IncidentReason} - {""}


def test_the_button_leads_to_the_page_and_the_text_names_it() -> None:
    made = write(Milestone.HANDED_OVER)
    page = Tags(made.html)
    assert PAGE in page.links
    assert f"Suivre ma commande\u202f: {PAGE}" in made.text
    bare = write(Milestone.HANDED_OVER, Known())
    assert "Suivre ma commande" not in bare.text + bare.html


def test_a_pickup_point_in_full() -> None:
    made = write(
        Milestone.READY_FOR_PICKUP, replace(KNOWN, pickup_hours=("lun.–ven. 8 h–19 h", "sam. 9 h–12 h"))
    )
    for said in ("Tabac du Port", "mardi 8 décembre", "4821", "sam. 9 h–12 h"):
        assert said in made.text
        assert said in Tags(made.html).text
    sms = letters().sms(told(recipient=ZOE), Milestone.READY_FOR_PICKUP, at=NOON)
    assert "Tabac du Port, jusqu'au mardi 8 décembre. Code : 4821." in sms


def parcel(made: Letter) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Tags(made.html).script)
    return found


@pytest.mark.parametrize("milestone", list(Milestone))
def test_the_parcel_is_told_as_google_reads_it(milestone: Milestone) -> None:
    made = parcel(write(milestone))
    validate(made, DELIVERY)
    assert made["trackingNumber"] == "PX1"
    assert made["trackingUrl"] == PAGE
    assert made["expectedArrivalUntil"] == "2026-12-01T20:00:00+01:00"
    assert made["partOfOrder"]["orderNumber"] == "10482"


def test_the_state_of_the_order_is_told() -> None:
    for status, said in (
        (TrackingStatus.IN_TRANSIT, "OrderInTransit"),
        (TrackingStatus.READY_FOR_PICKUP, "OrderPickupAvailable"),
        (TrackingStatus.DELIVERED, "OrderDelivered"),
    ):
        assert parcel(write(Milestone.SHIPPED, status=status))["partOfOrder"]["orderStatus"].endswith(said)


def test_nothing_to_follow_is_not_told() -> None:
    assert "ld+json" not in write(Milestone.CONFIRMED, numbers=()).html
    assert "ld+json" not in write(Milestone.SHIPPED, promised_on=None).html


def test_what_customers_type_cannot_end_the_script() -> None:
    evil = replace(ZOE, name="</script><script>alert(1)</script>", city="]]>", street=("<!--",))
    from uuid import uuid4

    line = OrderLine(line_id=uuid4(), sku="X", name="</SCRIPT>\u2028")
    made = letters().write(told(recipient=evil, lines=(line,)), Milestone.SHIPPED, at=NOON)
    page = Tags(made.html)
    assert page.seen.count("script") == 1
    found = json.loads(page.script)
    assert found["deliveryAddress"]["name"] == "</script><script>alert(1)</script>"
    assert found["itemShipped"][0]["name"] == "</SCRIPT>\u2028"


def test_naive_twin_json_in_a_script_is_left_by_it() -> None:
    naive = f'<script type="application/ld+json">{json.dumps({"name": "</script><script>alert(1)</script>"})}</script>'
    assert re.findall("<script>alert", naive), "a browser ends the first script here and runs the second"


@pytest.mark.parametrize(
    "colour", ["#1A5FB4", "#FFEB3B", "#000000", "#FFFFFF", "#F28BAB", "#00FF00", "#0A0A0A"]
)
def test_every_colour_of_a_brand_can_be_read(colour: str) -> None:
    found = palette(Brand(colour=colour))
    pairs = [
        ("text", "card"), ("muted", "card"), ("muted", "ground"), ("accent", "card"), ("on_accent", "accent"),
        ("text", "tint"), ("muted", "tint"), ("night_text", "night_card"), ("night_muted", "night_tint"),
        ("night_text", "night_tint"), ("night_muted", "night_ground"), ("on_night_accent", "night_accent"),
        ("night_accent", "night_card"),
    ]  # fmt: skip
    for text, ground in pairs:
        assert contrast(found[text], found[ground]) >= 4.5, (text, ground)


def test_the_brand_is_shown() -> None:
    brand = Brand(
        colour="#7A1F5C", site="https://papeterie.example", phone="+33 1 99 00 12 34", imprint="SAS Port"
    )
    made = write(Milestone.SHIPPED, Known(brand=brand, logo="https://suivi.papeterie.example/logo-1.png"))
    page = Tags(made.html)
    assert page.loads == ["https://suivi.papeterie.example/logo-1.png"]
    assert "https://papeterie.example" in page.links
    assert "#7A1F5C" in write(Milestone.SHIPPED, Known(brand=brand, page=PAGE)).html
    for said in ("+33 1 99 00 12 34", "SAS Port"):
        assert said in made.text
        assert said in page.text


def test_a_text_saved_in_the_settings_comes_first_and_at_once(tmp_path: Path) -> None:
    saved = {"fr/shipped.subject.j2": "Partie{{ order }}"}
    desk = letters(KNOWN, own(tmp_path, "Parti ! {{ order }}", "subject"), texts=lambda: saved)
    assert desk.write(told(), Milestone.SHIPPED, at=NOON).subject == "Partie10482"
    saved["fr/shipped.subject.j2"] = "Envoyée {{ order }}"
    assert desk.write(told(), Milestone.SHIPPED, at=NOON).subject == "Envoyée 10482"
    del saved["fr/shipped.subject.j2"]
    assert desk.write(told(), Milestone.SHIPPED, at=NOON).subject == "Parti ! 10482"


def test_what_is_wrong_with_a_saved_text_is_told() -> None:
    saved = {"fr/shipped.txt.j2": "a\n{{ nobody }}"}
    with pytest.raises(SettingsProblem) as problem:
        letters(texts=lambda: saved).write(told(), Milestone.SHIPPED, at=NOON)
    assert problem.value.values == {"path": "fr/shipped.txt.j2", "line": 2}


def test_a_frame_that_is_no_mjml_is_told(tmp_path: Path) -> None:
    (tmp_path / "layout.mjml.j2").write_text("<mjml><mj-body>{{ subject }}")
    with pytest.raises(SettingsProblem, match=r"layout\.mjml\.j2 is not MJML"):
        write(Milestone.SHIPPED, KNOWN, tmp_path)


def test_a_frame_may_include_no_file_of_this_computer(tmp_path: Path) -> None:
    (tmp_path / "layout.mjml.j2").write_text(
        '<mjml><mj-body><mj-include path="/etc/passwd" /></mj-body></mjml>'
    )
    with pytest.raises(SettingsProblem, match="include"):
        write(Milestone.SHIPPED, KNOWN, tmp_path)


def test_a_frame_of_one_milestone_and_html_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "shipped.mjml.j2").write_text(
        "<mjml><mj-body><mj-section><mj-column><mj-text>{{ name }}!</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "delivered.html.j2").write_text("<!doctype html><title>x</title><p>{{ name }}</p>")
    evil = replace(ZOE, name="<b>Zoé</b>")
    made = letters(KNOWN, tmp_path).write(told(recipient=evil), Milestone.SHIPPED, at=NOON)
    assert "&lt;b&gt;Zoé&lt;/b&gt;!" in made.html
    own_html = letters(KNOWN, tmp_path).write(told(recipient=evil), Milestone.DELIVERED, at=NOON)
    assert own_html.html.startswith("<!doctype html><title>x</title><p>&lt;b&gt;Zoé&lt;/b&gt;</p>")
    assert "mj-" in write(Milestone.DELAYED, KNOWN, tmp_path).html


def test_a_language_is_a_folder(tmp_path: Path) -> None:
    german = tmp_path / "de"
    german.mkdir()
    words = (resources_dir() / "notices" / "en" / "words.j2").read_text(encoding="utf-8")
    (german / "words.j2").write_text(words.replace("Hello", "Guten Tag"), encoding="utf-8")
    for part, text in (
        ("subject", "Ihre Bestellung {{ order }}"),
        ("txt", "Unterwegs seit {{ day }}."),
        ("sms", "{{ order }}"),
    ):
        (german / f"shipped.{part}.j2").write_text(text, encoding="utf-8")
    anna = replace(ZOE, country="DE")
    desk = letters(KNOWN, tmp_path)
    made = desk.write(told(recipient=anna), Milestone.SHIPPED, at=NOON)
    assert (made.language, made.subject) == ("de", "Ihre Bestellung 10482")
    assert "Guten Tag Zoé" in made.text
    assert "Unterwegs seit Montag 23 November." in made.text
    assert 'lang="de"' in made.html
    assert desk.write(told(recipient=anna), Milestone.DELIVERED, at=NOON).language == "en", (
        "it has no text for it"
    )
    assert desk.write(told(recipient=ZOE), Milestone.SHIPPED, at=NOON).language == "fr"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("milestone", list(Milestone))
@pytest.mark.parametrize("known", [KNOWN, replace(KNOWN, page="")])
def test_a_text_message_is_one_part_with_all_that_is_known(
    milestone: Milestone, language: str, known: Known
) -> None:
    between = Expected(date(2026, 12, 2), date(2026, 12, 2), date(2026, 12, 4))
    one = told(recipient=ZOE, expected=between, reason=IncidentReason.CARRIER_MISSORT)
    said = (OURS if known is KNOWN else PAGELESS).sms(one, milestone, at=NOON, language=language)
    assert sms_size(said).parts == 1, said


def test_how_to_stop_them_is_in_both_forms_and_understood() -> None:
    made = write(Milestone.SHIPPED)
    answer = EmailMessage()
    answer["From"], answer["Subject"] = (
        "zoe@example.org",
        unquote(made.html.partition("?subject=")[2].partition('"')[0]),
    )
    assert isinstance(read_return(answer.as_bytes()), Stop)
    assert "avec l’objet «\u202fSTOP 10482\u202f»" in made.text
    assert re.search(r'href="mailto:bonjour@papeterie\.example\?subject=STOP%2010482"', made.html)
