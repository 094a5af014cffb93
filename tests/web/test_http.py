"""The HTTP client against a raw socket server that breaks at every point of an exchange."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.web import Answer, Http

Talk = Callable[[socket.socket], None]


class RawServer:
    """Hands each connection to `talk` and keeps the bytes it was sent."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/labels?name=Martin"
        self.requests: list[bytes] = []
        self.stopping = threading.Event()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self.stopping.is_set():
                    return
                self._open.append(connection)
                connection.settimeout(5)
                self.requests.append(_request(connection))
                self._talk(connection)

    def stop(self) -> None:
        self.stopping.set()
        for connection in self._open:
            with contextlib.suppress(OSError):  # its own thread may close it meanwhile
                connection.shutdown(socket.SHUT_RDWR)
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], RawServer]]:
    servers: list[RawServer] = []

    def start(talk: Talk) -> RawServer:
        servers.append(RawServer(talk))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(connect_s=10, read_s=10.0, max_bytes=100_000) as client:
        yield client


def say(answer: bytes) -> Talk:
    return lambda connection: connection.sendall(answer)


def hang(connection: socket.socket) -> None:
    connection.recv(1)  # until the client leaves


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_then_hang(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")
    hang(connection)


def nothing(connection: socket.socket) -> None:
    pass


def answer_of(server: RawServer, http: Http) -> Answer:
    return http.ask("POST", server.url, body=b"{}")


def test_a_whole_answer(serve: Callable[[Talk], RawServer], http: Http) -> None:
    server = serve(say(b"HTTP/1.1 201 Created\r\nContent-Length: 8\r\nX-A: b\r\n\r\n" + b'{"a": 1}'))
    answer = http.ask("POST", server.url, body=b"payload", headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json(), answer.headers["x-a"]) == (201, {"a": 1}, "b")
    assert answer.host == "127.0.0.1"
    assert server.requests[0].startswith(b"POST /labels?name=Martin HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"\r\n\r\npayload")
    assert b"Connection: close" in server.requests[0]


@pytest.mark.parametrize("status", [204, 301, 302, 307, 404, 429, 500, 503])
def test_every_status_is_the_callers_and_nothing_is_followed_or_retried(
    serve: Callable[[Talk], RawServer], http: Http, status: int
) -> None:
    server = serve(
        say(b"HTTP/1.1 %d X\r\nLocation: /elsewhere\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n" % status)
    )
    assert answer_of(server, http).status == status
    assert len(server.requests) == 1


BROKEN = {
    "silent": hang,
    "closed at once": nothing,
    "reset": reset,
    "half a header": say(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half the headers": say(b"HTTP/1.1 200 OK\r\nServer: x\r\n"),
    "half a body": say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123"),
    "half a body, then silent": half_then_hang,
    "half a chunk": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12"),
    "no chunk length": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n12"),
    "not http": say(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "broken gzip": say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_left_and_was_not_answered_in_full_is_unknown(
    serve: Callable[[Talk], RawServer], name: str
) -> None:
    server = serve(BROKEN[name])
    # A machine that stands still for a second must not matter.
    hasty = Http(read_s=2.0 if "silent" in name else 10.0)
    with hasty, pytest.raises(OutcomeUnknown) as caught:
        answer_of(server, hasty)
    assert len(server.requests) == 1  # it did arrive, once
    assert "Martin" not in str(caught.value)


def test_an_older_failure_in_hand_does_not_change_the_meaning(
    serve: Callable[[Talk], RawServer], http: Http
) -> None:
    """Asking the second carrier inside `except CarrierUnreachable` must not inherit "nothing left"."""
    server = serve(nothing)
    try:
        http.ask("POST", f"http://127.0.0.1:{_closed_port()}/")
    except CarrierUnreachable:
        with pytest.raises(OutcomeUnknown):
            answer_of(server, http)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_refused(http: Http) -> None:
    with pytest.raises(CarrierUnreachable):
        http.ask("POST", f"http://127.0.0.1:{_closed_port()}/", body=b"{}")


def test_no_such_host(http: Http) -> None:
    with pytest.raises(CarrierUnreachable):
        http.ask("GET", "https://nowhere.invalid/")  # RFC 2606: never resolves


@pytest.mark.skipif(sys.platform != "linux", reason="a full backlog drops connections on Linux only")
def test_connect_time_out() -> None:
    with socket.socket() as listener, Http(connect_s=0.2) as http:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        with socket.create_connection(address), pytest.raises(CarrierUnreachable):
            http.ask("POST", f"http://127.0.0.1:{address[1]}/", body=b"{}")


@pytest.mark.parametrize("packed", [False, True])
def test_too_long_an_answer(serve: Callable[[Talk], RawServer], http: Http, packed: bool) -> None:
    body = b"x" * 100_001
    extra = b""
    if packed:
        body, extra = gzip.compress(body), b"Content-Encoding: gzip\r\n"
    server = serve(say(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (extra, len(body), body)))
    with pytest.raises(OutcomeUnknown, match="too long"):
        answer_of(server, http)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://127.0.0.1/",
        "127.0.0.1",
        "",
        "https://",
        "http://localhost.evil/",
        "http://[::1",
    ],
)
def test_addresses_the_desk_does_not_speak_to(http: Http, url: str) -> None:
    with pytest.raises(SettingsProblem):
        http.ask("GET", url)


def test_keys_never_show_in_the_error(http: Http) -> None:
    with pytest.raises(SettingsProblem) as caught:
        http.ask("GET", "http://user:secret@shop.example/?key=secret")
    assert "secret" not in str(caught.value)
    with pytest.raises(SettingsProblem) as caught:
        http.ask("GET", "https://shop.example/", headers={"X-Key": "secret\n"})
    assert "secret" not in str(caught.value)


def test_cookies_are_not_kept(serve: Callable[[Talk], RawServer], http: Http) -> None:
    server = serve(say(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"))
    answer_of(server, http)
    answer_of(server, http)
    assert b"ookie" not in server.requests[1]


def test_a_certificate_that_is_not_trusted_means_nothing_was_sent(tmp_path: Path) -> None:
    with _TlsServer(tmp_path) as server:
        with Http() as http, pytest.raises(CarrierUnreachable, match="identity"):
            http.ask("POST", server.url, body=b"{}")
        with Http(trust=str(server.certificate)) as http:
            assert http.ask("POST", server.url, body=b"{}").status == 204


class _TlsServer:
    """Answers 204 over TLS with a certificate made for this run."""

    def __init__(self, folder: Path) -> None:
        import ssl

        key, self.certificate = folder / "key.pem", folder / "certificate.pem"
        command = ["openssl", "req", "-x509", "-nodes", "-newkey", "ec"]
        command += ["-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-days", "2", "-subj", "/CN=desk", "-addext", "subjectAltName=IP:127.0.0.1"]
        command += ["-keyout", str(key), "-out", str(self.certificate)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("openssl makes the certificate")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        for _ in range(2):
            connection, _ = self._listener.accept()
            with connection:
                try:
                    with self._context.wrap_socket(connection, server_side=True) as secure:
                        _request(secure)
                        secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                except OSError:
                    continue  # the client did not trust us

    def __enter__(self) -> _TlsServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()


@pytest.mark.parametrize(
    ("content", "text"),
    [("é€".encode(), "é€"), ("é€".encode("cp1252"), "é€"), (b"\xef\xbb\xbfa", "a"), (b"\x81", "\ufffd")],
)
def test_the_bytes_decide_the_charset(content: bytes, text: str) -> None:
    declared = {"content-type": "text/plain; charset=utf-7"}
    answer = Answer(status=200, content=content, headers=declared, host="h")
    assert answer.text == text


def test_json_that_is_none_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        Answer(status=201, content=b"<html>", headers={}, host="h").json()


class ShopThatHangsUp:
    """Creates a label at each request, and hangs up on the first."""

    def __init__(self) -> None:
        self.created = 0

    def __call__(self, connection: socket.socket) -> None:
        self.created += 1
        if self.created > 1:
            connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")


def buy(ask: Callable[[], Answer]) -> bool:
    """What a flow does: only CarrierUnreachable may be tried again."""
    for _ in range(2):
        try:
            ask()
        except CarrierUnreachable:
            continue
        except OutcomeUnknown:
            return False
        return True
    return False


def test_a_purchase_that_was_hung_up_on_is_not_repeated(
    serve: Callable[[Talk], RawServer], http: Http
) -> None:
    shop = ShopThatHangsUp()
    server = serve(shop)
    assert buy(lambda: answer_of(server, http)) is False
    assert shop.created == 1


def test_the_naive_client_buys_twice(serve: Callable[[Talk], RawServer], http: Http) -> None:
    """Every failure taken for "unreachable, try again": the twin that shows the test above can fail."""

    def naive() -> Answer:
        try:
            return answer_of(server, http)
        except DeskError as error:
            raise CarrierUnreachable("unreachable") from error

    shop = ShopThatHangsUp()
    server = serve(shop)
    assert buy(naive) is True
    assert shop.created == 2


def test_requests_is_not_loaded_before_the_first_call() -> None:
    code = "import sys, wismo_desk.web as w; w.Http(); sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
