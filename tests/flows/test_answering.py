"""Questions of customers answered from a real store: the order found, each sentence with its event, hand-overs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from desk_rig import TEE, Bench, line

from wismo_desk.app.answering import answer_flow
from wismo_desk.cli.answer import answer as say
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.errors import Refused
from wismo_desk.flows.answer import Answer, AnswerQuestion
from wismo_desk.flows.find_order import Key
from wismo_desk.store.journal import Entry


@pytest.fixture
def ask(desk: Bench) -> AnswerQuestion:
    desk.take(
        line("10482"),
        line(
            "MIR-8791",
            who="Camille Roussel",
            postcode="44000",
            email="camille@exemple.fr",
            phone="0639982051",
        ),
        line("7204", who="Camille Roussel", postcode="44000", email="camille@exemple.fr", phone="0639982051"),
    )
    desk.pack("10482", TEE)
    return answer_flow(desk.station)


def tell(desk: Bench, number: str, code: str, place: str, at: datetime, carrier: str = "own") -> Fact:
    """What the practice carrier says of this order's parcel."""
    key = order_id("csv", number)
    parcel = desk.parcels(number)[0]
    fact = desk.station.pen.fact(
        FactKind.TRACKING_SAID,
        order_id=key,
        shipment_id=shipment_id(key),
        parcel_id=parcel.parcel_id,
        carrier=carrier,
        number=parcel.tracking_number,
        code=code,
        label=code,
        local_time=at.isoformat(),
        place=place,
        source="person",
    )
    desk.station.store.commit(Entry(at=at, facts=(fact,)))
    return fact


def test_every_sentence_rests_on_an_event_of_that_order(desk: Bench, ask: AnswerQuestion) -> None:
    for asked in (
        "ou est ma commande 10482 svp",
        "quel transporteur pour 10482 ?",
        "10482 elle part quand ?",
    ):
        found = ask(asked)
        known = {fact.fact_id for fact in desk.facts("10482")}
        assert found.said
        assert found.hand_off is HandOff.NONE
        assert all(each.event in known for each in found.said)
        assert all(each.text in found.reply for each in found.said)


@pytest.mark.parametrize(
    ("asked", "number", "key"),
    [
        ("Where is order #10482?", "10482", Key.NUMBER),
        ("commande 8791 toujours rien", "MIR-8791", Key.NUMBER),
        ("commande n° MIR 8791 toujours rien reçu", "MIR-8791", Key.NUMBER),
        ("mon colis ? Zoé Lefèvre, 37000 Tours", "10482", Key.POSTCODE),
        ("mon colis svp, zoe@example.org", "10482", Key.EMAIL),
        ("mon colis n'arrive pas, tél 06.39.98.12.04", "10482", Key.PHONE),
        ("mon colis n'arrive pas, tél +33 6 39 98 12 04", "10482", Key.PHONE),
    ],
)
def test_the_order_is_found_by_any_key(ask: AnswerQuestion, asked: str, number: str, key: Key) -> None:
    found = ask(asked)
    assert found.order is not None
    assert found.order.number == number
    assert key in found.found.keys


def test_the_tracking_number_finds_it_however_it_is_spaced(desk: Bench, ask: AnswerQuestion) -> None:
    number = desk.parcels("10482")[0].tracking_number
    for shown in (number, " ".join(number[at : at + 4] for at in range(0, len(number), 4))):
        found = ask(f"où en est le colis {shown} ?")
        assert found.order is not None and found.order.number == "10482"
        assert Key.TRACKING in found.found.keys


def test_several_orders_are_a_persons_to_choose(ask: AnswerQuestion) -> None:
    found = ask("mon colis n'est pas arrivé", sender="camille@exemple.fr")
    assert found.hand_off is HandOff.SEVERAL_ORDERS
    assert {order.number for order in found.found.orders} == {"MIR-8791", "7204"}
    assert found.reply == ""


def test_a_second_key_narrows_several_down(ask: AnswerQuestion) -> None:
    found = ask("mon colis 7204 n'est pas arrivé", sender="camille@exemple.fr")
    assert found.order is not None and found.order.number == "7204"
    assert found.found.proven


def test_nothing_found_nothing_said(ask: AnswerQuestion) -> None:
    found = ask("où est ma commande 99999 ?")
    assert (found.hand_off, found.reply, found.said) == (HandOff.NO_ORDER, "", ())


def test_a_house_number_a_year_or_a_postcode_is_no_order(desk: Bench, ask: AnswerQuestion) -> None:
    desk.take(line("2026"), line("44000"))
    found = ask("Mon colis n'est pas là. 12 rue des Lilas, 44000 Nantes, le 12/11/2026")
    assert found.hand_off is HandOff.NO_ORDER


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("bande d'escrocs, 10482 jamais reçue", HandOff.ANGER),
        ("mon colis 10482 est perdu", HandOff.LOST),
        ("le mug est arrivé cassé, commande 10482", HandOff.CLAIM),
        ("I will dispute the charge, order 10482 never came", HandOff.CLAIM),
        ("je veux retourner ma commande 10482", HandOff.NOT_WISMO),
        ("10482 marqué livré mais rien reçu", HandOff.CONTRADICTION),
    ],
)
def test_what_is_serious_goes_to_a_person(ask: AnswerQuestion, asked: str, why: HandOff) -> None:
    assert ask(asked).hand_off is why


def test_a_name_is_only_spoken_to_who_named_two_keys(ask: AnswerQuestion) -> None:
    assert "Zoé" not in ask("où est ma commande 10482").reply
    assert "Bonjour Zoé Lefèvre" in ask("où est ma commande 10482 svp, zoe@example.org").reply


def address_of(found: Answer) -> str:
    return f"{found.reply} {' '.join(each.text for each in found.said)}"


def test_a_pickup_point_is_an_address(desk: Bench, ask: AnswerQuestion) -> None:
    tell(desk, "10482", "DEPOSE", "Tabac du Port", datetime(2026, 11, 24, 9, tzinfo=UTC), "practice")
    assert "Tabac" not in address_of(ask("où est ma commande 10482"))
    assert "Tabac" in address_of(ask("où est ma commande 10482", sender="zoe@example.org"))


def test_delivered_is_said_with_its_scan(desk: Bench, ask: AnswerQuestion) -> None:
    codes = desk.station.store.codes["own"]
    done = next(code for code in codes if (rule := codes.rule(code)) and rule.status == "delivered")
    fact = tell(desk, "10482", done, "12 rue des Tanneurs", datetime(2026, 11, 24, 9, 5, tzinfo=UTC))
    found = ask("marqué livré mais rien reçu, 10482")
    assert found.hand_off is HandOff.CONTRADICTION, "and a person looks for it"
    assert fact.fact_id in {each.event for each in found.said}
    assert "Tanneurs" not in address_of(found), "where it was laid down is the customer's address"
    assert "mardi 24 novembre" in found.reply


def test_the_reply_speaks_the_customers_language(ask: AnswerQuestion) -> None:
    assert ask("Where is my order 10482?").reply.startswith("Hello")
    assert ask("Où est ma commande 10482 ?").reply.startswith("Bonjour")


def test_the_card_is_for_who_sits_at_the_desk(ask: AnswerQuestion) -> None:
    found = ask.card(order_id("csv", "10482"), language="en")
    assert found.reply.startswith("Hello Zoé Lefèvre,")
    with pytest.raises(Refused):
        ask.card(order_id("csv", "none"))


def test_a_contact_is_logged_without_a_person(desk: Bench, ask: AnswerQuestion) -> None:
    ask.log(order_id("csv", "10482"), Intent.WHERE_IS_IT, "phone")
    (fact,) = desk.facts("10482", FactKind.CONTACT_LOGGED)
    assert fact.data == {"question": "where_is_it", "channel": "phone"}


def test_a_forwarded_mail_keeps_its_keys_and_not_its_words(ask: AnswerQuestion) -> None:
    found = ask(
        "Toujours rien...\n\nLe 12 nov. 2026 à 10:04, Boutique <b@exemple.fr> a écrit :\n"
        "> Votre commande 10482 est partie. Pour un retour ou une facture, répondez à ce message."
    )
    assert found.understood.intent is Intent.WHERE_IS_IT
    assert found.order is not None and found.order.number == "10482"


def test_the_command_says_it_as_json(desk: Bench, ask: AnswerQuestion) -> None:
    import json

    told = json.loads(say(ask, desk.station.words, "ou est ma commande 10482", as_json=True))
    assert {"intent", "confidence", "order", "facts", "reply", "handoff", "reason"} <= set(told)
    assert (told["intent"], told["order"], told["handoff"], told["reason"]) == (
        "where_is_it",
        "10482",
        False,
        "",
    )
    assert all(set(each) == {"event", "text"} for each in told["facts"])
