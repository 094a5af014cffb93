"""How every id of the desk is made. No database makes a key (decisions.md §3, RFC 9562)."""

from __future__ import annotations

import base64
import hashlib
from typing import Final
from uuid import UUID, uuid5

_SPACE: Final = UUID("6f1c2f0e-6a3b-5d0c-9a9e-3d6f2f2f9d51")  # ours, fixed for ever
_UNIT: Final = "\x1f"  # cannot occur in a reference: control characters are refused at intake


def order_id(source: str, source_ref: str) -> UUID:
    """The same order from the same channel has the same id on every station (UUIDv5)."""
    return uuid5(_SPACE, _UNIT.join(("order", source, source_ref)))


def line_id(source: str, source_ref: str, line: str) -> UUID:
    return uuid5(_SPACE, _UNIT.join(("line", source, source_ref, line)))


def shipment_id(order: UUID, cycle: int = 0) -> UUID:
    """The promise exists as soon as the order is known, and two stations that read the same file must mean
    the same one: so it derives from the order. `cycle` 1 is a re-shipment."""
    return uuid5(_SPACE, _UNIT.join(("shipment", str(order), str(cycle))))


def poll_id(carrier: str) -> UUID:
    """What a station leases while it asks a carrier about parcels."""
    return uuid5(_SPACE, _UNIT.join(("poll", carrier)))


def digest_id(address: str, day: str) -> UUID:
    """What a station takes before it sends this address its digest of that day."""
    return uuid5(_SPACE, _UNIT.join(("digest", address, day)))


def time_ordered(at_ms: int, random: bytes) -> UUID:
    """UUIDv7 from milliseconds since 1970 and 10 random bytes: station facts, shipments, parcels."""
    if len(random) < 10:
        raise ValueError("10 random bytes are needed")
    value = (at_ms & (2**48 - 1)) << 80 | int.from_bytes(random[:10], "big")
    return _stamp(value, version=7)


def hashed(at_ms: int, *parts: str) -> UUID:
    """UUIDv8: 48 bits of time, then a hash of the parts. Deterministic *and* time-ordered: what two
    stations learn from one carrier or one file becomes one fact, and range partitions hold."""
    digest = hashlib.sha256(_UNIT.join(parts).encode()).digest()
    value = (at_ms & (2**48 - 1)) << 80 | int.from_bytes(digest[:10], "big")
    return _stamp(value, version=8)


def _stamp(value: int, *, version: int) -> UUID:
    value &= ~(0xF << 76)
    value |= version << 76
    value &= ~(0b11 << 62)
    return UUID(int=value | 0b10 << 62)


def purchase_key(order: UUID, parcel_no: int, issue_no: int) -> str:
    """One label is bought once under this key; a void raises `issue_no`."""
    return f"{order}|{parcel_no}|{issue_no}"


def reference(key: str) -> str:
    """13 base32 characters of the key's hash: what carriers get as our reference and labels show."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:13]
