"""A PostgreSQL of our own for the tests: made in a temporary folder, run by a user that is not root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PASSWORD = "bench-of-oak"
USER = "desk"


def binaries() -> Path | None:
    """Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    told = shutil.which("initdb")
    return Path(told).parent if told else None


class Cluster:
    """`desk` is an ordinary role; TCP asks for its password, the socket does not."""

    def __init__(self, bin_dir: Path, *, durable: bool = False, locales: Path | None = None) -> None:
        """`locales`: a folder with `fr_FR.UTF-8` made by localedef; the server then speaks French."""
        self._bin = bin_dir
        self._locales = {"LOCPATH": str(locales)} if locales else {}
        self.folder = Path(tempfile.mkdtemp(prefix="wismo-pg-"))
        self.data = self.folder / "data"
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            who = next(name for name in ("postgres", "nobody") if _exists(name))
            entry = pwd.getpwnam(who)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self._as = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        secret = self.folder / "pw"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run(
            "initdb", "-D", str(self.data), "-U", "admin", "-E", "UTF8", "--locale=C", "--no-sync",
            "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories='{self.folder}'\n"
                "shared_buffers=32MB\nmax_connections=60\nlog_min_messages=fatal\n"
            )
            if locales is not None:
                conf.write("lc_messages='fr_FR.UTF-8'\n")
            if not durable:
                conf.write("fsync=off\nfull_page_writes=off\n")
        self.start()
        self.sql("postgres", f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def secure(self, certificate: Path, key: Path) -> None:
        """Offer TLS from now on, with this certificate."""
        for name, source in (("server.crt", certificate), ("server.key", key)):
            kept = self.data / name
            kept.write_bytes(source.read_bytes())
            kept.chmod(0o600)
            if "user" in self._as:
                os.chown(kept, int(str(self._as["user"])), int(str(self._as["group"])))
        self.sql("postgres", "ALTER SYSTEM SET ssl = on")
        self.stop("fast")
        self.start()

    def make(self, name: str) -> str:
        """A new database that belongs to `desk`; returns its URL over TCP."""
        self.sql("postgres", f"CREATE DATABASE {name} OWNER {USER}")
        return self.url(name)

    @contextmanager
    def lent(self, name: str) -> Iterator[str]:
        """The same for a while: dropped at once, its five hundred files never reach the disk, and hundreds of them
        need not be removed in the time of the last test."""
        yield self.make(name)
        import psycopg

        with suppress(psycopg.OperationalError):  # a test that fell short left the server down
            self.sql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str, port: int | None = None) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{port or self.port}/{name}"

    def socket_url(self, name: str) -> str:
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}&port={self.port}"

    def sql(self, name: str, statement: str) -> list[tuple[object, ...]]:
        """As the administrator, over the socket."""
        import psycopg

        told = f"host={self.folder} port={self.port} user=admin dbname={name}"
        with psycopg.connect(told, autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def kill_backends(self, name: str) -> int:
        """SIGKILL to every backend of this database: the server restarts all of them."""
        pids = self.sql("postgres", f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'")
        for (pid,) in pids:
            os.kill(int(str(pid)), signal.SIGKILL)
        return len(pids)

    def remove(self) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._bin / program), *arguments], check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **self._locales}, **self._as,  # type: ignore[call-overload]  # only as root
        )  # fmt: skip


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
