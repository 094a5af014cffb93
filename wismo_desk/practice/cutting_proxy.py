"""A TCP proxy before a server that cuts lines on request: as a whole, at a byte count, or after COMMIT went in
and before its answer comes out. Demo and tests put it before PostgreSQL."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType
from typing import Final, Self

_LOOK: Final = 0.1  # seconds until it sees that the line is cut


class CuttingProxy:
    """Listens on 127.0.0.1 at `port`. `target`: (host, port), or the path of a socket file."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cuts = 0
        self._is_cut = threading.Event()
        self._budget: int | None = None
        self._swallow = False
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """Every line breaks, and no new one holds, until `mend`."""
        self._is_cut.set()

    def mend(self) -> None:
        self._is_cut.clear()

    def cut_after(self, count: int | None) -> None:
        """Each line breaks after so many bytes from its client; None: no more."""
        self._budget = count

    def swallow_commit(self) -> None:
        """The next COMMIT reaches the server, its answer never the client."""
        self._swallow = True

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,), name="proxy-line", daemon=True)
            self._threads = [line for line in self._threads if line.is_alive()] + [thread]
            thread.start()

    def _connect(self) -> socket.socket:
        if isinstance(self._target, tuple):
            return socket.create_connection(self._target)
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._target)
        except OSError:
            server.close()
            raise
        return server

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if not self._is_cut.is_set():
                with self._connect() as server:
                    self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Until one side hangs up or the line is cut. OSError: a side broke."""
        sent = 0
        while not self._closing:
            ready, _, _ = select.select([client, server], [], [], _LOOK)
            if self._is_cut.is_set():
                self.cuts += 1
                return
            for side in ready:
                data = side.recv(65536)
                if not data:
                    return
                if side is client:
                    sent += len(data)
                    if self._budget is not None and sent > self._budget:
                        self.cuts += 1
                        return
                (server if side is client else client).sendall(data)
                if side is client and self._swallow and b"COMMIT" in data:
                    self._swallow = False
                    self.cuts += 1
                    server.recv(65536)  # it has committed; nobody hears of it
                    return
