"""What a text message weighs, and what makes it lighter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.notices.sms_text import SmsCode, gsm_safe, sms_size

FRENCH = "Votre colis est arrivé à Besançon, où il vous attend : reçu tôt, forêt, Noël, cœur, « bientôt » …’"


@pytest.mark.parametrize(
    ("text", "code", "units", "parts", "room"),
    [
        ("", SmsCode.GSM, 0, 1, 160),
        ("a" * 160, SmsCode.GSM, 160, 1, 0),
        ("a" * 161, SmsCode.GSM, 161, 2, 145),
        ("a" * 306, SmsCode.GSM, 306, 2, 0),
        ("a" * 307, SmsCode.GSM, 307, 3, 152),
        ("é" * 160, SmsCode.GSM, 160, 1, 0),
        ("€" * 80, SmsCode.GSM, 160, 1, 0),
        ("€" * 81, SmsCode.GSM, 162, 2, 143),  # 76 in the first part, whose last place stays empty
        ("ê" * 70, SmsCode.UCS2, 70, 1, 0),
        ("ê" * 71, SmsCode.UCS2, 71, 2, 63),
        ("📦" * 35, SmsCode.UCS2, 70, 1, 0),
        ("📦" * 36, SmsCode.UCS2, 72, 2, 61),  # 33 in the first part: no half of an emoji
    ],
)
def test_size(text: str, code: SmsCode, units: int, parts: int, room: int) -> None:
    size = sms_size(text)
    assert (size.code, size.units, size.parts, size.room) == (code, units, parts, room)


def test_the_signs_that_cost_are_named_once() -> None:
    assert sms_size("reçu tôt, forêt").unsafe == ("ç", "ô", "ê")
    assert sms_size("Noël à l’école").unsafe == ("ë", "’")


def test_french_becomes_safe_and_readable() -> None:
    said = gsm_safe(FRENCH)
    assert sms_size(said).code is SmsCode.GSM
    assert said == (
        'Votre colis est arrivé à Besancon, où il vous attend : recu tot, foret, Noel, coeur, " bientot " ...\''
    )
    assert gsm_safe("Ça vaut 12 €, À DEMAIN, ÉTÉ") == "Ça vaut 12 €, A DEMAIN, ÉTÉ"


def test_what_has_no_twin_stays_and_is_told() -> None:
    assert gsm_safe("Привет 📦") == "Привет 📦"
    assert sms_size(gsm_safe("Привет 📦")).code is SmsCode.UCS2


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_rewriting_never_costs_more_signs_of_16_bits(text: str) -> None:
    safe = gsm_safe(text)
    assert gsm_safe(safe) == safe
    assert set(sms_size(safe).unsafe) <= set(sms_size(gsm_safe(text)).unsafe)
    size = sms_size(safe)
    assert size.parts >= 1
    assert size.room >= 0


def test_naive_twin_counting_letters_is_wrong_where_it_costs() -> None:
    naive = -(-len("€" * 100) // 160)
    assert naive == 1
    assert sms_size("€" * 100).parts == 2
