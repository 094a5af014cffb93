"""Code 128 for papers: the modules from zxing-cpp, and which texts have such a code at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import zxingcpp

QUIET: Final = 10  # modules left and right of a Code 128 (ISO/IEC 15417)
_LONGEST: Final = 48
_BAR: Final = re.compile("1+")
_DIGITS: Final = b"1" + b"0" * 255  # 0 is ink in zxing's picture


def has_code(text: str) -> bool:
    """Whether `text` can be a Code 128 that any scanner types back: printable ASCII, not too long."""
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable()


@lru_cache(maxsize=256)
def code_128(text: str) -> str:
    """The symbol as "1" (bar) and "0" (space), without quiet zones."""
    picture = zxingcpp.create_barcode(text, zxingcpp.Code128).to_image(scale=1, add_quiet_zones=False)
    grey = bytes(memoryview(picture))  # type: ignore[arg-type]  # the stub leaves out the buffer protocol
    return grey[: picture.shape[1]].translate(_DIGITS).decode("ascii")


def bars(modules: str) -> list[tuple[int, int]]:
    """Start and width of every bar, in modules."""
    return [(run.start(), len(run[0])) for run in _BAR.finditer(modules)]
