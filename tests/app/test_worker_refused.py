"""A worker whose user is refused says one sentence, however the refusal came."""

from __future__ import annotations

import pytest

from wismo_desk.app.told_once import ToldOnce
from wismo_desk.app.worker_refused import REFUSED, as_refused
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnreachable
from wismo_desk.store.shared import NOT_ALLOWED, WRONG_USER
from wismo_desk.store.shared_jobs import RIGHTLESS

ON_A_REVOKED_DAY = (
    SettingsProblem(NOT_ALLOWED, field="shared", raw="droit refusé pour le schéma wismo"),
    SettingsProblem(WRONG_USER, field="shared", raw='FATAL:  password authentication failed for user "w"'),
    SettingsProblem(
        RIGHTLESS, field="shared", raw="function procrastinate_unregister_worker_v1(smallint) does not exist"
    ),
    SettingsProblem(WRONG_USER, field="shared", raw="fe_sendauth: no password supplied"),
)


def test_a_revoked_user_is_told_once() -> None:
    told = ToldOnce()
    finders = ("work", "line", "mail", "line")
    news = [told.is_news(as_refused(e), of) for e, of in zip(ON_A_REVOKED_DAY, finders, strict=True)]
    assert news == [True, False, False, False]


def test_the_naive_worker_says_three_sentences() -> None:
    told = ToldOnce()
    finders = ("work", "line", "mail", "line")
    news = [told.is_news(e, of) for e, of in zip(ON_A_REVOKED_DAY, finders, strict=True)]
    assert news.count(True) == 3


def test_what_postgresql_said_stays_beside_it() -> None:
    refused = as_refused(ON_A_REVOKED_DAY[1])
    assert refused.sentence == REFUSED
    assert refused.raw == ON_A_REVOKED_DAY[1].raw


@pytest.mark.parametrize(
    "other",
    [
        SharedUnreachable("away", raw="FATAL:  the database system is starting up"),
        SettingsProblem("certificate", field="shared", raw="certificate verify failed"),
        SettingsProblem("no base", field="shared", raw='FATAL:  database "x" does not exist'),
        SettingsProblem("folder", field="folder", raw="permission denied for it"),
    ],
)
def test_other_trouble_keeps_its_own_sentence(other: DeskError) -> None:
    assert as_refused(other) is other
