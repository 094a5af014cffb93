"""A loop that a library's own thread may still speak to when it has been closed."""

from __future__ import annotations

import asyncio
import threading

from wismo_desk.channels.session_loop import SessionLoop


def told_late(loop: asyncio.AbstractEventLoop) -> list[BaseException]:
    """What the other thread meets."""
    met: list[BaseException] = []

    def tell() -> None:
        try:
            loop.call_soon_threadsafe(met.clear)
        except RuntimeError as error:
            met.append(error)

    loop.close()
    thread = threading.Thread(target=tell)
    thread.start()
    thread.join()
    return met


def test_what_comes_too_late_is_told_to_nobody() -> None:
    assert told_late(SessionLoop()) == []


def test_naive_twin_raises_in_a_thread_that_nobody_watches() -> None:
    assert [type(error) for error in told_late(asyncio.new_event_loop())] == [RuntimeError]


def test_an_open_one_is_a_loop_like_any_other() -> None:
    loop = SessionLoop()
    heard: asyncio.Future[str] = loop.create_future()
    thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(heard.set_result, "heard"))
    thread.start()
    assert loop.run_until_complete(heard) == "heard"
    thread.join()
    loop.close()
