"""The key of the local files: in the OS keyring, else in a file only its owner can read, with a warning."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from wismo_desk.errors import SettingsProblem

log = logging.getLogger(__name__)

_SERVICE: Final = "wismo-desk"
_ENVIRONMENT: Final = "WISMO_DESK_KEY"  # 64 hex digits: tests and services without a keyring
_SHARED_ENVIRONMENT: Final = "WISMO_DESK_SHARED_PASSWORD"
_FILE: Final = "station.key"
NO_KEYRING: Final = "no OS keyring answers: the data key is in %s, readable by its owner only"


def data_key(folder: Path) -> tuple[bytes, str]:
    """32 raw bytes for the files in `folder`, made on first use, and where they live: environment, keyring
    or file. An existing key is never replaced: without it the files cannot be read again."""
    given = os.environ.get(_ENVIRONMENT, "")
    if given:
        return _bytes(given, _ENVIRONMENT), "environment"
    path = folder / _FILE
    if path.exists():
        return _bytes(path.read_text().strip(), str(path)), "file"
    name = str(folder.absolute())
    kept = _from_keyring(name)
    if kept:
        return _bytes(kept, "keyring"), "keyring"
    if (folder / "journal.db").exists():
        raise SettingsProblem(
            "The key of the files in {folder} is missing. Put its station.key back, or set {name}: without it "
            "they cannot be read.",
            folder=str(folder),
            name=_ENVIRONMENT,
        )
    fresh = secrets.token_bytes(32)
    if _to_keyring(name, fresh.hex()):
        return fresh, "keyring"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(fresh.hex())
        file.flush()
        os.fsync(file.fileno())
    log.warning(NO_KEYRING, path)
    return fresh, "file"


def secret(name: str) -> str:
    """What the OS keyring keeps under `name`; empty when it has nothing or does not answer."""
    return _from_keyring(name)


def keep_secret(name: str, value: str) -> bool:
    """False: no keyring here, and nothing was kept."""
    return _to_keyring(name, value)


def _bytes(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingsProblem(
            "The data key in {where} is not 64 hexadecimal digits. Put the right one back: without it the "
            "files cannot be read.",
            where=where,
        )
    return key


def _from_keyring(name: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, name) or ""
    except (KeyringError, OSError, RuntimeError):
        return ""


def _to_keyring(name: str, value: str) -> bool:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, name, value)
        return keyring.get_password(_SERVICE, name) == value
    except (KeyringError, OSError, RuntimeError):
        return False


def shared_password(url: str) -> str:
    """The password of the shared database at `url`; "" where none is kept (a socket, a certificate)."""
    return os.environ.get(_SHARED_ENVIRONMENT, "") or _from_keyring(f"shared:{url}")


def keep_shared_password(url: str, password: str) -> None:
    if not _to_keyring(f"shared:{url}", password):
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=_SHARED_ENVIRONMENT,
            field="shared",
        )
