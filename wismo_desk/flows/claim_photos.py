"""Says what a file that is added to a claim really is, and gives it a name that can stand in a mail."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from wismo_desk.errors import BadInput

_IMAGES: Final = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"))
_NAME_LENGTH: Final = 120
_MOST_PIXELS: Final = 40_000_000  # to be decoded for a look; of a larger PNG the checksums must do
_END_WITHIN: Final = 1024  # ISO 32000-1, annex H: readers look for %%EOF in the last bytes of the file


def media_of(name: str, content: bytes) -> str:
    """By the whole file, never by its name. Raises BadInput for what is no photo and no PDF, or a part of one."""
    if content.startswith(b"%PDF-"):
        end = content.rfind(b"%%EOF")
        if end < len(content) - _END_WITHIN or content.rfind(b"startxref", 0, end) < 0:
            raise _broken(name)
        return "application/pdf"
    kind = next((kind for start, kind in _IMAGES if content.startswith(start)), "")
    if not kind:
        raise BadInput("{name} is neither a photo (JPEG, PNG) nor a PDF.", name=name, field="file")
    _decode(name, content, kind)
    return f"image/{kind.lower()}"


def plain_name(name: str) -> str:
    """One line without what cannot be seen, its ending kept when it is cut."""
    seen = "".join(ch if ch.isprintable() and ch not in '/\\"' else " " for ch in name)
    plain = " ".join(seen.split())
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > _NAME_LENGTH and dot and len(ending) <= 8:
        return f"{stem[: _NAME_LENGTH - len(ending) - 1]}.{ending}"
    return plain[:_NAME_LENGTH] or "-"


def _decode(name: str, content: bytes, kind: str) -> None:
    """All of it, at an eighth of its size where the format allows that."""
    from PIL import Image  # not before the first claim: it takes long to import

    try:
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            image.verify()  # the checksums of a PNG; the file cannot be used afterwards
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            image.draft("L", (image.width // 8, image.height // 8))
            if image.width * image.height <= _MOST_PIXELS:
                image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _broken(name) from error


def _broken(name: str) -> BadInput:
    return BadInput("{name} is broken or not whole. Save it anew and add it again.", name=name, field="file")
