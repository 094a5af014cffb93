"""What is wrong, or could be better, with the texts of one piece of news: before a customer reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from wismo_desk.domain.notice import Letter
from wismo_desk.notices.sms_text import SmsCode, gsm_safe, sms_size

SUBJECT_MOST: Final = 60  # signs; a telephone shows about 40 of them
SMS_MOST: Final = 1  # parts
_CLIPPED: Final = 102_000  # bytes from which Gmail cuts a mail
_LINK: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*)://([^\s\"'<>{}|\\^`]*)|\b(javascript|data|vbscript):")
_MAILED: Final = re.compile(r"(?i)<\s*/?\s*(script|iframe|object|form|input|link|embed)\b|\son[a-z]+\s*=")
# What every text may read. The documentation (resources/notices/README.md) lists the same; a test holds them equal.
PLACEHOLDERS: Final = frozenset(
    (
        "shop", "contact", "name", "order", "lines", "own", "carrier", "service", "numbers", "city", "pickup_point",
        "pickup_hours", "pickup_until", "pickup_code", "promised", "expected", "reason", "page", "phone", "day",
        "claim_kind", "claim_end",
    )
)  # fmt: skip

UNKNOWN: Final = "“{name}” is no placeholder. Look it up in the list of placeholders."
BROKEN: Final = "This text cannot be read: see its line {line}."
EMPTY: Final = "For this order “{name}” is empty: read the text once without it."
NO_SUBJECT: Final = "The subject is empty."
LONG: Final = "The subject has {count} signs; telephones show about 40, mail programs about {most}."
PLAIN_LINK: Final = "“{link}” is not encrypted. Write it with https://."
BAD_LINK: Final = "“{link}” is no address that a message may hold."
FOREIGN: Final = "“{host}” is another site than the shop's own: mail filters distrust such links."
MARKUP: Final = "“{tag}” would be shown as it is, or make mail filters refuse the message. Take it out."
REWRITTEN: Final = "“{signs}” is sent as “{safe}”, which costs less."
WIDE: Final = "“{signs}” makes it a message of 70 signs instead of 160."
PARTS: Final = "{parts} parts are paid for: {over} signs too many for one less."
CLIPPED: Final = "The mail has {size} kB: Gmail cuts it at 102."


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """`part`: subject, txt or sms. `sentence` is a catalogue key with the names of `values` in it. A `grave` one must
    be mended before the text can be saved."""

    part: str
    sentence: str
    values: tuple[tuple[str, str], ...] = ()
    grave: bool = False


def lint_source(part: str, source: str, *, hosts: Collection[str] = ()) -> tuple[Remark, ...]:
    """Of one template by itself. `hosts`: the shop's own sites."""
    from jinja2 import TemplateSyntaxError, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    try:
        tree = ImmutableSandboxedEnvironment(autoescape=True).parse(source)
    except TemplateSyntaxError as error:
        return (_remark(part, BROKEN, grave=True, line=error.lineno),)
    unknown = sorted(meta.find_undeclared_variables(tree) - PLACEHOLDERS)
    found = [_remark(part, UNKNOWN, grave=True, name=name) for name in unknown]
    found += _links(part, source, frozenset(hosts))
    if tag := _MAILED.search(source):
        found.append(_remark(part, MARKUP, grave=True, tag=tag.group().strip()))
    if part == "subject" and not source.strip():
        found.append(_remark(part, NO_SUBJECT, grave=True))
    return tuple(found)


def lint_written(
    sources: Mapping[str, str], letter: Letter, sms: str, values: Mapping[str, Any]
) -> tuple[Remark, ...]:
    """Of the texts as one real order makes them. `values`: what its placeholders hold."""
    found = [
        _remark(part, EMPTY, name=name)
        for part, source in sources.items()
        for name in sorted(_said(source))
        if not values.get(name)
    ]
    if len(letter.subject) > SUBJECT_MOST:
        found.append(_remark("subject", LONG, count=len(letter.subject), most=SUBJECT_MOST))
    if len(letter.html.encode()) > _CLIPPED:
        found.append(_remark("txt", CLIPPED, size=len(letter.html.encode()) // 1000))
    return (*found, *_sms(sources.get("sms", ""), sms))


def _sms(source: str, sms: str) -> Iterator[Remark]:
    size, typed = sms_size(sms), re.sub(r"\{[{%].*?[%}]\}", "", source)
    changed = "".join(sign for sign in sms_size(typed).unsafe if gsm_safe(sign) != sign)
    if changed:
        yield _remark("sms", REWRITTEN, signs=changed, safe=gsm_safe(changed))
    if size.code is SmsCode.UCS2:
        yield _remark("sms", WIDE, signs="".join(size.unsafe)[:20])
    if size.parts > SMS_MOST:
        fewer = size.parts - 1
        single, joined = (160, 153) if size.code is SmsCode.GSM else (70, 67)
        over = size.units - (single if fewer == 1 else fewer * joined)
        yield _remark("sms", PARTS, parts=size.parts, over=over)


def _links(part: str, source: str, hosts: frozenset[str]) -> Iterator[Remark]:
    for match in _LINK.finditer(source):
        scheme, link = (match[1] or match[3]).lower(), match.group()[:60]
        host = urlsplit(match.group()).hostname if match[1] else ""
        if scheme == "http":
            yield _remark(part, PLAIN_LINK, grave=True, link=link)
        elif scheme != "https" or not host or "@" in match[2].split("/")[0]:
            yield _remark(part, BAD_LINK, grave=True, link=link)
        elif not any(host == own or host.endswith(f".{own}") for own in hosts):
            yield _remark(part, FOREIGN, host=host)


def _said(source: str) -> set[str]:
    """Placeholders that are written out where nothing asks first whether they hold something."""
    asked = set(re.findall(r"\{%-?\s*(?:if|elif|for \w+ in)\s+(?:not\s+)?(\w+)", source))
    return (set(re.findall(r"\{\{-?\s*(\w+)", source)) & PLACEHOLDERS) - asked


def _remark(part: str, sentence: str, *, grave: bool = False, **values: object) -> Remark:
    said = tuple((name, str(value)) for name, value in values.items())
    return Remark(part=part, sentence=sentence, values=said, grave=grave)
