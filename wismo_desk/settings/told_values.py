"""Values of `station.toml` held against what their section knows: what cannot be used is told by key, in a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final

from wismo_desk.errors import SettingsProblem

TRUE_OR_FALSE: Final = (
    "In station.toml, {name} in the section [{section}] is true or false, without quotation marks, "
    "not {value}."
)
NUMBER: Final = (
    "In station.toml, {name} in the section [{section}] is a whole number without quotation marks, "
    "not {value}."
)
TEXT: Final = "In station.toml, {name} in the section [{section}] is a text in quotation marks, not {value}."
ONE_OF: Final = "In station.toml, {name} in the section [{section}] is one of {known}, not {value}."
SEVERAL_OF: Final = (
    "In station.toml, {name} in the section [{section}] is a list of some of {known}, not {value}."
)
TRUE_OR_FALSE_ABOVE: Final = "In station.toml, {name} is true or false, without quotation marks, not {value}."
NUMBER_ABOVE: Final = "In station.toml, {name} is a whole number without quotation marks, not {value}."
TEXT_ABOVE: Final = "In station.toml, {name} is a text in quotation marks, not {value}."
SECTION: Final = (
    "In station.toml, {name} is a section: write [{name}] on a line of its own, and its keys below it."
)
TEXTS: Final = (
    "In station.toml, {name} in the section [{section}] is a list of texts in brackets, not {value}."
)
SECTIONS: Final = (
    "In station.toml, {name} is a list of sections: write [[{name}]] on a line of its own for each, and its keys "
    "below it."
)
ONE_OF_ABOVE: Final = "In station.toml, {name} is one of {known}, not {value}."
NO_SUCH_KEY: Final = "In station.toml, the section [{section}] knows no {name}. It knows: {known}."
LACKS: Final = "In station.toml, {name} is missing in the section [{section}]."


def checked(
    section: str,
    data: Mapping[str, Any],
    usual: Any,
    *,
    several: Mapping[str, type[StrEnum]] | None = None,
) -> dict[str, Any]:
    """What `usual`, a settings dataclass with its defaults, takes of `data`: each value of its default's type, words as
    members of their enum, those named in `several` as frozensets. Raises SettingsProblem; keys that are not known, and
    values of other types, are left alone. `section` empty: the keys stand above all sections."""
    values: dict[str, Any] = {}
    for name in (each.name for each in fields(usual)):
        if name not in data:
            continue
        wanted = (several or {}).get(name)
        if wanted is not None:
            values[name] = _several(section, name, data[name], wanted)
        elif isinstance(default := getattr(usual, name), bool | int | str):
            values[name] = _one(section, name, data[name], type(default))
    return values


def _one(section: str, name: str, value: object, wanted: type[bool | int | str]) -> object:
    if issubclass(wanted, StrEnum):
        return one_of(name, value, wanted, section=section)
    if type(value) is not wanted:  # `true` is an int, too
        if section:
            sentence = {bool: TRUE_OR_FALSE, int: NUMBER}.get(wanted, TEXT)
        else:
            sentence = {bool: TRUE_OR_FALSE_ABOVE, int: NUMBER_ABOVE}.get(wanted, TEXT_ABOVE)
        raise _wrong(sentence, section, name, value)
    return value


def one_of(name: str, value: object, wanted: type[StrEnum], *, section: str = "") -> StrEnum:
    """The member that `value` names. `section` empty: the key stands above all sections."""
    if value not in tuple(wanted):
        raise _wrong(ONE_OF if section else ONE_OF_ABOVE, section, name, value, known=wanted)
    return wanted(str(value))


def check_one_of(
    data: Mapping[str, object], known: Mapping[str, Collection[str]], *, section: str = ""
) -> None:
    """Raises SettingsProblem for a text that is none of those its key knows."""
    for name, words in known.items():
        if name in data and data[name] not in words:
            raise _wrong(ONE_OF if section else ONE_OF_ABOVE, section, name, data[name], known=words)


def _several(section: str, name: str, value: object, wanted: type[StrEnum]) -> frozenset[StrEnum]:
    if not isinstance(value, list) or any(each not in tuple(wanted) for each in value):
        raise _wrong(SEVERAL_OF, section, name, value, known=wanted)
    return frozenset(wanted(each) for each in value)


def texts(section: str, name: str, value: object) -> tuple[str, ...]:
    """A list of texts. One text alone would be taken for a list of its letters."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(TEXTS, section, name, value)
    return tuple(value)


def sections(name: str, value: object) -> list[Mapping[str, Any]]:
    """What stands below each `[[name]]`."""
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise SettingsProblem(SECTIONS, name=name, field=name)
    return value


def plain_texts(section: str, data: object) -> dict[str, str]:
    """A section of texts by any keys; a whole number counts as one, for who writes a contract's without marks."""
    if not isinstance(data, Mapping):
        raise SettingsProblem(SECTION, name=section, field=section)
    for name, value in data.items():
        if type(value) is not int and not isinstance(value, str):
            raise _wrong(TEXT, section, name, value)
    return {name: str(value) for name, value in data.items()}


def refuse_strange(section: str, data: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raises SettingsProblem for a key that the section does not know."""
    names = tuple(known)
    strange = next((name for name in data if name not in names), None)
    if strange is not None:
        raise SettingsProblem(
            NO_SUCH_KEY, name=strange, section=section, known=", ".join(names), field=section
        )


def _wrong(
    sentence: str, section: str, name: str, value: object, *, known: Iterable[str] = ()
) -> SettingsProblem:
    field = f"{section}.{name}" if section else name
    return SettingsProblem(
        sentence, name=name, section=section, value=as_toml(value), known=", ".join(known), field=field
    )


def as_toml(value: object) -> str:
    """As it stands in the file, in one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(as_toml(each) for each in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
