"""The file of a claim on paper: the letter, what the desk knows of the parcel, its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.sheet import BOTTOM, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.domain.claim_evidence import Evidence
from wismo_desk.domain.order import Party
from wismo_desk.words import Words

_FULL: Final = WIDTH - 2 * MARGIN
_RIGHT: Final = WIDTH - MARGIN
_TOP: Final = 22.0
_LINE: Final = 5.2
_LETTERS: Final = 92  # to a line of the letter, at most
_LABEL: Final = 38.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSheet:
    """`body` are the paragraphs of the letter, `enclosed` what goes with it, in the language of `words`."""

    subject: str
    body: tuple[str, ...]
    enclosed: tuple[str, ...]
    carrier: str
    shipper: Party
    made_at: datetime
    evidence: Evidence
    practice: bool = False


def claim_file(sheet: ClaimSheet, *, words: Words, fonts: Path, draw: DrawsText | None = None) -> bytes:
    """PDF, A4. The same claim gives the same bytes."""

    def write(page: Sheet) -> None:
        _letter(page, sheet, words)
        page.next_page()
        y = _facts(page, sheet, words)
        y = _contents(page, sheet.evidence, words, y)
        y = _events(page, sheet.evidence, words, y)
        _pictures(page, sheet.evidence, words, y)

    return write_sheets(write, words=words, fonts=fonts, title=sheet.subject, draw=draw)


def _letter(page: Sheet, sheet: ClaimSheet, words: Words) -> None:
    party, y = sheet.shipper, _TOP
    for text in (
        party.company or party.name,
        *party.street,
        f"{party.postcode} {party.city}".strip(),
        party.email,
    ):
        if text:
            page.text(MARGIN, y, text, size=10, width=90.0)
            y += 5.0
    page.text(_RIGHT, _TOP + 14.0, sheet.carrier, size=12, bold=True, right=True, width=80.0)
    y = max(y, _TOP + 20.0) + 6.0
    day = words.date(sheet.made_at.astimezone(words.zone).date())
    page.text(
        _RIGHT, y, ", ".join(part for part in (party.city, day) if part), size=10, right=True, width=90.0
    )
    y += 10.0
    if sheet.practice:
        page.text(MARGIN, y, words("PRACTICE: this parcel is made up"), size=11, bold=True)
        y += 8.0
    page.text(MARGIN, y, sheet.subject, size=12, bold=True, width=_FULL)
    y += 9.0
    for paragraph in sheet.body:
        y = _paragraph(page, paragraph, y) + 3.0
    if sheet.enclosed:
        y = _room(page, y, 12.0)
        page.text(MARGIN, y, words("Enclosed"), size=10, bold=True)
        y += _LINE
        for one in sheet.enclosed:
            y = _paragraph(page, f"– {one}", y)


def _facts(page: Sheet, sheet: ClaimSheet, words: Words) -> float:
    found, claim = sheet.evidence, sheet.evidence.claim
    page.text(
        MARGIN,
        _TOP,
        words("Evidence for parcel {number}", number=claim.number),
        size=16,
        bold=True,
        width=_FULL,
    )
    y = _TOP + 8.0
    who = found.recipient
    place = " ".join(part for part in (who.postcode, who.city, who.country) if part)
    service = " · ".join(part for part in (found.carrier_name, found.service_name) if part)
    pairs = (
        (words("Carrier and service"), service),
        (words("Order of the shop"), found.order_number),
        (words("Recipient"), ", ".join(part for part in (who.name or who.company, place) if part)),
        (words("Packed and weighed"), _when(found.packed_at, words, found.packed_by)),
        (words("Weight at packing"), words.kilos(found.weight_g) if found.weight_g else ""),
        (words("Label printed"), _when(found.printed_at, words)),
        (words("Label scanned on the parcel"), _when(found.checked_at, words)),
        (words("On manifest"), found.manifest),
        (words("Handed over"), _when(found.handed_at, words)),
        (words("Promised to the customer"), words.date(found.promised_on) if found.promised_on else ""),
        (words("Delivered, says the carrier"), _when(found.delivered_at, words)),
    )
    for name, said in pairs:
        if said:
            page.text(MARGIN, y, name, size=9, grey=True, width=58.0)
            page.text(MARGIN + 60.0, y, said, size=9.5, width=_FULL - 60.0)
            y += _LINE
    return y + 4.0


def _contents(page: Sheet, found: Evidence, words: Words, y: float) -> float:
    if not found.lines:
        return y
    y = _title(page, words("What lay in it"), y)
    for line in found.lines:
        y = _room(page, y, _LINE)
        checked = sum(scan.pieces for scan in found.scans if scan.sku == line.sku and scan.code)
        page.text(MARGIN, y, words("{n} ×", n=line.pieces), size=9, width=10.0)
        page.text(MARGIN + 11.0, y, line.name or line.sku, size=9, width=86.0)
        said = words("{n} scanned at the bench", n=checked) if checked else ""
        page.text(MARGIN + 100.0, y, said, size=9, grey=True, width=48.0)
        if line.cents is not None:
            price = words.money(line.cents * line.pieces, found.claim.currency)
            page.text(_RIGHT, y, price, size=9, right=True, width=30.0)
        y += _LINE
    if found.value is not None:
        page.text(MARGIN, y, words("Value of the contents"), size=9, bold=True)
        page.text(_RIGHT, y, words.money(found.value, found.claim.currency), size=9, bold=True, right=True)
        y += _LINE
    return y + 4.0


def _events(page: Sheet, found: Evidence, words: Words, y: float) -> float:
    y = _title(page, words("What the carrier said, word for word"), y)
    if not found.events:
        page.text(MARGIN, y, words("Nothing."), size=9, grey=True)
        return y + _LINE + 4.0
    silent = {gap.since: gap for gap in found.gaps}
    for event in found.events:
        y = _room(page, y, _LINE)
        page.text(MARGIN, y, _when(event.at, words), size=9, width=36.0)
        page.text(MARGIN + 38.0, y, event.code, size=9, grey=True, width=22.0)
        page.text(MARGIN + 62.0, y, event.label, size=9, width=78.0)
        page.text(_RIGHT, y, event.place, size=9, grey=True, right=True, width=38.0)
        y += _LINE
        gap = silent.get(event.at)
        if gap is not None:
            y = _room(page, y, _LINE)
            said = words("{n} days without a scan", n=gap.days)
            if gap.until is None:
                said = words("No scan since, {n} days", n=gap.days)
            page.text(MARGIN + 38.0, y, said, size=9, bold=True, width=_FULL - 38.0)
            y += _LINE
    return y + 4.0


def _pictures(page: Sheet, found: Evidence, words: Words, y: float) -> None:
    if found.label_image:
        y = _room(page, y, 66.0)
        y = _title(page, words("The label as it was printed, its codes covered"), y)
        y += page.picture(MARGIN, y - 3.0, found.label_image, _LABEL, 57.0) + 4.0
    for name, content in found.pictures:
        page.next_page()
        page.text(MARGIN, _TOP, words("Photo: {name}", name=name), size=12, bold=True, width=_FULL)
        if not page.picture(MARGIN, _TOP + 6.0, content, _FULL, BOTTOM - _TOP - 8.0):
            page.text(MARGIN, _TOP + 8.0, words("This picture cannot be printed; it goes beside."), size=10)


def _when(at: datetime | None, words: Words, where: str = "") -> str:
    if at is None:
        return ""
    said = f"{words.date(at.astimezone(words.zone).date())} {words.time(at)}"
    return f"{said}, {where}" if where else said


def _title(page: Sheet, text: str, y: float) -> float:
    y = _room(page, y, 14.0)
    page.text(MARGIN, y, text, size=11, bold=True, width=_FULL)
    page.rule(MARGIN, y + 1.8, _FULL, line=0.4)
    return y + 6.8


def _paragraph(page: Sheet, text: str, y: float) -> float:
    for line in _lines(text):
        y = _room(page, y, _LINE)
        page.text(MARGIN, y, line, size=10.5, width=_FULL)
        y += _LINE
    return y


def _lines(text: str) -> Sequence[str]:
    found, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _LETTERS:
            found.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*found, line]


def _room(page: Sheet, y: float, height: float) -> float:
    if y + height <= BOTTOM:
        return y
    page.next_page()
    return _TOP
