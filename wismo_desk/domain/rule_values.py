"""What people type into a condition of a shipping rule, and what is kept of it."""

from __future__ import annotations

from wismo_desk.domain.cell_values import read_amount, read_count, read_grams
from wismo_desk.domain.countries import country_code
from wismo_desk.domain.rules import Comparison, Condition, Subject


def typed(subject: Subject, how: Comparison, text: str) -> Condition:
    """The condition with the value as it is kept: grams of "0,5 kg", cents of "49,90 €", codes of countries. What
    cannot be read leaves the condition unfinished: it decides nothing."""
    return Condition(subject, how, _value(subject, how, text.strip()))


def _value(subject: Subject, how: Comparison, text: str) -> str:
    if subject is Subject.WEIGHT:
        return _digits(read_grams(text))
    if subject is Subject.VALUE:
        return _digits(read_amount(text))
    if subject is Subject.ITEMS:
        return "0" if text == "0" else _digits(read_count(text))
    if subject is Subject.COUNTRY:
        codes = [country_code(part) for part in text.split(",") if part.strip()]
        return "" if None in codes else ", ".join(code for code in codes if code)
    if subject is Subject.POSTCODE and how is Comparison.BETWEEN:
        return text.replace("–", "-")
    return text


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)
