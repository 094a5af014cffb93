"""What is written to a carrier: in its language, from stored facts only, 300 characters for a form, the file as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from tests.flows.claim_rig import LOST, PDF, PNG, Desk, writer
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.claim_evidence import SHORT_LENGTH
from wismo_desk.domain.order import Party
from wismo_desk.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")
SHOP = Party(company="Atelier Mirabelle", street=("18 rue Niépce",), postcode="69800", city="Saint-Priest")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "desk")
    yield made
    made.store.close()


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages).replace("\u00a0", " ")


def test_the_letter_is_in_the_carriers_language_and_speaks_of_facts_only(desk: Desk) -> None:
    write, claim = (
        writer(desk, SHOP, practice=True),
        desk.claim(desk.ship("1001", "AARCFM", LOST, carrier="colissimo")),
    )
    _, text = write(claim.claim_id)
    assert text.language == "fr"
    assert text.subject == "Réclamation pour le colis N1001\u202f: colis perdu"
    letter = text.letter
    for said in (
        "N1001",
        "1001",
        "37000 Tours",
        "0,842",
        "25,00",
        "2 × Mug",
        "votre dernier scan est du 23/11/2026",
    ):
        assert said in letter
    assert "Zoé" not in letter  # the carrier has the name with the parcel
    assert letter.endswith("Atelier Mirabelle")
    assert "L133-3" not in letter


def test_damage_at_home_is_a_reasoned_protest(desk: Desk) -> None:
    claim = desk.claim(desk.ship("1001", "LIVRE"))
    desk.steps.amend(claim, kind=ClaimKind.DAMAGED, text="The box was crushed on one side.")
    letter = writer(desk, SHOP, practice=True)(claim.claim_id)[1].letter
    assert "protestation motivée au sens de l’article L133-3" in letter
    assert "The box was crushed on one side." in letter


def test_others_are_written_to_in_english(desk: Desk) -> None:
    found = desk.gather(desk.claim(desk.ship("1001", "TRI")).claim_id)
    other = replace(found, claim=replace(found.claim, carrier="ups", kind=ClaimKind.LATE))
    text = writer(desk, SHOP, practice=True).text(other)
    assert text.language == "en"
    assert text.body[0] == "Dear Sir or Madam,"


@pytest.mark.parametrize("kind", list(ClaimKind))
def test_the_short_text_fits_a_form_whatever_is_added(desk: Desk, kind: ClaimKind) -> None:
    found = desk.gather(desk.claim(desk.ship("1001", "TRI")).claim_id)
    long = replace(found, claim=replace(found.claim, kind=kind, text="x" * 400))
    short = writer(desk, SHOP, practice=True).text(long).short
    assert len(short) <= SHORT_LENGTH
    assert "N1001" in short
    assert short.endswith(".")  # whole sentences only


def test_the_file_has_letter_evidence_and_the_carriers_words(desk: Desk) -> None:
    write, claim = (
        writer(desk, SHOP, practice=True),
        desk.claim(desk.ship("1001", "AARCFM", LOST, carrier="colissimo")),
    )
    desk.steps.attach(claim, name="broken.png", content=PNG)
    pdf = write.paper(claim.claim_id)
    assert pdf == write.paper(claim.claim_id)  # no clock is in it but the desk's
    said = text_of(pdf)
    for part in (
        "EXERCICE",
        "Atelier Mirabelle",
        "Ce qu’il contenait",
        LOST,
        "scannés au poste",
        "mot pour mot",
    ):
        assert part in said


def test_the_mail_draft_carries_the_file_and_the_attachments(desk: Desk) -> None:
    write, claim = writer(desk, SHOP, practice=True), desk.claim(desk.ship("1001", LOST, carrier="colissimo"))
    desk.steps.attach(claim, name="invoice.pdf", content=PDF)
    write.set_address("colissimo", " litiges@example.org ")
    mail = message_from_bytes(write.mail(claim.claim_id))
    assert (mail["To"], mail["X-Unsent"]) == ("litiges@example.org", "1")
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == [
        "N1001.pdf",
        "invoice.pdf",
    ]


@pytest.mark.parametrize("address", ["nobody", "a b@c", "@x", "x@", "a@b@c"])
def test_what_is_no_address_is_refused(desk: Desk, address: str) -> None:
    with pytest.raises(BadInput, match="no e-mail address"):
        writer(desk, SHOP, practice=True).set_address("colissimo", address)
