"""Shipping rules: which carrier service an order goes with. Ordered, the first rule that holds decides.

Pure: an order is looked at as a `Consignment`. What is not known (the weight of an order with an unweighed product)
fulfils no condition that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Final

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.domain.order import Order, Product


class Subject(StrEnum):
    """What a condition looks at. Closed vocabulary."""

    COUNTRY = "country"
    POSTCODE = "postcode"
    WEIGHT = "weight"  # grams, by the product table
    VALUE = "value"  # of the goods, cents
    ITEMS = "items"  # pieces
    SKU = "sku"
    SHOP_WORD = "shop_word"  # the service the customer chose, in the shop's words
    TAG = "tag"  # one of the shop's marks on the order
    PICKUP_POINT = "pickup_point"  # whether the customer chose one


class Comparison(StrEnum):
    """How it looks. Closed vocabulary; which go with which subject: `COMPARISONS`."""

    ONE_OF = "one_of"
    NOT_ONE_OF = "not_one_of"
    BEGINS = "begins"
    BETWEEN = "between"  # "20000-20999", both included
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    YES = "yes"
    NO = "no"


_WORDS: Final = (Comparison.ONE_OF, Comparison.NOT_ONE_OF)
_AMOUNTS: Final = (Comparison.AT_MOST, Comparison.MORE_THAN)
COMPARISONS: Final[Mapping[Subject, tuple[Comparison, ...]]] = {
    Subject.COUNTRY: _WORDS,
    Subject.POSTCODE: (Comparison.BEGINS, Comparison.BETWEEN, *_WORDS),
    Subject.WEIGHT: _AMOUNTS,
    Subject.VALUE: _AMOUNTS,
    Subject.ITEMS: _AMOUNTS,
    Subject.SKU: _WORDS,
    Subject.SHOP_WORD: _WORDS,
    Subject.TAG: _WORDS,
    Subject.PICKUP_POINT: (Comparison.YES, Comparison.NO),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """`value`: words divided by commas (a SKU may hold *), an amount in grams, cents or pieces, or a span. Two
    postcodes are compared as text: those of one country have one length."""

    subject: Subject
    how: Comparison
    value: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.value.split(",") if part.strip())

    @property
    def amount(self) -> int | None:
        return int(self.value) if is_whole_number(self.value) else None

    @property
    def span(self) -> tuple[str, str] | None:
        """The first and the last postcode."""
        first, dash, last = (part.strip() for part in self.value.partition("-"))
        return (first, last) if dash and first and last and first <= last else None

    @property
    def is_whole(self) -> bool:
        """Whether it says enough to be asked at all."""
        if self.how in (Comparison.YES, Comparison.NO):
            return True
        if self.how is Comparison.BETWEEN:
            return self.span is not None
        return self.amount is not None if self.how in _AMOUNTS else bool(self.words)


@dataclass(frozen=True, slots=True)
class Target:
    """A service of a carrier; both empty: the cheapest that keeps the promise."""

    carrier: str = ""
    service: str = ""

    @property
    def is_cheapest(self) -> bool:
        return not self.carrier


CHEAPEST: Final = Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Holds when all its conditions do; one without any holds always."""

    conditions: tuple[Condition, ...] = ()
    target: Target = CHEAPEST
    on: bool = True
    with_return: bool = False  # a return label goes into the box
    insured_to: int | None = (
        None  # for the goods' value, at most so many cents, 0: no bound; None: not insured
    )

    @property
    def is_whole(self) -> bool:
        return all(condition.is_whole for condition in self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The rules in their order, and what becomes of an order that none of them holds for."""

    rules: tuple[Rule, ...] = ()
    default: Target = Target("own", "home")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """An order as the rules see it."""

    country: str = "FR"
    postcode: str = ""
    weight_g: int | None = None
    value_cents: int | None = None
    items: int = 0
    skus: tuple[str, ...] = ()
    shop_word: str = ""
    tags: tuple[str, ...] = ()
    pickup_point: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`rule` is the place of the rule that decided, None for the default."""

    carrier: str
    service: str
    rule: int | None = None
    price_cents: int | None = None


Cheapest = Callable[[], tuple[str, str, int] | None]  # (carrier, service, price in cents), if there is one


def decide(book: RuleBook, consignment: Consignment, *, cheapest: Cheapest = lambda: None) -> Decision:
    """The first rule that is on and holds. One that wants the cheapest and finds none is passed over."""
    for place, rule in enumerate(book.rules):
        if rule.on and rule.is_whole and all(holds(one, consignment) for one in rule.conditions):
            decision = _decision(rule.target, place, cheapest)
            if decision is not None:
                return decision
    decision = _decision(book.default, None, cheapest)
    return decision or Decision(carrier="", service="")


def _decision(target: Target, place: int | None, cheapest: Cheapest) -> Decision | None:
    if not target.is_cheapest:
        return Decision(carrier=target.carrier, service=target.service, rule=place)
    found = cheapest()
    if found is None:
        return None
    carrier, service, price = found
    return Decision(carrier=carrier, service=service, rule=place, price_cents=price)


def holds(condition: Condition, consignment: Consignment) -> bool:
    if condition.how in (Comparison.AT_MOST, Comparison.MORE_THAN):
        return _amount_holds(condition, consignment)
    if condition.subject is Subject.PICKUP_POINT:
        return consignment.pickup_point is (condition.how is Comparison.YES)
    if condition.how is Comparison.BETWEEN:
        return _lies_between(condition.span, _postcode(consignment.postcode))
    if condition.how is Comparison.BEGINS:
        wanted = tuple(_postcode(word) for word in condition.words)
        return _postcode(consignment.postcode).startswith(wanted)
    found = _is_named(condition, consignment)
    return found is (condition.how is Comparison.ONE_OF)


def _amount_holds(condition: Condition, consignment: Consignment) -> bool:
    known = {
        Subject.WEIGHT: consignment.weight_g,
        Subject.VALUE: consignment.value_cents,
        Subject.ITEMS: consignment.items,
    }.get(condition.subject)
    limit = condition.amount
    if known is None or limit is None:
        return False
    return known <= limit if condition.how is Comparison.AT_MOST else known > limit


def _lies_between(span: tuple[str, str] | None, postcode: str) -> bool:
    return span is not None and len(postcode) == len(span[0]) and span[0] <= postcode <= span[1]


def _is_named(condition: Condition, consignment: Consignment) -> bool:
    words = condition.words
    if condition.subject is Subject.SKU:
        wanted = [word.casefold() for word in words]
        return any(fnmatchcase(sku.casefold(), word) for sku in consignment.skus for word in wanted)
    if condition.subject is Subject.TAG:
        named = {_plain(word) for word in words}
        return any(_plain(tag) in named for tag in consignment.tags)
    if condition.subject is Subject.POSTCODE:
        return _postcode(consignment.postcode) in {_postcode(word) for word in words}
    known = consignment.country if condition.subject is Subject.COUNTRY else consignment.shop_word
    # A shop's word may itself hold a comma.
    return _plain(known) in {_plain(word) for word in (*words, condition.value)}


def _plain(text: str) -> str:
    return text.strip().casefold()


def _postcode(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def consignment_of(order: Order, products: Mapping[str, Product]) -> Consignment:
    """`products` by SKU, as far as they are known."""
    value = order.total_cents
    if value is None and all(line.price_cents is not None for line in order.lines):
        value = sum((line.price_cents or 0) * line.quantity for line in order.lines)
    return Consignment(
        country=order.recipient.country,
        postcode=order.recipient.postcode,
        weight_g=order_weight(order, products),
        value_cents=value,
        items=sum(line.quantity for line in order.lines),
        skus=tuple(line.sku for line in order.lines),
        shop_word=order.chosen_service,
        tags=order.tags,
        pickup_point=bool(order.pickup_point),
    )


def order_weight(order: Order, products: Mapping[str, Product]) -> int | None:
    """Grams as the shop gave them for the parcel, else of all pieces by the product table, packing not counted; None
    when one has no weight."""
    if order.weight_g:
        return order.weight_g
    total = 0
    for line in order.lines:
        product = products.get(line.sku)
        if product is None or not product.weight_g:
            return None
        total += product.weight_g * line.quantity
    return total or None


def from_table(table: Iterable[tuple[str, str, str]], default: tuple[str, str]) -> RuleBook:
    """The table of shop's words that station.toml holds, as rules: (word, carrier, service)."""
    rules = tuple(
        Rule(
            conditions=(Condition(Subject.SHOP_WORD, Comparison.ONE_OF, word.strip()),),
            target=Target(carrier, service),
        )
        for word, carrier, service in table
        if word.strip()
    )
    return RuleBook(rules=rules, default=Target(*default))


def dump_book(book: RuleBook) -> dict[str, object]:
    """Plain JSON."""
    return {
        "rules": [
            {
                "if": [[c.subject.value, c.how.value, c.value] for c in rule.conditions],
                "then": [rule.target.carrier, rule.target.service],
                "on": rule.on,
                # Not where there is none: an older desk reads the rule all the same.
                **({"return": True} if rule.with_return else {}),
                **({} if rule.insured_to is None else {"insure": rule.insured_to}),
            }
            for rule in book.rules
        ],
        "default": [book.default.carrier, book.default.service],
    }


def read_book(data: Mapping[str, Any]) -> RuleBook:
    """A rule that a later version of the desk wrote and this one cannot read is off, and stays in its place."""
    rules = tuple(_read_rule(each) for each in data["rules"])
    return RuleBook(rules=rules, default=Target(*data["default"]))


def _read_rule(data: Mapping[str, Any]) -> Rule:
    target = Target(*data["then"])
    try:
        conditions = tuple(Condition(Subject(s), Comparison(t), v) for s, t, v in data["if"])
    except ValueError:
        return Rule(target=target, on=False)
    insure = data.get("insure")
    return Rule(
        conditions=conditions,
        target=target,
        on=bool(data["on"]),
        with_return=bool(data.get("return")),
        insured_to=insure if isinstance(insure, int) and insure >= 0 else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One waiting order that other rules would send another way."""

    order: Order
    before: tuple[str, str]
    after: Decision
    price_before_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What rules would do to the orders of today. `counts` are waiting orders by the place of the rule that takes
    them, None for the default; `by_hand` keep what somebody chose; `left_out` are services that no cheapest may
    be, each with the sentence why."""

    waiting: int = 0
    by_hand: int = 0
    moved: Sequence[Moved] = ()
    counts: Mapping[int | None, int] = field(default_factory=dict)
    left_out: Sequence[tuple[str, str, str]] = ()  # carrier, service, a key of the catalogue
