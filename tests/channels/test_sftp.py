"""Pages to a real SFTP server on loopback, and into a folder: whole or not at all, and never to a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from wismo_desk.channels.folder import FolderShelf
from wismo_desk.channels.sftp import SftpShelf, ask_fingerprint, fingerprint
from wismo_desk.errors import Refused, SettingsProblem, ShelfUnreachable
from wismo_desk.practice.sftp_server import USER, WORD, SftpFault, SftpServer
from wismo_desk.settings.pages import PagesBy, PagesSettings, pages_from_toml, pages_to_toml

NAME = "mfrggzdfmztwq2lknnwg23tpoa.html"
PATIENT_S = 20.0  # with a server that answers: a machine may be busy


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "www").mkdir()
    with SftpServer(tmp_path / "www") as found:
        yield found


def settings(server: SftpServer, **changes: object) -> PagesSettings:
    base = PagesSettings(
        by=PagesBy.SFTP,
        address="https://suivi.boutique.example",
        host="127.0.0.1",
        port=server.port,
        user=USER,
        host_key=fingerprint(server.key.asbytes()),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # names are the settings'


def shelf(server: SftpServer, **changes: object) -> SftpShelf:
    return SftpShelf(settings(server, **changes), WORD, patience_s=PATIENT_S)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("fault", [SftpFault.NONE, SftpFault.NO_POSIX_RENAME])
def test_a_page_is_put_replaced_and_dropped(server: SftpServer, fault: SftpFault) -> None:
    server.fault = fault
    line = shelf(server)
    line.put(NAME, b"one")
    line.put(NAME, "deux é".encode())
    assert files(server.folder) == {NAME: "deux é".encode()}
    line.drop(NAME)
    line.drop(NAME)
    assert files(server.folder) == {}
    line.close()


def test_another_folder_of_the_server(server: SftpServer) -> None:
    (server.folder / "suivi").mkdir()
    line = shelf(server, path="/suivi")
    line.put(NAME, b"one")
    line.close()
    assert files(server.folder / "suivi") == {NAME: b"one"}
    lost = shelf(server, path="/nowhere")
    with pytest.raises(SettingsProblem, match="no folder /nowhere"):
        lost.put(NAME, b"one")
    lost.close()


def test_a_server_with_another_key_hears_no_password(server: SftpServer) -> None:
    stranger = fingerprint(paramiko.ECDSAKey.generate().asbytes())
    with pytest.raises(SettingsProblem, match="another key") as problem:
        shelf(server, host_key=stranger)
    assert problem.value.values["shown"] == fingerprint(server.key.asbytes())
    assert ask_fingerprint(settings(server), patience_s=PATIENT_S) == fingerprint(server.key.asbytes())


def test_a_wrong_password_and_a_refusing_server_are_told(server: SftpServer) -> None:
    with pytest.raises(SettingsProblem, match="refuses the user boutique"):
        SftpShelf(settings(server), "wrong", patience_s=PATIENT_S)
    server.fault = SftpFault.REFUSES_LOGIN
    with pytest.raises(SettingsProblem, match="refuses the user"):
        shelf(server)


@pytest.mark.parametrize("fault", [SftpFault.SILENT_AT_LOGIN, SftpFault.CUTS_LOGIN])
def test_a_slow_server_and_a_line_that_breaks_do_not_refuse_the_password(
    server: SftpServer, fault: SftpFault
) -> None:
    """To the library both are the exception of a refusal: told so, the merchant would change a right password."""
    server.fault = fault
    patience = 0.5 if fault is SftpFault.SILENT_AT_LOGIN else PATIENT_S
    with pytest.raises(ShelfUnreachable, match="does not answer"):
        SftpShelf(settings(server), WORD, patience_s=patience)
    server.fault = SftpFault.NONE
    shelf(server).close()


def test_a_private_key_instead_of_a_password(server: SftpServer, tmp_path: Path) -> None:
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(tmp_path / "id"))
    server.user_key = key
    line = SftpShelf(settings(server, key_file=str(tmp_path / "id")), "", patience_s=PATIENT_S)
    line.put(NAME, b"one")
    line.close()
    assert server.puts == 1
    (tmp_path / "no-key").write_text("hello")
    for path in ("no-key", "nothing"):
        with pytest.raises(SettingsProblem, match="key file"):
            SftpShelf(settings(server, key_file=str(tmp_path / path)), "", patience_s=PATIENT_S)


def test_a_line_that_breaks_in_a_page_leaves_the_old_one(server: SftpServer) -> None:
    line = shelf(server)
    line.put(NAME, b"the old page")
    server.fault = SftpFault.CUTS_WRITES
    with pytest.raises(ShelfUnreachable, match="does not answer"):
        line.put(NAME, b"the new page" * 10_000)
    line.close()
    assert files(server.folder)[NAME] == b"the old page"


def test_naive_twin_writing_in_place_loses_the_old_page(server: SftpServer) -> None:
    line = shelf(server)
    line.put(NAME, b"the old page")
    server.fault = SftpFault.CUTS_WRITES
    with pytest.raises((OSError, EOFError, paramiko.SSHException)), line._files.open(NAME, "wb") as file:
        file.write(b"the new page" * 10_000)
        file.flush()
    line.close()
    assert files(server.folder)[NAME] != b"the old page"


def test_no_right_to_write_is_told(server: SftpServer) -> None:
    server.fault = SftpFault.FORBIDS_WRITES
    line = shelf(server)
    with pytest.raises(SettingsProblem, match="does not let this user write"):
        line.put(NAME, b"one")
    line.close()


def test_nobody_there_and_a_silent_server(server: SftpServer) -> None:
    with pytest.raises(ShelfUnreachable):
        SftpShelf(settings(server, port=1), WORD, patience_s=PATIENT_S)
    server.fault = SftpFault.SILENT
    with pytest.raises(ShelfUnreachable):
        SftpShelf(settings(server), WORD, patience_s=0.3)


@pytest.mark.parametrize(
    "name", ["../up.html", "/etc/passwd", "a/b.html", ".htaccess", "x.php", "", "A.html", "a\n.html"]
)
def test_a_name_leads_nowhere_else(server: SftpServer, tmp_path: Path, name: str) -> None:
    line, folder = shelf(server), FolderShelf(tmp_path)
    for place in (line, folder):
        with pytest.raises(Refused):
            place.put(name, b"x")
        with pytest.raises(Refused):
            place.drop(name)
    line.close()


def test_a_folder(tmp_path: Path) -> None:
    place = FolderShelf(tmp_path)
    place.put(NAME, b"one")
    place.put(NAME, b"two")
    assert files(tmp_path) == {NAME: b"two"}
    place.drop(NAME)
    place.drop(NAME)
    assert files(tmp_path) == {}
    with pytest.raises(SettingsProblem, match="not there"):
        FolderShelf(tmp_path / "nowhere")
    (tmp_path / NAME).mkdir()
    with pytest.raises(ShelfUnreachable):
        place.put(NAME, b"one")
    assert not list(tmp_path.glob(".*"))
    place.close()


def test_settings_go_to_the_file_and_back() -> None:
    one = PagesSettings(by=PagesBy.FOLDER, address="https://suivi.boutique.example", folder="/srv/suivi")
    assert pages_from_toml(pages_to_toml(one)) == one
    assert one.ready
    assert not PagesSettings(by=PagesBy.FOLDER, folder="/srv").ready
    assert not PagesSettings(by=PagesBy.SFTP, address="https://x.example", host="x", user="y").ready, (
        "no key was compared"
    )
    with pytest.raises(SettingsProblem, match="number"):
        pages_from_toml({"port": "22"})
