"""Which company carries the text messages, by the settings."""

from __future__ import annotations

from wismo_desk.channels.sms_apprise import AppriseLine, open_apprise
from wismo_desk.channels.sms_ovh import OvhLine, open_ovh
from wismo_desk.channels.sms_smpp import SmppLine, open_smpp
from wismo_desk.settings.channels import Provider, SmsSettings


def open_sms(settings: SmsSettings, secret: str) -> SmppLine | OvhLine | AppriseLine:
    """Raises SettingsProblem and MessageUnreachable."""
    match settings.provider:
        case Provider.SMPP:
            return open_smpp(settings, secret)
        case Provider.OVH:
            return open_ovh(settings, secret)
        case Provider.APPRISE:
            return open_apprise(secret)
