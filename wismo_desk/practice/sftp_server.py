"""A real SFTP server on loopback that serves one folder and fails on request: for training and tests."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import paramiko
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

USER, WORD = "boutique", "practice"  # what the server takes


class SftpFault(StrEnum):
    NONE = "none"
    REFUSES_LOGIN = "refuses_login"
    CUTS_WRITES = "cuts_writes"  # the line breaks in the middle of a file
    FORBIDS_WRITES = "forbids_writes"
    NO_POSIX_RENAME = "no_posix_rename"
    SILENT = "silent"  # takes the line and says nothing
    SILENT_AT_LOGIN = "silent_at_login"  # hears the password and says nothing
    CUTS_LOGIN = "cuts_login"  # hears the password, and the line breaks


class SftpServer:
    """Listens on 127.0.0.1 at a port of its own. `puts` counts finished files; `fault` may change at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fault = SftpFault.NONE
        self.puts = 0
        self.key = paramiko.ECDSAKey.generate()
        self.user_key: paramiko.PKey | None = None  # taken instead of the password
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._open: list[paramiko.Transport | socket.socket] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="practice-sftp", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(5)
        for line in self._open:
            line.close()
        self._listener.close()

    def wait_for_stop(self) -> None:
        self._stopping.wait()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if self.fault is SftpFault.SILENT:
                self._open.append(line)
                continue
            transport = paramiko.Transport(line)
            self._open.append(transport)
            transport.add_server_key(self.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, self, transport)
            try:
                transport.start_server(server=_Gate(self, transport), event=threading.Event())
            except (EOFError, OSError, paramiko.SSHException):
                transport.close()


class _Gate(paramiko.ServerInterface):  # type: ignore[misc]  # paramiko publishes no types
    def __init__(self, server: SftpServer, transport: paramiko.Transport) -> None:
        self._server, self._transport = server, transport

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        if self._server.fault is SftpFault.SILENT_AT_LOGIN:
            self._server.wait_for_stop()
        elif self._server.fault is SftpFault.CUTS_LOGIN:
            self._transport.close()
        right = (username, password) == (USER, WORD) and self._server.fault is not SftpFault.REFUSES_LOGIN
        return int(AUTH_SUCCESSFUL if right else AUTH_FAILED)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = self._server.user_key
        return int(AUTH_SUCCESSFUL if known is not None and (username, key) == (USER, known) else AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)


class _File(paramiko.SFTPHandle):  # type: ignore[misc]  # likewise
    def __init__(self, flags: int, server: SftpServer, transport: paramiko.Transport) -> None:
        super().__init__(flags)
        self._server, self._transport = server, transport

    def write(self, offset: int, data: bytes) -> int:
        if self._server.fault is SftpFault.CUTS_WRITES:
            self._transport.close()
            return int(paramiko.SFTP_FAILURE)
        return int(super().write(offset, data))


class _Files(paramiko.SFTPServerInterface):  # type: ignore[misc]  # likewise
    """Paths are taken from the served folder and never lead out of it."""

    def __init__(
        self, gate: paramiko.ServerInterface, server: SftpServer, transport: paramiko.Transport
    ) -> None:
        super().__init__(gate)
        self._served, self._transport = server, transport

    def _path(self, path: str) -> Path:
        return self._served.folder / str(self.canonicalize(path)).lstrip("/")

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        if self._served.fault is SftpFault.FORBIDS_WRITES and flags & (os.O_WRONLY | os.O_RDWR):
            return int(paramiko.SFTP_PERMISSION_DENIED)
        try:
            mode = "rb" if not flags & (os.O_WRONLY | os.O_RDWR) else "wb"
            file = self._path(path).open(mode)
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        handle = _File(flags, self._served, self._transport)
        handle.filename = str(path)
        if mode == "wb":
            handle.writefile = file
        else:
            handle.readfile = file
        return handle

    def remove(self, path: str) -> int:
        return self._done(self._path(path).unlink)

    def rename(self, oldpath: str, newpath: str) -> int:
        target = self._path(newpath)
        if target.exists():
            return int(paramiko.SFTP_FAILURE)
        return self._done(lambda: self._finish(oldpath, newpath))

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        if self._served.fault is SftpFault.NO_POSIX_RENAME:
            return int(paramiko.SFTP_OP_UNSUPPORTED)
        return self._done(lambda: self._finish(oldpath, newpath))

    def _finish(self, old: str, new: str) -> None:
        self._path(old).replace(self._path(new))
        self._served.puts += 1

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))

    def _done(self, work: Callable[[], object]) -> int:
        try:
            work()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return int(paramiko.SFTP_OK)
