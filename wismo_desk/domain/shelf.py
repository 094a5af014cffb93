"""Where tracking pages are put so that customers can read them: a folder, or a server of the merchant's."""

from __future__ import annotations

import re
from typing import Final, Protocol

from wismo_desk.errors import Refused

PAGE: Final = "page"  # scope of the fact; key: the shipment; value: token, live, gone
PAGES: Final = "pages"  # scope of the fact that says where pages are seen; its one key; value: address, by
PLACE: Final = "place"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\.(html|png|jpg|txt)")
_TOKEN: Final = re.compile(r"[a-z2-7]{26}")


class Shelf(Protocol):
    """One open place. `put` shows the whole new file or the whole old one, never half of one; `drop` of what is not
    there is done. Both raise ShelfUnreachable, and SettingsProblem for what a person must mend."""

    def put(self, name: str, content: bytes) -> None: ...

    def drop(self, name: str) -> None: ...

    def close(self) -> None: ...


def clean_name(name: str) -> str:
    """The same name: letters, digits and a known ending, so that it leads nowhere else. Raises Refused."""
    if not _NAME.fullmatch(name):
        raise Refused("“{name}” is no name of a page.", name=name[:80])
    return name


def is_token(text: object) -> bool:
    """128 random bits in base 32, small letters: 26 signs, the same on every file system."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def page_names(token: str, second: str) -> tuple[str, str]:
    """The file in the customer's language, and the one in the other (`second`: fr or en)."""
    return f"{token}.html", f"{token}-{second}.html"
