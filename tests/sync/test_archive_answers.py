"""A customer asks about an order this desk does not keep: the archive is asked, and checked on the order itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from uuid import UUID

import pytest
from test_archive_search import PEOPLE, archive, take_in
from two_desks import Desk, settle

from wismo_desk.app.answering import _model
from wismo_desk.cli.answer import answer as say
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.domain.order import Party
from wismo_desk.errors import SharedUnreachable
from wismo_desk.flows.answer import AnswerQuestion
from wismo_desk.flows.answer_archived import AskArchive
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.flows.find_order import FindOrder, Key
from wismo_desk.resources import catalogue
from wismo_desk.store.journal import Entry
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.words import Words

Desks = Callable[[str], Desk]
MORE = {
    "FR-1004": Party(name="Annabelle Roux", street=("4",), postcode="59000", city="Lille", email="anna@exemple.fr.net"),
    "FR-1005": Party(name="Jean Petit", street=("5",), postcode="13001", city="Marseille", email="jean@exemple.fr"),
}  # fmt: skip


@pytest.fixture
def there(shared: SharedDatabase, desks: Desks) -> dict[str, UUID]:
    """Orders of another desk, the first with a label, in the shared database."""
    desk = desks("A")
    sync = desk.sync(shared)
    orders = {number: take_in(desk, number, who) for number, who in (PEOPLE | MORE).items()}
    desk.label(orders["FR-1001"])
    settle(sync)
    return orders


def asking(desk: Desk, archived: Callable[[], FindArchived]) -> AnswerQuestion:
    words = {"fr": Words("fr", catalogue("fr"), zone=UTC), "en": Words("en", zone=UTC)}
    return AnswerQuestion(
        store=desk.store,
        pen=desk.pen,
        find=FindOrder(store=desk.store),
        model=_model,
        speaks=lambda language: words[language or "en"],
        names=lambda carrier, service: (carrier, service),
        shop=lambda: "Atelier Mirabelle",
        archive=AskArchive(archived=archived),
    )


def finding(desk: Desk, shared: SharedDatabase) -> Callable[[], FindArchived]:
    flow = FindArchived(
        archive=archive(shared), codes=desk.store.codes, names=lambda carrier, service: (carrier, service)
    )
    return lambda: flow


@pytest.fixture
def ask(shared: SharedDatabase, there: dict[str, UUID], desks: Desks) -> AnswerQuestion:
    """A desk with a file of its own, in which none of them is."""
    desk = desks("B")
    return asking(desk, finding(desk, shared))


def test_an_order_of_the_archive_is_answered_about(ask: AnswerQuestion, there: dict[str, UUID]) -> None:
    found = ask("Bonjour, où est ma commande FR-1001 ?", sender="zoe@exemple.fr")
    assert found.archived is not None and found.order is not None and found.row is not None
    assert (found.order.order_id, found.row.status.value) == (there["FR-1001"], "label_created")
    assert found.found.keys == {Key.NUMBER, Key.EMAIL} and found.found.proven
    events = {fact.fact_id for fact in found.archived.facts}
    assert found.said and {each.event for each in found.said} <= events
    assert "FR-1001" in found.reply and "Zoé" in found.reply


def test_it_never_leaves_by_itself(ask: AnswerQuestion) -> None:
    """Of the desk's own order the same question may (tests/flows/test_answering.py)."""
    found = ask("Bonjour, où est ma commande FR-1001 ?", sender="zoe@exemple.fr")
    assert found.understood.intent is Intent.WHERE_IS_IT and found.hand_off is HandOff.NEEDS_PERSON


@pytest.mark.parametrize(
    ("text", "sender", "number"),
    [
        ("Où est ma commande 1002 ?", "", "FR-1002"),
        ("Où est mon colis ?", "ZOE@exemple.fr", "FR-1001"),
        ("Où est mon colis ? Mon numéro : 06 12 34 56 78", "", "FR-1002"),
        ("Où est mon colis {tracking} ?", "", "FR-1001"),
        ("Où est mon colis ?", "jean@exemple.fr", "FR-1005"),
        ("Où est mon colis ?", "nobody@exemple.fr", ""),
        ("Où est ma commande FR-9999 ?", "", ""),
        ("Où est mon colis ? Anna, 69001 Lyon", "", ""),
    ],
)
def test_by_each_key_and_by_no_other(
    shared: SharedDatabase, ask: AnswerQuestion, text: str, sender: str, number: str
) -> None:
    tracking = archive(shared).find("FR-1001").rows[0].number
    found = ask(text.format(tracking=tracking), sender=sender)
    assert (found.order.number if found.order else "") == number
    assert number or (found.hand_off, found.archived) == (HandOff.NO_ORDER, None)


def test_an_address_that_only_begins_alike_is_another_person(
    shared: SharedDatabase, ask: AnswerQuestion
) -> None:
    """The naive twin takes the archive's first hit: it finds words by their beginning."""
    assert [row.order_number for row in archive(shared).find("anna@exemple.fr").rows] == ["FR-1004"]
    assert ask("Où est mon colis ?", sender="anna@exemple.fr").order is None


def test_who_was_erased_is_named_no_more(
    shared: SharedDatabase, ask: AnswerQuestion, there: dict[str, UUID], desks: Desks
) -> None:
    desk = desks("C")
    sync = desk.sync(shared)
    settle(sync)
    key = there["FR-1001"]
    fact = desk.fact(FactKind.PERSON_ERASED, key, reason="asked")
    desk.store.commit(Entry(at=desk.clock(), facts=(fact,), parties=((key, Party(), ""),)))
    settle(sync)
    found = ask("Où est ma commande FR-1001 ?", sender="zoe@exemple.fr")
    assert found.order is not None and found.order.recipient.name == found.order.recipient.email == ""
    assert found.found.keys == {Key.NUMBER} and "Zoé" not in found.reply
    assert ask("Où est mon colis ?", sender="zoe@exemple.fr").order is None


def test_the_desks_own_order_asks_nobody(there: dict[str, UUID], desks: Desks) -> None:
    def never() -> FindArchived:
        raise AssertionError("the archive was asked")

    desk = desks("D")
    desk.take_in("FR-77")
    found = asking(desk, never)("Où est ma commande FR-77 ?")
    assert found.order is not None and found.archived is None
    assert asking(desk, never)("Vous vendez des bougies ?").order is None  # nothing to look up


def test_offline_it_says_so(desks: Desks) -> None:
    def down() -> FindArchived:
        raise SharedUnreachable("The shared database cannot be reached.")

    ask, words = asking(desks("E"), down), Words("en", zone=UTC)
    found = ask("Où est ma commande FR-1001 ?")
    assert (found.hand_off, found.order) == (HandOff.NO_ORDER, None)
    assert isinstance(found.unasked, SharedUnreachable)
    said = say(ask, words, "Où est ma commande FR-1001 ?", as_json=False)
    assert "The archive was not asked: The shared database cannot be reached." in said
    told = json.loads(say(ask, words, "Où est ma commande FR-1001 ?", as_json=True))
    assert (told["archived"], told["archive_error"]) == (False, "The shared database cannot be reached.")


def test_the_command_says_where_it_was_found(ask: AnswerQuestion) -> None:
    words, asked = Words("en", zone=UTC), "Où est ma commande FR-1001 ?"
    assert "in the archive, not on this desk" in say(ask, words, asked, as_json=False)
    told = json.loads(say(ask, words, asked, as_json=True))
    assert (told["order"], told["archived"], told["archive_error"]) == ("FR-1001", True, None)


def test_a_chosen_hit_has_its_card(shared: SharedDatabase, ask: AnswerQuestion) -> None:
    assert ask.archive is not None
    (row,) = ask.archive.search("FR-1001", 50)
    detail = ask.archive.detail(row)
    card = ask.archived_card(detail)
    assert card.archived is detail and card.sentence and card.order is not None
    assert card.order.recipient.postcode == "69001"
    ask.log(row.order_id, Intent.WHERE_IS_IT, "phone")  # counted, though the order is not here
    assert ask.store.read.order(row.order_id) is None
