"""Keys of `station.toml` that nothing reads: mistyped ones look as if they were in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import tomlkit

from wismo_desk.settings.ahead import AheadSettings
from wismo_desk.settings.cartons import Carton
from wismo_desk.settings.channels import SmsSettings, WebhookSettings
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import MailSettings
from wismo_desk.settings.pages import PagesSettings
from wismo_desk.settings.station import FILE, Settings

STRANGE: Final = "Nothing reads the key %s of station.toml: it changes nothing. Check its name."
PERHAPS: Final = "Nothing reads the key %s of station.toml: it changes nothing. Is %s meant?"
_SECTIONS: Final[Mapping[str, type[Any]]] = {
    "mail": MailSettings,
    "pages": PagesSettings,
    "inbox": InboxSettings,
    "bounces": InboxSettings,
    "sms": SmsSettings,
    "webhook": WebhookSettings,
    "ahead": AheadSettings,
}


def strange_keys(folder: Path) -> tuple[tuple[str, str], ...]:
    """Each as it stands in the file (`mail.hots`), and the key that it may be meant for, or "". Only of a file that
    `settings.load` reads; nothing where there is none. Sections that refuse what they do not know are left out."""
    path = folder / FILE
    if not path.exists():
        return ()
    data = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
    found = list(_strange("", data, Settings))
    for section, kind in _SECTIONS.items():
        found += _strange(f"{section}.", data.get(section, {}), kind)
    for carton in data.get("cartons", ()):
        found += _strange("cartons.", carton, Carton)
    return tuple(dict.fromkeys(found))


def _strange(before: str, data: Mapping[str, Any], kind: type[Any]) -> Iterator[tuple[str, str]]:
    known = [each.name for each in fields(kind)]
    for name in data:
        if name not in known:
            near = get_close_matches(name, known, 1)
            yield before + name, before + near[0] if near else ""
