"""The command barcodes of the bench: a closed set, printed on one sheet, with its twin on the keyboard.

Nothing here needs a supervisor's right, so a stray or copied barcode can do no more than a packer can.
What a command does is the flow's affair.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

PREFIX: Final = "WD-"  # no carrier, GTIN or product code starts so

AT_BENCH: Final = "bench"  # the reason kept with what the packer asked for by key or command barcode


class Command(StrEnum):
    """The value is the code in the barcode (Code 128, French mnemonic, A-Z 0-9 and one hyphen)."""

    OK = "WD-OK"
    NEXT = "WD-SUIV"
    REPRINT = "WD-REIMP"
    RETURN_AGAIN = "WD-REIMR"
    VOID = "WD-ANNUL"
    PARTIAL = "WD-PART"
    NEXT_PARCEL = "WD-COLIS"
    CARTON_1 = "WD-C1"
    CARTON_2 = "WD-C2"
    CARTON_3 = "WD-C3"
    CARTON_4 = "WD-C4"
    CARTON_5 = "WD-C5"
    CARTON_6 = "WD-C6"
    MANIFEST = "WD-BORD"
    UNDO = "WD-DEF"
    PAUSE = "WD-PAUSE"
    BACK = "WD-RET"

    @property
    def carton(self) -> int:
        """The number of the carton this command chooses, 0 for the others."""
        return int(self.value[-1]) if self.value[:-1] == "WD-C" else 0


_CARTON_HELP: Final = "Chooses the carton with this number for the open parcel."

_TEXTS: Final = {
    Command.OK: ("OK", "Confirms what the screen asks: an item without a barcode, a warning, a weight."),
    Command.NEXT: ("Next order", "Leaves this order paused and asks for the next one."),
    Command.REPRINT: ("Print again", "Prints the same label again; nothing is bought."),
    Command.RETURN_AGAIN: (
        "Return label again",
        "Prints the return label of the last order again; nothing is bought.",
    ),
    Command.VOID: (
        "Void the label",
        "Cancels the last label of this station, as long as its parcel is on no manifest.",
    ),
    Command.PARTIAL: ("Finish short", "Closes the order without the pieces that are missing."),
    Command.NEXT_PARCEL: ("Next parcel", "Closes this parcel and opens another one for the same order."),
    Command.CARTON_1: ("Carton 1", _CARTON_HELP),
    Command.CARTON_2: ("Carton 2", _CARTON_HELP),
    Command.CARTON_3: ("Carton 3", _CARTON_HELP),
    Command.CARTON_4: ("Carton 4", _CARTON_HELP),
    Command.CARTON_5: ("Carton 5", _CARTON_HELP),
    Command.CARTON_6: ("Carton 6", _CARTON_HELP),
    Command.MANIFEST: ("Manifest", "Opens or closes the scan of parcels into the day's manifest."),
    Command.UNDO: ("Take back", "Takes back the last scanned piece."),
    Command.PAUSE: ("Pause", "Sets this order aside; scanning it again goes on where it stopped."),
    Command.BACK: ("Back", "Leaves the message or the step without doing anything."),
}

# Letters of both languages' keyboards that keep their meaning on AZERTY and QWERTY (no A Q Z W M).
KEYS: Final = MappingProxyType(
    {
        "Enter": Command.OK,
        "Esc": Command.BACK,
        "F": Command.PARTIAL,
        "P": Command.REPRINT,
        "R": Command.RETURN_AGAIN,
        "N": Command.NEXT_PARCEL,
        "S": Command.NEXT,
        "V": Command.VOID,
        "B": Command.MANIFEST,
        "U": Command.UNDO,
        "H": Command.PAUSE,
        "1": Command.CARTON_1,
        "2": Command.CARTON_2,
        "3": Command.CARTON_3,
        "4": Command.CARTON_4,
        "5": Command.CARTON_5,
        "6": Command.CARTON_6,
    }
)

_BY_CODE: Final = {command.value: command for command in Command}
_KEY_OF: Final = {command: key for key, command in KEYS.items()}


def parse(code: str) -> Command | None:
    """The command of a normalised scan ("WD-OK"), or None: also for an unknown code behind the prefix."""
    return _BY_CODE.get(code)


def label(command: Command) -> str:
    """What stands over the barcode: a catalogue key."""
    return _TEXTS[command][0]


def help_text(command: Command) -> str:
    """One sentence for the command sheet: a catalogue key."""
    return _TEXTS[command][1]


def key_of(command: Command) -> str:
    """The key that does the same."""
    return _KEY_OF[command]
