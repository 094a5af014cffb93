"""A PostgreSQL that speaks French says no: the desk understands it, before a connection and after."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_cluster import PASSWORD, Cluster, binaries

from wismo_desk.errors import DeskError, SharedUnreachable
from wismo_desk.store.shared import NOT_ALLOWED, WRONG_USER, SharedDatabase
from wismo_desk.store.shared_said import Refusal, refusal_of

_CALL = 'connection failed: connection to server at "127.0.0.1", port 5432 failed: '
_ELSEWHERE = "The shared database refused this desk. Check its address, the user and the password."


@pytest.fixture(scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found, maker = binaries(), shutil.which("localedef")
    if found is None or maker is None or not Path("/usr/share/i18n/locales/fr_FR").exists():
        pytest.skip("no PostgreSQL here, or no sources of locales: apt-get install postgresql locales")
    if not any(Path("/usr/share/locale/fr/LC_MESSAGES").glob("postgres-*.mo")):
        pytest.skip("this PostgreSQL came without its French")
    locales = (
        Path("/tmp") / tmp_path_factory.mktemp("locales").name
    )  # the server's user cannot enter pytest's
    locales.mkdir(mode=0o755, exist_ok=True)
    subprocess.run([maker, "-i", "fr_FR", "-f", "UTF-8", str(locales / "fr_FR.UTF-8")], check=True)
    cluster = Cluster(found, locales=locales)
    yield cluster
    cluster.remove()
    shutil.rmtree(locales)


def _no(cluster: Cluster, url: str, password: str = PASSWORD) -> DeskError:
    shared = SharedDatabase.open(url, password)
    try:
        with pytest.raises(DeskError) as said:
            shared.check()
        return said.value
    finally:
        shared.close()


def test_it_says_who_is_refused(french: Cluster) -> None:
    url = french.make("wismo")
    wrong = _no(french, url, "wrong")
    assert (wrong.sentence, "authentification" in wrong.raw) == (WRONG_USER, True)
    assert _no(french, url, "").sentence == WRONG_USER
    assert _no(french, url.replace("desk@", "nobody@")).sentence == WRONG_USER
    french.sql("postgres", "CREATE ROLE group_only NOLOGIN PASSWORD 'x'")
    asleep = _no(french, url.replace("desk@", "group_only@"), "x")
    assert (asleep.sentence, "autoris" in asleep.raw) == (WRONG_USER, True)
    missing = _no(french, french.url("nowhere"))
    assert (missing.sentence, "n'existe pas" in missing.raw) == (_ELSEWHERE, True)
    french.sql("postgres", "CREATE DATABASE others")
    french.sql("others", "CREATE SCHEMA wismo; CREATE TABLE wismo.meta (name text, value text)")
    assert _no(french, french.url("others")).sentence == NOT_ALLOWED


def test_what_is_full_or_waking_is_waited_for(french: Cluster) -> None:
    """The naive twin looks for the English words only."""
    french.sql("postgres", "CREATE DATABASE full_house OWNER desk CONNECTION LIMIT 0")
    full = _no(french, french.url("full_house"))
    assert isinstance(full, SharedUnreachable) and "trop de" in full.raw
    assert "too many" not in full.raw


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('FATAL:  password authentication failed for user "starting up"', Refusal.USER),
        (
            "FATAL:  authentification par mot de passe échouée pour l'utilisateur  « restauration »",
            Refusal.USER,
        ),
        ("fe_sendauth: no password supplied", Refusal.USER),
        ('FATAL:  role "x" does not exist', Refusal.USER),
        ("FATAL:  le rôle « x y » n'existe pas", Refusal.USER),
        ("FATAL:  authentification par mot de passe ?chou?e pour l'utilisateur  << desk >>", Refusal.USER),
        ("FATAL:  le syst?me de base de donn?es s'arr?te", Refusal.NONE),
        ("FATAL:  le rôle « x » n'est pas autorisé à se connecter", Refusal.USER),
        ('FATAL:  database "x" does not exist', Refusal.UNCLEAR),
        ("FATAL:  la base de données « x » n'existe pas", Refusal.UNCLEAR),
        ("FATAL:  aucune entrée dans pg_hba.conf pour l'hôte « h », utilisateur « u »,", Refusal.UNCLEAR),
        ("FATAL:  Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen", Refusal.UNCLEAR),
        ("FATAL:  the database system is starting up", Refusal.NONE),
        ("FATAL:  the database system is not yet accepting connections", Refusal.NONE),
        ("FATAL:  le système de bases de données se lance", Refusal.NONE),
        ("FATAL:  le système de bases de données n'accepte pas encore de connexions", Refusal.NONE),
        ("FATAL:  le système de base de données s'arrête", Refusal.NONE),
        ("FATAL:  le système de bases de données est en cours de restauration", Refusal.NONE),
        ("FATAL:  désolé, trop de clients sont déjà connectés", Refusal.NONE),
        ("FATAL:  les emplacements de connexions restants sont réservés pour les connexions", Refusal.NONE),
        ("FATAL:  sorry, too many clients already", Refusal.NONE),
        ("timeout expired", Refusal.NONE),
        ("le certificat serveur pour « a » ne correspond pas au nom d'hôte « b »", Refusal.UNSAFE),
    ],
)
def test_words_before_a_connection(said: str, meant: Refusal) -> None:
    assert refusal_of(_CALL + said, "") is meant


def test_with_a_code_no_word_counts() -> None:
    assert refusal_of("password authentication failed", "57P01") is Refusal.NONE
    assert refusal_of("n'importe quoi", "28P01") is Refusal.USER
    assert refusal_of("starting up", "3D000") is Refusal.UNCLEAR


def test_libpq_knows_without_words_that_a_password_is_missing() -> None:
    assert refusal_of("пароль не указан", "", needs_password=True) is Refusal.USER


def test_psycopg_still_gives_no_code_before_a_connection(french: Cluster) -> None:
    """The day it does, the words may go."""
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect(f"host=127.0.0.1 port={french.port} user=desk password=wrong dbname=postgres")
    assert refused.value.sqlstate is None
