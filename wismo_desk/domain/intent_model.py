"""A small linear model over signs, words and stretches of letters: what a question asks, with a probability."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from wismo_desk.domain.cues import cues
from wismo_desk.domain.intent import Intent

_POLITE: Final = (
    "bonjour bonsoir salut hello hi hey madame monsieur merci cordialement s il vous plait please thanks xnum"
    " regards dear avance coucou"
)
_DROPPED: Final = frozenset(_POLITE.split())


def features(plain: str) -> dict[str, float]:
    """Named features of a text that went through `wording.plain`, of length 1 each kind apart: a long mail and
    three words weigh alike."""
    found: dict[str, float] = {}
    signs = sorted(cues(plain) - {"greeting"})
    _add(found, (f"s:{sign}" for sign in signs), 1.0)
    _add(found, (f"p:{one}+{other}" for one, other in combinations(signs, 2)), 0.5)
    words = [word for word in plain.split() if word not in _DROPPED]
    _add(found, (f"w:{word}" for word in words), 1.0 / math.sqrt(max(4, len(words))) * 1.6)
    pairs = [f"b:{one} {other}" for one, other in pairwise(words)]
    _add(found, pairs, 1.2 / math.sqrt(max(4, len(pairs))))
    grams = [gram for word in words for gram in _grams(f" {word} ")]
    _add(found, (f"g:{gram}" for gram in grams), 1.6 / math.sqrt(max(12, len(grams))))
    return found


def _add(found: dict[str, float], names: Iterator[str] | list[str], weight: float) -> None:
    for name in names:
        found[name] = weight


def _grams(word: str) -> Iterator[str]:
    for size in (3, 4, 5):
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


@dataclass(frozen=True, slots=True)
class IntentModel:
    """`weights` of each feature, one for each of `intents` in their order; `bias` likewise."""

    intents: tuple[Intent, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def probabilities(self, plain: str) -> dict[Intent, float]:
        """Sums to 1. Of a text that went through `wording.plain`."""
        sums = list(self.bias)
        for name, value in features(plain).items():
            row = self.weights.get(name)
            if row is not None:
                for place, weight in enumerate(row):
                    sums[place] += weight * value
        top = max(sums)
        raised = [math.exp(each - top) for each in sums]
        whole = sum(raised)
        return {intent: each / whole for intent, each in zip(self.intents, raised, strict=True)}


def read_model(text: str) -> IntentModel:
    """`resources/answers/intents.json`, as `installers.answers` writes it: weights are whole hundredths."""
    data = json.loads(text)
    return IntentModel(
        intents=tuple(Intent(each) for each in data["intents"]),
        bias=tuple(each / 100 for each in data["bias"]),
        weights={name: tuple(each / 100 for each in row) for name, row in data["weights"].items()},
    )
