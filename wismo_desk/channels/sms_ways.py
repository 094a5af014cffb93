"""Which company carries the text messages, by the settings."""

from __future__ import annotations

from collections.abc import Callable

from wismo_desk.channels.receipts import Receipt
from wismo_desk.channels.sms_apprise import AppriseLine, open_apprise
from wismo_desk.channels.sms_ovh import OvhLine, open_ovh
from wismo_desk.channels.sms_smpp import SmppLine, open_smpp
from wismo_desk.settings.channels import Provider, SmsSettings


def open_sms(
    settings: SmsSettings, secret: str, *, heard: Callable[[Receipt], object] = lambda receipt: None
) -> SmppLine | OvhLine | AppriseLine:
    """`heard` gets what a message centre reports meanwhile. Raises SettingsProblem and MessageUnreachable."""
    match settings.provider:
        case Provider.SMPP:
            return open_smpp(settings, secret, heard=heard)
        case Provider.OVH:
            return open_ovh(settings, secret)
        case Provider.APPRISE:
            return open_apprise(secret)
