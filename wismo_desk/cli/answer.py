"""`wismo-desk answer FILE.eml|TEXT`: what a customer asks, about which order, and the draft, from stored facts only."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from pathlib import Path

from wismo_desk.cli.import_file import read_whole
from wismo_desk.domain.intent import HandOff
from wismo_desk.domain.mail_text import MailText, is_written, read_mail
from wismo_desk.errors import BadInput
from wismo_desk.flows.answer import Answer, AnswerQuestion
from wismo_desk.flows.answer_words import intent_words, why
from wismo_desk.words import Words


def answer(flow: AnswerQuestion, words: Words, asked: str, *, as_json: bool) -> str:
    """`asked`: the name of a mail file, of a text file, or the question itself. Raises BadInput for a mail that
    cannot be read."""
    mail = _mail(asked)
    found = flow(mail.text, subject=mail.subject, sender=mail.sender)
    if mail.automatic:
        return _said(found, words, as_json=as_json, stopped=HandOff.AUTOMATIC)
    return _said(found, words, as_json=as_json, stopped=found.hand_off)


def _mail(asked: str) -> MailText:
    path = Path(asked)
    if not asked.strip():
        raise BadInput("There is no question: give a text, or the name of a file.")
    if _is(Path.is_dir, path):
        raise BadInput("{path} is a folder: give the name of one mail or text file in it.", path=asked)
    if len(asked) > 1000 or "\n" in asked or not _is(Path.is_file, path):
        if " " not in asked.strip() and path.suffix.lower() in (".eml", ".mail", ".mbox", ".txt"):
            raise BadInput("There is no file {path}.", path=asked)
        return MailText(text=asked)
    raw = read_whole(path)
    if path.suffix.lower() in (".eml", ".mail", ".mbox"):
        return read_mail(raw)
    text = _text(raw)
    if not is_written(text):
        raise BadInput("{path} is not a text: give a mail (.eml) or a text file.", path=asked)
    return MailText(text=text)


def _text(raw: bytes) -> str:
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def _where(words: Words, found: Answer) -> str:
    if found.unasked is not None:
        return words("The archive was not asked: {why}", why=words.error(found.unasked))
    if found.archived is None:
        return ""
    return words("This order is in the archive, not on this desk: read the reply before it leaves.")


def _said(found: Answer, words: Words, *, as_json: bool, stopped: HandOff) -> str:
    told = [{"event": str(each.event), "text": each.text} for each in found.said]
    reason = why(words, stopped, found.tasks, proven=found.found.proven)
    where = _where(words, found)
    if as_json:
        return json.dumps(
            {
                "intent": found.understood.intent.value,
                "confidence": found.understood.confidence,
                "order": found.order.number if found.order else None,
                "facts": told,
                "reply": found.reply,
                "handoff": stopped is not HandOff.NONE,
                "reason": stopped.value,
                "why": reason,
                "tasks": [each.value for each in found.tasks],
                "others": [each.value for each in found.understood.others],
                "keys": sorted(found.found.keys),
                "candidates": [order.number for order in found.found.orders],
                "language": found.understood.language,
                "archived": found.archived is not None,
                "archive_error": found.unasked.sentence if found.unasked else None,
            },
            ensure_ascii=False,
        )
    sure = words("{share}%", share=words.number(found.understood.confidence * 100))
    head = f"{intent_words(words)[found.understood.intent]} ({sure})"
    order = words("Order {number}", number=found.order.number) if found.order else ""
    return "\n\n".join(
        part for part in (" · ".join(filter(None, (head, order))), where, reason, found.reply) if part
    )
