"""Wishes said in so many words, in the order of the mail, and who denies that a parcel came."""

from __future__ import annotations

import pytest

from wismo_desk.domain.intent import Intent, Task
from wismo_desk.domain.intent_wishes import denies_receipt, spares, wishes
from wismo_desk.domain.wording import plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "annulez et laissez-le chez la voisine et modifiez l'adresse",
            (Task.CANCEL, Intent.DELIVERY_INSTRUCTIONS, Intent.CHANGE_ADDRESS),
        ),
        ("Sinon, annulez tout", (Task.CANCEL,)),
        ("une annulation est-elle possible ?", (Task.CANCEL,)),
        ("I do not want it anymore", (Task.CANCEL,)),
        ("I'd like to have it cancelled", (Task.CANCEL,)),
        ("à quelle adresse l'envoyez-vous ?", (Task.TELL_ADDRESS,)),
        ("what delivery address do you have?", (Task.TELL_ADDRESS,)),
        ("nous serons absents jusqu'au 4", (Intent.ABSENT,)),
        ("I'll be away next week, leave it with a neighbour", (Intent.ABSENT, Intent.DELIVERY_INSTRUCTIONS)),
        ("where is it, and can you update the address?", (Intent.WHERE_IS_IT, Intent.CHANGE_ADDRESS)),
    ],
)
def test_wishes_come_in_the_order_of_the_words(text: str, found: tuple[Intent | Task, ...]) -> None:
    assert wishes(plain(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "n'annulez pas",
        "Surtout ne l'annulez pas",
        "please do not cancel",
        "ma commande est annulée",
        "without cancelling",
        "le livreur l'a déposé chez un voisin",
        "merci pour tout",
        "quelle adresse mail avez-vous",
        "à quelle adresse dois-je le renvoyer",
        "is it out for delivery",
    ],
)
def test_what_is_no_wish(text: str) -> None:
    assert wishes(plain(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "je n'ai jamais rien reçu",
        "Je n'ai pas reçu ma commande 2000",
        "I never received it.",
        "It hasn't arrived.",
        "I have not received my parcel yet",
        "toujours rien",
        "pas de colis chez nous",
        "rien dans ma boîte aux lettres",
        "nothing came",
        "elle n'est toujours pas arrivée",
        "I didn't get it",
        "livrée ? je ne la vois pas",
    ],
)
def test_who_denies_that_it_came(text: str) -> None:
    assert denies_receipt(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "où est mon colis ?",
        "bien reçu, merci",
        "je n'ai pas reçu la facture",
        "I have not received any confirmation email",
        "je n'ai jamais eu de réponse",
        "when will it be delivered?",
        "not bad at all",
    ],
)
def test_who_does_not(text: str) -> None:
    assert not denies_receipt(plain(text))


def test_cancelling_may_be_spoken_of_without_being_wished_for() -> None:
    assert all(map(spares, map(plain, ("ne l'annulez pas", "do not cancel", "a-t-elle été annulée ?"))))
    assert not any(map(spares, map(plain, ("annulez", "cancel it", "je veux l'annuler"))))
