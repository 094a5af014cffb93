"""The steps of the shared database that a release brought to somebody stay as they were, to the letter: text of theirs
that a later step says again must not be mended for it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from wismo_desk.store.shared_schema import STEPS

# By the epoch they lead to; a release adds its own.
RELEASED = (
    "246a7a35a7ece0c0",
    "75cecbc5c69325b4",
    "68074cef9050a621",
    "6d43ed9e19b4242f",
    "7a5722fae74bb394",
    "8578f418440f4832",
)


def digest(step: tuple[str, ...]) -> str:
    return sha256("\0".join(step).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("number", "kept"), list(enumerate(RELEASED, 1)))
def test_a_released_step_is_what_it_was(number: int, kept: str) -> None:
    assert digest(STEPS[number - 1]) == kept


def test_one_sign_more_is_seen() -> None:
    first, *rest = STEPS[5]
    assert digest((first + " ", *rest)) != RELEASED[5]
