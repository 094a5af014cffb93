"""Finds the order that a customer writes about: by number, tracking number, e-mail, telephone, name and postcode."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from wismo_desk.domain.order import Order
from wismo_desk.domain.question import Keys, Question, names_in, phone_key
from wismo_desk.domain.status import folded
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.domain.wording import COMMON
from wismo_desk.store.store import Store

_MOST: Final = 50  # rows looked at for one loose key
_WORDS: Final = 24  # of a text that may be a name: the last, where people sign


class Key(StrEnum):
    """What of a question agrees with an order. A name alone, or a postcode alone, proves little."""

    NUMBER = "number"
    TRACKING = "tracking"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`orders` that the strongest keys name, newest first; `keys` of the only one, when it is one."""

    orders: tuple[Order, ...] = ()
    keys: frozenset[Key] = frozenset()

    @property
    def proven(self) -> bool:
        """Two keys agree: an address may be spoken of."""
        return len(self.orders) == 1 and len(self.keys) >= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOrder:
    store: Store

    def __call__(self, question: Question) -> Found:
        """Reads only. The keys are tried from the surest on; several orders of one key are narrowed by the others."""
        keys = question.keys
        for ids in (
            self._coded(keys.named),
            self._coded(keys.loose),
            self._spelled(keys),
            self._person(question),
        ):
            if ids:
                return self._settled(
                    question, [order for each in ids if (order := self.store.read.order(each))]
                )
        return Found()

    def chosen(self, question: Question, order_id: UUID) -> Found:
        """The order that a person chose, with the keys of it that the question names. Nothing for one not here."""
        order = self.store.read.order(order_id)
        return self._settled(question, [order]) if order else Found()

    def _coded(self, codes: Iterable[str]) -> list[UUID]:
        wanted = tuple(codes)
        named = self.store.read.named(wanted) if wanted else []
        found = [UUID(key) for what, key in named if what == "order"]
        for what, key in named:
            parcel = self.store.read.parcel(UUID(key)) if what in ("parcel", "return") else None
            if parcel is not None:
                found.append(parcel.order_id)
        return list(dict.fromkeys(found))

    def _spelled(self, keys: Keys) -> list[UUID]:
        """Numbers that people write without the shop's prefix or marks: "8791" for "#MIR-8791"."""
        for code in (*keys.named, *keys.loose[:8]):
            bare = _bare(code)
            if len(bare) < 4:
                continue
            found = [
                row.order_id
                for row in self._rows(code)
                if _bare(row.order_number) == bare or _digits(row.order_number) == code
            ]
            if found:
                return list(dict.fromkeys(found))
        return []

    def _person(self, question: Question) -> list[UUID]:
        keys = question.keys
        for text in keys.emails:
            found = [
                order for order in self._orders(text) if order.recipient.email.strip().casefold() == text
            ]
            if found:
                return [order.order_id for order in found]
        for text in keys.phones:
            found = [order for order in self._orders(text) if phone_key(order.recipient.phone) == text]
            if found:
                return [order.order_id for order in found]
        return [order.order_id for text in keys.postcodes for order in self._neighbours(question, text)]

    def _neighbours(self, question: Question, postcode: str) -> list[Order]:
        """Of the many at one postcode those whose name stands in the text: asked with one word of it at a time."""
        words = [word for word in re.findall(r"[^\W\d_]{3,}", question.whole) if folded(word) not in COMMON]
        found: dict[UUID, Order] = {}
        for word in list(dict.fromkeys(words))[-_WORDS:]:
            for order in self._orders(f"{postcode} {word}"):
                if _postcode(order) == postcode and names_in(question.said, order.recipient.name):
                    found[order.order_id] = order
        return list(found.values())

    def _rows(self, text: str) -> list[_Row]:
        ids = self.store.read.rows(Filter(text=text, sort=Sort.EVENT), _MOST)
        return [_Row(row.order_id, row.order_number) for row in self.store.read.page(ids)]

    def _orders(self, text: str) -> list[Order]:
        rows = dict.fromkeys(row.order_id for row in self._rows(text))
        return [order for each in rows if (order := self.store.read.order(each))]

    def _tracked(self, question: Question, order: Order) -> frozenset[Key]:
        codes = {*question.keys.named, *question.keys.loose}
        parcels = self.store.read.parcels(order_id=order.order_id)
        names = any(parcel.tracking_number and parcel.tracking_number in codes for parcel in parcels)
        return frozenset({Key.TRACKING} if names else ())

    def _settled(self, question: Question, orders: list[Order]) -> Found:
        agreeing = [(agreed(question, order) | self._tracked(question, order), order) for order in orders]
        best = max((len(keys) for keys, _ in agreeing), default=0)
        left = [(keys, order) for keys, order in agreeing if len(keys) == best]
        newest = sorted((order for _, order in left), key=lambda order: order.ordered_at, reverse=True)
        return Found(orders=tuple(newest), keys=left[0][0] if len(left) == 1 else frozenset())


@dataclass(frozen=True, slots=True)
class _Row:
    order_id: UUID
    order_number: str


def agreed(question: Question, order: Order) -> frozenset[Key]:
    """Which keys of the question are this order's. Its number counts though the question may name its parcel."""
    keys, person = question.keys, order.recipient
    codes = {_bare(code) for code in (*keys.named, *keys.loose)}
    found = {
        Key.NUMBER: _bare(order.number) in codes or _digits(order.number) in {*keys.named, *keys.loose},
        Key.EMAIL: bool(person.email) and person.email.strip().casefold() in keys.emails,
        Key.PHONE: len(phone_key(person.phone)) == 9 and phone_key(person.phone) in keys.phones,
        Key.POSTCODE: bool(person.postcode) and _postcode(order) in keys.postcodes,
        Key.NAME: names_in(question.said, person.name),
    }
    return frozenset(key for key, holds in found.items() if holds)


def _postcode(order: Order) -> str:
    return re.sub(r"\s", "", order.recipient.postcode).upper()


def _bare(code: str) -> str:
    return re.sub(r"[^a-z0-9]", "", folded(code)).lstrip("0")


def _digits(code: str) -> str:
    found = re.sub(r"\D", "", code)
    return found if len(found) >= 4 else ""
