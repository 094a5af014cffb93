"""Keys above all sections of `station.toml` whose type is right and whose value makes no sense, told by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings.told_values import as_toml

AT_LEAST: Final = "In station.toml, {name} is a whole number of at least {least}, not {value}."
BETWEEN: Final = "In station.toml, {name} is a whole number from {least} to {most}, not {value}."
FOLDER: Final = "In station.toml, {name} is a folder as a text in quotation marks, not {value}."
TEXTS_OF: Final = "In station.toml, {name} is a list of {count} texts in brackets, not {value}."
ROWS_OF: Final = "In station.toml, {name} is a list of lists, each of {count} texts in brackets, not {value}."
_RANGES: Final[Mapping[str, tuple[int, int | None]]] = {
    "volume": (0, 100),  # percent
    "tenant": (1, None),
    "retention_days": (0, None),
}


def check_ranges(data: Mapping[str, Any]) -> None:
    """Raises SettingsProblem for a number outside of what its key means. Types were checked before."""
    for name, (least, most) in _RANGES.items():
        value = data.get(name, least)
        if value < least or (most is not None and value > most):
            sentence = AT_LEAST if most is None else BETWEEN
            raise SettingsProblem(
                sentence, name=name, least=least, most=most, value=as_toml(value), field=name
            )


def folder_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsProblem(FOLDER, name=name, value=as_toml(value), field=name)
    return value


def texts_of(name: str, value: object, count: int) -> tuple[str, ...]:
    """A list of exactly so many texts."""
    if not _is_row(value, count):
        raise SettingsProblem(TEXTS_OF, name=name, count=count, value=as_toml(value), field=name)
    return tuple(value)  # type: ignore[arg-type]  # _is_row saw a list of texts


def rows_of(name: str, value: object, count: int) -> tuple[tuple[str, ...], ...]:
    """A list of lists of exactly so many texts."""
    if not isinstance(value, list) or not all(_is_row(each, count) for each in value):
        raise SettingsProblem(ROWS_OF, name=name, count=count, value=as_toml(value), field=name)
    return tuple(tuple(each) for each in value)


def _is_row(value: object, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(isinstance(each, str) for each in value)
