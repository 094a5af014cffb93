"""What an HTML mail does not show: text in elements that are hidden by attribute or inline style."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Final, NamedTuple

_MOST_STYLE: Final = 2000  # characters of one style that are looked at
_STYLE: Final = re.compile(r"(?i)\sstyle\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)")
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_HIDDEN: Final = re.compile(r"(?i)[\s\"']hidden(?=[\s=>/])")
_COMMENT: Final = re.compile(r"/\*.*?\*/")
_NOTHING: Final = re.compile(r"[+-]?0*\.?0*(?:px|pt|em|rem|ex|%)?")
_RELATIVE: Final = re.compile(r"[\d.]+(?:em|ex|%)|smaller|larger|inherit")
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_ENDS_ITSELF: Final = frozenset(
    {"p", "li", "td", "th", "tr", "option", "dt", "dd"}
)  # closed by the next of its kind


class _Element(NamedTuple):
    name: str
    gone: bool  # it and all in it, whatever they say
    tiny: bool  # until something inside has a size of its own
    unseen: bool  # until something inside is visible again

    @property
    def is_hidden(self) -> bool:
        return self.gone or self.tiny or self.unseen


@dataclass(slots=True)
class Sight:
    """`enter` each tag as it comes; linear in their number, however they are nested."""

    _open: list[_Element] = field(default_factory=lambda: [_Element("", False, False, False)])
    _names: Counter[str] = field(default_factory=Counter)

    @property
    def is_hidden(self) -> bool:
        return self._open[-1].is_hidden

    def enter(self, name: str, tag: str) -> None:
        """`name` in small letters, with "/" before it when it closes; "" and "!" for what is no element."""
        if name[:1] == "/":
            self._leave(name[1:])
        elif name and name != "!" and name not in _VOID and not tag.endswith("/>"):
            if name in _ENDS_ITSELF and self._open[-1].name == name:
                self._leave(name)
            self._open.append(_inside(self._open[-1], name, tag))
            self._names[name] += 1

    def _leave(self, name: str) -> None:
        if not self._names[name]:
            return
        while True:
            closed = self._open.pop().name
            self._names[closed] -= 1
            if closed == name:
                return


def _inside(outer: _Element, name: str, tag: str) -> _Element:
    style = _style(tag)
    size, sight = style.get("font-size", ""), style.get("visibility", "")
    is_nothing = bool(size and _NOTHING.fullmatch(size) and any(ch == "0" for ch in size))
    return _Element(
        name,
        outer.gone
        or style.get("display") == "none"
        or style.get("mso-hide") == "all"
        or bool(_NOTHING.fullmatch(style.get("opacity", "1")))
        or bool(_HIDDEN.search(_QUOTED.sub('""', tag))),
        is_nothing or (outer.tiny and (not size or bool(_RELATIVE.fullmatch(size)))),
        sight in ("hidden", "collapse") or (outer.unseen and sight != "visible"),
    )


def _style(tag: str) -> dict[str, str]:
    found = _STYLE.search(tag)
    if found is None:
        return {}
    text = _COMMENT.sub("", unescape(found.group(1).strip("\"'")[:_MOST_STYLE])).casefold()
    pairs = (each.partition(":") for each in text.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}
