"""`wismo-desk export` and `import --numbers`: what they write and say, with a flow that is already there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from wismo_desk.cli.by_file import hand_over, take_numbers
from wismo_desk.cli.options import parse
from wismo_desk.errors import CarrierRefused, Refused
from wismo_desk.flows.hand_to_file import Handed, HandToFile, Numbered
from wismo_desk.words import Words

WORDS = Words("en")
WHY = CarrierRefused(
    "The weight of the parcel is not known. Enter the weights of its products, or pack it first."
)


@dataclass
class Flow:
    """Gives what it was made with, and keeps what it was asked."""

    handed: Handed = field(default_factory=lambda: Handed(name="coliship-1.csv", content=b"x\r\n", parcels=2))
    numbered: Numbered = field(default_factory=Numbered)
    asked: list[Any] = field(default_factory=list)

    def __call__(self, code: str) -> Handed:
        self.asked.append(code)
        return self.handed

    def again(self, code: str) -> Handed:
        self.asked.append(("again", code))
        return self.handed

    def take_numbers(self, content: bytes, code: str = "") -> Numbered:
        self.asked.append(content)
        return self.numbered


def flow(made: Flow) -> HandToFile:
    return cast(HandToFile, made)


def test_the_file_is_written_and_the_refused_are_named(tmp_path: Path) -> None:
    made = Flow(handed=Handed(name="x.csv", content=b"x\r\n", parcels=2, refused=(("A3", WHY),)))
    said = hand_over("coliship", flow(made), WORDS, out=tmp_path / "out.csv", again=False)
    assert (tmp_path / "out.csv").read_bytes() == b"x\r\n"
    assert said.splitlines()[0].startswith("2 parcels are in ")
    assert said.splitlines()[1].startswith("A3: The weight")


def test_without_a_name_it_gets_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    hand_over("coliship", flow(Flow()), WORDS, out=None, again=False)
    assert (tmp_path / "coliship-1.csv").exists()


def test_nothing_waits_and_nothing_is_written(tmp_path: Path) -> None:
    made = Flow(handed=Handed(name="x.csv", content=b"", parcels=0))
    said = hand_over("coliship", flow(made), WORDS, out=tmp_path / "out.csv", again=False)
    assert said == "No parcel waits for this file."
    assert not (tmp_path / "out.csv").exists()


def test_a_place_that_cannot_be_written_says_how_to_go_on(tmp_path: Path) -> None:
    made = Flow()
    with pytest.raises(Refused) as caught:
        hand_over("coliship", flow(made), WORDS, out=tmp_path / "nowhere" / "x.csv", again=True)
    assert "--again" in str(caught.value)
    assert made.asked == [("again", "coliship")]


def test_numbers(tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes(b"6A15984040331,ABC")
    made = Flow(numbered=Numbered(taken=3, same=1, refused=(("ABC", WHY),)))
    said = take_numbers(file, flow(made), WORDS)
    assert said.splitlines()[0] == "3 numbers taken in, 1 known already."
    assert said.splitlines()[1].startswith("ABC: ")
    assert made.asked == [b"6A15984040331,ABC"]


def test_the_command_lines() -> None:
    options = parse(["export", "coliship", "--out", "x.csv"])
    assert (options.command, options.carrier, options.out, options.again) == (
        "export",
        "coliship",
        Path("x.csv"),
        False,
    )
    assert parse(["import", "--numbers", "f.csv"]).numbers
    assert not parse(["import", "f.csv"]).numbers
