"""Questions after which somebody must act, several questions in one mail, and addresses that take two keys."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from desk_rig import TEE, Bench, line
from test_answering import tell

from wismo_desk.app.answering import answer_flow
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.flows.answer import AnswerQuestion

LATER = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
FROM = "zoe@example.org"


@pytest.fixture
def ask(desk: Bench) -> AnswerQuestion:
    desk.take(line("10482"))
    desk.pack("10482", TEE)
    return answer_flow(desk.station)


def delivered(desk: Bench) -> None:
    codes = desk.station.store.codes["own"]
    code = next(code for code in codes if (rule := codes.rule(code)) and rule.status == "delivered")
    tell(desk, "10482", code, "12 rue des Tanneurs", LATER)


WISHES = (
    ("Je voudrais changer l'adresse de livraison de la commande 10482, j'ai déménagé", "changé"),
    ("Le code du portail est 45A pour la commande 10482, laissez-la au gardien", "transmis au transporteur"),
    ("Je serai absente demain, commande 10482", "un autre jour"),
    ("Je veux annuler ma commande 10482", "annulée"),
    ("Please cancel my order 10482", "cancelled"),
)


@pytest.mark.parametrize(("asked", "said"), WISHES)
def test_where_something_must_be_done_a_person_does_it_and_the_reply_says_so(
    ask: AnswerQuestion, asked: str, said: str
) -> None:
    found = ask(asked, sender=FROM)
    assert found.hand_off is HandOff.NEEDS_PERSON
    assert said in found.reply and ("l’un de nous" in found.reply.casefold() or "One of us" in found.reply)
    assert found.said, "and what is known is told meanwhile"


@pytest.mark.parametrize("asked", [asked for asked, _ in WISHES[:3]])
def test_what_is_delivered_cannot_be_changed_and_the_facts_say_so(
    desk: Bench, ask: AnswerQuestion, asked: str
) -> None:
    delivered(desk)
    found = ask(asked, sender=FROM)
    assert found.hand_off is HandOff.NONE
    assert "l’un de nous" not in found.reply.casefold()
    if found.understood.intent is not Intent.ABSENT:
        assert "Plus rien ne peut être changé" in found.reply


def test_nobody_need_be_at_home_for_a_parcel_at_the_pickup_point(desk: Bench, ask: AnswerQuestion) -> None:
    tell(desk, "10482", "DEPOSE", "Tabac du Port", LATER, "practice")
    found = ask("Je serai absente demain, commande 10482", sender=FROM)
    assert found.hand_off is HandOff.NONE
    assert "Tabac du Port" in found.reply and "l’un de nous" not in found.reply.casefold()


def test_an_address_is_told_or_changed_by_two_keys_only(desk: Bench, ask: AnswerQuestion) -> None:
    assert ask(WISHES[0][0]).hand_off is HandOff.ONE_KEY
    tell(desk, "10482", "DEPOSE", "Tabac du Port", LATER, "practice")
    found = ask("Où est ma commande 10482 ?")
    assert found.hand_off is HandOff.ONE_KEY and "Tabac" not in found.reply
    assert ask("Où est ma commande 10482 ?", sender=FROM).hand_off is HandOff.NONE


def test_several_questions_are_answered_in_their_order_and_handed_over_once(ask: AnswerQuestion) -> None:
    found = ask(
        "Quel est le transporteur de la commande 10482 ? Je serai absente vendredi, pouvez-vous livrer samedi ?"
        " Quand arrive mon colis ?",
        sender=FROM,
    )
    assert found.understood.questions == (Intent.WHICH_CARRIER, Intent.ABSENT, Intent.WHERE_IS_IT)
    assert found.hand_off is HandOff.NEEDS_PERSON
    carrier, day = found.reply.index("voyage avec"), found.reply.index("un autre jour")
    assert carrier < day
    assert all(each.text in found.reply for each in found.said)
    assert len({each.text for each in found.said}) == len(found.said), "nothing is said twice"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("Le mug de la commande 10482 est arrivé cassé. Où est l'autre colis ?", HandOff.CLAIM),
        ("Où est ma commande 10482 ? Vous êtes des escrocs.", HandOff.ANGER),
        ("Quand arrive ma commande 10482 ? Et je veux annuler l'autre commande.", HandOff.NEEDS_PERSON),
    ],
)
def test_one_serious_question_hands_the_whole_mail_over(
    ask: AnswerQuestion, asked: str, why: HandOff
) -> None:
    assert ask(asked, sender=FROM).hand_off is why


def test_two_parcels_have_two_numbers(desk: Bench) -> None:
    """The same sentence with other facts is another sentence."""
    from wismo_desk.domain.answer import Case, statements
    from wismo_desk.domain.fact import FactKind
    from wismo_desk.domain.status import IncidentReason, TrackingStatus

    pen = desk.station.pen
    labels = [
        pen.fact(FactKind.LABEL_BOUGHT, parcel_id=pen.new_id(), tracking_number=number)
        for number in ("XY1", "XY2")
    ]
    case = Case(
        number="1",
        status=TrackingStatus.LABEL_CREATED,
        reason=IncidentReason.NONE,
        carrier="GLS",
        service="",
        facts=tuple(labels),
        scans=(),
        today=LATER.date(),
    )
    told = [each.values.get("tracking") for each in statements(case, Intent.WHICH_CARRIER)]
    assert told[1:] == ["XY1", "XY2"]


def test_the_card_names_carrier_and_service_as_people_say_them(desk: Bench, ask: AnswerQuestion) -> None:
    row = ask("Où est ma commande 10482 ?").row
    assert row is not None and row.carrier == "own"
    assert (row.carrier_name, row.service_name) == desk.station.names(row.carrier, row.service)
    assert row.carrier_name != row.carrier
