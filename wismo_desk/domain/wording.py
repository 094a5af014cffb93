"""A question brought to plain words: no accents, short forms written out, numbers and names of things set apart."""

from __future__ import annotations

import re
from typing import Final

from wismo_desk.domain.status import without_marks

# What people type in haste, and what they mean. Only whole words; the two languages share one table.
_SHORT: Final[dict[str, str]] = {
    "svp": "s il vous plait", "stp": "s il vous plait", "bjr": "bonjour", "bsr": "bonsoir", "slt": "salut",
    "cmd": "commande", "cmde": "commande", "cde": "commande", "comm": "commande", "comande": "commande",
    "comand": "commande", "cmmd": "commande", "com": "commande", "cmds": "commandes",
    "tjs": "toujours", "tjrs": "toujours", "tjr": "toujours", "toujour": "toujours", "tj": "toujours",
    "pk": "pourquoi", "pq": "pourquoi", "prq": "pourquoi", "pourkoi": "pourquoi", "pkoi": "pourquoi",
    "koi": "quoi", "ki": "qui", "ke": "que", "qd": "quand", "kan": "quand", "kand": "quand", "qand": "quand",
    "quant": "quand", "coli": "colis", "colit": "colis", "kolis": "colis", "coly": "colis", "colie": "colis",
    "jai": "j ai", "jé": "j ai", "je": "je", "jatten": "j attends", "jattend": "j attends",
    "jattends": "j attends", "jattens": "j attends", "jaimerais": "j aimerais", "javais": "j avais",
    "jserai": "je serai", "jsuis": "je suis", "jpeux": "je peux", "chui": "je suis", "chuis": "je suis",
    "cest": "c est", "cetait": "c etait", "nai": "n ai", "nest": "n est", "navance": "n avance", "narrive": "n arrive",
    "pr": "pour", "ds": "dans", "mn": "mon", "vs": "vous", "ns": "nous", "vou": "vous", "tt": "tout", "ts": "tous",
    "pb": "probleme", "num": "numero", "no": "no", "nr": "numero", "rdv": "rendez vous", "mtn": "maintenant",
    "pa": "pas", "po": "pas", "sui": "suis", "kdo": "cadeau", "dc": "donc", "qq": "quelque", "qqn": "quelqu un",
    "bcp": "beaucoup", "msg": "message", "auj": "aujourd hui", "ajd": "aujourd hui", "dem": "demain",
    "adress": "adresse", "adrese": "adresse", "adesse": "adresse", "recut": "recu", "ressu": "recu", "resu": "recu",
    "nouvel": "nouvelles", "news": "nouvelles news", "livre": "livre", "cb": "combien", "cmb": "combien",
    "dispo": "disponible", "expe": "expedition", "tel": "telephone", "ou": "ou", "rien": "rien", "rein": "rien",
    "ete": "ete", "soit-disant": "soi disant", "r": "rien", "etai": "etais",
    "u": "you", "ur": "your", "pls": "please", "plz": "please", "thx": "thanks", "ty": "thanks", "msgs": "messages",
    "wheres": "where is", "whats": "what is", "hows": "how is", "its": "it is", "ive": "i have", "im": "i am",
    "havent": "have not", "hasnt": "has not", "didnt": "did not", "doesnt": "does not", "isnt": "is not",
    "wasnt": "was not", "wont": "will not", "cant": "can not", "couldnt": "could not", "dont": "do not",
    "arent": "are not", "recieved": "received", "recieve": "receive", "recived": "received", "delivry": "delivery",
    "delivary": "delivery", "adres": "address", "parcle": "parcel", "parcell": "parcel", "pakage": "package",
    "pckg": "package", "trackin": "tracking", "wen": "when", "b4": "before", "tmrw": "tomorrow", "colour": "color",
    "neighbor": "neighbour", "cheque": "cheque", "ordr": "order", "oder": "order", "qui": "qui", "asap": "quickly",
}  # fmt: skip
_ENTITIES: Final = (
    (re.compile(r"\b(?:https?://|www\.)\S{1,500}"), " xurl "),
    (re.compile(r"\b[\w.%+\-]{1,64}@[a-z0-9.\-]{1,190}"), " xmail "),
    (
        re.compile(
            r"\b\d{1,4}\s?(?:bis|ter)?,?\s+(?:rue|avenue|av|bd|bld|boulevard|impasse|chemin|place|allee|cours|quai"
            r"|route|square|passage|residence|(?:[a-z]+ ){1,2}(?:street|road|lane|avenue|st|rd|drive|close|way))\b"
        ),
        " xstreet ",
    ),
    (re.compile(r"\b\d{1,2}\s?(?:h|heures?|am|pm|o clock)(?:\s?\d\d)?\b"), " xhour "),
    (re.compile(r"\b\d+\s?(?:jours?|j|days?|semaines?|weeks?|mois|months?|heures|hours)\b"), " xspan "),
    (
        re.compile(r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|monday|tuesday|wednesday|thursday|friday)s?\b"),
        " xday ",
    ),
    (
        re.compile(
            r"\b(?:colissimo|chronopost|mondial relay|relais colis|dpd|gls|ups|fedex|dhl|laposte|la poste"
            r"|royal mail|colis prive|hermes|evri|yodel)\b"
        ),
        " xcarrier ",
    ),
    (re.compile(r"\b(?=\w*\d)(?!x)\w{2,}\b"), " xnum "),
)  # fmt: skip
_N_T: Final = re.compile(r"\b(\w+)n['\u2019]t\b")
_NOT_WORD: Final = re.compile(r"[^a-z0-9_?!]+")
_SPACES: Final = re.compile(r"\s+")
_J_AI: Final = re.compile(r"\bg (?=\w+(?:e|u|i|is|it)\b)")
_C_EST: Final = re.compile(r"\bc (?=[a-z])")


def plain(text: str) -> str:
    """Small letters a to z and entity words (xnum, xday, xcarrier …), one space between. Never raises."""
    low = without_marks(text).casefold().replace("œ", "oe").replace("\u2019", "'")
    low = _N_T.sub(r"\1 not", low).replace("ca not", "can not").replace("wo not", "will not")
    for pattern, name in _ENTITIES:
        low = pattern.sub(name, low)
    low = _NOT_WORD.sub(" ", low.replace("_", " ").replace("?", " ? ").replace("!", " ! "))
    low = " ".join(_SHORT.get(word, word) for word in low.split())
    low = _C_EST.sub("c est ", _J_AI.sub("j ai ", low))
    return _SPACES.sub(" ", low.replace("c est est", "c est")).strip()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH: Final = _set(
    "le la les un une des de du je j vous nous ma mon mes votre est et ou pas colis commande bonjour merci quand"
    " livraison recu svp ai que qui pour dans sur avec plait toujours il elle au aux c n l d s qu ne suivi"
)
_ENGLISH: Final = _set(
    "the a an my is it i you your and or not order parcel package hi hello thanks when where delivery received please"
    " have has for to in on with of do does can could what who this that been still be will was"
)

COMMON: Final = _FRENCH | _ENGLISH  # words that are nobody's name


def language_of(text: str, default: str = "fr") -> str:
    """fr or en by the commonest small words; `default` where neither shows."""
    words = plain(text).split()
    french = sum(word in _FRENCH for word in words)
    english = sum(word in _ENGLISH for word in words)
    return default if french == english else "fr" if french > english else "en"
