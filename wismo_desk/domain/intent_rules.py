"""What a question asks by rules alone: the yardstick that the model must beat, and what makes it serious."""

# ruff: noqa: E501 - a sign is one pattern: cut into lines its alternatives could not be compared
from __future__ import annotations

import re
from typing import Final

from wismo_desk.domain.cues import cues
from wismo_desk.domain.intent import Concern, Intent

_CONCERNS: Final = {
    Concern.LOST: re.compile(
        r"(?:colis|paquet|commande|livraison|parcel|package|order|it|xnum)(?: \w+){0,4}? (?:perdue?s?|lost|egaree?|vole[e]?|stolen)\b"
        r"|\b(?:perdu|egare|vole|lost|stolen|declare perdu)(?: \w+){0,3}? (?:colis|paquet|parcel|package|xnum|par le)"
        r"|introuvable|dispar[ua]|volatilis|\bpaumee?s?\b|vanish|nicked|nowhere to be found|never be found"
        r"|perte d[eu]|surement perdu|gone missing|considere comme perdu|carrier lost|lost in (?:transit|the (?:post|mail))"
    ),
    Concern.CLAIM: re.compile(
        r"reclamation|\bclaim|indemn|dedommag|compensat|litige|dispute|enquete|investigat|chargeback|opposition"
        r"|rembours\w* (?:immediat|tout de suite|integral|maintenant)|(?:exige|veux|demande|rendez)(?: \w+){0,4}? (?:rembours\w*|argent)"
        r"|money back|contact(?:er)? (?:my|ma) (?:bank|banque)|paypal|assurance|insurance"
    ),
    Concern.ANGER: re.compile(
        r"inadmissible|inaccept|scandal|honte|lament|arnaq|escroc|voleu|\bvol\b|foutez|fout\b|marre|ras le bol|furieu"
        r"|colere|porte(?:r)? plainte|depos\w+ plainte|avocat|justice|tribunal|police|gendarm|dgccrf|que choisir"
        r"|60 millions|signal\s?conso|repression des fraudes|mediateur|mise en demeure|menteur|incompeten|merde|putain"
        r"|catastroph|deplorable|degueu|se moque|moquez|pigeon|minable|nul\b|nuls\b|jamais plus|plus jamais|avis negatif"
        r"|disgrace|unacceptable|disgust|scam|fraud|thie(?:f|ves)|steal|lawyer|legal|court|sue\b|trading standards"
        r"|vous attaquer|bordel|j en ai assez|charlatan|incapable|\bufc\b|huissier|menac|insult|agress|blesse|mordu"
        r"|traitement medical|medicament|vital\b|urgence medicale|falsifi|n est pas la mienne|pas ma signature"
        r"|sick and tired|fed up|\bwtf\b|where the hell|what the hell|threaten|assault|injur|not my signature"
        r"|furious|angry|ridiculous|pathetic|terrible|horrible|worst|liar|crook|ripped off|rip off|bad review|outrag"
        r"|awful|useless|joke|bullshit|shit|fuck|ignored for|report you|bbb\b|ombudsman"
    ),
}  # fmt: skip


def concerns(plain: str) -> tuple[Concern, ...]:
    """What is serious in a text that went through `wording.plain`."""
    return tuple(concern for concern, pattern in _CONCERNS.items() if pattern.search(plain))


def by_rules(plain: str) -> Intent:
    """The first rule that holds. Of a text that went through `wording.plain`."""
    signs = cues(plain)
    for intent, wanted, barred in _RULES:
        if wanted & signs and not barred & signs and (len(wanted & signs) >= _NEEDED.get(wanted, 1)):
            return intent
    return Intent.OTHER


_AUTO: Final = frozenset({"auto", "pitch"})
_TOPICS: Final = frozenset(
    {"return", "refund", "cancel", "invoice", "swap", "product", "presale", "account", "shop"}
)
_GIVEN: Final = frozenset({"said_given", "given_but"})
_DENIED: Final = frozenset({"given_but", "no_it", "signed"})
_INSTRUCT: Final = frozenset({"leave_it", "place", "code", "call", "slot"})
_BROKEN: Final = frozenset({"damaged", "missing", "wrong_item"})
_WHERE: Final = frozenset({"where", "when", "not_come", "late", "stuck", "status", "arrive"})
_NEEDED: Final[dict[frozenset[str], int]] = {}
_NONE: Final[frozenset[str]] = frozenset()
_RULES: Final[tuple[tuple[Intent, frozenset[str], frozenset[str]], ...]] = (
    (Intent.OTHER, _AUTO, _NONE),
    (Intent.DELIVERED_NOT_RECEIVED, _DENIED, frozenset({"leave_it", "missed"})),
    (Intent.PARCEL_PROBLEM, frozenset({"damaged", "wrong_item"}), _NONE),
    (Intent.CHANGE_ADDRESS, frozenset({"moved"}), _NONE),
    (Intent.ABSENT, frozenset({"absent", "missed", "again"}), _NONE),
    (Intent.WHICH_CARRIER, frozenset({"track_no", "track", "who"}), _TOPICS),
    (Intent.OTHER, _TOPICS, _NONE),
    (Intent.CHANGE_ADDRESS, frozenset({"address"}), _NONE),
    (Intent.CHANGE_ADDRESS, frozenset({"elsewhere"}), frozenset({"not_come"})),
    (Intent.WHEN_WILL_IT_LEAVE, frozenset({"not_ship", "your_ship"}), frozenset({"shipped_past"})),
    (Intent.PARCEL_PROBLEM, frozenset({"missing", "lost"}), frozenset({"not_come"})),
    (Intent.DELIVERY_INSTRUCTIONS, _INSTRUCT, frozenset({"not_come", "late"})),
    (Intent.WHERE_IS_IT, frozenset({"not_come", "late", "stuck"}), _NONE),
    (Intent.WHEN_WILL_IT_LEAVE, frozenset({"ship"}), _NONE),
    (Intent.WHICH_CARRIER, frozenset({"carrier"}), _NONE),
    (Intent.WHERE_IS_IT, _WHERE, frozenset({"thanks"})),
)  # fmt: skip
