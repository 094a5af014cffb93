"""What the linter finds in a text, and what it lets pass."""

from __future__ import annotations

import re

import pytest
from notice_rig import NOON
from test_letter_frame import OURS, ZOE
from test_letters import told

from wismo_desk.domain.notice import Milestone
from wismo_desk.notices.letters import PARTS
from wismo_desk.notices.lint import PLACEHOLDERS, Remark, lint_source, lint_written
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.words import Words

FRENCH = Words("fr", catalogue("fr"))


def said(*remarks: Remark) -> list[str]:
    return [FRENCH(each.sentence, **dict(each.values)) for each in remarks]


def test_the_list_of_placeholders_is_the_documented_one() -> None:
    text = (resources_dir() / "notices" / "README.md").read_text(encoding="utf-8")
    documented = " ".join(re.findall(r"^\| (.*?) \|", text, re.M))
    assert set(re.findall(r"`(\w+)`", documented)) == PLACEHOLDERS


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("milestone", list(Milestone))
def test_our_own_texts_pass(milestone: Milestone, language: str) -> None:
    sources = {part: OURS.source(language, f"{milestone.value}.{part}.j2") for part in PARTS}
    assert [remark for part in PARTS for remark in lint_source(part, sources[part])] == []
    one = told(recipient=ZOE)
    letter = OURS.write(one, milestone, at=NOON, language=language)
    sms = OURS.sms(one, milestone, at=NOON, language=language)
    values = OURS.values(one, milestone, at=NOON, language=language)
    found = lint_written(sources, letter, sms, values)
    assert not [each for each in found if each.grave or each.part == "subject"]


@pytest.mark.parametrize(
    ("part", "source", "grave", "sentence"),
    [
        ("txt", "Bonjour {{ prenom }}", True, "«\u202fprenom\u202f»"),
        ("txt", "a\n{% if own %}", True, "ligne 2"),
        ("txt", "{{ order", True, "ligne 1"),
        ("subject", "  ", True, "objet est vide"),
        ("txt", "Voir http://boutique.example/a", True, "http://boutique.example/a"),
        (
            "txt",
            "Voir https://boutique.example@evil.example/",
            True,
            "https://boutique.example@evil.example/",
        ),
        ("txt", "Voir https://bit.ly/x", False, "bit.ly"),
        ("txt", "javascript:alert(1)", True, "javascript:"),
        ("txt", "data:text/html;base64,xx", True, "data:"),
        ("txt", "<script>x</script>", True, "<script"),
        ("txt", '<img src=x onerror="x()">', True, "onerror="),
        ("sms", "FTP ftp://boutique.example/", True, "ftp://"),
    ],
)
def test_what_it_finds(part: str, source: str, grave: bool, sentence: str) -> None:
    found = lint_source(part, source, hosts=["boutique.example"])
    assert [each.grave for each in found] == [grave], said(*found)
    assert sentence in said(*found)[0]


def test_what_it_lets_pass() -> None:
    for source in (
        "Voir https://boutique.example/retours et https://suivi.boutique.example/",
        "{% if page %}{{ page }}{% endif %} {{ lines[0].name }} à 12:30, 1/2 < 3",
        "{% for line in lines %}{{ line.name }}{% endfor %}",
    ):
        assert lint_source("txt", source, hosts=["boutique.example"]) == ()


def written(**sources: str) -> list[str]:
    desk = OURS.trying({f"fr/shipped.{part}.j2": text for part, text in sources.items()})
    one = told(recipient=ZOE, numbers=())
    letter = desk.write(one, Milestone.SHIPPED, at=NOON)
    sms = desk.sms(one, Milestone.SHIPPED, at=NOON)
    return said(
        *lint_written(sources, letter, sms, desk.values(one, Milestone.SHIPPED, at=NOON, language="fr"))
    )


def test_a_value_that_is_missing_is_told_unless_the_text_asks_first() -> None:
    assert "«\u202freason\u202f» est vide" in written(txt="Retard : {{ reason }}")[0]
    assert written(txt="{% if reason %}Retard : {{ reason }}{% endif %}") == []


def test_a_long_subject_is_told() -> None:
    assert "76 signes" in written(subject="Votre commande " + "très " * 12 + "x")[0]
    assert written(subject="Votre commande {{ order }}") == []


def test_a_text_message_is_weighed() -> None:
    assert (
        "«\u202fçôê’\u202f» est envoyé comme «\u202fcoe'\u202f»" in written(sms="reçu tôt, forêt, l’été")[0]
    )
    assert "70 signes" in written(sms="Привет {{ order }}")[0]
    (parts,) = written(sms="a" * 170)
    assert "2 parties" in parts and "10 signes" in parts
    assert written(sms="Commande {{ order }} envoyée") == []
