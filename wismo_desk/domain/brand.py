"""How a shop looks to its customers: colour, logo, and how it is reached; and which colours can be read."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2s
from typing import Final
from urllib.parse import urlsplit

from wismo_desk.errors import BadInput

BRAND: Final = "brand"  # scope of the fact; its one key:
SHOP: Final = "shop"
LOGO_LIMIT: Final = 32_768  # bytes: a customer on the train loads it
_HEX: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 .()/-]{2,24}")
_KINDS: Final = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_WHITE, _INK = "#FFFFFF", "#151A21"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`colour` is #RRGGBB. `logo`: a PNG or JPEG in base 64. `site`: an https address. `imprint`: one line at the foot
    of mails and pages, such as the company's name and register number."""

    colour: str = "#1A5FB4"
    logo: str = ""
    site: str = ""
    phone: str = ""
    imprint: str = ""

    @property
    def logo_bytes(self) -> bytes:
        return base64.b64decode(self.logo) if self.logo else b""

    @property
    def logo_name(self) -> str:
        """Of the published file; another picture has another name, so that no cache shows the old one."""
        content = self.logo_bytes
        return f"logo-{blake2s(content, digest_size=5).hexdigest()}.{_kind(content)}" if content else ""


def read_brand(value: object) -> Brand:
    """What was saved; what cannot be used any more is left out."""
    found = value if isinstance(value, Mapping) else {}
    known = {name: str(found[name]) for name in Brand.__slots__ if name in found}
    try:
        return checked(Brand(**known))
    except BadInput:
        return Brand()


def dump_brand(brand: Brand) -> dict[str, str]:
    return asdict(brand)


def checked(brand: Brand) -> Brand:
    """The same brand. Raises BadInput, with the field that cannot be."""
    if not _HEX.fullmatch(brand.colour):
        raise BadInput(
            "“{text}” is not a colour. Write it like {example}.",
            field="colour",
            text=brand.colour,
            example="#1A5FB4",
        )
    if brand.site:
        https_address(brand.site, field="site")
    if brand.phone and not _PHONE.fullmatch(brand.phone):
        raise BadInput(
            "“{text}” is not a phone number. Write it like {example}.",
            field="phone",
            text=brand.phone,
            example="+33 4 65 71 00 00",
        )
    _check_logo(brand)
    return brand


def https_address(text: str, *, field: str) -> str:
    """The same address. Raises BadInput unless it begins with https:// and holds nothing that a browser or a mail
    program could take for something else."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = text.isascii() and not re.search(r"[\s\"'<>\\^`{|}\x00-\x1f]", text)
    if not plain or parts.scheme != "https" or not parts.hostname or parts.username or port == 0:
        raise BadInput(
            "“{text}” is not an address of the web. Write it like {example}.",
            field=field,
            text=text,
            example="https://suivi.boutique.example",
        )
    return text


def logo_of(content: bytes) -> str:
    """A picture as `Brand.logo` holds it. Raises BadInput."""
    logo = base64.b64encode(content).decode("ascii")
    _check_logo(Brand(logo=logo))
    return logo


def _check_logo(brand: Brand) -> None:
    try:
        content = base64.b64decode(brand.logo, validate=True)
    except (binascii.Error, ValueError):
        content = b"?"
    if content and not _kind(content):
        raise BadInput(
            "The logo is no PNG and no JPEG picture. Save it as PNG, then choose it.", field="logo"
        )
    if len(content) > LOGO_LIMIT:
        raise BadInput(
            "The logo has {size} kB; at most {limit} kB are loaded by every customer. Make it smaller.",
            field="logo",
            size=len(content) // 1024,
            limit=LOGO_LIMIT // 1024,
        )


def _kind(content: bytes) -> str:
    return next((kind for head, kind in _KINDS.items() if content.startswith(head)), "")


# Colours that can be read (WCAG 2.2 §1.4.3)


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """White or ink, whichever is read better on it."""
    return max((_WHITE, _INK), key=lambda text: contrast(text, colour))


def readable(colour: str, on: str, ratio: float = 4.5) -> str:
    """The colour, made darker or lighter just as far as it takes to be read on that ground."""
    target = "#000000" if _luminance(on) > 0.18 else "#FFFFFF"
    for step in range(21):
        mixed = _mix(colour, target, step / 20)
        if contrast(mixed, on) >= ratio:
            return mixed
    return target


def tint(colour: str, on: str, *, under: str, share: float) -> str:
    """A quiet ground of that colour, at most so strong that text of the colour `under` can be read on it."""
    for part in range(10, 0, -1):
        mixed = _mix(on, colour, share * part / 10)
        if contrast(under, mixed) >= 4.5:
            return mixed
    return on


def _mix(one: str, other: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(_parts(one), _parts(other), strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)


def _luminance(colour: str) -> float:
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: str) -> list[float]:
    return [part / 255 for part in _parts(colour)]


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
