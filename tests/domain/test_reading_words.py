"""Every sentence of the readers has its French form, with the same places and French typography."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
ROOMS = {
    "domain_reading": ("reading", "gs1", "sscc", "commands", "address"),
    "order_file": ("order_file", "order_rows", "order_file_text", "product_file"),
}


def catalogue(name: str) -> dict[str, str]:
    with (ROOT / "resources" / "words" / "fr" / f"{name}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def sentences(module: str) -> set[str]:
    """Public constants that are sentences, what BadInput and words() are called with, and command texts."""
    tree = ast.parse((ROOT / "wismo_desk" / "domain" / f"{module}.py").read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            if name == "_TEXTS" and isinstance(node.value, ast.Dict):
                found |= {text for value in node.value.values for text in _texts(value)}
            elif not name.startswith("_") or name.endswith("_HELP"):
                found |= {text for text in _texts(node.value) if " " in text}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= set(_texts(node.args[0])) if node.func.id in ("BadInput", "words") else set()
    return found


def _texts(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [text for part in node.elts for text in _texts(part)] if isinstance(node, ast.Tuple) else []


@pytest.mark.parametrize("name", ROOMS)
def test_catalogue_is_whole(name: str) -> None:
    wanted = set().union(*(sentences(module) for module in ROOMS[name]))
    assert len(wanted) > 20
    known = set().union(
        *(catalogue(path.stem) for path in (ROOT / "resources" / "words" / "fr").glob("*.po"))
    )
    assert set(catalogue(name)) <= wanted <= known


@pytest.mark.parametrize("name", ROOMS)
def test_same_places_and_french_typography(name: str) -> None:
    places = string.Formatter().parse
    for english, french in catalogue(name).items():
        assert french, english
        assert {place for _, place, *_ in places(english)} == {place for _, place, *_ in places(french)}
        assert not re.search(r"(?<!\u202f)[;?!:»]|«(?!\u202f)|'", french), french
