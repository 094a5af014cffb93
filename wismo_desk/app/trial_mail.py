"""Messages to the desk's own people: a trial of the mail settings, the digest of a day; no customer, no ledger row."""

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


def send_digest(mail: MailSettings, words: Words, to: str, subject: str, text: str, *, now: datetime) -> str:
    """Returns the server's words. Raises SettingsProblem and what `MailLine.send` raises."""
    try:
        sender, address = clean_address(mail.sender_address), clean_address(to)
    except BadInput as error:
        raise SettingsProblem(
            "The sender's address or the address of the digest cannot be written to. Correct it in the settings.",
            field="digest_to",
        ) from error
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    message = Mail(
        to=address,
        to_name="",
        subject=subject,
        text=text,
        html=f'<html lang="{words.language}"><body>{paragraphs}</body></html>',
        message_id=f"<{uuid4().hex}@{sender.rpartition('@')[2]}>",
        date=now,
        language=words.language,
    )
    with open_line(mail, mail_password(mail)) as line:
        return line.send(message)
