"""Reads a mailbox over IMAP (RFC 3501): new numbers since a mark, one mail at a time, the flag of what was answered.

Nothing is deleted or moved, and no mail is marked as read: the merchant's own mail program sees the box as it was.
"""

from __future__ import annotations

import imaplib
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any, Final

from wismo_desk.channels.safe_line import is_loopback, trusting
from wismo_desk.domain.mail_text import MOST_BYTES
from wismo_desk.errors import BadInput, MailUnreachable, SettingsProblem
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import Security

_AWAY: Final = "The mailbox {host} does not answer. It is asked again by itself."
_PATIENCE_S: Final = 20.0
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\"\\]")


class Mailbox:
    """One open mailbox. Every call may raise MailUnreachable; the next turn opens it anew."""

    def __init__(self, session: imaplib.IMAP4, settings: InboxSettings, today: date) -> None:
        self._session, self._settings, self._today = session, settings, today
        self.validity = self._select()

    def _select(self) -> int:
        folder = _UNSEEN.sub("", self._settings.folder) or "INBOX"
        status, told = self._session.select(f'"{wire_name(folder)}"')
        if status != "OK":
            raise MailUnreachable(
                "The mailbox {host} has no folder {folder}. Write its name as the server has it.",
                host=self._settings.host,
                folder=folder,
                raw=_one_line(" ".join(_said(each) for each in told)),
            )
        _, told = self._session.response("UIDVALIDITY")
        first = told[0] if told else None
        return int(first) if isinstance(first, bytes) and first.isdigit() else 0

    def newer(self, than: int) -> list[int]:
        """Numbers above `than`, in order; in a box that was never read, those of the last days."""
        if than:
            said = self._ask("SEARCH", self._session.uid("SEARCH", f"UID {than + 1}:*"))
        else:
            since = self._today - timedelta(days=max(0, self._settings.since_days))
            day = f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"
            said = self._ask("SEARCH", self._session.uid("SEARCH", f"SINCE {day}"))
        first = said[0] if said else b""
        numbers = [int(each) for each in (first or b"").split() if each.isdigit()]
        # "n:*" names the last mail though its number is below n (RFC 3501, 6.4.8).
        return sorted(number for number in numbers if number > than)

    def fetch(self, uid: int) -> bytes:
        """The whole mail; of one that is too large only its header. Raises BadInput when it is gone."""
        size = self._ask("FETCH", self._session.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        told = _SIZE.search(size[0]) if size and isinstance(size[0], bytes) else None
        what = "(BODY.PEEK[HEADER])" if told and int(told.group(1)) > MOST_BYTES else "(BODY.PEEK[])"
        said = self._ask("FETCH", self._session.uid("FETCH", str(uid), what))
        for part in said:
            if isinstance(part, tuple) and len(part) == 2 and isinstance(part[1], bytes):
                return part[1]
        raise BadInput("This message is no longer in the mailbox.")

    def mark_answered(self, uid: int) -> None:
        self._ask("STORE", self._session.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Answered)"))

    def _ask(self, what: str, answer: tuple[str, list[Any]]) -> list[Any]:
        status, said = answer
        if status != "OK":
            raise MailUnreachable(_AWAY, host=self._settings.host, raw=f"{what} {status}")
        return said  # bytes, or pairs of bytes for literals


@contextmanager
def open_mailbox(settings: InboxSettings, password: str, today: date) -> Iterator[Mailbox]:
    """Raises SettingsProblem (never in the clear over a network) and MailUnreachable."""
    if settings.security is Security.NONE and not is_loopback(settings.host):
        raise SettingsProblem(
            "Mail from {host} would travel unencrypted. Choose TLS or STARTTLS in the settings.",
            host=settings.host,
            field="inbox",
        )
    session: imaplib.IMAP4 | None = None
    try:
        session = _connect(settings)
        session.login(settings.user, password)
        yield Mailbox(session, settings, today)
    except (OSError, imaplib.IMAP4.abort) as error:  # before `error`, of which `abort` is one: the line broke
        raw = _one_line(str(error)) or type(error).__name__
        raise MailUnreachable(_AWAY, host=settings.host, raw=raw) from error
    except imaplib.IMAP4.error as error:
        raise MailUnreachable(
            "The mailbox {host} refuses: check user, password and folder in the settings.",
            host=settings.host,
            raw=_one_line(str(error)),
        ) from error
    finally:
        if session is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                session.logout()
            with suppress(OSError, imaplib.IMAP4.error):
                session.shutdown()  # where the good-bye broke off


def _connect(settings: InboxSettings) -> imaplib.IMAP4:
    if settings.security is Security.NONE:
        return imaplib.IMAP4(settings.host, settings.port, timeout=_PATIENCE_S)
    context = trusting(settings.ca_file)
    if settings.security is Security.TLS:
        return imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=context, timeout=_PATIENCE_S)
    session = imaplib.IMAP4(settings.host, settings.port, timeout=_PATIENCE_S)
    try:
        session.starttls(ssl_context=context)
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            session.shutdown()
        raise
    return session


def wire_name(folder: str) -> str:
    """A folder's name as RFC 3501 (5.1.3) sends it: other letters in a base64 of their own, "&" as "&-"."""
    runs = re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", folder)
    return "".join(run.replace("&", "&-") if run.isascii() else _shifted(run) for run in runs)


def _shifted(run: str) -> str:
    coded = b64encode(run.encode("utf-16-be", "replace")).rstrip(b"=").decode("ascii")
    return f"&{coded.replace('/', ',')}-"


def _said(told: object) -> str:
    """What a server answers, as words: imaplib hands bytes over, or a repeated line as a text of bytes."""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
