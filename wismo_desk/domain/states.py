"""States and provinces that belong in an address: of the United States, Canada and Australia, by their postal codes.

Codes: ISO 3166-2:US, :CA and :AU without the country, which are those of USPS, Canada Post and Australia Post.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

_US: Final = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|"
    "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|"
    "KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|"
    "MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|"
    "NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|"
    "SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|"
    "WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|MP Northern Mariana Islands|PR Puerto Rico|"
    "VI Virgin Islands|CA Californie|FL Floride|GA Géorgie|HI Hawaï|LA Louisiane|NM Nouveau-Mexique|"
    "NC Caroline du Nord|SC Caroline du Sud|ND Dakota du Nord|SD Dakota du Sud|PA Pennsylvanie|VA Virginie|"
    "WV Virginie-Occidentale|DC Washington DC"
)
_CA: Final = (
    "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|NS Nova Scotia|"
    "NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|SK Saskatchewan|YT Yukon|"
    "BC Colombie-Britannique|NB Nouveau-Brunswick|NL Terre-Neuve-et-Labrador|NS Nouvelle-Écosse|"
    "NT Territoires du Nord-Ouest|PE Île-du-Prince-Édouard"
)
_AU: Final = (
    "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|QLD Queensland|SA South Australia|"
    "TAS Tasmania|VIC Victoria|WA Western Australia"
)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if character.isalnum())


def _by_name(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in table.split("|"):
        code, _, name = entry.partition(" ")
        found[_plain(code)] = code
        if name:
            found[_plain(name)] = code
    return found


_STATES: Final[Mapping[str, Mapping[str, str]]] = {
    "US": _by_name(_US),
    "CA": _by_name(_CA),
    "AU": _by_name(_AU),
}


def has_states(country: str) -> bool:
    """Whether an address there names one."""
    return country in _STATES


def state_code(country: str, text: str) -> str | None:
    """The code of a state as people or shops write it ("Californie", "CA", "us-ca"); None: not one of that country. Of
    other countries the text as it is."""
    states = _STATES.get(country)
    if states is None or not text.strip():
        return text.strip()
    said = _plain(text)
    return states.get(said) or states.get(said.removeprefix(country.casefold()))
