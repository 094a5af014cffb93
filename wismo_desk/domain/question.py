"""What a customer wrote: their own words without quotes and signature, and every key that may name an order."""

# ruff: noqa: E501 - a mark of a mail program is one pattern
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.status import folded

_LONGEST: Final = 20_000  # characters that are looked at; nobody asks where a parcel is at greater length
_MOST: Final = 60  # candidate codes asked of the store
_QUOTE: Final = re.compile(
    r"(?im)^[ \t]*(?:"
    r"-{2,}[ \t]*(?:message d.origine|original message|message original|message initial)[ \t]*-*"
    r"|_{10,}"
    r"|(?:le|on)\b[^\n]{4,160}(?:\n[^\n]{0,120})?(?:a [ée]crit|wrote)[ \t\u00a0\u202f]*:"
    r"|(?:de|from|von)[ \t\u00a0\u202f]*:[^\n]*\n(?:[^\n]*\n){0,3}?[ \t]*(?:envoy[ée]|sent|date|objet|subject|[àa]|to)[ \t\u00a0\u202f]*:"
    r")"
)
_FORWARD: Final = re.compile(
    r"(?im)^[ \t]*-{2,}[ \t]*(?:forwarded message|message transf[ée]r[ée]|d[ée]but du message transf[ée]r[ée])[^\n]*"
)
_HEADER_LINE: Final = re.compile(
    r"(?i)^\s*(?:de|from|[àa]|to|cc|envoy[ée]|sent|date|objet|subject|sujet)\s*:.*$"
)
_SIGNED: Final = re.compile(
    r"(?im)^[ \t]*(?:--[ \t]*$|envoy[ée] (?:de|depuis) (?:mon|ma|outlook|yahoo)|sent from (?:my|outlook|mail|yahoo)"
    r"|get outlook|t[ée]l[ée]charg\w* outlook|(?:bien )?(?:cordialement|cdt|cdlt|bien [àa] vous|sinc[èe]res? salutations"
    r"|bonne (?:journ[ée]e|soir[ée]e|r[ée]ception)|kind regards|best regards|regards|many thanks|yours (?:sincerely|faithfully)"
    r"|cheers|best wishes)[ \t,.!]*$)"
)
_SUBJECT: Final = re.compile(r"(?i)^\s*(?:(?:re|tr|fw|fwd|r[ée]p)\s?:\s*)+")
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,190}\.[A-Za-z]{2,24}")
_URL: Final = re.compile(r"https?://\S+")
_PHONE: Final = re.compile(r"(?<![\w])(?:\+|00)?\(?\d(?:[ .\-/()\u00a0\u202f]{0,2}\d){8,13}(?!\w)")
_TELEPHONE: Final = re.compile(r"(?<!\w)(?<!\d[ .\-])(?:\+\d{2} ?\d|0\d)(?:[ .\-]?\d{2}){4}(?![ .\-]?\d|\w)")
_DATE: Final = re.compile(r"(?<!\w)\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?(?!\w)")
_POSTCODE: Final = re.compile(r"(?<![\w\-])(\d{5}|\d{4}|[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2})(?![\w\-])")
_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_/.]*")
_NAMED: Final = re.compile(
    r"(?i)(?:commande|command|cmde?|cde|comm|order|r[ée]f[ée]rence|r[ée]f|num[ée]ro|n[°ºo]|number|dossier|#)"
    r"[\s:.,()°º#n\u00a0\u202f]*$"
)
_TRIM: Final = "-_/."


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Candidates only: the store says which of them name an order. `named` stood behind a word like "commande";
    `loose` are other runs with digits, the longest first. Phones are their last 9 digits."""

    named: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`own`: what this mail itself says; `said`: with its subject and all below the greeting, where names and threats
    stand; `whole`: with what it quotes, for the keys in it."""

    own: str
    said: str
    whole: str
    keys: Keys


def read_question(text: str, *, subject: str = "", sender: str = "") -> Question:
    """Never raises. `sender` is a key like any other that a mail shows: easily written, never a proof alone."""
    body = text[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    unquoted = _unquoted(body)
    own = _unsigned(unquoted)
    title = subject[:300].strip()
    if title and not _SUBJECT.match(title):
        own = f"{title}\n{own}"
    elif title and not own.strip():
        own = _SUBJECT.sub("", title)
    whole = f"{title}\n{body}"
    said = _MAIL.sub(" ", f"{title}\n{unquoted}")
    return Question(own=own.strip(), said=said, whole=whole, keys=find_keys(whole, sender=sender))


def _unsigned(mine: str) -> str:
    signed = _SIGNED.search(mine)
    if signed and len(mine[: signed.start()].split()) >= 3:
        mine = mine[: signed.start()]
    return mine.strip()


def _unquoted(body: str) -> str:
    """Without quoted mails and the first line of a pasted "RE: …"; of a mail that says nothing itself,
    what it forwards."""
    forward = _FORWARD.search(body)
    if forward and len(body[: forward.start()].split()) < 4:
        lines = body[forward.end() :].split("\n")
        body = "\n".join(line for line in lines if not _HEADER_LINE.match(line))
    quoted = _QUOTE.search(body)
    mine = body[: quoted.start()] if quoted else body
    mine = "\n".join(line for line in mine.split("\n") if not line.lstrip().startswith((">", "|>")))
    if quoted and len(mine.split()) < 2:
        rest = body[quoted.end() :].split("\n")
        mine = "\n".join(line.lstrip("> ") for line in rest if not _HEADER_LINE.match(line))
    mine = mine.strip("\n ")
    first, _, rest_of = mine.partition("\n")
    if _SUBJECT.match(first) and rest_of.strip():
        mine = rest_of
    return mine.strip()


def find_keys(text: str, *, sender: str = "") -> Keys:
    emails = [found.casefold() for found in _MAIL.findall(f"{text} {sender}")]
    bare = _URL.sub(lambda found: found.group().replace("/", " ").replace("=", " "), _MAIL.sub(" ", text))
    phones = [re.sub(r"\D", "", found)[-9:] for found in _PHONE.findall(bare)]
    named, loose = _codes(bare)
    return Keys(
        named=tuple(dict.fromkeys(named))[:_MOST],
        loose=tuple(dict.fromkeys(loose))[:_MOST],
        emails=tuple(dict.fromkeys(emails))[:10],
        phones=tuple(dict.fromkeys(phones))[:10],
        postcodes=tuple(dict.fromkeys(re.sub(r"\s", "", p).upper() for p in _POSTCODE.findall(bare)))[:10],
    )


def _codes(text: str) -> tuple[list[str], list[str]]:
    named: list[str] = []
    loose = [phone for found in _TELEPHONE.findall(text) for phone in _spellings(re.sub(r"\D", "", found))]
    text = _DATE.sub(" , ", _TELEPHONE.sub(lambda found: _kept(text, found), text))
    spans = list(_TOKEN.finditer(text))[:4000]
    for place, span in enumerate(spans):
        token = span.group().strip(_TRIM)
        runs = [(token, span.end()), *_joined(spans, place, text)]
        is_named = bool(_NAMED.search(text[max(0, span.start() - 24) : span.start()]))
        for run, end in runs:
            if len(run) < 3 or not any(ch.isdigit() for ch in run):
                continue
            if is_named:
                named += _spellings(run)
            elif not (place and _in_group(spans, place, text) and run == token) and _may_stand_alone(
                run, text[end : end + 24]
            ):
                loose += _spellings(run)
    return named, sorted(loose, key=len, reverse=True)


def _kept(text: str, found: re.Match[str]) -> str:
    """Ten digits that stand behind "commande" are its number, else a telephone's."""
    return found.group() if _NAMED.search(text[max(0, found.start() - 24) : found.start()]) else " , "


def _joined(spans: list[re.Match[str]], place: int, text: str) -> list[tuple[str, int]]:
    """This run with the following ones, as far as only blanks part them: "XY 481 209 375 FR", "CMD 10482"."""
    runs, joined = [], spans[place].group().strip(_TRIM)
    for before, span in zip(spans[place:], spans[place + 1 : place + 9], strict=False):
        between = text[before.end() : span.start()]
        piece = span.group()
        if between.strip(" \u00a0\u202f#") or len(between) > 3 or not (_is_code(piece) and _is_code(joined)):
            break
        joined = f"{joined}{piece.strip(_TRIM)}"
        runs.append((joined, span.end()))
    return runs


def _in_group(spans: list[re.Match[str]], place: int, text: str) -> bool:
    """A piece inside a number that is written in groups names nothing alone."""
    before = spans[place - 1]
    gap = text[before.end() : spans[place].start()]
    short = all(piece.isdigit() and len(piece) <= 4 for piece in (before.group(), spans[place].group()))
    return gap == " " and short


def _is_code(piece: str) -> bool:
    return any(ch.isdigit() for ch in piece) or (piece.isupper() and len(piece) <= 5)


def _may_stand_alone(run: str, after: str) -> bool:
    """Not a year, a house number, an hour or a postcode with its town."""
    if not run.isdigit():
        return len(run) >= 4 and sum(ch.isdigit() for ch in run) >= 2
    if len(run) < 4 or (len(run) == 4 and run[:2] in ("19", "20")):
        return False
    return not (len(run) == 5 and re.match(r",? [A-ZÉÈÎ][a-zé]", after))


def _spellings(run: str) -> list[str]:
    plain = re.sub(r"[\-_/.]", "", run)
    return [run, run.upper(), plain.upper()] if plain != run else [run, run.upper()]


def names_in(text: str, name: str) -> bool:
    """Whether every part of a person's name (at least two) stands in a text, in any order, without accents."""
    parts = re.findall(r"[a-z]{2,}", folded(name))
    said = set(re.findall(r"[a-z]{2,}", folded(text)))
    return len(parts) >= 2 and all(part in said for part in parts)


def phone_key(phone: str) -> str:
    """The last 9 digits, by which numbers are compared however they are prefixed."""
    return re.sub(r"\D", "", phone)[-9:]
