"""What a message can say beyond the order itself: the tracking page, the pickup point and how long it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any, Final

from wismo_desk.domain.brand import BRAND, SHOP, Brand, read_brand
from wismo_desk.domain.choices import POINT
from wismo_desk.domain.notice_rules import KEY, PICKUP_DAYS, SCOPE, read_rules
from wismo_desk.domain.shelf import PAGE, PAGES, PLACE, is_token
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.notices.stories import Told
from wismo_desk.store.store import Store

TEXTS: Final = (
    "notice_text"  # scope of the shop's own texts; key: "fr/shipped.txt.j2"; value: see flows.letter_texts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Each is empty where nobody knows. `page`: the public address of the tracking page. `pickup_hours`: lines of
    text; `pickup_week`: seven texts from Monday on, as a carrier tells them, which `said_week` says in each language.
    `logo`: the public address of the brand's logo. `texts`: the shop's own, by name ("fr/shipped.txt.j2")."""

    page: str = ""
    pickup_name: str = ""
    pickup_hours: tuple[str, ...] = ()
    pickup_week: tuple[str, ...] = ()
    pickup_until: date | None = None
    pickup_code: str = ""
    brand: Brand = field(default_factory=Brand)
    logo: str = ""


Ask = Callable[[Told], Known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Reads it from the store."""

    store: Store
    zone: tzinfo

    def __call__(self, told: Told) -> Known:
        point = self._value(POINT, str(told.order.order_id))
        if point.get("point") != told.order.pickup_point:
            point = {}  # what was chosen here is not in force any more
        week = tuple(str(each) for each in point.get("hours") or ())
        brand = read_brand(self._value(BRAND, SHOP))
        return Known(
            page=self._page(told),
            pickup_name=str(point.get("name") or ""),
            pickup_week=week if len(week) == 7 else (),
            pickup_until=self._until(told),
            brand=brand,
            logo=joined(self.base(), brand.logo_name) if brand.logo and self.base() else "",
        )

    def base(self) -> str:
        """The public address under which pages are published, by whichever desk; "" while none does."""
        return str(self._value(PAGES, PLACE).get("address") or "")

    def _page(self, told: Told) -> str:
        """Of a page that is there."""
        kept, base = self._value(PAGE, str(told.row.shipment_id)), self.base()
        there = kept.get("live") and not kept.get("gone") and is_token(kept.get("token"))
        return joined(base, f"{kept['token']}.html") if base and there else ""

    def texts(self) -> dict[str, str]:
        """The texts that were saved here, by the name of the file they stand for."""
        saved = self.store.read.values(TEXTS)
        return {name: str(each["text"]) for name, each in saved.items() if each and "text" in each}

    def _until(self, told: Told) -> date | None:
        """The last day at the pickup point; None where the window of this carrier is only a guess."""
        rules = read_rules(self.store.read.value(SCOPE, KEY))
        carrier = told.row.carrier
        if carrier not in rules.pickup_days and carrier not in PICKUP_DAYS:
            return None
        ready = [seen.at for seen in told.story.seen if seen.status is TrackingStatus.READY_FOR_PICKUP]
        return (ready[-1] + rules.waits(carrier)).astimezone(self.zone).date() if ready else None

    def _value(self, scope: str, key: str) -> dict[str, Any]:
        found = self.store.read.value(scope, key)
        return dict(found) if isinstance(found, dict) else {}


def joined(base: str, name: str) -> str:
    """The public address of a file."""
    return f"{base.rstrip('/')}/{name}"
