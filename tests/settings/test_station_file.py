"""The station's file: what is saved comes back, what people wrote stays, and a bad value is a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wismo_desk.domain.order import Party
from wismo_desk.domain.packing import Gate
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.station import FILE, LabelScan, clock_time

words = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=12)
clocks = st.times().map(lambda moment: f"{moment:%H:%M}")
stations = st.builds(
    Settings,
    station=words,
    gate=st.sampled_from(Gate),
    label_scan=st.sampled_from(LabelScan),
    weigh=st.booleans(),
    volume=st.integers(0, 100),
    scanner_group_separator=words,
    gs1_prefix=words,
    shipper=st.builds(Party, name=words, street=st.lists(words, max_size=3).map(tuple), city=words),
    printers=st.lists(
        st.builds(PrinterProfile, name=words, port=st.integers(1, 65535), odometer=st.booleans()), max_size=3
    ).map(tuple),
    cut_offs=st.dictionaries(words, clocks, max_size=3),
    services=st.lists(st.tuples(words, words, words), max_size=3).map(tuple),
    default_service=st.tuples(words, words),
    watched=st.none() | st.just(Path("/tmp/orders")),
    carriers=st.dictionaries(words, st.dictionaries(words, words, max_size=2), max_size=2),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=stations, second=stations)
def test_what_is_saved_comes_back(tmp_path: Path, first: Settings, second: Settings) -> None:
    """Also over a file that says something else."""
    for each in (first, second, first):
        save(tmp_path, each)
        assert load(tmp_path) == each


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    assert load(tmp_path).printer() is None
    assert load(tmp_path).cut_off("own") == time(17, 30)
    assert load(tmp_path).timezone == ZoneInfo("Europe/Paris")


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    text = '# the bench by the door\nstation = "Poste 4" # ask Ines\nfuture = "kept"\n'
    text += '\n[shipper]\ncity = "Lyon"\n'
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    station = load(tmp_path)
    assert (station.station, station.shipper.city, station.gate) == ("Poste 4", "Lyon", Gate.BLOCK)
    save(tmp_path, replace(station, volume=10, gate=Gate.WARN))
    kept = (tmp_path / FILE).read_text(encoding="utf-8")
    assert kept.startswith("# the bench by the door\n")
    assert 'station = "Poste 4" # ask Ines' in kept
    assert 'future = "kept"' in kept
    again = load(tmp_path)
    assert (again.volume, again.gate, again.shipper.city) == (10, Gate.WARN, "Lyon")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]  # no half-written file beside it


BAD = [
    ("station = ", "cannot be read"),
    ("\xff\xfe", "cannot be read"),
    ('gate = "maybe"', 'gate is one of off, shadow, warn, block, not "maybe".'),
    ("mail = 3", "mail is a section: write"),
    ("bounces = [1]", "bounces is a section: write"),
    ('[cut_offs]\nown = "25:00"', "“25:00” is not a time of day. Write it as 17:30."),
    ('day_ends = "soir"', "“soir” is not a time of day"),
    ('zone = "Europe/Tours"', "there is no time zone “Europe/Tours”"),
    ('[[printers]]\nname = "Z"\ncolour = "red"', "knows no colour. It knows: name, address,"),
    ('default_service = ["own"]', "default_service is a list of 2 texts in brackets"),
    ('services = [["a", "b"]]', "services is a list of lists, each of 3 texts"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_file_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1" if "\xff" in text else "utf-8"))
    with pytest.raises(SettingsProblem, match=said.replace(".", r"\.")):
        load(tmp_path)


def test_times_of_day() -> None:
    assert clock_time("07:05") == time(7, 5)
    with pytest.raises(SettingsProblem) as wrong:
        clock_time("7h05")
    assert wrong.value.field == "cut_offs"
