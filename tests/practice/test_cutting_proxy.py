"""The line that can be cut: whole, at a byte count, and mended again."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from wismo_desk.practice.cutting_proxy import CuttingProxy


class _Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline():
            self.wfile.write(line)


class _File(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _Port(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture(params=["port", "file"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CuttingProxy]:
    path = str(tmp_path / "s")
    server: socketserver.BaseServer
    server = _Port(("127.0.0.1", 0), _Echo) if request.param == "port" else _File(path, _Echo)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    target = server.server_address if isinstance(server, _Port) else path
    with CuttingProxy(target) as made:  # type: ignore[arg-type]  # (host, port), as IPv4 gives it
        yield made
    server.shutdown()
    server.server_close()


def call(proxy: CuttingProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=20)


def said(line: socket.socket, what: bytes) -> bytes:
    """What comes back; empty when the line is dead."""
    try:
        line.sendall(what)
        return line.recv(100)
    except OSError:
        return b""


def test_cut_and_mended(proxy: CuttingProxy) -> None:
    with call(proxy) as line:
        assert said(line, b"one\n") == b"one\n"
        proxy.cut()
        assert line.recv(10) == b""
    with call(proxy) as line:
        assert said(line, b"two\n") == b""
    proxy.mend()
    with call(proxy) as line:
        assert said(line, b"three\n") == b"three\n"


def test_cut_after_so_many_bytes(proxy: CuttingProxy) -> None:
    proxy.cut_after(6)
    with call(proxy) as line:
        assert said(line, b"four\n") == b"four\n"
        assert said(line, b"five\n") == b""
    assert proxy.cuts == 1


def test_a_commit_is_heard_and_never_answered(proxy: CuttingProxy) -> None:
    proxy.swallow_commit()
    with call(proxy) as line:
        assert said(line, b"COMMIT\n") == b""
    with call(proxy) as line:
        assert said(line, b"COMMIT\n") == b"COMMIT\n"


def test_a_server_that_is_not_there_hangs_up(tmp_path: Path) -> None:
    with CuttingProxy(str(tmp_path / "nothing")) as proxy, call(proxy) as line:
        assert said(line, b"hello\n") == b""
