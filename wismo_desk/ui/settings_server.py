"""The card of one mail server, to send by or to read from: where it is, how it is encrypted, who logs in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QComboBox, QLineEdit

from wismo_desk.errors import BadInput
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import PasswordField

_HOST: Final = re.compile(r"[\w.-]+|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")
Server = MailSettings | InboxSettings
S_co = TypeVar("S_co", covariant=True)


class Change(Protocol):
    def __call__(self, **values: object) -> None:
        """Raises BadInput, and then nothing was changed."""
        ...


def read_host(text: str) -> str:
    """A name or an IP address, without scheme and port. Raises BadInput."""
    if text and not _HOST.fullmatch(text):
        raise BadInput(
            "“{text}” is not the name of a server. Write it like smtp.shop.example.", field="host", text=text
        )
    return text


def read_certificates(text: str) -> str:
    """A file with at least one certificate, or nothing. Raises BadInput."""
    if text:
        try:
            found = "-----BEGIN CERTIFICATE-----" in Path(text).read_text("ascii", "replace")
        except OSError as error:
            raise BadInput(
                "The file {path} cannot be read. Write its whole path.",
                field="ca_file",
                path=text,
                raw=str(error.strerror),
            ) from error
        if not found:
            raise BadInput(
                "There is no certificate in {path}. Choose a PEM file.", field="ca_file", path=text
            )
    return text


def refuse_plain(server: Server) -> None:
    """Raises BadInput where mail would cross a network unencrypted."""
    if server.security is Security.NONE and not _is_here(server.host):
        raise BadInput(
            "Unencrypted mail stays on this computer. Write localhost as its server, or choose TLS or "
            "STARTTLS.",
            field="security",
        )


def _is_here(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Generic[S_co]):
    """Lines of a form, each for one value of the settings. `now` are those in force, `refuse` says what cannot be."""

    now: Callable[[], S_co]
    change: Change
    refuse: Callable[[Exception], object]
    fields: dict[str, QLineEdit] = field(default_factory=dict)  # by the name of the value

    def add(
        self,
        form: Form,
        label: str,
        name: str,
        read: Callable[[str], object] = str,
        *,
        hint: str = "",
        code: bool = False,
    ) -> QLineEdit:
        line = self.fields[name] = form.checked(
            label,
            str(getattr(self.now(), name)),
            lambda text: self.change(**{name: read(text)}),
            self.refuse,
            hint=hint,
            code=code,
        )
        return line


class ServerCard:
    """`form` goes into a pane. `ports`: the usual one of each encryption, with the words for it, the advised first;
    `keep` takes a password, None where none may be kept."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        lines: Lines[Server],
        *,
        ports: Mapping[Security, tuple[int, str]],
        read_port: Callable[[str], int],
        user_hint: str,
        keep: Callable[[str], object] | None,
    ) -> None:
        self._lines, self._ports = lines, ports
        words = desk.words
        self.form = Form(desk, title)
        self.fields: dict[str, QLineEdit] = {}
        self.fields["host"] = lines.add(self.form, words("Server"), "host", read_host, code=True)
        kinds = [(security.value, said) for security, (_, said) in ports.items()]
        self.security: QComboBox = self.form.choice(
            words("Encryption"), kinds, lines.now().security.value, lambda v: self.secure(Security(v))
        )
        self.fields["port"] = lines.add(self.form, words("Port"), "port", read_port, code=True)
        self.fields["user"] = lines.add(self.form, words("User"), "user", hint=user_hint)
        self.password: PasswordField | None = None
        if keep is not None:
            hint = words(
                "Kept in the keyring, never shown. It belongs to server and user: type it after them."
            )
            self.password = PasswordField(desk, keep, hint)
            self.form.add(words("Password"), self.password)
        hint = words("Only for a company's own authority (PEM). Empty, those of this computer are trusted.")
        self.fields["ca_file"] = lines.add(
            self.form, words("Certificate file"), "ca_file", read_certificates, hint=hint, code=True
        )

    def secure(self, security: Security) -> None:
        """The usual port comes along, unless another one was chosen."""
        before = self._lines.now()
        usual = before.port == self._ports[before.security][0]
        port = self._ports[security][0] if usual else before.port
        try:
            self._lines.change(security=security, port=port)
        except BadInput as error:
            self.security.setCurrentIndex(self.security.findData(before.security.value))
            self._lines.refuse(error)
        else:
            self.fields["port"].setText(str(port))
