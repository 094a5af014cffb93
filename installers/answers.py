"""Fits the model of customers' questions from `tests/answers_data/train_*.csv`: `python -m installers.answers`.

Same questions, same bytes: the noise that is added (typing faults) and the order of the steps are seeded. Only the
training files are read; `dev_*` and `unseen_*` are for measuring (`python -m tests.speed answers`).
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from wismo_desk.domain.intent import Intent
from wismo_desk.domain.intent_model import features
from wismo_desk.domain.wording import plain

ROOT: Final = Path(__file__).parents[1]
QUESTIONS: Final = ROOT / "tests" / "answers_data"
TARGET: Final = ROOT / "resources" / "answers" / "intents.json"
_INTENTS: Final = tuple(Intent)
_NOISY: Final = 2  # damaged copies of each question
_EPOCHS, _RATE, _SHRINK, _SEED = 12, 0.3, 1e-3, 1
_KEPT: Final = 4  # hundredths: a feature whose weights are all smaller is left out


def questions() -> list[tuple[str, Intent]]:
    found = []
    for path in sorted(QUESTIONS.glob("train_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [
                (row["text"].replace("\\n", "\n"), Intent(row["intent"])) for row in csv.DictReader(file)
            ]
    return found


def damaged(text: str, chance: random.Random) -> str:
    """Letters lost, swapped or doubled, as hurried people type."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) > 4 and "{" not in word and chance.random() < 0.12:
            at, kind = chance.randrange(1, len(word) - 1), chance.random()
            if kind < 0.4:
                words[place] = word[:at] + word[at + 1 :]
            elif kind < 0.7:
                words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            else:
                words[place] = word[:at] + word[at] + word[at:]
    return " ".join(words)


def fit(asked: Sequence[tuple[str, Intent]]) -> dict[str, object]:
    """The model as it is kept. Adaptive gradient steps on the logarithmic loss, one question at a time."""
    chance = random.Random(_SEED)  # noqa: S311 - typing faults, no secret
    texts = [(filled(text), intent) for text, intent in asked]
    texts = [pair for text, intent in texts for pair in _with_noise(text, intent, chance)]
    found = [features(plain(text)) for text, _ in texts]
    counts = Counter(name for each in found for name in each)
    names = {name: at for at, name in enumerate(n for n, count in counts.items() if count > _NOISY + 1)}
    rows = [
        (
            np.array([names[name] for name in each if name in names], dtype=np.int64),
            np.array([value for name, value in each.items() if name in names]),
        )
        for each in found
    ]
    wanted = [_INTENTS.index(intent) for _, intent in texts]
    weights, bias = _descend(rows, wanted, len(names))
    whole = np.rint(weights * 100).astype(int)
    kept = {
        name: whole[at].tolist() for name, at in sorted(names.items()) if np.abs(whole[at]).max() >= _KEPT
    }
    return {
        "intents": [intent.value for intent in _INTENTS],
        "bias": np.rint(bias * 100).astype(int).tolist(),
        "weights": kept,
    }


def _with_noise(text: str, intent: Intent, chance: random.Random) -> list[tuple[str, Intent]]:
    return [(text, intent), *((damaged(text, chance), intent) for _ in range(_NOISY))]


def _descend(
    rows: Sequence[tuple[np.ndarray, np.ndarray]], wanted: Sequence[int], size: int
) -> tuple[np.ndarray, np.ndarray]:
    many = len(_INTENTS)
    weights, bias = np.zeros((size, many)), np.zeros(many)
    seen, seen_bias = np.full((size, many), 1e-2), np.full(many, 1e-2)
    order = np.random.default_rng(_SEED)
    for _ in range(_EPOCHS):
        for at in order.permutation(len(rows)):
            places, values = rows[at]
            sums = bias + values @ weights[places]
            off = np.exp(sums - sums.max())
            off /= off.sum()
            off[wanted[at]] -= 1
            step = np.outer(values, off) + _SHRINK * weights[places]
            seen[places] += step * step
            weights[places] -= _RATE * step / np.sqrt(seen[places])
            seen_bias += off * off
            bias -= _RATE * off / np.sqrt(seen_bias)
    return weights, bias


def filled(text: str, **keys: str) -> str:
    """A question of the files with its keys: {n} order number, {t} tracking number, {e} e-mail, {p} telephone,
    {name}, {cp} postcode."""
    said = {
        "n": "10482",
        "t": "XY481209375FR",
        "e": "camille@exemple.fr",
        "p": "06 39 98 20 51",
        "name": "Camille Roussel",
        "cp": "44000",
        **keys,
    }
    for name, value in said.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def main() -> int:
    model = fit(questions())
    TARGET.parent.mkdir(exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in dict(model["weights"]).items()]  # type: ignore[call-overload]
    head = (
        f'{{"intents": {json.dumps(model["intents"])},\n"bias": {json.dumps(model["bias"])},\n"weights": {{\n'
    )
    TARGET.write_text(head + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {len(lines)} features of {len(questions())} questions\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
