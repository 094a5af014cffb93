"""Help and wrong usage of the command line in the reader's language: argparse itself only speaks English."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import load
from wismo_desk.settings.folders import data_folder
from wismo_desk.words import LANGUAGES, Words

# What argparse says of a wrong line, and our sentence for it.
_TOLD: Final = (
    (r"the following arguments are required: (?P<what>.+)", "Still needed: {what}."),
    (
        r"unrecognized arguments: (?P<name>--(?:folder|practice|new|language))(?:[ =].*)?",
        "{name} stands before the command: wismo-desk {name} … {command}.",
    ),
    (r"unrecognized arguments: (?P<what>.+)", "Not understood: {what}."),
    (
        r"argument (?P<name>[^:]+): invalid choice: (?P<value>.+) \(choose from (?P<choices>.+)\)",
        "{name} cannot be {value}. Choose one of: {choices}.",
    ),
    (r"argument (?P<name>[^:]+): expected (?:at least )?one argument", "{name} needs a value behind it."),
    (r"argument (?P<name>[^:]+): invalid \S+ value: (?P<value>.+)", "{name} cannot be {value}."),
    (r"ambiguous option: (?P<name>.+) could match (?P<choices>.+)", "{name} could mean: {choices}."),
    (r"argument (?P<name>[^:]+): (?P<what>.+)", "{name}: {what}"),
)


def parser_class(words: Words) -> type[argparse.ArgumentParser]:
    """For the command and, by itself, for each of its subcommands."""
    headings = {
        "usage: ": words("usage: "),
        "positional arguments:": words("what it takes:"),
        "options:": words("options:"),
        "show this help message and exit": words("show this help"),
        "show program's version number and exit": words("show the version"),
    }

    class Parser(argparse.ArgumentParser):
        def format_usage(self) -> str:
            return self._said(super().format_usage())

        def format_help(self) -> str:
            return self._said(super().format_help())

        @staticmethod
        def _said(text: str) -> str:
            for english, own in headings.items():
                text = text.replace(english, own, 1)
            return text

        def error(self, message: str) -> NoReturn:
            self.exit(2, f"{self.format_usage()}{self.prog}: {told(message, words)}\n")

    return Parser


def told(message: str, words: Words) -> str:
    """argparse's message as a sentence."""
    for pattern, sentence in _TOLD:
        found = re.fullmatch(pattern, message)
        if found:
            return words(sentence, command=words("COMMAND"), **found.groupdict())
    return words("This command line is not understood.")


def count_from_one(words: Words) -> Callable[[str], int]:
    """A type for argparse: a whole number, at least 1."""

    def count(text: str) -> int:
        if not is_whole_number(text) or int(text) < 1:
            raise argparse.ArgumentTypeError(words("a number from 1 on is needed, not {text}", text=text))
        return int(text)

    return count


def spoken_language(arguments: Sequence[str]) -> str:
    """Named on the line, else in the settings of the folder that is named or used; French where nothing is."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language", nargs="?")
    early.add_argument("--folder", nargs="?")
    named, _ = early.parse_known_args(list(arguments))
    if named.language in LANGUAGES:
        return str(named.language)
    try:
        return load(Path(named.folder) if named.folder else data_folder()).language
    except (SettingsProblem, OSError):
        return LANGUAGES[0]
