"""Merges the words of every room into the catalogue the program reads: `python -m installers.words`.

`resources/words/fr/*.po`, one file per room, become `resources/words/fr.mo`. A sentence that two rooms
translate differently, or whose {places} differ between the languages, is refused.
"""

from __future__ import annotations

import io
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from wismo_desk.domain.refusals import MUTE, UNLISTED, read_refusals

WORDS = Path(__file__).parents[1] / "resources" / "words"
REFUSALS = WORDS.parent / "refusals"
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # the same sentences give the same bytes on any day


def entries(folder: Path) -> Iterator[tuple[str, str, str]]:
    """(file name, sentence, translation) of every message under `folder`."""
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    yield path.name, str(message.id), str(message.string)


def places(sentence: str) -> list[str]:
    """The names in braces, sorted; not a choice between the words for one and for several ("{n|jour|jours}").
    ValueError: the braces do not pair, or a choice follows a name that is not there."""
    found = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    named = [name for name in found if "|" not in name]
    for choice in found:
        if choice not in named and (choice.count("|") != 2 or choice.partition("|")[0] not in named):
            raise ValueError(f"“{{{choice}}}” chooses between no two words by a place of “{sentence}”")
    return sorted(named)


def merge(folder: Path, refusals: Path | None = None) -> dict[str, str]:
    """Every sentence with its one translation, and those of the tables in `refusals`. ValueError names all that
    are wrong."""
    merged: dict[str, tuple[str, str]] = {}
    wrong: list[str] = []
    for name, sentence, said in entries(folder):
        file, before = merged.setdefault(sentence, (name, said))
        if before != said:
            wrong.append(f"{name} and {file} say “{sentence}” differently: “{said}”, “{before}”")
        if not said:
            wrong.append(f"{name}: “{sentence}” is not translated")
        elif places(sentence) != places(said):
            wrong.append(f"{name}: the places of “{sentence}” and “{said}” differ")
    if wrong:
        raise ValueError("\n".join(wrong))
    found = {sentence: said for sentence, (_, said) in merged.items()}
    return found | whole_refusals(found, refusals) if refusals else found


def whole_refusals(merged: dict[str, str], folder: Path) -> dict[str, str]:
    """A carrier's refusal is said whole: what happened, then what to do. ValueError: one is not translated."""
    tables = [read_refusals(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.csv"))]
    rows = [row for table in tables for code in table if (row := table.get(code)) is not None]
    parts = [(row, row.sentence, row.fix) for row in (*rows, UNLISTED, MUTE)]
    missing = sorted({part for _, *two in parts for part in two if part not in merged})
    if missing:
        raise ValueError("\n".join(f"“{part}” of resources/refusals is not translated" for part in missing))
    return {row.whole: f"{merged[sentence]} {merged[fix]}" for row, sentence, fix in parts}


def compiled(merged: dict[str, str], language: str) -> bytes:
    """A gettext .mo file."""
    catalogue = Catalog(locale=language, project="wismo-desk", creation_date=_ALWAYS, revision_date=_ALWAYS)
    for sentence in sorted(merged):
        catalogue.add(sentence, merged[sentence])
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    try:
        for folder in sorted(path for path in WORDS.iterdir() if path.is_dir()):
            merged = merge(folder, REFUSALS)
            target = WORDS / f"{folder.name}.mo"
            target.write_bytes(compiled(merged, folder.name))
            sys.stdout.write(f"{target.name}: {len(merged)} sentences\n")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
