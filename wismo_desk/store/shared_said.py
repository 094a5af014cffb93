"""Why a PostgreSQL lets nobody in: by its code, and before there is a connection by its words.

libpq hands on what refuses a connection as text without a code, in the language of the server (`lc_messages`): here
English and French. What another language says stays `UNCLEAR`. A server whose own character set is `C` writes a
question mark for each letter with an accent, and << >> for its quotes; so do we before we compare.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

# The names of users and databases stand in quotes: they may hold any word.
_NAMES: Final = re.compile(r'"[^"]*"|«[^»]*»|<<.*?>>')
_UNSAFE: Final = (
    "certificat",
    "does not support SSL",
    "ne supporte pas SSL",
    "root.crt",
)  # libpq's own words
_WAKING: Final = (
    *("starting up", "shutting down", "recovery", "accepting connections", "too many", "slots are reserved"),
    *("se lance", "d?marr", "arr?t", "restauration", "accepte pas", "trop de", "r?serv?s"),
)
_USER: Final = (
    *("password authentication failed", "no password supplied", "is not permitted to log in"),
    *("authentification par mot de passe ?chou?e", "n'est pas autoris? ? se connecter"),
)
_NO_USER: Final = re.compile(r"role \S* ?does not exist|r\?le\s+\S* ?n'existe pas")


class Refusal(Enum):
    NONE = auto()  # nobody refused: it is away, waking up or full, or it is no matter of connecting
    UNSAFE = auto()  # its certificate is not the right one
    USER = auto()  # there is none of this name, it may not log in, or its password is wrong
    UNCLEAR = auto()  # the database is missing, this computer may not, or words of another language


def refusal_of(raw: str, state: str, *, needs_password: bool = False) -> Refusal:
    """`raw`: what was said; `state`: PostgreSQL's code for it, "" before there is a connection (appendix A of its
    manual). `needs_password`: it asked for one and got none, as libpq knows without words."""
    if state:
        if state.startswith("28"):  # invalid authorization: of which user, PostgreSQL leaves to its log
            return Refusal.USER
        return Refusal.UNCLEAR if state == "3D000" else Refusal.NONE
    said = _NAMES.sub("", raw.replace("’", "'")).encode("ascii", "replace").decode()
    if any(word in said for word in _UNSAFE):
        return Refusal.UNSAFE
    if needs_password or any(word in said for word in _USER) or _NO_USER.search(said):
        return Refusal.USER
    return Refusal.UNCLEAR if "FATAL:" in said and not any(word in said for word in _WAKING) else Refusal.NONE
