"""Reads what a mail asks: the model on the whole and on single sentences, and what is said in so many words."""

from __future__ import annotations

import re
from typing import Final

from wismo_desk.domain.cues import cues
from wismo_desk.domain.intent import ANSWERED, Concern, HandOff, Intent, Task, Understood
from wismo_desk.domain.intent_model import IntentModel
from wismo_desk.domain.intent_rules import concerns
from wismo_desk.domain.intent_wishes import spares, wishes
from wismo_desk.domain.mail_text import is_written
from wismo_desk.domain.question import Question
from wismo_desk.domain.wording import language_of, plain

_LOOKED_AT: Final = 4000  # characters of a question: what is asked stands at its beginning
_LONG: Final = 40_000  # and what is serious may stand anywhere in it
_SENTENCE: Final = re.compile(r"[?!.;\n]+|, (?:et|and) ")
_SENTENCES, _ASKS, _CERTAIN = 8, 3, 0.9
_BROKEN: Final = frozenset({"damaged", "wrong_item"})
_TASKS: Final = frozenset({"cancel", "refund", "return", "swap", "invoice"})
_BESIDE: Final = 0.2  # how likely a second question must be to be answered too
_Points = dict[Intent | Task, None]


def own_plain(question: Question) -> str:
    """The mail's own words, as rules and model look at them."""
    return plain(question.own[:_LOOKED_AT])


def understand(question: Question, model: IntentModel, *, language: str = "") -> Understood:
    """Never raises. Of what holds no words (nothing, or bytes of a file) OTHER with confidence 0."""
    words = own_plain(question)
    spoken = language or language_of(question.own or question.whole)
    if not words or not is_written(question.own[:_LOOKED_AT]):
        return Understood(intent=Intent.OTHER, confidence=0.0, language=spoken)
    chances = model.probabilities(words)
    ranked = sorted(chances, key=lambda intent: chances[intent], reverse=True)
    chief = ranked[0]
    near = [each for each in ranked[1:3] if chances[each] >= _BESIDE and each in ANSWERED]
    beside, beyond = _beside(question.own[:_LOOKED_AT], model)
    points = dict.fromkeys((*beside, *near) if chief in beside else (chief, *beside, *near))
    if chief is Intent.OTHER:
        points = beside
        if not beside and "cancel" in cues(words):
            points = {Intent.WHERE_IS_IT: None} if spares(words) else {Task.CANCEL: None}
        if beyond is HandOff.NONE and Task.CANCEL not in points:
            beyond = HandOff.NEEDS_PERSON  # what it is about on the whole is none of its single questions
    if Task.TELL_ADDRESS in beside and Intent.CHANGE_ADDRESS not in beside:
        points.pop(Intent.CHANGE_ADDRESS, None)  # to the model both are about an address
    grave = concerns(plain(question.said[:_LONG]))
    if beyond is HandOff.NONE and Concern.CLAIM in grave:
        beyond = HandOff.CLAIM
    return Understood(
        intent=chief,
        confidence=max(0.001, round(chances[chief], 3)),
        points=tuple(points),
        beyond=beyond if points and chief is not Intent.PARCEL_PROBLEM else HandOff.NONE,
        concerns=grave,
        language=spoken,
    )


def _beside(own: str, model: IntentModel) -> tuple[_Points, HandOff]:
    """What is asked or wished for certain in single sentences of a mail, in their order: several questions in one.
    And whether one of them is a person's: a damaged parcel, money back."""
    found: _Points = {}
    beyond = HandOff.NONE
    for place, sentence in enumerate(_SENTENCE.split(own)):
        words = plain(sentence)
        wished = wishes(words)
        found |= dict.fromkeys(wished)
        if place >= _SENTENCES or len(sentence.split()) < _ASKS:
            continue
        signs = cues(words)
        chances = model.probabilities(words)
        if signs & _BROKEN and chances[Intent.PARCEL_PROBLEM] >= _BESIDE:
            beyond = HandOff.CLAIM
        likely = max(chances, key=lambda intent: chances[intent])
        if chances[likely] < _CERTAIN:
            continue
        if likely in ANSWERED:
            found |= {likely: None}
        elif likely is Intent.PARCEL_PROBLEM:
            beyond = HandOff.CLAIM
        elif beyond is HandOff.NONE and (signs & _TASKS) - ({"cancel"} if Task.CANCEL in wished else set()):
            beyond = HandOff.NEEDS_PERSON
    return found, beyond
