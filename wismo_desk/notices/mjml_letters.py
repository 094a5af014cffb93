"""The HTML of a letter: MJML through mrml, with the brand's colours made readable on light and dark grounds.

mrml runs in the process, loads nothing from anywhere (`mj-include` finds nothing), and its output is what every mail
program understands: tables, and styles written into the elements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wismo_desk.domain.brand import Brand, readable, text_on, tint
from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import SettingsProblem

# Light and dark grounds and texts (design.md).
PAPER: Final = {
    "ground": "#F4F6F8",
    "card": "#FFFFFF",
    "line": "#DDE2E8",
    "text": "#151A21",
    "muted": "#566070",
}
NIGHT: Final = {
    "ground": "#10151B",
    "card": "#182029",
    "line": "#2E3844",
    "text": "#E9EDF2",
    "muted": "#A5B0BF",
}

_PARCEL: Final = ("expected", "carrier", "numbers")
_POINT: Final = ("pickup_point", "pickup_hours", "pickup_until", "pickup_code", "numbers")
# Which facts stand in the box below the text.
FACTS: Final[Mapping[Milestone, tuple[str, ...]]] = {
    Milestone.CONFIRMED: ("lines", "expected"),
    Milestone.IN_PREPARATION: (),
    Milestone.SHIPPED: (*_PARCEL, "place"),
    Milestone.HANDED_OVER: _PARCEL,
    Milestone.OUT_FOR_DELIVERY: ("carrier", "numbers"),
    Milestone.ATTEMPTED: ("carrier", "numbers"),
    Milestone.READY_FOR_PICKUP: _POINT,
    Milestone.PICKUP_REMINDER: _POINT,
    Milestone.PICKUP_LAST_REMINDER: _POINT,
    Milestone.DELIVERED: (),
    Milestone.RETURNING: ("carrier", "numbers"),
    Milestone.DELAYED: _PARCEL,
    Milestone.PREDICTED_LATE: _PARCEL,
    Milestone.CLAIM_OPENED: ("carrier", "numbers"),
    Milestone.CLAIM_SETTLED: ("carrier", "numbers"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the box: a label, and one or more lines of value."""

    key: str
    label: str
    lines: tuple[str, ...]

    def plain(self) -> dict[str, object]:
        """For templates, which read values and no objects of ours."""
        return {"key": self.key, "label": self.label, "lines": self.lines}


@cache
def palette(brand: Brand) -> dict[str, str]:
    """The colours of a letter, each readable on its ground: `accent`, `on_accent`, `night_accent` and so on."""
    return {
        **PAPER,
        **{f"night_{name}": colour for name, colour in NIGHT.items()},
        "accent": readable(brand.colour, PAPER["card"], 4.5),
        "on_accent": text_on(readable(brand.colour, PAPER["card"], 4.5)),
        "tint": tint(brand.colour, PAPER["card"], under=PAPER["muted"], share=0.1),
        "night_accent": readable(brand.colour, NIGHT["card"], 4.5),
        "on_night_accent": text_on(readable(brand.colour, NIGHT["card"], 4.5)),
        "night_tint": tint(brand.colour, NIGHT["card"], under=NIGHT["muted"], share=0.22),
    }


def to_html(mjml: str, *, path: str) -> str:
    """`path` is named when the template is not MJML. Raises SettingsProblem."""
    import mrml

    try:
        # Without its list of fonts: the name of one of them would make every mail load it from Google.
        return str(mrml.to_html(mjml, None, mrml.RenderOptions(fonts={})).content)
    except OSError as error:  # what mrml raises of a document it cannot parse
        raise _unusable(path, error) from error
    except ValueError as error:
        raise _unusable(path, error) from error


def _unusable(path: str, error: Exception) -> SettingsProblem:
    return SettingsProblem(
        "The template {path} is not MJML that can be read. Correct it, or take it out to use ours.",
        path=path,
        field="templates",
        raw=str(error),
    )


def with_head(html: str, script: str) -> str:
    """The script as the last thing in the head."""
    return html.replace("</head>", f"{script}</head>", 1) if script else html
