"""Which US character sits on a key, by the key's position: immune to whatever layout the computer has.

Positions are PC set 1 codes of the main block (IBM PC AT keyboard). X11 (evdev) reports them plus 8,
Windows as they are; macOS reports its own virtual key codes (HIToolbox, Events.h, kVK_ANSI_*).
"""

from __future__ import annotations

import sys
from typing import Final

_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_SET_1: Final = {
    first + i: (plain[i], shifted[i]) for first, plain, shifted in _ROWS for i in range(len(plain))
}
_MAC_KEYS: Final = {
    **dict(zip("asdfhgzxcv", range(0x0A), strict=True)),
    **dict(zip("bqweryt123465=97-80]ou[ip", (0x0B, *range(0x0C, 0x24)), strict=True)),
    **dict(zip("lj'k;\\,/nm.", range(0x25, 0x30), strict=True)),
    " ": 0x31,
    "`": 0x32,
}
_MAC: Final = {_MAC_KEYS[plain]: (plain, shifted) for plain, shifted in _SET_1.values()}


def us_character(scan_code: int, virtual_key: int, *, shift: bool, system: str = sys.platform) -> str:
    """What a US keyboard would have typed with this key, or "" for keys outside the main block."""
    if system == "darwin":
        return _MAC.get(virtual_key, ("", ""))[shift]
    return _SET_1.get(scan_code if system == "win32" else scan_code - 8, ("", ""))[shift]
