"""The house's rules that no linter knows: widgets stay in the window, files are small and say their job."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from spoken import PACKAGE

FILES = sorted(PACKAGE.rglob("*.py"))
WIDGET_ROOMS = {"ui", "app", "demo"}
LONGEST, LONGEST_CARRIER = 400, 500
LARGEST_CLASS, LARGEST_FUNCTION = 300, 65  # the aim is 250 and 40: beyond it one looks again


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names, also of imports inside functions and under TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses_widgets(source: str) -> bool:
    return any(found.startswith("PySide6.QtWidgets") for found in imported(ast.parse(source)))


@pytest.mark.parametrize(
    "planted",
    [
        "from PySide6.QtWidgets import QLabel",
        "from PySide6 import QtWidgets",
        "import PySide6.QtWidgets as w",
        "def f():\n    from PySide6.QtWidgets import QLabel",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from PySide6.QtWidgets import QLabel",
    ],
)
def test_widgets_are_seen_wherever_they_hide(planted: str) -> None:
    assert uses_widgets(planted)


def test_widgets_only_in_the_window() -> None:
    found = [
        name(path)
        for path in FILES
        if name(path).split("/")[0] not in WIDGET_ROOMS and uses_widgets(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_short_and_says_its_job(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), "a module says its job in one sentence"
    most = LONGEST_CARRIER if name(path).startswith("carriers/") else LONGEST
    assert source.count("\n") <= most


def test_classes_are_not_gods_and_functions_fit_a_screen() -> None:
    large = [
        f"{name(path)}: {node.name} has {length} lines"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1)
        > (LARGEST_CLASS if isinstance(node, ast.ClassDef) else LARGEST_FUNCTION)
    ]
    assert large == []


FORBIDDEN = ("Manager", "Controller", "Helper", "Handler", "Service", "Util", "Base", "Abstract", "Impl")


def test_names_say_what_things_are() -> None:
    found = [
        f"{name(path)}: {node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and node.name != "Service" and node.name.endswith(FORBIDDEN)
    ]
    assert found == []
