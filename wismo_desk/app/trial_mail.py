"""One message to the desk's own people, to see whether the mail settings work; no customer, no ledger row."""

from __future__ import annotations

from datetime import datetime
from html import escape
from uuid import uuid4

from wismo_desk.channels.smtp import Mail, clean_address, open_line
from wismo_desk.errors import BadInput, SettingsProblem
from wismo_desk.settings.mail import MailSettings, mail_password
from wismo_desk.words import Words


def send_trial(mail: MailSettings, words: Words, *, now: datetime) -> str:
    """To the test address, else to the sender; returns the server's words. Raises SettingsProblem and what
    `MailLine.send` raises."""
    try:
        sender, to = clean_address(mail.sender_address), clean_address(mail.test_to or mail.sender_address)
    except BadInput as error:
        raise SettingsProblem(
            "The sender's address or the test address cannot be written to. Correct it in the mail settings.",
            field="mail",
        ) from error
    text = words(
        "This is a test message of WISMO Desk. It shows that the mail settings of this desk work; no "
        "customer received it."
    )
    message = Mail(
        to=to,
        to_name="",
        subject=words("Test message of {shop}", shop=mail.shop),
        text=f"{text}\n",
        html=f'<html lang="{words.language}"><body><p>{escape(text)}</p></body></html>',
        message_id=f"<{uuid4().hex}@{sender.rpartition('@')[2]}>",
        date=now,
        language=words.language,
    )
    with open_line(mail, mail_password(mail)) as line:
        return line.send(message)
