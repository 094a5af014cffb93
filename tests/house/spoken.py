"""Finds what the program says to people: the literal English sentences of a source file, by its syntax tree.

Best effort: first arguments of words(), say(), raised and made DeskErrors, the keywords that carry catalogue
keys, and the strings of module-level tables that read like a sentence. Docstrings and SQL are not among them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import wismo_desk.errors as errors

ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
SPEAKERS = {"words", "_words", "say", "_say_words", "w", "t", "N_"}
KEYS = {"sentence", "step", "notice", "said"}
TABLES = {"CHOICES", "SENTENCES", "_TEXTS", "TITLES", "_TITLES", "_LABELS", "LABELS", "_NAMES", "_WORDS"}
_PROSE = re.compile(r"[A-ZÀ-Ý“{][^\n]*[ ][^\n]*[a-z.?!}]")
_CODE = re.compile(r"CREATE |SELECT |DELETE |INSERT |UPDATE |PRAGMA |VACUUM |BEGIN|DROP |[\^~]|\\")


def spoken(path: Path) -> dict[str, int]:
    """Each sentence and the line it stands on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        for text in _said_by(node):
            found.setdefault(text.value, text.lineno)
    for node in tree.body:
        for text in _table(node):
            found.setdefault(text.value, text.lineno)
    return {text: line for text, line in found.items() if any(ch.isalpha() for ch in text)}


def _said_by(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if node.args and (name in ERRORS or name in SPEAKERS):
            yield from _strings(node.args[0])
        for keyword in node.keywords:
            if keyword.arg in KEYS:
                yield from _strings(keyword.value)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        if node.targets[0].id in KEYS | {"wrong", "void", "busy"}:
            yield from _strings(node.value)


def _table(node: ast.stmt) -> Iterator[ast.Constant]:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    value = getattr(node, "value", None)
    if not isinstance(target, ast.Name) or value is None or not target.id.isupper():
        return
    for text in _strings(value):
        if target.id in TABLES or (_PROSE.fullmatch(text.value) and not _CODE.search(text.value)):
            yield text


def _strings(node: ast.AST) -> Iterator[ast.Constant]:
    """Literal strings of an expression: both arms of a choice, the parts of a table; no f-string, no subscript
    and no argument of a call."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)
    elif isinstance(node, ast.Dict):
        for each in node.values:
            yield from _strings(each)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for each in node.elts:
            yield from _strings(each)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("MappingProxyType", "frozenset"):
        for each in node.args:
            yield from _strings(each)
