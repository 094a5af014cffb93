"""Puts tracking pages where customers can read them, again when something changed, and takes them away in time.

A page's address is random and kept as a fact, said before the page is put: what was published once is always known, so
that an erased person's page is found and taken away. One desk publishes: the one whose settings say where.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from wismo_desk.documents.tracking_page import render
from wismo_desk.domain.brand import BRAND, SHOP, Brand, read_brand
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.shelf import PAGE, PAGES, PLACE, Shelf, is_token, page_names
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow, Sort
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.page_view import LANGUAGES, Shop, view_of
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.published import Published, place_mark
from wismo_desk.notices.known import Knowledge, joined
from wismo_desk.notices.stories import Told, tell
from wismo_desk.settings.pages import PagesSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

BATCH: Final = 40  # shipments a turn: other threads go on meanwhile
_MOST: Final = 20_000  # shipments looked through when catching up
_RECENT: Final = timedelta(days=60)
_CATCH_UP: Final = timedelta(hours=6)
_REST: Final = timedelta(minutes=5)  # after the place did not answer
_UNMADE: Final = frozenset((TrackingStatus.PLANNED, TrackingStatus.CANCELLED))  # no parcel to follow
ROBOTS: Final = b"User-agent: *\nDisallow: /\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesTurn:
    """What one turn did. `error`: why the rest waits."""

    put: int = 0
    gone: int = 0
    waiting: int = 0
    error: DeskError | None = None


@dataclass(slots=True)
class _Round:
    """What is still to be looked at, and when everything was last."""

    waiting: set[UUID] = field(default_factory=set)
    caught_up: datetime | None = None
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """`words` by language, `language` the one of a shipment's reader. `open_shelf` raises as Shelf says."""

    store: Store
    pen: Pen
    known: Knowledge
    shop: Callable[[], Shop]
    words: Mapping[str, Words]
    language: Callable[[Told], str]
    settings: Callable[[], PagesSettings]
    open_shelf: Callable[[PagesSettings], Shelf]
    published: Published
    round: _Round = field(default_factory=_Round)

    # Publishing

    def turn(self, changes: Changes = Changes()) -> PagesTurn:  # noqa: B008 - frozen: nothing can be put into it
        """Publish what changed, at most BATCH shipments; call it now and then from one lane. Nothing while switched
        off; while the place does not answer, what is to be done waits."""
        settings, now = self.settings(), self.pen.clock()
        self.announce()
        self.round.waiting |= changes.shipments | {shipment_id(order) for order in changes.orders}
        if not settings.ready:
            self.round.waiting.clear()
            self.round.caught_up = None
            return PagesTurn()
        if changes.values or self.round.caught_up is None or now - self.round.caught_up >= _CATCH_UP:
            self.round.waiting |= set(self._all(now))
            self.round.caught_up = now
        rests = self.round.rests_until
        if not self.round.waiting or (rests is not None and now < rests):
            return PagesTurn(waiting=len(self.round.waiting))
        return self._work(settings, now)

    def _work(self, settings: PagesSettings, now: datetime) -> PagesTurn:
        some = sorted(self.round.waiting)[:BATCH]
        wanted = {each: self._wanted(each, settings, now) for each in some}
        place = _place(settings)
        due = {
            each: {n: c for n, c in files.items() if c is None or not self.published.has(place, n, c)}
            for each, files in wanted.items()
        }
        put = gone = 0
        try:
            if any(due.values()):
                shelf = self.open_shelf(settings)
                try:
                    self._common(shelf, place)
                    for each in some:
                        done = self._bring(each, due[each], shelf, place)
                        put, gone = put + done[0], gone + done[1]
                        self.round.waiting.discard(each)
                finally:
                    shelf.close()
        except DeskError as error:
            self.round.rests_until = now + _REST
            return PagesTurn(put=put, gone=gone, waiting=len(self.round.waiting), error=error)
        self.round.waiting -= set(some)
        self.round.rests_until = None
        return PagesTurn(put=put, gone=gone, waiting=len(self.round.waiting))

    def _bring(
        self, shipment: UUID, files: Mapping[str, bytes | None], shelf: Shelf, place: str
    ) -> tuple[int, int]:
        put = {name: content for name, content in files.items() if content is not None}
        for name, content in put.items():
            shelf.put(name, content)
            self.published.note(place, name, content)
        drop = [name for name, content in files.items() if content is None]
        for name in drop:
            shelf.drop(name)
            self.published.note(place, name, None)
        if drop:
            self._say(shipment, gone=True)
        elif put and not self._kept(shipment).get("live"):
            self._say(shipment, live=True)
        return int(bool(put)), int(bool(drop))

    def _common(self, shelf: Shelf, place: str) -> None:
        """What all pages share: the logo, and a word to search engines."""
        brand = self._brand()
        files = {"robots.txt": ROBOTS} | ({brand.logo_name: brand.logo_bytes} if brand.logo else {})
        for name, content in files.items():
            if not self.published.has(place, name, content):
                shelf.put(name, content)
                self.published.note(place, name, content)

    def _wanted(self, shipment: UUID, settings: PagesSettings, now: datetime) -> dict[str, bytes | None]:
        """The files of a shipment by name, None: it must not be there. Raises nothing for what is not known here."""
        kept, row = self._kept(shipment), self.store.read.shipment(shipment)
        token = kept.get("token")
        if row is None or kept.get("gone"):
            return {}
        over = row.status in ENDED and row.event_at < now - timedelta(days=settings.keep_days)
        if self._is_gone(row) or over:
            if not is_token(token):
                return {}
            return dict.fromkeys(name for second in LANGUAGES for name in page_names(str(token), second))
        told = tell(self.store, shipment) if row.status not in _UNMADE or is_token(token) else None
        if told is None:
            return {}
        return {**self._pages(told, self._token(shipment, kept), settings)}

    def _pages(self, told: Told, token: str, settings: PagesSettings) -> dict[str, bytes]:
        first, known, shop = self.language(told), self.known(told), self.shop()
        first = first if first in LANGUAGES else "en"
        second = next(each for each in LANGUAGES if each != first)
        main, other = page_names(token, second)
        made = {}
        for language, name, another in ((first, main, other), (second, other, main)):
            view = view_of(
                told, known, shop, self.words[language],
                other=another, address=joined(settings.address, name), logo=known.brand.logo_name,
            )  # fmt: skip
            made[name] = render(view)
        return made

    # Which

    def _all(self, now: datetime) -> Iterator[UUID]:
        """Every shipment that has a page or may get one."""
        yield from (UUID(key) for key, kept in self.store.read.values(PAGE).items() if not kept.get("gone"))
        rows = self.store.read.rows(Filter(sort=Sort.EVENT), _MOST)
        for start in range(0, len(rows), BATCH):
            page = self.store.read.page(rows[start : start + BATCH])
            yield from (row.shipment_id for row in page if row.event_at >= now - _RECENT)
            if not page or page[-1].event_at < now - _RECENT:
                return

    def _is_gone(self, row: ShipmentRow) -> bool:
        """Erased on request, or forgotten because it is old: then the order has nobody's name any more."""
        if self.store.personal.erased([row.order_id]):
            return True
        order = self.store.read.order(row.order_id)
        return order is None or (row.status in ENDED and not (order.recipient.city or order.recipient.name))

    # Addresses

    def announce(self) -> Changes:
        """What this desk publishes under is a fact, for those that write letters; gone once it publishes no more."""
        settings, known = self.settings(), self.store.read.value(PAGES, PLACE) or {}
        now = settings.address if settings.ready else ""
        mine = bool(now) or known.get("by") == self.pen.station
        if not mine or known.get("address", "") == now:
            return Changes()
        value = {"address": now, "by": self.pen.station}
        fact = self.pen.fact(FactKind.VALUE_SET, scope=PAGES, key=PLACE, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def _token(self, shipment: UUID, kept: Mapping[str, Any]) -> str:
        """Said as a fact before anything is put under it."""
        if is_token(kept.get("token")):
            return str(kept["token"])
        token = b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
        self._say(shipment, token=token)
        return token

    def _kept(self, shipment: UUID) -> dict[str, Any]:
        found = self.store.read.value(PAGE, str(shipment))
        return dict(found) if isinstance(found, dict) else {}

    def _say(self, shipment: UUID, **news: object) -> None:
        value = self._kept(shipment) | news
        fact = self.pen.fact(FactKind.VALUE_SET, scope=PAGE, key=str(shipment), value=value)
        self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    # Looking

    def preview(self, number: str, folder: Path) -> Path:
        """The page of that order (without a number of the newest) in a file of this computer, named by its order.
        Raises Refused."""
        told = self._told(number.strip())
        first = self.language(told)
        language = first if first in LANGUAGES else "en"
        page = render(view_of(told, self.known(told), self.shop(), self.words[language]))
        folder.mkdir(parents=True, exist_ok=True)
        safe = "".join(sign if sign.isalnum() or sign in "-_ " else "-" for sign in told.order.number).strip()
        path = folder / f"{safe} page.html"
        path.write_bytes(page)
        return path

    def _told(self, number: str) -> Told:
        found = self._named(number) if number else self._newest()
        told = tell(self.store, found) if found is not None else None
        if told is None:
            raise Refused("There is no order {number} whose page could be shown.", number=number)
        return told

    def _named(self, number: str) -> UUID | None:
        keys = [UUID(key) for what, key in self.store.read.named([number]) if what == "order"]
        return shipment_id(keys[0]) if keys else None

    def _newest(self) -> UUID | None:
        rows: Iterable[ShipmentRow] = self.store.read.page(self.store.read.rows(Filter(sort=Sort.EVENT), 1))
        return next((row.shipment_id for row in rows), None)

    def _brand(self) -> Brand:
        return read_brand(self.store.read.value(BRAND, SHOP))


def _place(settings: PagesSettings) -> str:
    parts = (settings.by.value, settings.folder, settings.host, str(settings.port), settings.path)
    return place_mark("|".join(parts))
