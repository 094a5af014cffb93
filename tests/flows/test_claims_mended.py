"""Claims at their edges: own deliveries, letters about people who were erased, files that are not what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.claim_rig import LOST, PDF, PNG, Desk, photo, writer
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Party
from wismo_desk.errors import BadInput
from wismo_desk.flows.claim_photos import media_of, plain_name

JPEG = photo("JPEG", side=64)
SHOP = Party(company="Atelier")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "desk")
    yield made
    made.store.close()


def test_of_own_deliveries_nobody_is_claimed_from(desk: Desk) -> None:
    own, theirs = desk.ship("1", "TRI", carrier="own"), desk.ship("2", "TRI")
    done = desk.open([shipment_id(own.order_id), shipment_id(theirs.order_id)])
    assert done.count == 1
    ((number, why),) = done.refused
    assert (number, str(why)) == ("1", "It is one of your own deliveries: there is no carrier to claim from.")


@pytest.mark.parametrize("scanned", [True, False])
@pytest.mark.parametrize("kind", list(ClaimKind))
def test_a_letter_about_somebody_who_was_erased_has_no_holes(
    desk: Desk, kind: ClaimKind, scanned: bool
) -> None:
    found = desk.gather(desk.claim(desk.ship("1001", LOST, carrier="colissimo")).claim_id)
    bare = replace(
        found,
        recipient=Party(),
        claim=replace(found.claim, kind=kind),
        handed_at=found.handed_at if scanned else None,
        delivered_at=None,
    )
    for carrier in ("colissimo", "ups"):
        text = writer(desk, SHOP).text(replace(bare, claim=replace(bare.claim, carrier=carrier)))
        for said in (text.letter, text.short, text.subject):
            for hole in (" .", " ,", "()", "–", "destination de", ", for", "  "):
                assert hole not in said, said
    whole = writer(desk, SHOP).text(replace(found, claim=replace(found.claim, kind=kind)))
    assert "à destination de 37000 Tours." in whole.letter


def test_a_code_that_nobody_has_a_name_for_stays_out_of_the_letter(desk: Desk) -> None:
    found = desk.gather(desk.claim(desk.ship("1001", LOST, carrier="colissimo")).claim_id)
    coded = replace(found, service_name="pickup", claim=replace(found.claim, service="pickup"))
    assert "pickup" not in writer(desk, SHOP).text(coded).letter
    named = replace(coded, service_name="Point de retrait")
    assert "N1001 (Point de retrait), notre commande" in writer(desk, SHOP).text(named).letter


@pytest.mark.parametrize(
    "content",
    [
        PNG[:60],
        PNG[:-20],
        PNG[:50] + b"????" + PNG[54:],
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\xff\xd8\xff" + b"MZ" * 40,
        JPEG[: len(JPEG) // 2],
        b"%PDF-1.4",
        b"%PDF-1.4\n%%EOF",
        PDF + bytes(2000),
        b"\xff\xd8\xff",
    ],
)
def test_a_file_that_only_begins_like_a_photo_is_refused(desk: Desk, content: bytes) -> None:
    naive = content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"))
    assert naive, "the twin, which looks at the first bytes, takes it"
    with pytest.raises(BadInput, match="is broken or not whole"):
        media_of("x.jpg", content)
    claim = desk.claim(desk.ship("1", "TRI"))
    with pytest.raises(BadInput):
        desk.steps.attach(claim, name="x.jpg", content=content)
    assert desk.now(claim).attachments == ()


def test_what_is_whole_is_taken() -> None:
    assert [media_of("x", one) for one in (PNG, JPEG, PDF)] == ["image/png", "image/jpeg", "application/pdf"]
    assert media_of("x", JPEG + bytes(10)) == "image/jpeg"  # cameras put things behind the picture
    with pytest.raises(BadInput, match="neither"):
        media_of("x.png", b"GIF89a")


def test_a_name_with_line_breaks_makes_no_header(desk: Desk) -> None:
    claim = desk.claim(desk.ship("1", LOST, carrier="colissimo"))
    desk.steps.attach(claim, name="box\r\nBcc: a@example.org\x07\u202egnp.png", content=PNG)
    mail = message_from_bytes(writer(desk, SHOP).mail(claim.claim_id))
    assert mail["Bcc"] is None
    names = [part.get_filename() for part in mail.walk() if part.get_filename()]
    assert names[-1] == "box Bcc: a@example.org gnp.png"


@given(st.text(max_size=300))
def test_every_name_is_one_short_line(name: str) -> None:
    plain = plain_name(name)
    assert plain and len(plain) <= 120 and plain.isprintable() and not set(plain) & set('/\\"')
    assert plain_name(plain) == plain
    assert plain_name("x" * 300 + ".jpeg").endswith("x.jpeg")
