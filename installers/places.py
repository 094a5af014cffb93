"""Makes the list of French postcodes and their towns: `python -m installers.places communes.json`.

`communes.json` comes out of the npm package @etalab/decoupage-administratif (data: Licence Ouverte 2.0, made by
Etalab from INSEE's and La Poste's open files). `resources/places/fr.txt.gz` has one postcode a line, then its
towns, divided by "|".
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parents[1] / "resources" / "places" / "fr.txt.gz"


def lines(communes: Path) -> list[str]:
    """Towns of today, and those that became part of another: people go on writing their names."""
    towns: dict[str, set[str]] = defaultdict(set)
    known = json.loads(communes.read_text(encoding="utf-8"))
    codes = {
        each["code"]: each.get("codesPostaux", []) for each in known if each["type"] == "commune-actuelle"
    }
    for each in known:
        for postcode in each.get("codesPostaux") or codes.get(each.get("chefLieu", ""), []):
            towns[postcode].add(each["nom"])
    return [f"{postcode}|{'|'.join(sorted(names))}" for postcode, names in sorted(towns.items())]


def main(communes: Path) -> None:
    text = "\n".join([*lines(communes), ""]).encode()
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
