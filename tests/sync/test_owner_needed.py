"""Who may do what in the shared database, told so that an operator knows whom to ask."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from test_station_roles import Place, place  # noqa: F401 - a fixture

from wismo_desk.errors import DeskError, SettingsProblem, SharedUnreachable
from wismo_desk.store.shared import OWNERS_ALONE
from wismo_desk.store.shared_jobs import RIGHTLESS, SharedJobs, job_line, trouble_of
from wismo_desk.store.shared_station import grant_station, revoke_station
from wismo_desk.sync.job_drain import Chore, JobDrain

LONG = 30  # seconds: a machine may be busy


def test_a_station_that_plays_the_administrator_is_told_who_may(place: Place) -> None:  # noqa: F811
    place.grant("poste_1")
    station = place.login("poste_1")
    for work in (station.upgrade, lambda: grant_station(station, "poste_2"),
                 lambda: grant_station(station, "poste_1"), lambda: revoke_station(station, "poste_1")):  # fmt: skip
        with pytest.raises(SettingsProblem) as refused:
            work()
        assert refused.value.sentence == OWNERS_ALONE, refused.value
        assert "grant-station" not in str(refused.value).partition("[")[0]
    assert station.check()  # its own work goes on


def test_a_desk_of_one_warehouse_is_told_the_line_to_write(place: Place) -> None:  # noqa: F811
    place.grant("lyonnais", warehouse="lyon")
    with pytest.raises(SettingsProblem) as refused:
        place.login("lyonnais").check()
    assert 'station.toml names none. Write warehouse = "lyon" there.' in str(refused.value)
    with pytest.raises(SettingsProblem, match=r"station\.toml says “paris”"):
        place.login("lyonnais", warehouse="paris").check()


@pytest.mark.parametrize("channels", [("email",), ()])
def test_a_worker_whose_user_was_revoked_is_told_so_and_ends(
    place: Place,  # noqa: F811
    channels: tuple[str, ...],
) -> None:
    """The database answers: it was told as a line that is down. Without a channel to send by it never ended: the
    cancellation of what waits for messages was swallowed."""
    password = place.grant("agent", worker=True)
    url = place.cluster.url(place.name).replace("desk@", "agent@")
    jobs = SharedJobs(place.login("agent", password))
    ready, raised = threading.Event(), []
    drain = JobDrain(
        job_line(url, password), tenant=1, channels=channels, tell=lambda _wanted: (),
        put_back=jobs.put_back, settle=ready.set, chores=[Chore(name="x", every="* * * * *", work=int)],
    )  # fmt: skip

    def run() -> None:
        try:
            drain.run()
        except DeskError as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert ready.wait(LONG)
        revoke_station(place.login("keeper"), "agent")
        thread.join(LONG)
        assert not thread.is_alive()
    finally:
        drain.stop()
    (error,) = raised
    assert error.sentence == RIGHTLESS, error
    assert "db grant-station agent --worker" in str(error)


def test_any_other_trouble_is_the_line() -> None:
    error = OSError("no route to host")
    assert isinstance(trouble_of(error, "agent"), SharedUnreachable)
