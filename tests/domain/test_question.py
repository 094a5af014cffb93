"""A customer's own words apart from quotes and signatures, and the keys that may name an order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.domain.question import find_keys, names_in, phone_key, read_question
from wismo_desk.domain.wording import language_of, plain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("svp ou est mon coli", "s il vous plait ou est mon colis"),
        ("cmd tjrs pas reçu", "commande toujours pas recu"),
        ("g loupé le livreur", "j ai loupe le livreur"),
        ("c koi ce délai", "c est quoi ce delai"),
        ("i haven't recieved my parcle", "i have not received my parcel"),
        ("J’attends", "j attends"),
    ],
)
def test_haste_is_written_out(typed: str, meant: str) -> None:
    assert plain(typed) == meant


def test_things_are_set_apart_from_words() -> None:
    assert (
        plain("colissimo ou DPD mardi 12h, 8 rue Foch, a@b.fr")
        == "xcarrier ou xcarrier xday xhour xstreet foch xmail"
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("où est mon colis", "fr"), ("where is my parcel", "en"), ("10482", "fr"), ("tracking please", "en")],
)
def test_the_language_is_told_by_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "quote",
    [
        "Le 12 nov. 2026 à 10:04, Boutique <b@c.fr> a écrit :\n> un retour, une facture",
        "On Mon, 12 Nov 2026 at 10:04, Shop <b@c.fr> wrote:\n> your refund",
        "-----Message d'origine-----\nDe : Boutique\nVotre remboursement",
        "----- Original Message -----\nyour refund",
        "De : Boutique <b@c.fr>\nEnvoyé : lundi\nÀ : Zoé\nObjet : facture\n\nvotre facture",
        "From: Shop\nSent: Monday\nTo: Zoe\nSubject: refund\n\nyour refund",
        "________________________________\nvotre retour",
    ],
)
def test_what_is_quoted_is_not_asked(quote: str) -> None:
    assert read_question(f"Où est mon colis ?\n\n{quote}").own == "Où est mon colis ?"


def test_a_signature_asks_nothing() -> None:
    text = "Où est ma commande svp\n\nCordialement,\nZoé Lefèvre\nService retours et factures"
    assert read_question(text).own == "Où est ma commande svp"
    assert names_in(text, "Zoé Lefèvre"), "but its name is a key"


def test_a_forwarded_mail_alone_is_read_itself() -> None:
    text = "---------- Forwarded message ---------\nDe : zoe@x.fr\nObjet : colis\n\nJe n'ai rien reçu de ma commande"
    assert "rien reçu" in read_question(text).own


def test_the_subject_counts_unless_it_is_a_reply() -> None:
    assert read_question("merci", subject="Où est mon colis").own.startswith("Où est mon colis")
    assert read_question("merci", subject="RE: Votre retour").own == "merci"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("commande n° 10482", "10482"),
        ("order #10482 please", "10482"),
        ("ma cmd CMD-2026-0012", "CMD-2026-0012"),
        ("RE: Votre commande WM10482 est partie", "WM10482"),
        ("commande : 0639982051", "0639982051"),
    ],
)
def test_a_number_behind_its_word_is_named(text: str, number: str) -> None:
    assert number in find_keys(text).named


def test_groups_are_one_number() -> None:
    assert "XY481209375FR" in find_keys("colis XY 481 209 375 FR").loose


@pytest.mark.parametrize(
    "text", ["12 rue Foch", "le 12/11/2026", "44000 Nantes", "tél 06 39 98 20 51", "à 18h30"]
)
def test_other_figures_name_no_order(text: str) -> None:
    keys = find_keys(text)
    assert keys.named == ()
    assert not {"12", "2026", "44000", "0639", "9820", "18", "30"} & set(keys.loose)


@pytest.mark.parametrize("shown", ["06 39 98 20 51", "+33 6 39 98 20 51", "0033639982051", "06.39.98.20.51"])
def test_telephones_are_compared_by_their_end(shown: str) -> None:
    assert phone_key("0639982051") in find_keys(f"mon tél : {shown} merci").phones


def test_a_name_needs_all_its_parts() -> None:
    assert names_in("je suis lefevre zoe", "Zoé Lefèvre")
    assert not names_in("je suis Zoé", "Zoé Lefèvre")
    assert not names_in("Zoé", "Zoé"), "one word is no proof"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_anything_typed_is_read(text: str) -> None:
    found = read_question(text, subject=text[:40], sender="a@b.fr")
    assert "a@b.fr" in found.keys.emails
    assert plain(found.own) == plain(found.own).strip()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1 ",
        "A1 ",
        "06",
        "pas ",
        "a@",
        "@",
        "De : x\n",
        "> ",
        "livre mais ",
        "http://a",
        "A 1 A ",
        "le 1",
    ],
)
def test_a_text_made_to_hold_the_reader_does_not(piece: str) -> None:
    plain(read_question((piece * 20_000)[:40_000]).own[:4000])
