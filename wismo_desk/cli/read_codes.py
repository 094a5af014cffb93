"""`wismo-desk read CODE…`: what each scan is, without asking any database."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wismo_desk.domain.reading import Reading, read
from wismo_desk.words import Words


def read_codes(codes: Sequence[str], words: Words, *, as_json: bool) -> str:
    """One line, or one JSON object, per code in order."""
    readings = [(code, read(code)) for code in codes]
    if as_json:
        return json.dumps([_data(code, one, words) for code, one in readings], ensure_ascii=False)
    return "\n".join(_line(code, one, words) for code, one in readings)


def _data(code: str, reading: Reading, words: Words) -> dict[str, object]:
    return {
        "code": code,
        "kind": reading.kind.value,
        "carrier": reading.carrier,
        "key": reading.key,
        "check_ok": reading.check_ok,
        "reason": words(reading.reason),
    }


def _line(code: str, reading: Reading, words: Words) -> str:
    check = {True: words("check digit right"), False: words("check digit wrong"), None: words("not proven")}
    parts = [code, reading.kind.value, reading.carrier, reading.key, check[reading.check_ok]]
    if reading.reason:
        parts.append(words(reading.reason))
    return " · ".join(part for part in parts if part)
