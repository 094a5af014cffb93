"""The page on which a customer follows one shipment: one static HTML file that needs no script, no cookie and no font.

It holds what `PageView` holds and nothing else: of the person a first name and a town.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from wismo_desk.resources import resources_dir

LIMIT = 14_000  # bytes: one round trip of a telephone (ten packets)


class Tone(StrEnum):
    """How the news feels: also a mark and a word beside the colour."""

    CALM = "calm"
    GOOD = "good"
    WARN = "warn"


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    STUCK = "stuck"  # the last that was heard, and something is wrong
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDay:
    """One of the days in a row. `likely` is the one; `within`: it may be."""

    name: str
    number: str
    within: bool = False
    likely: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStep:
    title: str
    when: str = ""
    iso: str = ""  # the same for machines
    below: str = ""
    state: StepState = StepState.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """Everything in the words of `language`; empty things are left out. `colours`: see notices.mjml_letters.palette.
    `other`: file name, code and name of the same page in the other language. `facts`: a label and its lines."""

    language: str
    shop: str
    order: str
    greeting: str
    headline: str
    title: str  # of the browser's tab and of a link that is shared: nobody's name
    tone: Tone = Tone.CALM
    hint: str = ""
    days: tuple[PageDay, ...] = ()
    notice: str = ""
    next: str = ""
    steps: tuple[PageStep, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    numbers: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    other: tuple[str, str, str] = ("", "", "")
    write: str = ""  # mailto:
    call: str = ""  # tel:
    site: str = ""
    logo: str = ""
    imprint: str = ""
    address: str = ""  # its own, for those who share it
    updated: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)


def render(view: PageView) -> bytes:
    """UTF-8. The template is ours and escapes every value."""
    return _template(resources_dir() / "tracking_page")(view)


@cache
def _template(folder: Path) -> Callable[[PageView], bytes]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template: Any = environment.get_template("page.html.j2")

    def fill(view: PageView) -> bytes:
        return str(template.render(view=view)).encode("utf-8")

    return fill
