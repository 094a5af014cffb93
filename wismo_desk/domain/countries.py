"""Countries as order files name them, and the shapes of their postcodes: facts, no network, no library.

Codes are ISO 3166-1 alpha-2. Names: the European Union and its neighbours, French and English, and the
country's own name where shops export it. Postcode shapes: Universal Postal Union addressing guides.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ISO_CODES: Final = frozenset(
    re.findall(
        r"[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
        "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
        "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
        "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
        "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
        "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
        "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
        "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW",
    )
)

_NAMES: Final = {
    "AD": "Andorre|Andorra|AND",
    "AT": "Autriche|Austria|Österreich|AUT",
    "BE": "Belgique|Belgium|België|BEL",
    "BG": "Bulgarie|Bulgaria|BGR",
    "CH": "Suisse|Switzerland|Schweiz|Svizzera|CHE",
    "CY": "Chypre|Cyprus|CYP",
    "CZ": "Tchéquie|République tchèque|Czechia|Czech Republic|CZE",
    "DE": "Allemagne|Germany|Deutschland|DEU",
    "DK": "Danemark|Denmark|Danmark|DNK",
    "EE": "Estonie|Estonia|EST",
    "ES": "Espagne|Spain|España|ESP",
    "FI": "Finlande|Finland|Suomi|FIN",
    "FR": "France|France métropolitaine|Metropolitan France|Corse|FRA",
    "GB": "Royaume-Uni|United Kingdom|Grande-Bretagne|Great Britain|Angleterre|England|UK|GBR",
    "GF": "Guyane|Guyane française|French Guiana",
    "GP": "Guadeloupe",
    "GR": "Grèce|Greece|Ελλάδα|EL|GRC",
    "HR": "Croatie|Croatia|Hrvatska|HRV",
    "HU": "Hongrie|Hungary|Magyarország|HUN",
    "IE": "Irlande|Ireland|Éire|IRL",
    "IS": "Islande|Iceland|ISL",
    "IT": "Italie|Italy|Italia|ITA",
    "LI": "Liechtenstein|LIE",
    "LT": "Lituanie|Lithuania|LTU",
    "LU": "Luxembourg|Luxemburg|LUX",
    "LV": "Lettonie|Latvia|LVA",
    "MA": "Maroc|Morocco|MAR",
    "MC": "Monaco|MCO",
    "MQ": "Martinique",
    "MT": "Malte|Malta|MLT",
    "NL": "Pays-Bas|Netherlands|The Netherlands|Nederland|Hollande|NLD",
    "NO": "Norvège|Norway|Norge|NOR",
    "PL": "Pologne|Poland|Polska|POL",
    "PT": "Portugal|PRT",
    "RE": "La Réunion|Réunion|Reunion Island",
    "RO": "Roumanie|Romania|România|ROU",
    "SE": "Suède|Sweden|Sverige|SWE",
    "SI": "Slovénie|Slovenia|SVN",
    "SK": "Slovaquie|Slovakia|SVK",
    "SM": "Saint-Marin|San Marino|SMR",
    "TN": "Tunisie|Tunisia|TUN",
    "US": "États-Unis|United States|United States of America|USA",
    "YT": "Mayotte",
}

_POSTCODES: Final = {
    "AD": r"AD\d{3}",
    "AT": r"[1-9]\d{3}",
    "BE": r"[1-9]\d{3}",
    "BG": r"[1-9]\d{3}",
    "CH": r"[1-9]\d{3}",
    "CY": r"\d{4}",
    "CZ": r"\d{3} ?\d{2}",
    "DE": r"\d{5}",
    "DK": r"\d{4}",
    "EE": r"\d{5}",
    "ES": r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}",
    "FI": r"\d{5}",
    "FR": r"\d{5}",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "GR": r"\d{3} ?\d{2}",
    "HR": r"\d{5}",
    "HU": r"\d{4}",
    "IE": r"[A-Z]\d[\dW] ?[0-9A-Z]{4}",
    "IT": r"\d{5}",
    "LI": r"94\d{2}",
    "LT": r"\d{5}",
    "LU": r"\d{4}",
    "LV": r"\d{4}",
    "MC": r"980\d{2}",
    "MT": r"[A-Z]{3} ?\d{2,4}",
    "NL": r"[1-9]\d{3} ?[A-Z]{2}",
    "NO": r"\d{4}",
    "PL": r"\d{2}-?\d{3}",
    "PT": r"\d{4}(?:-?\d{3})?",
    "RO": r"\d{6}",
    "SE": r"\d{3} ?\d{2}",
    "SI": r"\d{4}",
    "SK": r"\d{3} ?\d{2}",
    "SM": r"4789\d",
    "VA": r"00120",
}
_POSTCODE_SHAPES: Final = {code: re.compile(shape, re.ASCII) for code, shape in _POSTCODES.items()}
_NATIONAL_PREFIX: Final = re.compile(r"^(?:[A-Z]{1,2}-(?=\d))", re.ASCII)
POSTCODE_OPTIONAL: Final = frozenset({"IE"})

# French postcodes that lie in a territory with a country code of its own.
FRENCH_TERRITORIES: Final = {
    "971": "GP",
    "972": "MQ",
    "973": "GF",
    "974": "RE",
    "975": "PM",
    "976": "YT",
    "977": "BL",
    "978": "MF",
    "980": "MC",
    "984": "TF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
    "97133": "BL",
    "97150": "MF",
}


def french_country(postcode: str) -> str:
    """The country code a five-digit French postcode lies in: "97110" is GP, "98000" MC, "75001" FR."""
    return FRENCH_TERRITORIES.get(postcode) or FRENCH_TERRITORIES.get(postcode[:3]) or "FR"


def country_code(text: str) -> str | None:
    """The ISO code of "fr", "FRANCE", "Pays-Bas", "UK", "DEU"; None when the name is not known."""
    name = _plain(text)
    if len(name) == 2 and name.upper() in ISO_CODES:
        return name.upper()
    return _BY_NAME.get(name)


def postcode_fits(country: str, postcode: str) -> bool | None:
    """Whether the postcode has the country's shape; None when this country's shape is not known here."""
    shape = _POSTCODE_SHAPES.get(country)
    if shape is None:
        return None
    code = postcode.strip().upper()
    return shape.fullmatch(code) is not None or shape.fullmatch(_NATIONAL_PREFIX.sub("", code)) is not None


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


_BY_NAME: Final = {_plain(name): code for code, names in _NAMES.items() for name in names.split("|")}
