"""The manifest: every parcel once, the forgotten ones named, the sums right, on any number of pages."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from paper_sample import FONTS, pages, picture

from wismo_desk.documents.manifest import ManifestParcel, ManifestSheet, manifest
from wismo_desk.domain.order import Party
from wismo_desk.words import Words

SHEET = ManifestSheet(
    number="B-20261201-3",
    carrier="Own deliveries",
    day=date(2026, 12, 1),
    printed_at=datetime(2026, 12, 1, 16, 2, tzinfo=UTC),
    shipper=Party(name="Atelier Mirabelle", street=("18 rue Niépce",), postcode="69800", city="Saint-Priest"),
    station="Station 3",
    parcels=(),
)


def parcels(count: int, *, start: int = 0) -> tuple[ManifestParcel, ...]:
    return tuple(
        ManifestParcel(number=f"3952{n:014d}", order_number=f"C{n:05d}", postcode="37000", weight_g=1000 + n)
        for n in range(start, start + count)
    )


def test_what_it_says(words: Words) -> None:
    sheet = replace(SHEET, parcels=parcels(2), forgotten=parcels(1, start=9))
    [text] = pages(manifest(sheet, words=words, fonts=FONTS))
    for part in (
        "No. B-20261201-3",
        "Own deliveries",
        "1 Dec 2026",
        "Station 3, printed on 1 Dec 2026 16:02",
        "Atelier Mirabelle",
        "69800 Saint-Priest",
        "395200000000000001",
        "C00001",
        "FR 37000",
        "1.001 kg",
        "Parcels: 2",
        "Total weight: 2.001 kg",
        "NOT ON THE TRUCK, label made: 1",
        "395200000000000009 · order C00009 · FR 37000",
        "The shipper",
        "The driver",
        "Page 1 of 1",
    ):
        assert part in text.replace("\u00a0", " ")
    assert "PRACTICE" not in text


@pytest.mark.parametrize("count", [0, 1, 20, 27, 28, 34, 35, 36, 37, 38, 39, 75, 260])
@pytest.mark.parametrize("forgotten", [0, 3, 70])
def test_every_parcel_is_on_it_once(words: Words, count: int, forgotten: int) -> None:
    sheet = replace(SHEET, parcels=parcels(count), forgotten=parcels(forgotten, start=count))
    texts = pages(manifest(sheet, words=words, fonts=FONTS))
    together = "\n".join(texts)
    assert all(together.count(parcel.number) == 1 for parcel in (*sheet.parcels, *sheet.forgotten))
    assert f"Parcels: {count}" in together
    assert together.count("The driver") == 1
    assert ("NOT ON THE TRUCK" in together) == bool(forgotten)
    assert all(f"Page {n} of {len(texts)}" in text for n, text in enumerate(texts, start=1))


def test_nothing_is_printed_over_the_foot(words: Words) -> None:
    """The last 18 mm of a page hold the page number alone."""
    for count in range(26, 40):
        pdf = manifest(replace(SHEET, parcels=parcels(count), forgotten=parcels(2)), words=words, fonts=FONTS)
        for number in range(len(pages(pdf))):
            image = picture(pdf, number, dpi=100)
            foot = image.crop((0, round(279.5 / 25.4 * 100), image.width, round(284 / 25.4 * 100)))
            assert foot.getextrema() == (255, 255)


def test_practice_is_marked(words: Words) -> None:
    text = pages(manifest(replace(SHEET, practice=True), words=words, fonts=FONTS))[0]
    assert "PRACTICE: no parcel leaves with this list" in text


def test_it_names_no_recipient() -> None:
    assert not {"name", "street", "recipient"} & set(ManifestParcel.__dataclass_fields__)
