"""Shipping rules and what to correct as sentences that a supervisor reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from wismo_desk.domain.rules import Comparison, Condition, Rule, Subject, Target
from wismo_desk.words import Words

Names = Callable[[str, str], tuple[str, str]]

_SAID: Final = {
    (Subject.COUNTRY, Comparison.ONE_OF): "the country is {value}",
    (Subject.COUNTRY, Comparison.NOT_ONE_OF): "the country is not {value}",
    (Subject.POSTCODE, Comparison.BEGINS): "the postcode begins with {value}",
    (Subject.POSTCODE, Comparison.BETWEEN): "the postcode is between {value}",
    (Subject.POSTCODE, Comparison.ONE_OF): "the postcode is {value}",
    (Subject.POSTCODE, Comparison.NOT_ONE_OF): "the postcode is not {value}",
    (Subject.WEIGHT, Comparison.AT_MOST): "the weight is at most {value}",
    (Subject.WEIGHT, Comparison.MORE_THAN): "the weight is more than {value}",
    (Subject.VALUE, Comparison.AT_MOST): "the goods are worth at most {value}",
    (Subject.VALUE, Comparison.MORE_THAN): "the goods are worth more than {value}",
    (Subject.ITEMS, Comparison.AT_MOST): "there are at most {value} pieces",
    (Subject.ITEMS, Comparison.MORE_THAN): "there are more than {value} pieces",
    (Subject.SKU, Comparison.ONE_OF): "an article is {value}",
    (Subject.SKU, Comparison.NOT_ONE_OF): "no article is {value}",
    (Subject.SHOP_WORD, Comparison.ONE_OF): "the customer chose “{value}”",
    (Subject.SHOP_WORD, Comparison.NOT_ONE_OF): "the customer did not choose “{value}”",
    (Subject.TAG, Comparison.ONE_OF): "the order has the tag {value}",
    (Subject.TAG, Comparison.NOT_ONE_OF): "the order does not have the tag {value}",
    (Subject.PICKUP_POINT, Comparison.YES): "the customer chose a pickup point",
    (Subject.PICKUP_POINT, Comparison.NO): "the customer chose no pickup point",
}
CHEAPEST_WORDS: Final = "the cheapest that keeps the promise"


def condition_words(condition: Condition, words: Words) -> str:
    """One condition, as part of a sentence."""
    return words(_SAID[condition.subject, condition.how], value=_value(condition, words) or "…")


def rule_words(rule: Rule, words: Words) -> str:
    """All conditions; "always" where there are none."""
    said = [condition_words(one, words) for one in rule.conditions]
    if not said:
        return words("Always")
    return words("If {conditions}", conditions=f" {words('and')} ".join(said))


def target_words(target: Target, words: Words, names: Names) -> str:
    if target.is_cheapest:
        return words(CHEAPEST_WORDS)
    return " ".join(names(target.carrier, target.service))


def goes_words(rule: Rule, words: Words, names: Names) -> str:
    """Where a rule sends an order, and whether it is insured and a return label goes with it."""
    said = target_words(rule.target, words, names)
    if rule.insured_to:
        said = words(
            "{service}, insured for the value of the goods, at most {amount}",
            service=said,
            amount=words.money(rule.insured_to),
        )
    elif rule.insured_to is not None:
        said = words("{service}, insured for the value of the goods", service=said)
    return words("{service}, with a return label", service=said) if rule.with_return else said


def _value(condition: Condition, words: Words) -> str:
    amount = condition.amount
    if condition.subject is Subject.WEIGHT and amount is not None:
        return grams(amount, words)
    if condition.subject is Subject.VALUE and amount is not None:
        return words.money(amount)
    if condition.how is Comparison.BETWEEN and condition.span is not None:
        return words("{first} and {last}", first=condition.span[0], last=condition.span[1])
    if condition.subject is Subject.SHOP_WORD:
        return condition.value.strip()
    said = condition.words
    if condition.subject is Subject.COUNTRY:
        said = tuple(country_name(code, words.language) for code in said)
    return f" {words('or')} ".join(said) or condition.value.strip()


def grams(amount: int, words: Words) -> str:
    """ "500 g", "2,500 kg"."""
    return words.kilos(amount) if amount >= 1000 else f"{words.number(amount)}\u00a0g"


@cache
def country_name(code: str, language: str) -> str:
    """As people call it; the code where it has no name."""
    from babel import Locale  # on first use: it reads a file

    return str(Locale.parse(language).territories.get(code.upper(), code))
