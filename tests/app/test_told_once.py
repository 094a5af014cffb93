"""A worker says each trouble once, whoever finds it, and again when it is back."""

from __future__ import annotations

from wismo_desk.app.told_once import ToldOnce
from wismo_desk.errors import DeskError, MailUnreachable, SharedUnreachable

AWAY, REFUSED = SharedUnreachable("away", raw="1"), MailUnreachable("no mail")


def test_one_that_is_well_does_not_make_anothers_trouble_news() -> None:
    """With one memory for all, every turn of the mail that went well made the line's trouble new."""
    told = ToldOnce()
    assert told.is_news(AWAY, "line")
    assert not told.is_news(None, "mail")
    assert not told.is_news(SharedUnreachable("away", raw="2"), "line")
    assert not told.is_news(AWAY, "work")  # found by another, too
    assert told.is_news(REFUSED, "mail")
    assert not told.is_news(None, "work")
    assert not told.is_news(AWAY, "line")
    told.is_news(None, "line")
    assert told.is_news(AWAY, "line")


def test_the_naive_memory_says_it_again_and_again() -> None:
    before = ""

    def naive(error: DeskError | None) -> bool:
        nonlocal before
        said = error.sentence if error else ""
        news, before = bool(said) and said != before, said
        return news

    assert [naive(each) for each in (AWAY, None, AWAY, None, AWAY)].count(True) == 3
