"""Hears that other desks have pushed. A hint carries no data and may be lost: the poll finds all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text

from wismo_desk.errors import SharedUnreachable


def channel_of(tenant: int) -> str:
    return f"wismo_{int(tenant)}"


def give_hint(connection: Connection, *, tenant: int, journal_id: str) -> None:
    """One per batch, never per row: NOTIFY takes a lock on the whole database at commit."""
    said = {"channel": channel_of(tenant), "who": journal_id}
    connection.execute(text("SELECT pg_notify(:channel, :who)"), said)


class Hints:
    """A connection of its own: psycopg's `notifies` holds it, so nobody else may use it."""

    def __init__(self, engine: Engine, tenant: int) -> None:
        """Raises SharedUnreachable."""
        import psycopg

        try:
            pooled: Any = engine.raw_connection()
        except psycopg.Error as error:  # a raw connection's errors are not wrapped by SQLAlchemy
            raise _dead(error) from error
        self._pooled, self._raw = pooled, pooled.driver_connection
        pooled.detach()  # out of the pool: closed here and nowhere else
        try:
            self._raw.autocommit = True
            self._raw.execute(f"LISTEN {channel_of(tenant)}")
        except BaseException as error:
            self.close()
            if isinstance(error, psycopg.Error):  # it had rested in the pool, and its line was cut meanwhile
                raise _dead(error) from error
            raise

    def wait(self, seconds: float, *, but: str = "") -> bool:
        """Whether somebody other than the journal `but` gave a hint in that time. Raises SharedUnreachable
        when the connection is dead."""
        import psycopg

        try:
            told = [note.payload for note in self._raw.notifies(timeout=seconds, stop_after=1)]
        except psycopg.Error as error:
            raise _dead(error) from error
        return any(payload != but for payload in told)

    def beat(self) -> None:
        """A dead line is silent: only asking shows it. Raises SharedUnreachable."""
        import psycopg

        try:
            self._raw.execute("SELECT 1")
        except psycopg.Error as error:
            raise _dead(error) from error

    def close(self) -> None:
        self._pooled.close()


def _dead(error: Exception) -> SharedUnreachable:
    return SharedUnreachable(
        "The shared database does not answer. The desk goes on and catches up by itself.",
        raw=str(error).split("\n")[0],
    )
