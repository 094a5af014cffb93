"""A TCP proxy before PostgreSQL that cuts lines: at a byte count, or after COMMIT went in and before its
answer comes out."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class CuttingProxy:
    """`cut_after(n)`: the next connections lose their line after n bytes from the client. `swallow_commit()`:
    the next COMMIT reaches the server, its answer never the client."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._budget: int | None = None
        self._swallow = False
        self.cuts = 0
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut_after(self, count: int | None) -> None:
        self._budget = count

    def swallow_commit(self) -> None:
        self._swallow = True

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._closing:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            sent = 0
            while not self._closing:
                ready, _, _ = select.select([client, server], [], [], 0.2)
                for side in ready:
                    try:
                        data = side.recv(65536)
                    except OSError:
                        return
                    if not data:
                        return
                    if side is client:
                        sent += len(data)
                        if self._budget is not None and sent > self._budget:
                            self.cuts += 1
                            return
                    try:
                        (server if side is client else client).sendall(data)
                    except OSError:
                        return
                    if side is client and self._swallow and b"COMMIT" in data:
                        self._swallow = False
                        self.cuts += 1
                        server.recv(65536)  # it has committed; nobody hears of it
                        return
