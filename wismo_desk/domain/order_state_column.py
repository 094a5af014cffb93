"""A column called “state”: of the address, or what became of the order? Its values say, or a person does.

American, Canadian and Australian exports call the state of the address so; most others mean “paid”, “en cours”.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from wismo_desk.domain.countries import country_code
from wismo_desk.domain.order_columns import Field, Mapping, guess_mapping, is_shippingbo, plain_name
from wismo_desk.domain.states import has_states, state_code

LOOKED_AT: Final = 200  # records of a file that decide
_NAMES: Final = frozenset(
    plain_name(name)
    for name in (
        *("state", "shipping state", "delivery state", "county", "region"),
        *("état", "région", "état livraison", "région livraison"),
    )
)
# "OK" is a state, and what half the shops write for a paid order.
_BOTH: Final = frozenset({"ok"})


class StateColumn(StrEnum):
    """What such a column seems to hold."""

    NONE = "none"  # there is no such column, or another one holds the state already
    ADDRESS = "address"
    ORDER = "order"
    UNCLEAR = "unclear"


def whole_guess(header: Sequence[str], sample: Iterable[Sequence[str]]) -> Mapping:
    """The columns as far as their names tell, and a column “state” where the values of `sample` are states."""
    guessed = guess_mapping(header)
    name = state_named(header, guessed)
    if not name or judge_state(header, sample, guessed) is not StateColumn.ADDRESS:
        return guessed
    found = dict(guessed.columns) | {Field.STATE: name}
    return Mapping(tuple((field, found[field]) for field in Field if field in found))


def state_named(header: Sequence[str], mapping: Mapping) -> str:
    """The column whose name alone does not tell; "" where there is none."""
    if is_shippingbo(header) or mapping.column(Field.STATE):
        return ""
    taken = {name for _, name in mapping.columns}
    return next((name for name in header if name not in taken and plain_name(name) in _NAMES), "")


def judge_state(header: Sequence[str], sample: Iterable[Sequence[str]], mapping: Mapping) -> StateColumn:
    """By the values that stand beside a country which has states; beside others it does not matter."""
    name, country = state_named(header, mapping), mapping.column(Field.COUNTRY)
    if not name:
        return StateColumn.NONE
    if not country:
        return StateColumn.ORDER
    at, land_at = list(header).index(name), list(header).index(country)
    right = wrong = 0
    said: set[str] = set()
    for row in sample:
        if max(at, land_at) >= len(row) or not row[at].strip():
            continue
        land = country_code(row[land_at]) or ""
        if not has_states(land):
            continue
        said.add(row[at].strip().casefold())
        if state_code(land, row[at]) is None:
            wrong += 1
        else:
            right += 1
    if not right:
        return StateColumn.ORDER
    return StateColumn.UNCLEAR if wrong or said <= _BOTH else StateColumn.ADDRESS


def unused_columns(header: Sequence[str], used: Iterable[str]) -> tuple[str, ...]:
    """The columns of a file that nothing was read from, in its order."""
    known = set(used)
    return tuple(name for name in dict.fromkeys(header) if name and name not in known)
