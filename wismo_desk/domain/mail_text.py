"""A mail as it came, bytes of strangers, brought to what a question needs: sender, subject, plain words.

Nothing of it is trusted: sizes, nesting and parts are bounded before anything is parsed, HTML is read as text only
(no address in it is ever fetched), and a header is one line without control characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html import unescape
from typing import Final

from wismo_desk.domain.mail_hidden import Sight
from wismo_desk.errors import BadInput

MOST_BYTES: Final = 25 * 1024 * 1024
_MOST_NESTED: Final = 40  # containers in one mail; people's mail programs use three
_MOST_PARTS: Final = 200
_MOST_HEADER: Final = 64 * 1024
_MOST_TEXT: Final = 200_000  # characters of one text part
_CONTAINER: Final = re.compile(rb"(?i)content-type[ \t]*:[ \t\r\n]*(?:multipart/|message/)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"\\()@]{1,64}@[A-Za-z0-9.\-]{1,190}\.[A-Za-z0-9\-]{2,24}")
_ID: Final = re.compile(r"<[^<>\s]{1,240}>")
_PIECE: Final = re.compile(r"<[^<>]*>|[^<]+|<")
_NAME: Final = re.compile(r"<(/?[A-Za-z][A-Za-z0-9]{0,11})")
_BLANKS: Final = re.compile(r"\s+")
_MUTED: Final = frozenset({"style", "script", "head", "title"})
_BLOCKS: Final = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3"})
_HEADERS: Final = frozenset(
    {"from", "to", "subject", "date", "message-id", "received", "return-path", "reply-to", "mime-version"}
)
_WRITTEN: Final = 0.02  # of all characters; people write no control characters at all
_BULK: Final = frozenset({"bulk", "list", "junk", "auto_reply"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """`message_id` and `references` in their brackets. `automatic`: a machine wrote it (RFC 3834), never answered."""

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    at: datetime | None = None
    automatic: bool = False


def is_written(text: str) -> bool:
    """Whether somebody wrote it: the bytes of a picture or an archive, read as text, are full of control characters."""
    strange = sum(
        ch in _STRANGE or "\x00" <= ch < "\t" or "\x0e" <= ch < " " or "\x7f" <= ch < "\xa0" for ch in text
    )
    return strange <= len(text) * _WRITTEN


_STRANGE: Final = "\ufffd\ufffe\uffff"


def read_mail(raw: bytes) -> MailText:
    """Raises BadInput: too large, nested too deep, too many parts, or no mail at all."""
    if len(raw) > MOST_BYTES:
        raise BadInput(
            "This mail is larger than {most} MB: open it in the mail program.", most=MOST_BYTES >> 20
        )
    if len(_CONTAINER.findall(raw)) > _MOST_NESTED:
        raise BadInput("This mail is made of too many mails inside each other: open it in the mail program.")
    head = raw[: _MOST_HEADER + 1].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(head) > _MOST_HEADER:
        raise BadInput("The header of this mail is longer than any mail program writes: it is left alone.")
    try:
        message = message_from_bytes(raw)
        if _HEADERS.isdisjoint(name.casefold() for name in message.keys()):  # noqa: SIM118 - a Message is no mapping
            raise BadInput(
                "This is not a mail: it has no sender, no subject and no date. Take a file that a mail program saved."
            )
        parts = _parts(message)
        return _told(message, parts)
    except (MessageError, RecursionError, LookupError, AssertionError, ValueError, TypeError) as error:
        raise BadInput(
            "This mail cannot be read: its form is damaged. Open it in the mail program.",
            raw=type(error).__name__,
        ) from error


def _parts(message: Message) -> list[Message]:
    parts = []
    for part in message.walk():
        parts.append(part)
        if len(parts) > _MOST_PARTS:
            raise BadInput(
                "This mail has more than {most} parts: open it in the mail program.", most=_MOST_PARTS
            )
    return parts


def _told(message: Message, parts: list[Message]) -> MailText:
    named = getaddresses([_header(message, "Reply-To")]) if message.get("Reply-To") else []
    senders = [*getaddresses([_header(message, "From")]), *named]
    name, address = next(
        ((name, address) for name, address in senders if _ADDRESS.fullmatch(address.strip())), ("", "")
    )
    return MailText(
        sender=address.strip().casefold(),
        sender_name=name.strip()[:120],
        subject=_header(message, "Subject")[:300],
        text=_text(parts),
        message_id=next(iter(_ID.findall(_header(message, "Message-ID"))), ""),
        references=tuple(
            _ID.findall(f"{_header(message, 'References')} {_header(message, 'In-Reply-To')}")[-20:]
        ),
        at=_date(message),
        automatic=_is_automatic(message),
    )


def _header(message: Message, name: str) -> str:
    """One line; what cannot be decoded is shown as it can be."""
    value = message.get(name)
    if value is None:
        return ""
    text = str(value)
    try:
        text = str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        text = text.encode("ascii", "replace").decode("ascii")
    return " ".join(_CONTROL.sub(" ", text).split())[:4000]


def _date(message: Message) -> datetime | None:
    try:
        when = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _is_automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").casefold()
    return (
        bool(said and said != "no")
        or _header(message, "Precedence").casefold() in _BULK
        or any(message.get(name) for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
        or _header(message, "Return-Path") == "<>"
        or "mailer-daemon" in _header(message, "From").casefold()
    )


def _text(parts: list[Message]) -> str:
    """The plain part where there is one that says something, else the HTML as text. Attached mails do not count."""
    found: dict[str, str] = {}
    for part in parts:
        kind = part.get_content_type()
        attached = "attachment" in _header(part, "Content-Disposition").casefold()
        if kind in ("text/plain", "text/html") and kind not in found and not attached:
            text = _decoded(part)
            if text.strip():
                found[kind] = text if kind == "text/plain" else text_of_html(text)
    return found.get("text/plain", "") or found.get("text/html", "")


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    raw = (payload if isinstance(payload, bytes) else b"")[: _MOST_TEXT * 4]
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(charset)[:_MOST_TEXT]
        except (LookupError, UnicodeError, ValueError):
            continue  # a wrong or unknown charset: the usual ones next
    return raw.decode("latin-1")[:_MOST_TEXT]


def text_of_html(page: str) -> str:
    """Text with a line for each block, nothing of styles, scripts and what is hidden, quotes marked as in plain mails.
    Never raises; unclosed tags are read as they come. Linear in the page's length: html.parser is not (a mail
    of "<a <a <a …" would hold it for minutes)."""
    out: list[str] = []
    mute, quoted, sight = "", 0, Sight()
    for piece in _PIECE.findall(_without_comments(page[:_MOST_TEXT])):
        name = _tag(piece)
        if not mute and name not in _MUTED:
            sight.enter(name, piece)
        if mute:
            mute = "" if name == f"/{mute}" else mute
        elif name in _MUTED:
            mute = name
        elif name.strip("/") == "blockquote":
            quoted = max(0, quoted + (-1 if name[0] == "/" else 1))
            out.append("\n> " if quoted else "\n")
        elif name.strip("/") in _BLOCKS:
            out.append("\n> " if quoted else "\n")
        elif not name and not sight.is_hidden:
            out.append(_BLANKS.sub(" ", unescape(piece)))
    lines = [line.strip() for line in "".join(out).split("\n")]
    return "\n".join(line for line in lines if line not in ("", ">"))


def _tag(piece: str) -> str:
    """The name of a tag in small letters, with "/" before it when it closes; "" for text."""
    if len(piece) < 3 or piece[0] != "<" or piece[-1] != ">":
        return ""
    found = _NAME.match(piece)
    if found:
        return found.group(1).casefold()
    return "!" if piece[1] in "!?/" else ""


def _without_comments(page: str) -> str:
    kept, at = [], 0
    while (start := page.find("<!--", at)) >= 0:
        kept.append(page[at:start])
        end = page.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, page[at:]])
