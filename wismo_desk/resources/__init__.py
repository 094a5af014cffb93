"""Finds the bundled files in a source tree, in an installed wheel and in a frozen program."""

from __future__ import annotations

import gzip
import sys
from functools import cache
from pathlib import Path

from wismo_desk.errors import SettingsProblem


def resources_dir() -> Path:
    """The folder with fonts, icons, sounds, words, statuses and practice data."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parents[1]
    for folder in (
        *([Path(frozen) / "wismo_desk" / "_resources"] if frozen else []),
        package / "_resources",
        package.parent / "resources",
    ):
        if (folder / "words").is_dir():
            return folder
    raise SettingsProblem("The program's own files are missing. Install it again.", raw="resources")


@cache
def catalogue(language: str) -> bytes:
    """The compiled sentences of a language, empty for English (the keys themselves); one copy for all who speak."""
    path = resources_dir() / "words" / f"{language}.mo"
    return path.read_bytes() if path.exists() else b""


def status_tables() -> dict[str, str]:
    """The text of every carrier's code table, by carrier."""
    tables = (resources_dir() / "statuses").glob("*.csv")
    return {path.stem: path.read_text(encoding="utf-8") for path in tables}


def refusals(carrier: str) -> str:
    """The text of a carrier's table of error codes; "" when it has none."""
    path = resources_dir() / "refusals" / f"{carrier}.csv"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def delivery_days() -> str:
    """The text of the table of delivery days (resources/calendars/README.md)."""
    return (resources_dir() / "calendars" / "delivery_days.csv").read_text(encoding="utf-8")


def french_places() -> str:
    """The text of the list of French postcodes and towns (resources/places/README.md)."""
    return gzip.decompress((resources_dir() / "places" / "fr.txt.gz").read_bytes()).decode("utf-8")


def forecast_defaults() -> str:
    """The text of the default tables of the forecast: stated assumptions until there is a history."""
    return (resources_dir() / "forecast" / "defaults.csv").read_text(encoding="utf-8")


def claim_terms() -> str:
    """The text of the table of claim limits (resources/claims/README.md)."""
    return (resources_dir() / "claims" / "deadlines.csv").read_text(encoding="utf-8")


def size_limits() -> str:
    """The text of the table of sizes and weights that carriers take (resources/limits/README.md)."""
    return (resources_dir() / "limits" / "sizes.csv").read_text(encoding="utf-8")
