"""Joins what answers customers' questions; the model of their wording is read when the first one comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import tzinfo
from functools import cache, partial

from wismo_desk.app.archived import archived, names_anywhere
from wismo_desk.app.station import Station
from wismo_desk.channels.imap import open_mailbox
from wismo_desk.channels.smtp import Mail, open_line
from wismo_desk.domain.intent_model import IntentModel, read_model
from wismo_desk.errors import Refused, SettingsProblem
from wismo_desk.flows.answer import AnswerQuestion
from wismo_desk.flows.answer_archived import AskArchive
from wismo_desk.flows.find_order import FindOrder
from wismo_desk.flows.inbox import Box, Inbox, Reply
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings.inbox import InboxSettings, inbox_password
from wismo_desk.settings.mail import MailSettings, mail_password
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.words import Words


def answer_flow(station: Station, *, line: SharedDatabase | None = None) -> AnswerQuestion:
    """Of this desk. Its replies are in the customer's language, whatever the desk's is. `line`: to the archive, where
    the desk has none of its own."""
    if station.sharing is not None:
        line = station.sharing.shared
    speaks = cache(partial(_words, station.settings.timezone))
    return AnswerQuestion(
        store=station.store,
        pen=station.pen,
        find=FindOrder(store=station.store),
        model=cache(_model),
        speaks=lambda language: speaks(language) if language else station.words,
        names=partial(names_anywhere, station),
        shop=lambda: station.settings.mail.shop or station.settings.shipper.company,
        archive=AskArchive(archived=cache(partial(archived, station, line))) if line else None,
    )


def _model() -> IntentModel:
    return read_model((resources_dir() / "answers" / "intents.json").read_text(encoding="utf-8"))


def _words(zone: tzinfo, language: str) -> Words:
    return Words(language, catalogue(language), zone=zone)


def inbox_flow(station: Station, answer: AnswerQuestion) -> Inbox:
    """The customers' mailbox of this desk. Practice never opens one that is not on this computer."""

    def settings() -> InboxSettings:
        chosen = station.settings.inbox
        return replace(chosen, on=False) if station.practice and chosen.host != "127.0.0.1" else chosen

    def open_box() -> AbstractContextManager[Box]:
        today = station.clock().astimezone(station.settings.timezone).date()
        return open_mailbox(settings(), inbox_password(settings()), today)

    return Inbox(
        store=station.store,
        pen=station.pen,
        answer=answer,
        settings=settings,
        open_box=open_box,
        send_mail=partial(_send, lambda: station.settings.mail),
    )


def try_mailbox(station: Station, chosen: InboxSettings) -> int:
    """Opens it as it is written in the settings, reads nothing: how many mails the first reading would see. Raises
    SettingsProblem, MailUnreachable, and Refused in practice."""
    if station.practice and chosen.host != "127.0.0.1":
        raise Refused("In practice no mailbox outside this computer is opened.")
    today = station.clock().astimezone(station.settings.timezone).date()
    with open_mailbox(chosen, inbox_password(chosen), today) as box:
        return len(box.newer(0))


def _send(settings: Callable[[], MailSettings], reply: Reply) -> str:
    """One answer through the mail server of the notices. In test mode it goes to one's own address."""
    chosen = settings()
    if not (chosen.host and chosen.sender_address):
        raise SettingsProblem(
            "There is no mail server for answers: enter it in the settings, under Messages.", field="mail"
        )
    with open_line(chosen, mail_password(chosen)) as line:
        return line.send(
            Mail(
                to=chosen.test_to or reply.to,
                to_name=reply.to_name,
                subject=reply.subject,
                text=reply.text,
                html="",
                message_id=reply.message_id,
                date=reply.date,
                language=reply.language,
                references=reply.references,
            )
        )
