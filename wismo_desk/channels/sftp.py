"""Tracking pages to the merchant's own web space by SFTP; the server's key is compared before anything is said."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from wismo_desk.domain.shelf import clean_name
from wismo_desk.errors import SettingsProblem, ShelfUnreachable
from wismo_desk.settings.pages import PagesSettings

if TYPE_CHECKING:
    import paramiko

T = TypeVar("T")
PATIENCE_S: Final = 20.0  # to connect, and for each answer
# paramiko raises what a refusal raises when the server was slow or the line broke: passwords are right then.
_NOT_REFUSED: Final = ("timeout", "saw EOF")
_AWAY: Final = "The server {host} of the tracking pages does not answer. The pages wait and are tried again."


class SftpShelf:
    """One connection. Opening raises ShelfUnreachable, and SettingsProblem for what a person must mend."""

    def __init__(self, settings: PagesSettings, password: str, *, patience_s: float = PATIENCE_S) -> None:
        self._settings, self._patience = settings, patience_s
        self._transport = _greeted(settings, patience_s)
        try:
            _log_in(self._transport, settings, password)
            self._files = self._asked(self._open)
        except BaseException:
            self._transport.close()
            raise

    def put(self, name: str, content: bytes) -> None:
        path = posixpath.join(self._settings.path or ".", clean_name(name))
        fresh = posixpath.join(self._settings.path or ".", f".{name}.part")

        def put() -> None:
            with self._files.open(fresh, "wb") as file:
                file.write(content)
            try:
                self._files.posix_rename(fresh, path)
            except OSError:  # a server without that extension: the page is away for a moment
                with suppress(FileNotFoundError):
                    self._files.remove(path)
                self._files.rename(fresh, path)

        self._asked(put)

    def drop(self, name: str) -> None:
        path = posixpath.join(self._settings.path or ".", clean_name(name))

        def drop() -> None:
            with suppress(FileNotFoundError):
                self._files.remove(path)

        self._asked(drop)

    def close(self) -> None:
        self._transport.close()

    def _open(self) -> paramiko.SFTPClient:
        import paramiko

        found = paramiko.SFTPClient.from_transport(self._transport)
        if found is None:
            raise OSError("no SFTP here")
        channel = found.get_channel()
        if channel is not None:
            channel.settimeout(self._patience)
        return found

    def _asked(self, work: Callable[[], T]) -> T:
        import paramiko

        host, path = self._settings.host, self._settings.path
        try:
            return work()
        except PermissionError as error:
            raise SettingsProblem(
                "The server {host} does not let this user write into {path}. Check the folder and its rights.",
                host=host,
                path=path or ".",
                field="path",
                raw=str(error),
            ) from error
        except FileNotFoundError as error:
            raise SettingsProblem(
                "There is no folder {path} on the server {host}. Make it, or correct the path.",
                host=host,
                path=path or ".",
                field="path",
                raw=str(error),
            ) from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ShelfUnreachable(_AWAY, host=host, raw=str(error) or type(error).__name__) from error


def fingerprint(key: bytes) -> str:
    """As `ssh-keygen -l` writes it: "SHA256:" and base 64 without its end."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode("ascii").rstrip("=")


def ask_fingerprint(settings: PagesSettings, *, patience_s: float = PATIENCE_S) -> str:
    """The key that the server shows, for a person to compare. Raises ShelfUnreachable."""
    transport = _connected(settings, patience_s)
    try:
        return fingerprint(transport.get_remote_server_key().asbytes())
    finally:
        transport.close()


def _connected(settings: PagesSettings, patience_s: float) -> paramiko.Transport:
    import paramiko

    try:
        line = socket.create_connection((settings.host, settings.port), patience_s)
        line.settimeout(patience_s)
    except OSError as error:
        raise ShelfUnreachable(_AWAY, host=settings.host, raw=str(error)) from error
    transport = None
    try:
        transport = paramiko.Transport(line)
        transport.banner_timeout = transport.auth_timeout = patience_s
        transport.start_client(timeout=patience_s)
        transport.get_remote_server_key()  # after a time-out the line above says nothing, this does
    except (OSError, EOFError, paramiko.SSHException) as error:
        (transport or line).close()
        raise ShelfUnreachable(_AWAY, host=settings.host, raw=str(error) or type(error).__name__) from error
    return transport


def _greeted(settings: PagesSettings, patience_s: float) -> paramiko.Transport:
    transport = _connected(settings, patience_s)
    shown = fingerprint(transport.get_remote_server_key().asbytes())
    if shown != settings.host_key.strip():
        transport.close()
        raise SettingsProblem(
            "The server {host} shows another key than the one that was saved: {shown}. Nothing was sent. Ask its "
            "owner which is right, then save that one.",
            host=settings.host,
            shown=shown,
            field="host_key",
        )
    return transport


def _log_in(transport: paramiko.Transport, settings: PagesSettings, password: str) -> None:
    import paramiko

    try:
        if settings.key_file:
            transport.auth_publickey(settings.user, _key(settings.key_file, password))
        else:
            transport.auth_password(settings.user, password)
    except paramiko.AuthenticationException as error:
        if any(sign in str(error) for sign in _NOT_REFUSED):
            raise ShelfUnreachable(_AWAY, host=settings.host, raw=str(error)) from error
        raise SettingsProblem(
            "The server {host} refuses the user {user}. Check the user and the password or key.",
            host=settings.host,
            user=settings.user,
            field="user",
            raw=str(error),
        ) from error
    except (OSError, EOFError, paramiko.SSHException) as error:
        raise ShelfUnreachable(_AWAY, host=settings.host, raw=str(error) or type(error).__name__) from error


def _key(path: str, password: str) -> paramiko.PKey:
    import paramiko

    try:
        return paramiko.PKey.from_path(path, password=password or None)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        raise SettingsProblem(
            "The key file {path} cannot be used. Choose the private key that the server knows.",
            path=path,
            field="key_file",
            raw=str(error),
        ) from error
