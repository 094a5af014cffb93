"""The two families of failure: DeskError is the world's fault and an operator can act on it; all else is a bug.

A DeskError carries an English sentence with named places (the key of the catalogue) and the values for
them, so that any room can raise it and the window or the command says it in the reader's language.
"""

from __future__ import annotations


class DeskError(Exception):
    """Something outside went wrong. `sentence` says what happened and what to do; `raw` is the foreign code."""

    def __init__(self, sentence: str, /, *, field: str = "", raw: str = "", **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values
        self.field = field
        self.raw = raw

    def __str__(self) -> str:
        try:
            text = self.sentence.format(**self.values)
        except (KeyError, IndexError):
            text = self.sentence
        return f"{text} [{self.raw}]" if self.raw else text


class Refused(DeskError):
    """What was asked cannot be done in this state (void a parcel already handed over, an unknown file)."""


class BadInput(DeskError):
    """A value from a person or a file cannot be right; `field` names it."""


class SettingsProblem(DeskError):
    """The settings file, the keyring or the data folder cannot be used as it is."""


class StoreProblem(DeskError):
    """A local file cannot be opened, is damaged, full, or held by another process."""


class DeskIsOpen(StoreProblem):
    """Another process has these files; they can only be read."""


class DiskFull(StoreProblem):
    """There is no place on the disk: nothing was written."""


class CarrierRefused(DeskError):
    """The carrier answered no; nothing was bought."""


class CarrierUnreachable(DeskError):
    """The request never left this desk; nothing was bought and it may be tried again."""


class OutcomeUnknown(DeskError):
    """The request left and no answer came back: it may have worked. Never retried by itself."""


class PrinterProblem(DeskError):
    """The printer refused before the first byte; nothing was printed and it may be tried again."""


class PrintUnknown(DeskError):
    """The stream broke after the first byte: the label may have come out. Never re-sent by itself."""


class MessageUnreachable(DeskError):
    """A channel to customers cannot be used now; no message left, try later."""


class MessageDeferred(DeskError):
    """ "Not now", of one message; it was not taken and may be tried again."""


class MessageRefused(DeskError):
    """No to one message, for good; it was not taken."""


class MailUnreachable(MessageUnreachable):
    """The mail server cannot be used now (away, TLS, login, refused sender); no message left, try later."""


class MailDeferred(MessageDeferred):
    """The mail server said "not now" of one message; it was not taken and may be tried again."""


class MailRefused(MessageRefused):
    """The mail server said no to one message for good; it was not taken."""


class ShelfUnreachable(DeskError):
    """The place where tracking pages are published does not answer or refuses: tried again by itself."""


class SharedUnreachable(DeskError):
    """The shared database does not answer or broke off: tried again by itself; the bench goes on."""


class SharedUnfit(DeskError):
    """The shared database answers, but it and this desk do not go together until somebody acts."""
