"""The shop's own words as versions: tried, saved, put back; what cannot go out is refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from notice_rig import NOON, PARIS, Clock, opened, order, settings, take_in
from test_letter_frame import CARRIER

from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import Refused, SettingsProblem
from wismo_desk.flows.letter_texts import KEPT, LetterTexts
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.known import Knowledge
from wismo_desk.notices.letters import Letters, spoken_names
from wismo_desk.resources import resources_dir
from wismo_desk.store.store import Store

SHIPPED = Milestone.SHIPPED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = opened(tmp_path)
    yield found
    found.close(NOON)


def texts_of(store: Store, clock: Clock) -> LetterTexts:
    pen = Pen("Poste 1", clock=clock, after=store.newest_id("Poste 1"))
    known = Knowledge(store=store, zone=PARIS)
    letters = Letters(
        (resources_dir() / "notices",),
        names=spoken_names({"practice": CARRIER}, "Livraison magasin"),
        zone=PARIS,
        mail=lambda: settings(25),
        known=known,
        texts=known.texts,
    )
    take_in(store, pen, order("10482"))
    return LetterTexts(store=store, pen=pen, letters=letters)


def test_looking_tells_what_a_real_customer_would_read(store: Store) -> None:
    texts = texts_of(store, Clock())
    looked = texts.look("10482", SHIPPED)
    assert looked.letter.subject == "Votre commande 10482 est prête à partir"
    assert "10482" in looked.sms
    assert looked.size.parts == 1
    assert not looked.own
    assert set(looked.sources) == {"subject", "txt", "sms"}
    assert texts.look("", SHIPPED, language="en").letter.language == "en"
    with pytest.raises(Refused, match="99"):
        texts.look("99", SHIPPED)


def test_a_text_is_tried_saved_versioned_and_put_back(store: Store) -> None:
    clock = Clock()
    texts = texts_of(store, clock)
    tried = {"subject": "Partie : {{ order }}"}
    assert texts.look("", SHIPPED, tried=tried).letter.subject == "Partie : 10482"
    assert texts.look("", SHIPPED).letter.subject.startswith("Votre"), "trying saves nothing"
    assert texts.save("fr", SHIPPED, tried)
    assert texts.look("", SHIPPED).letter.subject == "Partie : 10482"
    assert texts.look("", SHIPPED).own
    assert not texts.save("fr", SHIPPED, tried), "the same again is no version"
    clock.pass_(minutes=5)
    texts.save("fr", SHIPPED, {"subject": "Envoyée : {{ order }}"})
    first, *_ = texts.versions("fr", SHIPPED)
    assert (first.part, first.text, first.by) == ("subject", "Partie : {{ order }}", "Poste 1")
    texts.put_back("fr", SHIPPED, first)
    assert texts.look("", SHIPPED).letter.subject == "Partie : 10482"
    texts.reset("fr", SHIPPED)
    assert texts.look("", SHIPPED).letter.subject.startswith("Votre")
    assert [each.text for each in texts.versions("fr", SHIPPED)] == [
        "Partie : {{ order }}", "Envoyée : {{ order }}", "Partie : {{ order }}", "",
    ]  # fmt: skip
    assert texts.versions("en", SHIPPED) == ()


def test_versions_are_facts_and_survive(tmp_path: Path) -> None:
    store = opened(tmp_path)
    texts_of(store, Clock()).save("fr", SHIPPED, {"subject": "Partie : {{ order }}"})
    store.rebuild()
    store.close(NOON)
    store = opened(tmp_path)
    try:
        assert Knowledge(store=store, zone=PARIS).texts() == {"fr/shipped.subject.j2": "Partie : {{ order }}"}
    finally:
        store.close(NOON)


def test_only_so_many_versions_are_kept(store: Store) -> None:
    clock = Clock()
    texts = texts_of(store, clock)
    for number in range(KEPT + 5):
        clock.pass_(minutes=1)
        texts.save("fr", SHIPPED, {"subject": f"{number} {{{{ order }}}}"})
    assert len(texts.versions("fr", SHIPPED)) == KEPT


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("txt", "{{ prenom }}"),
        ("txt", "{{ order"),
        ("subject", ""),
        ("txt", "http://boutique.example"),
        ("txt", "<script>alert(1)</script>"),
        ("txt", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        ("txt", "{% for x in range(10000000) %}x{% endfor %}"),
        ("txt", "{% include '/etc/passwd' %}"),
        ("sms", "x" * 9000),
        ("html", "<p>"),
    ],
)
def test_what_cannot_go_out_is_not_saved(store: Store, part: str, text: str) -> None:
    texts = texts_of(store, Clock())
    with pytest.raises((Refused, SettingsProblem)) as problem:
        texts.save("fr", SHIPPED, {part: text})
    assert problem.value.sentence
    assert Knowledge(store=store, zone=PARIS).texts() == {}
