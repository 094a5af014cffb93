"""Keeps what was worked out from the main file beside it: whole, of this version and ours, or not at all.

Whatever is doubtful about the file means that the work is done again; it is never half believed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wismo_desk.store.engine import Source

_HEAD: Final = b"WISMO kept 1\n"
_SEAL: Final = hashlib.sha256().digest_size
_MOST: Final = 1 << 28  # bytes unpacked: what is larger was not written here


@dataclass(frozen=True, slots=True)
class KeptBytes:
    """`version`: of whoever packs and unpacks them; another one finds nothing. Sealed with the key of the main file,
    so that only what this desk wrote is unpacked."""

    path: Path
    key: bytes
    version: str

    @classmethod
    def beside(cls, source: Source, name: str, version: str) -> KeptBytes:
        """`name` of the file in the folder of the main file."""
        return cls(source.path.with_name(name), source.key, version)

    def read(self) -> bytes | None:
        """None where there is no file, or a damaged, foreign or older one."""
        try:
            said = self.path.read_bytes()
        except OSError:
            return None
        if not said.startswith(_HEAD):
            return None
        seal, packed = said[len(_HEAD) : len(_HEAD) + _SEAL], said[len(_HEAD) + _SEAL :]
        if not hmac.compare_digest(seal, self._seal(packed)):
            return None
        return zlib.decompressobj().decompress(packed, _MOST)

    def write(self, content: bytes) -> None:
        """In place of what was there; after a power cut the one or the other. Raises OSError."""
        packed = zlib.compress(content, 1)
        fresh = self.path.with_name(self.path.name + ".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_HEAD + self._seal(packed) + packed)
        fresh.replace(self.path)

    def _seal(self, packed: bytes) -> bytes:
        return hmac.digest(self.key, self.version.encode() + b"\n" + packed, "sha256")
