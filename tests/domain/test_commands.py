"""Command barcodes: a closed set that no product and no carrier can print by accident."""

from __future__ import annotations

import re
from itertools import pairwise

from wismo_desk.domain import commands
from wismo_desk.domain.carrier_numbers import carrier_guesses
from wismo_desk.domain.commands import KEYS, PREFIX, Command
from wismo_desk.domain.reading import ReadKind, read


def test_every_command_reads_as_itself() -> None:
    for command in Command:
        reading = read(command.value)
        assert (reading.kind, commands.parse(reading.key)) == (ReadKind.COMMAND, command)
        assert commands.parse(command.value) is command


def test_codes_keep_apart_from_all_other_codes() -> None:
    for command in Command:
        assert re.fullmatch(r"WD-[A-Z0-9]{2,5}", command.value)
        assert not carrier_guesses(command.value)


def test_unknown_command_is_no_command() -> None:
    assert commands.parse(f"{PREFIX}NEXISTE") is None
    assert commands.parse("OK") is None
    assert read(f"{PREFIX}VIDER").kind is ReadKind.UNKNOWN


def test_each_has_its_words_and_one_key() -> None:
    assert {KEYS[commands.key_of(command)] for command in Command} == set(Command)
    assert len(KEYS) == len(Command)
    for command in Command:
        assert commands.label(command) and commands.help_text(command).endswith(".")
    labels = sorted(commands.label(command) for command in Command)
    assert all(one != other for one, other in pairwise(labels))


def test_keys_do_not_move_between_keyboards() -> None:
    """A, Q, Z, W and M stand elsewhere on AZERTY; a naive "A for annul" would be Q on the other."""
    assert not set(KEYS) & set("AQZWM")


def test_cartons() -> None:
    assert [c.carton for c in Command if c.carton] == [1, 2, 3, 4, 5, 6]
    assert Command.NEXT_PARCEL.carton == 0
