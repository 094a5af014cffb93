"""Every sentence of the frame and the bench has its French."""

from __future__ import annotations

import ast
from pathlib import Path

from babel.messages.pofile import read_po

from wismo_desk.domain.bench_view import Problem, ProblemView
from wismo_desk.ui.bench_frame import _PRINTER_WORDS
from wismo_desk.ui.bench_problem import CASES, ways_out

ROOT = Path(__file__).parents[2]
FILES = (
    "frame",
    "rail",
    "paperless",
    "bench_frame",
    "bench_idle",
    "bench_label",
    "bench_page",
    "bench_problem",
    "bench_steps",
)


def sentences() -> set[str]:
    found = {word for case in CASES.values() for word in (case.title, case.ok, case.then)}
    found |= set(_PRINTER_WORDS.values())
    for kind in Problem:
        held = ProblemView(kind=kind, sentence="", can_retry=True, can_finish_partial=True)
        found |= {word for way in ways_out(held) for word in (way.title, way.text, way.key) if len(word) > 1}
    for name in FILES:
        tree = ast.parse((ROOT / "wismo_desk" / "ui" / f"{name}.py").read_text())
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                called = (
                    call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                )
                if called in ("words", "_words"):
                    found.add(call.args[0].value)
    return found


def test_nothing_is_left_untranslated_and_nothing_is_translated_for_nothing() -> None:
    with (ROOT / "resources" / "words" / "fr" / "ui.po").open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file) if message.id}
    known = set(catalogue)
    for path in (ROOT / "resources" / "words" / "fr").glob("*.po"):
        with path.open("rb") as file:
            known |= {message.id for message in read_po(file) if message.id}
    assert sentences() - known == set()
    assert set(catalogue) - sentences() == set()
    assert all(catalogue.values())


def test_french_marks_have_their_narrow_space() -> None:
    with (ROOT / "resources" / "words" / "fr" / "ui.po").open("rb") as file:
        for message in read_po(file):
            for mark in ":;?!":
                at = message.string.find(mark) if message.id else -1
                assert at <= 0 or message.string[at - 1] == "\u202f", message.string
