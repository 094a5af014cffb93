"""Every question and wish of a mail is answered or named; "never received" is judged beside the facts."""

from __future__ import annotations

import pytest
from desk_rig import TEE, Bench, line
from test_answer_deeds import FROM, delivered

from wismo_desk.app.answering import answer_flow
from wismo_desk.domain.intent import HandOff, Intent, Task
from wismo_desk.flows.answer import AnswerQuestion
from wismo_desk.flows.answer_words import why
from wismo_desk.flows.inbox import ALONE

DENIED = (
    "Commande 10482 : je n'ai jamais rien reçu, où est mon colis ?",
    "Je n'ai pas reçu ma commande 10482",
    "Where is order 10482? I never received it.",
    "Order 10482. It hasn't arrived.",
    "I have not received my parcel yet, 10482",
)


@pytest.fixture
def ask(desk: Bench) -> AnswerQuestion:
    desk.take(line("10482"))
    desk.pack("10482", TEE)
    return answer_flow(desk.station)


@pytest.mark.parametrize("asked", DENIED)
def test_the_same_words_ask_on_the_way_and_dispute_after_the_delivery(
    desk: Bench, ask: AnswerQuestion, asked: str
) -> None:
    before = ask(asked, sender=FROM)
    assert (before.understood.intent, before.hand_off) == (Intent.WHERE_IS_IT, HandOff.NONE)
    delivered(desk)
    found = ask(asked, sender=FROM)
    assert found.understood.intent is Intent.DELIVERED_NOT_RECEIVED
    assert found.hand_off is HandOff.CONTRADICTION
    assert found.tasks == (Task.SEARCH,)
    assert "voisins" in found.reply or "neighbours" in found.reply
    assert found.understood.intent not in ALONE, "and it never leaves by itself"


def test_words_alone_would_have_called_it_answered(desk: Bench, ask: AnswerQuestion) -> None:
    """The naive twin: without the facts beside them the words are a where-is-it, which may leave by itself."""
    from wismo_desk.domain.question import read_question

    delivered(desk)
    assert ask.understand(read_question(DENIED[0])).intent in ALONE


def test_a_plain_question_after_the_delivery_is_answered(desk: Bench, ask: AnswerQuestion) -> None:
    delivered(desk)
    found = ask("Où est ma commande 10482 ?", sender=FROM)
    assert (found.understood.intent, found.hand_off) == (Intent.WHERE_IS_IT, HandOff.NONE)


MIXED = (
    (
        "Où est ma commande 10482 ? Et puis-je changer d'adresse de livraison ? Sinon annulez.",
        (Task.CANCEL, Task.CHANGE_ADDRESS),
        ("emballée", "nouvelle adresse", "annulée"),
    ),
    (
        "10482 : annulez et livrez chez le voisin et changez l'adresse. Où est-il ?",
        (Task.CANCEL, Task.INSTRUCT, Task.CHANGE_ADDRESS),
        ("emballée", "annulée", "transporteur et vous", "nouvelle adresse"),
    ),
    (
        "Bonjour, je voudrais annuler ma commande 10482, quand sera-t-elle livrée ? Je serai absent le 29.",
        (Task.CANCEL, Task.OTHER_DAY),
        ("emballée", "annulée", "un autre jour"),
    ),
    (
        "Hello, where is order 10482? I'll be away on Friday, and if that's a problem please cancel.",
        (Task.CANCEL, Task.OTHER_DAY),
        ("packed", "another day", "cancelled"),
    ),
    (
        "Où est ma commande 10482 ? Envoyez-moi aussi la facture par mail.",
        (Task.REST,),
        ("emballée", "reste de votre message"),
    ),
)


@pytest.mark.parametrize(("asked", "tasks", "said"), MIXED)
@pytest.mark.parametrize("sender", ["", FROM])
def test_no_wish_of_a_mail_is_dropped(
    desk: Bench, ask: AnswerQuestion, asked: str, tasks: tuple[Task, ...], said: tuple[str, ...], sender: str
) -> None:
    found = ask(asked, sender=sender)
    assert found.hand_off is HandOff.NEEDS_PERSON
    assert found.tasks == tasks
    places = [found.reply.find(part) for part in said]
    assert -1 not in places and places == sorted(places)
    reason = why(desk.station.words, found.hand_off, found.tasks, proven=found.found.proven)
    assert (Task.CHANGE_ADDRESS in tasks and not sender) == (
        "Un seul élément" in reason or "one key" in reason
    )


def test_which_address_it_goes_to_is_a_persons_to_say(ask: AnswerQuestion) -> None:
    asked = "Bonjour, où est ma commande 10482 et à quelle adresse elle part ?"
    found = ask(asked, sender=FROM)
    assert (found.hand_off, found.tasks) == (HandOff.NEEDS_PERSON, (Task.TELL_ADDRESS,))
    assert "emballée" in found.reply and "vérifie l’adresse" in found.reply
    assert ask(asked).hand_off is HandOff.ONE_KEY


@pytest.mark.parametrize("asked", ["Annulez ma commande 10482", "Where is 10482? Cancel it please."])
def test_what_is_delivered_is_a_return_and_no_longer_cancelled(
    desk: Bench, ask: AnswerQuestion, asked: str
) -> None:
    delivered(desk)
    found = ask(asked, sender=FROM)
    assert (found.hand_off, found.tasks) == (HandOff.NEEDS_PERSON, (Task.RETURN,))
    assert "24" in found.reply, "the day of the delivery"
    assert "retour" in found.reply or "return" in found.reply


def test_a_wish_is_named_where_no_order_is_found(desk: Bench, ask: AnswerQuestion) -> None:
    found = ask("Où est mon colis ? Sinon annulez.")
    assert (found.hand_off, found.tasks, found.reply) == (HandOff.NO_ORDER, (Task.CANCEL,), "")


@pytest.mark.parametrize("text", ["", "\x00\x9f\x01\x88" * 900])
def test_what_holds_no_words_is_not_understood(ask: AnswerQuestion, text: str) -> None:
    found = ask(text)
    assert (found.understood.intent, found.understood.confidence) == (Intent.OTHER, 0.0)
    assert found.hand_off is HandOff.UNSURE


def test_a_carrier_without_a_contract_here_has_its_names(ask: AnswerQuestion, desk: Bench) -> None:
    from wismo_desk.app.archived import names_anywhere

    carrier, service = names_anywhere(desk.station, "mondial_relay", "")
    assert carrier == "Mondial Relay" and service == ""
    assert names_anywhere(desk.station, "nobody", "x") == ("nobody", "x")


def test_refund_and_cancelling_of_what_never_came(desk: Bench, ask: AnswerQuestion) -> None:
    delivered(desk)
    found = ask("Still haven't got 10482, cancel it and refund me", sender=FROM)
    assert found.hand_off is HandOff.NEEDS_PERSON
    assert found.tasks[0] is Task.RETURN and {Task.SEARCH, Task.REST} < set(found.tasks)


@pytest.mark.parametrize(
    "asked", ["Ne l'annulez surtout pas, la 10482", "Order 10482: has it been cancelled?"]
)
def test_no_cancelling_is_announced_that_nobody_wished_for(ask: AnswerQuestion, asked: str) -> None:
    found = ask(asked, sender=FROM)
    assert found.hand_off is not HandOff.NONE and Task.CANCEL not in found.tasks
    assert "encore être annulée" not in found.reply and "still be cancelled" not in found.reply
