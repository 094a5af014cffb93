"""How the shop looks to its customers: read, and saved for all desks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wismo_desk.domain.brand import BRAND, LOGO_LIMIT, SHOP, Brand, checked, dump_brand, logo_of, read_brand
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.errors import BadInput
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    store: Store
    pen: Pen

    def brand(self) -> Brand:
        return read_brand(self.store.read.value(BRAND, SHOP))

    def save(self, brand: Brand) -> Changes:
        """Raises BadInput for what cannot be."""
        value = dump_brand(checked(brand))
        fact = self.pen.fact(FactKind.VALUE_SET, scope=BRAND, key=SHOP, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,))) | Changes(values=True)

    def picture(self, path: Path) -> str:
        """A file as `Brand.logo` holds it. Raises BadInput."""
        try:
            with path.open("rb") as file:
                return logo_of(file.read(LOGO_LIMIT * 32))
        except OSError as error:
            raise BadInput(
                "The file {path} cannot be read. Write its whole path.",
                field="logo",
                path=str(path),
                raw=str(error.strerror),
            ) from error
