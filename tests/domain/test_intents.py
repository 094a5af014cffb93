"""What questions ask: plain cases of each kind, the model against the rules on `dev_*`, and what is serious."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from installers.answers import damaged, filled, questions
from wismo_desk.domain.intent import Concern, Intent
from wismo_desk.domain.intent_model import IntentModel, features, read_model
from wismo_desk.domain.intent_rules import by_rules, concerns
from wismo_desk.domain.wording import plain
from wismo_desk.resources import resources_dir

DATA = Path(__file__).parents[1] / "answers_data"


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return read_model((resources_dir() / "answers" / "intents.json").read_text(encoding="utf-8"))


def told(model: IntentModel, text: str) -> Intent:
    chances = model.probabilities(plain(text))
    return max(chances, key=lambda intent: chances[intent])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("svp ou est mon coli", Intent.WHERE_IS_IT),
        ("where's my order??", Intent.WHERE_IS_IT),
        ("quand allez vous l'expédier", Intent.WHEN_WILL_IT_LEAVE),
        ("marked as delivered but i have nothing", Intent.DELIVERED_NOT_RECEIVED),
        ("livré d'après vous mais rien chez moi", Intent.DELIVERED_NOT_RECEIVED),
        ("je me suis trompé d'adresse", Intent.CHANGE_ADDRESS),
        ("please leave it with the neighbour", Intent.DELIVERY_INSTRUCTIONS),
        ("j'ai eu un avis de passage", Intent.ABSENT),
        ("quel transporteur ?", Intent.WHICH_CARRIER),
        ("mon mug est cassé", Intent.PARCEL_PROBLEM),
        ("où en est mon remboursement", Intent.OTHER),
        ("livrez-vous en Belgique", Intent.OTHER),
    ],
)
def test_plain_cases(model: IntentModel, text: str, intent: Intent) -> None:
    assert told(model, text) is intent


def rows(name: str) -> list[tuple[str, Intent, bool]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (filled(row["text"].replace("\\n", "\n")), Intent(row["intent"]), row["serious"] == "1")
            for row in csv.DictReader(file)
        ]


def test_the_model_is_better_than_the_rules_and_good(model: IntentModel) -> None:
    asked = rows("dev_fr") + rows("dev_en")
    ours = sum(told(model, text) is intent for text, intent, _ in asked) / len(asked)
    rules = sum(by_rules(plain(text)) is intent for text, intent, _ in asked) / len(asked)
    assert ours > rules
    assert ours > 0.92


def test_what_is_serious_is_noticed() -> None:
    grave = [text for text, _, serious in rows("dev_fr") + rows("dev_en") if serious]
    assert all(concerns(plain(text)) for text in grave)


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("mon colis est perdu", Concern.LOST),
        ("the courier lost my parcel", Concern.LOST),
        ("je demande une indemnisation", Concern.CLAIM),
        ("c'est inadmissible", Concern.ANGER),
        ("I will call my lawyer", Concern.ANGER),
    ],
)
def test_serious_words(text: str, concern: Concern) -> None:
    assert concern in concerns(plain(text))


@pytest.mark.parametrize(
    "text",
    ["où est mon colis", "mon colis est en retard, je suis perdue sur votre site", "quel transporteur"],
)
def test_calm_words(text: str) -> None:
    assert concerns(plain(text)) == ()


def test_the_files_do_not_share_questions() -> None:
    texts = {
        name: {text for text, _, _ in rows(name)} for name in ("dev_fr", "dev_en", "unseen_fr", "unseen_en")
    }
    fitted = {filled(text) for text, _ in questions()}
    unseen = texts["unseen_fr"] | texts["unseen_en"]
    assert not unseen & (texts["dev_fr"] | texts["dev_en"])
    assert len(unseen & fitted) <= 3, "two words may happen twice"
    french, english = (
        sum(len(texts[f"{kind}_{which}"]) for kind in ("dev", "unseen")) for which in ("fr", "en")
    )
    assert french >= 400 - 2
    assert english >= 200


def test_chances_sum_to_one_and_nothing_is_no_crash(model: IntentModel) -> None:
    for text in ("", "?", "bonjour", "où est mon colis"):
        assert sum(model.probabilities(plain(text)).values()) == pytest.approx(1)
    assert features("") == {}


def test_typing_faults_are_seeded() -> None:
    import random

    one, two = (damaged("livraison commande colis transporteur", random.Random(1)) for _ in range(2))
    assert one == two
