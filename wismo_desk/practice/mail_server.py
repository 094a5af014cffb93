"""A mail server on loopback that keeps what it gets: practice and the demo send their notices here."""

from __future__ import annotations

import socket
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller

_READY_S: Final = 60.0  # a busy computer may take its time


class MailServer:
    """`with MailServer() as server:` listens on 127.0.0.1 at `server.port`, on a thread of its own. Plain,
    since nothing leaves this computer. `messages` holds what was accepted, oldest first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage | Message] = []
        self._controller: Controller | None = None

    @property
    def port(self) -> int:
        if self._controller is None:
            raise RuntimeError("the practice mail server is not started")
        return int(self._controller.port)

    def start(self) -> MailServer:
        from aiosmtpd.controller import Controller

        # The controller knocks at its own port once it listens, so it must be told a real one.
        self._controller = Controller(self, hostname="127.0.0.1", port=_free_port(), ready_timeout=_READY_S)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 2.0.0 kept"

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
