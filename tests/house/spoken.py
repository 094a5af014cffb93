"""Finds what the program says to people: the literal English sentences of a source file, by its syntax tree.

Best effort: what words(), say() and every DeskError are called with, the keywords and variables that carry
catalogue keys, and the strings of module-level tables that read like a sentence. No docstrings, no SQL.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wismo_desk import errors

PACKAGE: Final = Path(errors.__file__).parent
# Module-level tables of these are data in French or names of fonts, not sentences.
NO_TABLES: Final = (
    "practice/",
    "app/practice.py",
    "labels/fonts.py",
    "ui/theme.py",
    "domain/countries.py",
    "domain/order_columns.py",
)
_ERRORS: Final = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
_KEYS: Final = {"sentence", "step", "notice", "said", "wrong", "void", "busy", "first"}
_TABLES: Final = {"CHOICES", "SENTENCES", "_TEXTS"}  # short words count in these, too
_PROSE: Final = re.compile(r"[A-ZÀ-Ý“{][^\n|]* [^\n|]*[a-z.?!}]")
_CODE: Final = re.compile(r"[A-Z]+ [A-Z]|[\^~\\<>=]")


@dataclass(frozen=True)
class Text:
    value: str
    lineno: int


def spoken(path: Path) -> dict[str, int]:
    """Each sentence of one file, and the line it stands on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = path.relative_to(PACKAGE).as_posix()
    speakers = {"words", "_words"} | (set() if name.startswith("ui/") else {"say"})
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        for text in _said_by(node, speakers):
            found.setdefault(text.value, text.lineno)
    if not name.startswith(NO_TABLES):
        for statement in tree.body:
            for text in _table(statement):
                found.setdefault(text.value, text.lineno)
    return {text: line for text, line in found.items() if any(map(str.isalpha, text))}


def _said_by(node: ast.AST, speakers: set[str]) -> Iterator[Text]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if node.args and (name in _ERRORS or name in speakers):
            yield from _strings(node.args[0])
        for keyword in node.keywords:
            if keyword.arg in _KEYS:
                yield from (text for text in _strings(keyword.value) if " " in text.value)
    elif (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _KEYS
    ):
        yield from (text for text in _strings(node.value) if " " in text.value)


def _table(node: ast.stmt) -> Iterator[Text]:
    if isinstance(node, ast.AnnAssign):
        target: ast.expr | None = node.target
    else:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
    value = getattr(node, "value", None)
    if not isinstance(target, ast.Name) or value is None or not target.id.isupper():
        return
    for text in _strings(value):
        short = target.id in _TABLES and not re.fullmatch("[A-Z_]{4,}", text.value)
        if short or (_PROSE.fullmatch(text.value) and not _CODE.search(text.value)):
            yield text


def _strings(node: ast.AST) -> Iterator[Text]:
    """Literal strings of an expression: both arms of a choice, the parts of a table; no f-string, no
    subscript and no argument of a call."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield Text(node.value, node.lineno)
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from _strings(each)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from _strings(each)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "MappingProxyType":
        for argument in node.args:
            yield from _strings(argument)
