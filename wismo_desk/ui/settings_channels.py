"""The cards of the channels beside e-mail: text messages, the merchant's own program, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QLineEdit

from wismo_desk.errors import BadInput
from wismo_desk.settings.channels import (
    Provider,
    SmsSettings,
    WebhookSettings,
    good_sender,
    keep_channel_secret,
)
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_inbox import keep_in_keyring, read_imap_port
from wismo_desk.ui.settings_mail import read_port
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.ui.settings_password import PasswordField
from wismo_desk.ui.settings_server import read_host

_FIELDS: Final = {
    Provider.SMPP: ("host", "port", "tls", "user", "sender"),
    Provider.OVH: ("service", "user", "sender"),
    Provider.APPRISE: ("sender",),
}


def read_number(text: str) -> int:
    """Whole and not negative; empty is 0. Raises BadInput."""
    if text and not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadInput("“{text}” is not a number. Write it in digits.", field="number", text=text)
    return int(text or 0)


def read_url(text: str) -> str:
    """An https address, or one of this computer. Raises BadInput."""
    if text and not text.startswith(("https://", "http://127.0.0.1:", "http://[::1]:")):
        raise BadInput("“{text}” is not a safe address. It must begin with https://.", field="url", text=text)
    return text


def read_sender(text: str) -> str:
    """Raises BadInput."""
    if not good_sender(text):
        raise BadInput(
            "“{text}” cannot be shown as a sender. Write at most 11 letters and digits without accents.",
            field="sender",
            text=text,
        )
    return text


class _ChannelCard(Form):
    """`which` names the settings that it changes: "sms" or "webhook"."""

    which = ""

    def __init__(self, desk: Desk, draft: Draft, title: str, *, aside: str, secrets: bool) -> None:
        super().__init__(desk, title, aside=aside)
        self._draft, self._secrets = draft, secrets
        self.fields: dict[str, QLineEdit] = {}
        self.lay_out()

    def lay_out(self) -> None:
        raise NotImplementedError

    def lay_out_again(self) -> None:
        empty(self._grid)
        self._count = 0
        self.lay_out()

    @property
    def now(self) -> Any:
        return getattr(self._draft.settings, self.which)

    def change(self, **values: Any) -> None:
        self._draft.change(**{self.which: replace(self.now, **values)})

    def line(
        self,
        label: str,
        name: str,
        read: Callable[[str], object] = str,
        *,
        hint: str = "",
        code: bool = False,
    ) -> None:
        """One value."""
        value = getattr(self.now, name)
        self.fields[name] = self.checked(
            label,
            str(value) if value else "",
            lambda text: self.change(**{name: read(text)}),
            self._draft.refuse,
            hint=hint,
            code=code,
        )

    def secret(self, label: str, hint: str) -> None:
        """Kept in the keyring; where that cannot be (practice) there is no field."""
        if self._secrets:
            self.add(label, PasswordField(self._desk, self._keep, hint))

    def _keep(self, typed: str) -> None:
        keep_channel_secret(self.now, typed)


class SmsCard(_ChannelCard):
    """Fields follow the provider; the pane is built anew when it changes."""

    which = "sms"

    def __init__(self, desk: Desk, draft: Draft, *, secrets: bool) -> None:
        words = desk.words
        aside = words("only what a customer wants to know at once")
        super().__init__(desk, draft, words("Text messages"), aside=aside, secrets=secrets)

    def lay_out(self) -> None:
        words = self._desk.words
        now: SmsSettings = self.now
        self.switch(
            words("SMS"), words("Tell customers by text message"), now.on, lambda on: self.change(on=on)
        )
        providers = (
            (Provider.SMPP.value, words("A message centre (SMPP)")),
            (Provider.OVH.value, "OVHcloud"),
            (Provider.APPRISE.value, words("Another one, through apprise")),
        )
        self.provider = self.choice(
            words("Provider"), providers, now.provider.value, lambda v: self._choose(Provider(v))
        )
        rows: dict[str, Callable[[], object]] = {
            "host": lambda: self.line(words("Server"), "host", read_host, code=True),
            "port": lambda: self.line(words("Port"), "port", read_port, code=True),
            "tls": lambda: self.switch(
                words("Encryption"), words("TLS"), self.now.tls, lambda on: self.change(tls=on)
            ),
            "service": lambda: self.line(words("SMS service"), "service", hint="sms-xx00000-1", code=True),
            "user": lambda: self.line(
                words("Application key") if now.provider is Provider.OVH else words("User"), "user", code=True
            ),
            "sender": lambda: self.line(
                words("Sender shown"),
                "sender",
                read_sender,
                hint=words("At most 11 letters and digits, as your provider registered it."),
            ),
        }
        for name in _FIELDS[now.provider]:
            rows[name]()
        self.secret(words("Secret"), self._secret_hint(now.provider))
        self.line(
            words("Test mode"),
            "test_to",
            hint=words("A number of your own: while it stands here, all text messages go there."),
        )
        self.line(
            words("At most, a minute"), "per_minute", read_number, hint=words("Empty: as many as there are.")
        )

    def _secret_hint(self, provider: Provider) -> str:
        words = self._desk.words
        return {
            Provider.SMPP: words("The password. Kept in the keyring, never shown."),
            Provider.OVH: words(
                "Application secret and consumer key with a colon between. Kept in the keyring, never shown."
            ),
            Provider.APPRISE: words(
                "The provider's address as apprise writes it, with {to} for the number. Kept in the keyring.",
                to="{to}",
            ),
        }[provider]

    def _choose(self, provider: Provider) -> None:
        self.change(provider=provider)
        self.lay_out_again()


class WebhookCard(_ChannelCard):
    which = "webhook"

    def __init__(self, desk: Desk, draft: Draft, *, secrets: bool) -> None:
        words = desk.words
        aside = words("a program of yours is told too, signed, without personal data")
        super().__init__(desk, draft, words("Own program (webhook)"), aside=aside, secrets=secrets)

    def lay_out(self) -> None:
        words = self._desk.words
        now: WebhookSettings = self.now
        self.switch(words("Webhook"), words("Tell a program of ours"), now.on, lambda on: self.change(on=on))
        self.line(words("Address"), "url", read_url, hint="https://shop.example/wismo", code=True)
        self.secret(
            words("Secret"),
            words("whsec_… as your program shows it (Standard Webhooks). It belongs to the address."),
        )
        self.line(
            words("At most, a minute"), "per_minute", read_number, hint=words("Empty: as many as there are.")
        )


class BouncesCard(_ChannelCard):
    """The sender's own mailbox, read for what came back."""

    which = "bounces"

    def __init__(self, desk: Desk, draft: Draft, *, secrets: bool) -> None:
        words = desk.words
        aside = words("addresses that do not exist, and customers who write STOP")
        super().__init__(desk, draft, words("Returned mail"), aside=aside, secrets=secrets)

    def lay_out(self) -> None:
        words = self._desk.words
        now: InboxSettings = self.now
        self.switch(
            words("Mailbox"),
            words("Read what comes back to the sender"),
            now.on,
            lambda on: self.change(on=on),
        )
        self.line(
            words("Server"), "host", read_host, hint=words("IMAP. Nothing is deleted or moved."), code=True
        )
        self.line(words("Port"), "port", read_imap_port, hint=words("993 with TLS."), code=True)
        self.line(words("User"), "user")
        self.line(words("Folder"), "folder")
        self.secret(words("Password"), words("Kept in the keyring, never shown."))

    def _keep(self, typed: str) -> None:
        keep_in_keyring(self.now, typed)
