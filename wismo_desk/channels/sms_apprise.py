"""Hands text messages to any of the companies that apprise knows, one at a time.

apprise answers yes or no and nothing between: a no may hide an answer that was lost, so it leaves the message in
doubt. Who sends many chooses SMPP or OVH, whose refusals are told apart.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote

from wismo_desk.channels.sms import Sms
from wismo_desk.errors import OutcomeUnknown, SettingsProblem

_PLACE: Final = "{to}"
_PROBLEM: Final = (
    "The address of the SMS provider cannot be used. It must be one of apprise's, with {to} for the number."
)


class AppriseLine:
    def __init__(self, address: str) -> None:
        self._address = address
        self.broken = False

    def send(self, sms: Sms) -> str:
        """Raises OutcomeUnknown for every no."""
        import apprise

        asset = apprise.AppriseAsset(async_mode=False, secure_logging=True)
        way = apprise.Apprise(asset=asset)
        way.add(self._address.replace(_PLACE, quote(sms.to, safe="")))
        if way.notify(body=sms.text, body_format=apprise.NotifyFormat.TEXT):
            return "apprise: ok"
        self.broken = True  # what fails for one mostly fails for all: one probe at a time
        raise OutcomeUnknown(
            "The SMS provider did not take the message, or its answer was lost.", raw="apprise"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""


def open_apprise(address: str) -> AppriseLine:
    """`address`: apprise's URL of the provider, with {to} where the number stands. Raises SettingsProblem."""
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its warnings hold numbers
    known = _PLACE in address and apprise.Apprise.instantiate(address.replace(_PLACE, "%2B33600000000"))
    if not known:
        raise SettingsProblem(_PROBLEM, to=_PLACE, field="sms")
    return AppriseLine(address)
