"""Hands one message at a time to a mail server, and knows whether the body had begun when it went wrong.

RFC 5321: a server owns the message once it has answered the body; before the body begins nothing was taken.
What breaks between the two is unknown (RFC 1047) and never sent again by itself.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime
from types import TracebackType
from typing import Final, NoReturn, Self

from wismo_desk.channels.safe_line import is_loopback, trusting
from wismo_desk.errors import (
    BadInput,
    MailDeferred,
    MailRefused,
    MailUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.settings.mail import MailSettings, Security

_BODY_FOLLOWS: Final = 354
_ASCII: Final = POLICY.clone(cte_type="7bit")  # a relay without 8BITMIME takes it too
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_ADDRESS: Final = re.compile(r"<?[^\s<>@]+@[^\s<>@]+>?")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MARKS: Final = re.compile(r"[\s<>,;:\"\\()]")  # what would end or split an address
_AWAY: Final = "The mail server {host} does not answer. The messages wait and are tried again."
_UNKNOWN: Final = "The mail server broke off after the message was handed over. It may have arrived."
_REFUSES: Final = "The mail server {host} refuses this desk: {said}. Check the mail settings."


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: to connect, for one answer, for the answer after the body (each minute saves doubts)."""

    connect: float = 15.0
    answer: float = 30.0
    body: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one person. Names and subject may hold anything; they become header-safe."""

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    language: str
    references: tuple[str, ...] = ()  # Message-IDs of what this answers, the latest last


class _Session(smtplib.SMTP):
    """Notes when the server asked for the body: from then on a break leaves the outcome unknown."""

    body_began = False
    body_patience = 60.0

    def getreply(self) -> tuple[int, bytes]:
        code, said = super().getreply()
        if code == _BODY_FOLLOWS:
            self.body_began = True
            if self.sock is not None:
                self.sock.settimeout(self.body_patience)
        return code, said


class _TlsSession(_Session, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class MailLine:
    """One open connection to the mail server; `broken` once nothing more can be sent on it."""

    def __init__(self, session: _Session, settings: MailSettings, patience: Patience) -> None:
        self._session, self._settings, self._patience = session, settings, patience
        self.broken = False

    def send(self, mail: Mail) -> str:
        """The server's own words on taking it, which are kept as evidence.

        Raises MailRefused, MailDeferred or BadInput (this message was not taken), MailUnreachable (not taken,
        and the line is of no use), OutcomeUnknown (it may have been taken).
        """
        to = clean_address(mail.to)
        body = build_message(mail, self._settings).as_bytes(policy=_ASCII)
        self._session.body_began = False
        try:
            self._greet(to)
            code, said = self._session.data(body)
        except smtplib.SMTPDataError as error:  # the server did not ask for the body
            code, said = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._broke(error)
        self._rest()
        return self._judge(code, said)

    def _greet(self, to: str) -> None:
        code, said = self._session.mail(clean_address(self._settings.sender_address))
        if code != 250:
            raise self._away(code, said)
        code, said = self._session.rcpt(to)
        if code not in (250, 251):
            self._no(code, said)

    def _no(self, code: int, said: bytes) -> NoReturn:
        """Of this recipient; the line may go on with the next."""
        self._forget()
        if code in (421, 530, 535) or not 400 <= code < 600:  # about this desk, not about the recipient
            raise self._away(code, said)
        if code < 500:
            raise MailDeferred("The mail server asks to try again later.", raw=_words(code, said))
        raise MailRefused(
            "The mail server refuses this message. Check the address with the customer.",
            raw=_words(code, said),
        )

    def _judge(self, code: int, said: bytes) -> str:
        if 200 <= code < 300:
            return _words(code, said)
        if 400 <= code < 600:
            self._no(code, said)
        if self._session.body_began:
            self.broken = True
            raise OutcomeUnknown(_UNKNOWN, raw=_words(code, said))
        raise self._away(code, said)

    def _broke(self, error: Exception) -> NoReturn:
        self.broken = True
        self._session.close()
        raw = str(error) or type(error).__name__
        if self._session.body_began:
            raise OutcomeUnknown(_UNKNOWN, raw=raw) from error
        raise MailUnreachable(_AWAY, host=self._settings.host, raw=raw) from error

    def _away(self, code: int, said: bytes) -> MailUnreachable:
        self.broken = True
        return MailUnreachable(_REFUSES, host=self._settings.host, said=_words(code, said))

    def _rest(self) -> None:
        if self._session.sock is not None:
            self._session.sock.settimeout(self._patience.answer)

    def _forget(self) -> None:
        try:
            self._session.rset()
        except (OSError, smtplib.SMTPException):
            self.broken = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever the good-bye meets, what was taken stays taken."""
        with suppress(OSError, smtplib.SMTPException):
            if not self.broken:
                self._session.quit()
        self._session.close()


def open_line(settings: MailSettings, password: str, *, patience: Patience | None = None) -> MailLine:
    """Connect, encrypt, log in. Raises SettingsProblem (never sent in the clear over a network) and
    MailUnreachable."""
    patience = patience or Patience()
    if settings.security is Security.NONE and not is_loopback(settings.host):
        raise SettingsProblem(
            "Mail to {host} would travel unencrypted. Choose TLS or STARTTLS in the mail settings.",
            host=settings.host,
            field="security",
        )
    context = None if settings.security is Security.NONE else trusting(settings.ca_file)
    session = _connect(settings, context, patience)
    session.body_patience = patience.body
    try:
        if session.sock is not None:
            session.sock.settimeout(patience.answer)
        if settings.security is Security.STARTTLS:
            session.starttls(context=context)
        if settings.user:
            _log_in(session, settings.user, password)
        else:
            session.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as error:
        session.close()
        raise _unreachable(settings, error) from error
    return MailLine(session, settings, patience)


def _log_in(session: _Session, user: str, password: str) -> None:
    if f"{user}{password}".isascii():
        session.login(user, password)
        return
    # smtplib knows ASCII passwords only; RFC 4616 says UTF-8.
    session.ehlo_or_helo_if_needed()
    secret = b64encode("\0".join(("", user, password)).encode()).decode()
    code, said = session.docmd("AUTH", f"PLAIN {secret}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _connect(settings: MailSettings, context: ssl.SSLContext | None, patience: Patience) -> _Session:
    # The host goes into the constructor: it is the name that STARTTLS checks the certificate for.
    named = clean_address(settings.sender_address).rpartition("@")[2]
    try:
        if settings.security is Security.TLS:
            return _TlsSession(settings.host, settings.port, named, timeout=patience.connect, context=context)
        return _Session(settings.host, settings.port, named, timeout=patience.connect)
    except (OSError, smtplib.SMTPException) as error:
        raise _unreachable(settings, error) from error


def build_message(mail: Mail, settings: MailSettings) -> EmailMessage:
    """Plain text and HTML; no value can start a header of its own."""
    message = EmailMessage(policy=_ASCII)
    message["From"] = _address(settings.sender_name or settings.shop, settings.sender_address)
    message["To"] = _address(mail.to_name, mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = one_line(mail.message_id)
    if mail.references:
        message["In-Reply-To"] = one_line(mail.references[-1])
        message["References"] = one_line(" ".join(mail.references))
    else:
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(_whole(mail.text))
    if mail.html:
        message.add_alternative(_whole(mail.html), subtype="html")
    message["Content-Language"] = one_line(mail.language)  # last: setting the content clears such headers
    return message


def clean_address(text: str) -> str:
    """An address as the envelope takes it: ASCII, its domain in IDNA. BadInput names what is wrong."""
    local, _, domain = text.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
        local.encode("ascii")
        right = Address(username=local, domain=ascii_domain).addr_spec
    except (UnicodeError, ValueError, IndexError, HeaderParseError) as error:
        raise _bad() from error
    if not local or len(right) > 254 or not _DOMAIN.fullmatch(ascii_domain) or _MARKS.search(right):
        raise _bad()
    return right


def one_line(text: str) -> str:
    """Without line breaks, control and direction characters: what a header may hold. French spaces stay."""
    return re.sub(" {2,}", " ", _UNSEEN.sub(" ", text)).strip()


def _whole(text: str) -> str:
    """Half characters, which a damaged file may hold, cannot be encoded."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=clean_address(address))


def _bad() -> BadInput:
    # The address itself is personal data and stays out of errors.
    return BadInput("The e-mail address of this order cannot be written to. Correct it.", field="email")


def _unreachable(settings: MailSettings, error: Exception) -> MailUnreachable:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailUnreachable(
            "The mail server {host} refuses the login. Check user and password in the mail settings.",
            host=settings.host,
            raw=str(error.smtp_code),
        )
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return MailUnreachable(
            "The mail server {host} cannot be reached safely. Check its name, port and encryption.",
            host=settings.host,
            raw=str(error),
        )
    return MailUnreachable(_AWAY, host=settings.host, raw=str(error) or type(error).__name__)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _words(code: int, said: bytes) -> str:
    """A server's answer as one short line; the address it may repeat is cut out."""
    text = _ADDRESS.sub("…", one_line(said.decode("utf-8", "replace")))
    return f"{code} {text}"[:200]
