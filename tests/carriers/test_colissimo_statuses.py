"""Colissimo's event codes, each read against what its official sentence speaks of.

The sentences are La Poste's and stay out of the repository. `specs/colissimo_sentences.csv` keeps what each of the
329 rows speaks of, found by SPEAKS_OF; where the sentences themselves are at hand, the digest is checked.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from wismo_desk.domain.status import IncidentReason, StatusRule, TrackingStatus, folded, read_codes
from wismo_desk.resources import status_tables

HERE = Path(__file__).parent
SENTENCES = Path("/work/shared/data/colissimo_status_codes.csv")
CODES = read_codes(status_tables()["colissimo"])
NOTES = {row["code"]: row["note"] for row in csv.DictReader(status_tables()["colissimo"].splitlines())}

SPEAKS_OF: Final = {
    "hidden": r"non affiche|^$",
    "delivered": r"\b(?:est|a ete) livre\b(?! sur rendez)",
    "later": r"\b(?:sera|seront|va|doit) (?:etre )?\w+",
    "not": r"\bn'a (?:pas )?pu\b|\bne (?:peut|pourra|correspond|comport)|impossible|hors service|suspendue",
    "sender": r"expediteur",
    "back": r"\bretour|renvoye",
    "point": r"point de retrait|relais|bureau de poste|consigne|cityssimo|automate|boite postale|point postal",
    "waiting": r"a disposition|\bdisponible\b|en attente|a retirer|dans l'attente|prochain acheminement",
    "moving": r"acheminement",
    "customs": r"douan|facture commerciale|n° |certificat|licence",
    "seized": r"\bsaisi\b",
    "refused": r"refus",
    "absent": r"\bdestinataire etait absent\b",
    "damaged": r"degrade|deteriore|endommage",
    "incident": r"incident",
    "missort": r"erreur de tri",
    "cause_address": r"adresse de livraison etant incomplete|defaut d'adressage",
    "unclaimed": r"expiration du delai|delais impartis",
    "ready_to_ship": r"pret a etre expedie",
}


class Row:
    def __init__(self, row: dict[str, str]) -> None:
        self.code, self.kind = row["code"], row["kind"]
        self.speaks_of = frozenset(row["speaks_of"].split())

    @property
    def rule(self) -> StatusRule:
        found = CODES.rule(self.code)
        assert found, f"{self.code} is in no row"
        return found

    @property
    def status(self) -> TrackingStatus:
        return self.rule.status


DIGEST: Final = [
    *csv.DictReader((HERE / "specs" / "colissimo_sentences.csv").read_text(encoding="utf-8").splitlines())
]
ROWS: Final = [Row(row) for row in DIGEST]


def about(*topics: str, without: tuple[str, ...] = ()) -> Iterator[Row]:
    """The rows that speak of all of these, and of none of those."""
    for row in ROWS:
        if row.speaks_of.issuperset(topics) and not row.speaks_of & set(without):
            yield row


def digest() -> list[tuple[str, str, str]]:
    with SENTENCES.open(encoding="utf-8") as file:
        return [
            (
                row["code"],
                row["kind"],
                " ".join(
                    t
                    for t, p in SPEAKS_OF.items()
                    if re.search(p, folded(row["sentence_fr"].replace("’", "'")))
                ),
            )
            for row in csv.DictReader(file)
        ]


@pytest.mark.skipif(not SENTENCES.exists(), reason="La Poste's sentences are not on this machine")
def test_the_digest_is_what_the_sentences_speak_of() -> None:
    assert [(row["code"], row["kind"], row["speaks_of"]) for row in DIGEST] == digest()


def test_all_codes_are_there_each_once() -> None:
    assert len(ROWS) == 329
    official = {row.code for row in ROWS}
    assert len(official) == 321
    assert {row.code for row in ROWS if row.rule} == official
    lines = status_tables()["colissimo"].splitlines()[1:]
    assert len(lines) == len(CODES) == len({line.split(",")[0] for line in lines})
    assert all(NOTES[code].startswith("not in the official table") for code in CODES if code not in official)


def test_the_codes_that_stand_twice_mean_one_thing() -> None:
    twice = [code for code, count in Counter(row.code for row in ROWS).items() if count > 1]
    assert len(twice) == 8
    assert {CODES.rule(code) for code in twice} == {
        StatusRule(TrackingStatus.CUSTOMS, IncidentReason.CUSTOMS_DOCUMENTS)
    }


# "At your disposal in the post box": the box is the recipient's own address, and the table flags it delivered.
DELIVERED_THOUGH_WAITING: Final = {"LIVBPO"}
SUSPECT: Final = {
    "sender",
    "back",
    "later",
    "not",
    "waiting",
    "moving",
    "customs",
    "seized",
    "refused",
    "hidden",
}


def test_nothing_is_delivered_whose_sentence_does_not_say_so() -> None:
    delivered = {row.code: row.speaks_of for row in ROWS if row.status is TrackingStatus.DELIVERED}
    assert len(delivered) == 13
    for code, topics in delivered.items():
        if code not in DELIVERED_THOUGH_WAITING:
            assert "delivered" in topics, code
            assert not topics & (SUSPECT | {"point"}), code


def test_what_is_said_to_be_delivered_is_delivered_or_returned() -> None:
    for row in about("delivered"):
        wanted = TrackingStatus.RETURNED if "sender" in row.speaks_of else TrackingStatus.DELIVERED
        assert row.status is wanted, row.code
        assert row.rule.is_scan, row.code


def test_the_official_flag_taken_at_its_word_is_wrong() -> None:
    """The naive twin: "delivered" where the table's own column says so."""
    naive = {row.code for row in ROWS if row.kind == "delivered"}
    ours = {row.code for row in ROWS if row.status is TrackingStatus.DELIVERED}
    assert naive - ours == {"RSTTAF"}
    assert ours - naive == {"LIVRDV", "LIVVPC"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("RSTTAF", "in_transit"),
        ("LIVRDV", "delivered"),
        ("LIVVPC", "delivered"),
        ("LIVEXP", "returned"),
        ("LIVREO", "returned"),
        ("LIVREL", "in_transit"),
        ("LIVRLI", "ready_for_pickup"),
        ("RENAVI", "delivery_attempted"),
        ("MLVARS", "ready_for_pickup"),
        ("DEPGUI", "accepted"),
        ("MLVEXP", "in_transit"),
        ("MLVCFM", "out_for_delivery"),
        ("SOLDDR", "destroyed"),
    ],
)
def test_traps(code: str, status: str) -> None:
    rule = CODES.rule(code)
    assert rule
    assert rule.status.value == status
    assert NOTES[code] or code in ("LIVRLI", "SOLDDR")


def test_what_goes_back_to_the_sender() -> None:
    """Not: an exception that tells the recipient to ask the sender (SOLMQT says no "back")."""
    for row in about("sender", "back"):
        assert row.status in (TrackingStatus.RETURNING, TrackingStatus.RETURNED), row.code
    assert {row.code for row in ROWS if row.status is TrackingStatus.RETURNED} == {"LIVEXP"}
    for row in ROWS:
        if row.status is TrackingStatus.RETURNING:
            assert row.speaks_of & {"sender", "back"}, row.code


def test_who_caused_it() -> None:
    for row in about("refused", "sender"):
        assert row.rule.reason is IncidentReason.RECIPIENT_REFUSED, row.code
    for row in about("absent"):
        assert row.rule == StatusRule(TrackingStatus.DELIVERY_ATTEMPTED, IncidentReason.RECIPIENT_ABSENT), (
            row.code
        )
    for row in about("cause_address"):
        assert row.rule == StatusRule(TrackingStatus.EXCEPTION, IncidentReason.RECIPIENT_ADDRESS), row.code
    for row in about("unclaimed"):
        assert row.rule.reason is IncidentReason.RECIPIENT_UNCLAIMED, row.code
    for row in about("missort"):
        assert row.rule.reason is IncidentReason.CARRIER_MISSORT, row.code
    for row in about("delivered", "damaged"):
        assert row.rule.reason is IncidentReason.CARRIER_DAMAGE, row.code


def test_ready_for_pickup_waits_at_a_point() -> None:
    for row in ROWS:
        if row.status is TrackingStatus.READY_FOR_PICKUP and row.rule.is_scan:
            assert "point" in row.speaks_of, row.code
            assert not row.speaks_of & {"later", "not", "sender"}, row.code
    for row in about("point", "waiting", without=("later", "not")):
        assert row.status is TrackingStatus.READY_FOR_PICKUP or row.code in DELIVERED_THOUGH_WAITING, row.code


def test_what_is_only_planned_is_no_end() -> None:
    for row in about("later", without=("sender",)):
        assert row.status not in (TrackingStatus.DELIVERED, TrackingStatus.READY_FOR_PICKUP), row.code
    for row in about("ready_to_ship"):
        assert row.status is TrackingStatus.LABEL_CREATED, row.code


def test_what_was_not_possible_is_seen() -> None:
    seen = {"delivery_attempted", "exception", "delayed", "returning", "destroyed", "damaged"}
    for row in about("not"):
        assert row.status.value in seen, row.code


def test_hidden_codes_are_not_guessed() -> None:
    """Unknown and no scan; but for what the official table itself counts among transit or anomalies, and for the
    announcement's family."""
    for row in about("hidden"):
        known = {"transit": "in_transit", "anomaly": "exception"}.get(row.kind, "unknown")
        if row.code not in ("COMLDF", "COMLNA"):
            assert row.status.value == known, row.code
            assert row.rule.is_scan == (known != "unknown"), row.code
        assert NOTES[row.code], row.code


def test_unknown_is_never_a_scan() -> None:
    assert all(not row.rule.is_scan for row in ROWS if row.status is TrackingStatus.UNKNOWN)
    assert CODES.rule("XYZXYZ") is None


MESSAGES: Final = (
    "QDICFM ACKNAD NADDES DSCOUV DSCCLO QINDIV QINEXP RDVCFM RDVDEM RDVLDF RDVINS RSDREL RSDCNI EMLCFM"
)


@pytest.mark.parametrize("code", MESSAGES.split())
def test_messages_never_change_the_state(code: str) -> None:
    rule = CODES.rule(code)
    assert rule
    assert not rule.is_scan
    assert NOTES[code]


def test_customs() -> None:
    allowed = {"customs", "in_transit", "exception", "destroyed", "returning", "unknown"}
    for row in about("customs", without=("hidden",)):
        assert row.status.value in allowed, row.code
    assert [row.code for row in about("seized")] == ["SOLDDR"]
