"""A small real IMAP server on loopback, for practice and tests: one mailbox, the commands that our reader speaks."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Final, Self, cast

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
USER: Final = "bench"
_LINE: Final = re.compile(r"(\S+) (?:UID )?([A-Za-z]+)(?: (.*))?", re.DOTALL)


@dataclass(slots=True)
class StoredMail:
    uid: int
    raw: bytes
    on: date
    flags: set[str] = field(default_factory=set)


class ImapServer:
    """`put` lays a mail into the box; `renumber` gives new numbers to all, as servers may. `falls_silent_at` closes the
    line at that command."""

    def __init__(self, *, today: date, user: str = USER, password: str = USER) -> None:
        self.user, self.password, self.today = user, password, today
        self.folders = ["INBOX"]  # as they go over the wire; all of them hold the same mails
        self.mails: list[StoredMail] = []
        self.validity, self._next = 1, 1
        self.falls_silent_at = ""
        self.commands: list[str] = []
        self._server = _Server(("127.0.0.1", 0), _Talk)
        self._server.box = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def put(self, raw: bytes, *, on: date | None = None) -> int:
        mail = StoredMail(self._next, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), on or self.today)
        self._next += 1
        self.mails.append(mail)
        return mail.uid

    def renumber(self) -> None:
        """Another validity: every number is another one now."""
        self.validity += 1
        for place, mail in enumerate(self.mails, 1):
            mail.uid = place + 100
        self._next = len(self.mails) + 101

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    box: ImapServer


class _Talk(socketserver.StreamRequestHandler):
    timeout = 30.0

    def handle(self) -> None:
        self._inside = False
        self._say("* OK practice mailbox")
        while line := self.rfile.readline(65536):
            found = _LINE.match(line.decode("utf-8", "replace").rstrip("\r\n"))
            if found is None:
                self._say("* BAD what?")
                continue
            tag, command, rest = found.group(1), found.group(2).upper(), found.group(3) or ""
            box = self._box
            box.commands.append(command)
            if command == box.falls_silent_at:
                return
            answer = getattr(self, f"_do_{command.lower()}", None)
            if answer is None:
                self._say(f"{tag} BAD not known here")
            elif not self._inside and command not in ("CAPABILITY", "LOGIN", "LOGOUT", "NOOP"):
                self._say(f"{tag} NO log in first")
            else:
                self._say(f"{tag} {answer(rest)}")
            if command == "LOGOUT":
                return

    @property
    def _box(self) -> ImapServer:
        return cast(_Server, self.server).box

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _do_capability(self, _rest: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _do_noop(self, _rest: str) -> str:
        return "OK done"

    def _do_login(self, rest: str) -> str:
        said = [part.strip('"') for part in rest.split(" ", 1)]
        self._inside = said == [self._box.user, self._box.password]
        return "OK in" if self._inside else "NO wrong user or password"

    def _do_logout(self, _rest: str) -> str:
        self._say("* BYE")
        return "OK done"

    def _do_select(self, rest: str) -> str:
        if rest.strip('"') not in self._box.folders:
            return "NO no such folder"
        self._say(f"* {len(self._box.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self._box.validity}] numbers")
        return "OK [READ-WRITE]"

    def _do_search(self, rest: str) -> str:
        found = [str(mail.uid) for mail in self._box.mails if self._fits(mail, rest)]
        self._say(f"* SEARCH {' '.join(found)}".rstrip())
        return "OK done"

    def _fits(self, mail: StoredMail, rest: str) -> bool:
        above = re.match(r"UID (\d+):\*", rest)
        if above:
            last = max((each.uid for each in self._box.mails), default=0)
            return mail.uid >= int(above.group(1)) or mail.uid == last
        since = re.match(r"SINCE (\d+)-(\w{3})-(\d{4})", rest)
        if since:
            day, month, year = since.groups()
            return mail.on >= date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
        return True

    def _do_fetch(self, rest: str) -> str:
        uid, what = rest.split(" ", 1)
        for place, mail in enumerate(self._box.mails, 1):
            if mail.uid == int(uid):
                self._send(place, mail, what)
        return "OK done"

    def _send(self, place: int, mail: StoredMail, what: str) -> None:
        if "RFC822.SIZE" in what:
            self._say(f"* {place} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.raw)})")
            return
        body = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else mail.raw
        self.wfile.write(
            f"* {place} FETCH (UID {mail.uid} BODY[] {{{len(body)}}}\r\n".encode() + body + b")\r\n"
        )

    def _do_store(self, rest: str) -> str:
        uid, _, flags = rest.split(" ", 2)
        for mail in self._box.mails:
            if mail.uid == int(uid):
                mail.flags |= set(flags.strip("()").split())
        return "OK done"
