"""Pages come, change and go: by a real store and a real folder, through faults, restarts and erasures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from notice_rig import (
    CARRIER,
    NOON,
    PARIS,
    Clock,
    commit,
    fact,
    label,
    letters_of,
    opened,
    order,
    said,
    settings,
    take_in,
)

from wismo_desk.channels.folder import FolderShelf
from wismo_desk.domain.brand import BRAND, SHOP, Brand, dump_brand, logo_of
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Milestone
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.order_file import Mapping
from wismo_desk.domain.shelf import PAGE, Shelf, is_token
from wismo_desk.errors import Refused, ShelfUnreachable
from wismo_desk.flows.clean_files import CleanFiles
from wismo_desk.flows.page_view import Shop
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.publish import Publish
from wismo_desk.flows.published import Published
from wismo_desk.notices.known import Knowledge
from wismo_desk.notices.letters import Letters, spoken_names
from wismo_desk.notices.stories import tell
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings.pages import PagesBy, PagesSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PARTY = Party(
    name="Camille Roux",
    company="Roux & Filles",
    street=("14 rue des Tanneurs", "Escalier B"),
    postcode="44000",
    city="Nantes",
    phone="+33 6 39 98 12 34",
    email="camille.roux@example.org",
)


class Faulty:
    """A folder whose server is away on request."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.away, self.after, self.opened = folder, False, 10_000, 0

    def __call__(self, _settings: PagesSettings) -> Shelf:
        self.opened += 1
        if self.away:
            raise ShelfUnreachable("The server {host} does not answer.", host="suivi")
        return _Counting(self, FolderShelf(self.folder))


class _Counting:
    def __init__(self, owner: Faulty, shelf: Shelf) -> None:
        self._owner, self._shelf = owner, shelf

    def put(self, name: str, content: bytes) -> None:
        if not self._owner.after:
            raise ShelfUnreachable("The server {host} does not answer.", host="suivi")
        self._owner.after -= 1
        self._shelf.put(name, content)

    def drop(self, name: str) -> None:
        self._shelf.drop(name)

    def close(self) -> None:
        self._shelf.close()


class Rig:
    def __init__(self, folder: Path) -> None:
        self.folder, self.www = folder, folder / "www"
        self.www.mkdir(exist_ok=True)
        self.clock, self.shelf = Clock(), Faulty(self.www)
        self.pages = PagesSettings(
            by=PagesBy.FOLDER, address="https://suivi.papeterie.example/", folder=str(self.www)
        )
        self.open()

    def open(self) -> None:
        """As at start."""
        self.store: Store = opened(self.folder)
        self.pen = Pen("Poste 1", clock=self.clock, after=self.store.newest_id("Poste 1"))
        self.known = Knowledge(store=self.store, zone=PARIS)
        names = spoken_names({"practice": CARRIER}, "Livraison magasin")
        self.publish = Publish(
            store=self.store,
            pen=self.pen,
            known=self.known,
            shop=lambda: Shop(
                name="Papeterie du Port", contact="bonjour@papeterie.example", zone=PARIS, names=names
            ),
            words={each: Words(each, catalogue(each), zone=PARIS) for each in ("fr", "en")},
            language=lambda told: letters_of(lambda: settings(25)).language(told, Milestone.SHIPPED),
            settings=lambda: self.pages,
            open_shelf=self.shelf,
            published=Published(self.folder / "published.txt"),
        )

    def close(self) -> None:
        self.store.close(self.clock())

    def ship(self, number: str, **changes: object) -> Order:
        one = order(number, recipient=replace(PARTY, **changes))  # type: ignore[arg-type]  # names are Party's
        self.last = take_in(self.store, self.pen, one)
        self.last |= commit(self.store, self.pen, label(self.pen, one, uuid4()))
        return one

    def files(self) -> dict[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in self.www.glob("*.html")}

    def page(self) -> str:
        """The one in the customer's language."""
        (found,) = (text for name, text in self.files().items() if "-" not in name)
        return found


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    found = Rig(tmp_path)
    yield found
    found.close()


def test_a_labelled_shipment_gets_its_pages(rig: Rig) -> None:
    one = rig.ship("10482")
    take_in(rig.store, rig.pen, order("10483"))
    turn = rig.publish.turn()
    assert (turn.put, turn.gone, turn.waiting, turn.error) == (1, 0, 0, None), (
        "what has no parcel has no page"
    )
    names = sorted(rig.files())
    token = names[1].removesuffix(".html")
    assert is_token(token)
    assert names == [f"{token}-en.html", f"{token}.html"]
    assert rig.store.read.value(PAGE, str(shipment_id(one.order_id))) == {"token": token, "live": True}
    french, english = rig.files()[f"{token}.html"], rig.files()[f"{token}-en.html"]
    assert '<html lang="fr">' in french and f'href="{token}-en.html" hreflang="en"' in french
    assert '<html lang="en">' in english and f'href="{token}.html" hreflang="fr"' in english
    assert "Bonjour Camille, votre commande 10482" in french
    assert "Hello Camille, your order 10482" in english
    assert "PX1048211" in french
    assert (rig.www / "robots.txt").read_text() == "User-agent: *\nDisallow: /\n"


def test_of_the_person_a_first_name_and_a_town_and_no_more(rig: Rig) -> None:
    one = rig.ship("10482")
    commit(rig.store, rig.pen, said(rig.pen, one, "TRI"))
    rig.publish.turn()
    for page in rig.files().values():
        assert "Camille" in page
        for secret in (
            "Roux",
            "Filles",
            "Tanneurs",
            "Escalier",
            "44000",
            "39 98",
            "camille.roux",
            str(one.order_id),
        ):
            assert secret not in page, secret


def test_what_has_not_changed_is_not_put_again(rig: Rig) -> None:
    rig.ship("10482")
    rig.publish.turn(rig.last)
    asked = rig.shelf.opened
    assert rig.publish.turn(rig.last).put == 0
    assert rig.shelf.opened == asked, "the server is not even asked"
    rig.close()
    rig.open()
    assert rig.publish.turn().put == 0, "nor after a restart"
    assert rig.shelf.opened == asked


def test_news_are_put_under_the_same_address(rig: Rig) -> None:
    one = rig.ship("10482")
    rig.publish.turn(rig.last)
    before = rig.files()
    changes = commit(rig.store, rig.pen, said(rig.pen, one, "LIVRE"))
    assert rig.publish.turn(changes).put == 1
    after = rig.files()
    assert after.keys() == before.keys()
    assert "Livrée le" in rig.page()


def test_a_brand_changes_every_page_and_brings_its_logo(rig: Rig) -> None:
    for number in range(3):
        rig.ship(f"1048{number}")
    rig.publish.turn(rig.last)
    brand = Brand(colour="#7A1F5C", logo=logo_of(PNG), phone="+33 1 99 00 12 34")
    value = dump_brand(brand)
    changes = commit(rig.store, rig.pen, rig.pen.fact(FactKind.VALUE_SET, scope=BRAND, key=SHOP, value=value))
    assert rig.publish.turn(changes | Changes(values=True)).put == 3
    assert (rig.www / brand.logo_name).read_bytes() == PNG
    assert all(f'src="{brand.logo_name}"' in page for page in rig.files().values())
    assert all('href="tel:+33199001234"' in page for page in rig.files().values())


def test_an_erased_person_s_page_is_taken_away_for_ever(rig: Rig) -> None:
    one, other = rig.ship("10482"), rig.ship("10483")
    rig.publish.turn()
    assert len(rig.files()) == 4
    erased = fact(rig.pen, one, FactKind.PERSON_ERASED, reason="asked")
    changes = rig.store.commit(Entry(at=rig.clock(), facts=(erased,), parties=((one.order_id, Party(), ""),)))
    turn = rig.publish.turn(changes)
    assert (turn.put, turn.gone) == (0, 1)
    kept = rig.store.read.value(PAGE, str(shipment_id(other.order_id)))
    assert sorted(rig.files()) == [f"{kept['token']}-en.html", f"{kept['token']}.html"]
    commit(rig.store, rig.pen, said(rig.pen, one, "LIVRE"))
    rig.clock.pass_(hours=7)
    assert rig.publish.turn(changes).put == 0
    assert len(rig.files()) == 2


def test_an_erasure_while_the_server_is_away_is_done_once_it_is_back(rig: Rig) -> None:
    one = rig.ship("10482")
    rig.publish.turn()
    rig.shelf.away = True
    erased = fact(rig.pen, one, FactKind.PERSON_ERASED, reason="asked")
    turn = rig.publish.turn(
        rig.store.commit(Entry(at=rig.clock(), facts=(erased,), parties=((one.order_id, Party(), ""),)))
    )
    assert isinstance(turn.error, ShelfUnreachable)
    assert (turn.waiting, len(rig.files())) == (1, 2)
    rig.close()
    rig.open()  # and a restart between
    rig.shelf.away = False
    assert rig.publish.turn().gone == 1
    assert rig.files() == {}


def test_an_ended_shipment_s_page_goes_after_its_time(rig: Rig) -> None:
    one = rig.ship("10482")
    commit(rig.store, rig.pen, said(rig.pen, one, "LIVRE"))
    rig.publish.turn()
    rig.clock.pass_(days=29)
    assert rig.publish.turn().gone == 0
    rig.clock.pass_(days=2)
    assert rig.publish.turn().gone == 1
    assert rig.files() == {}
    rig.clock.pass_(days=1)
    assert rig.publish.turn().gone == 0


def test_a_server_that_breaks_off_rests_and_goes_on(rig: Rig) -> None:
    for number in range(4):
        rig.ship(f"1048{number}")
    rig.shelf.after = 4  # robots.txt, one page in both languages, and half of the next
    turn = rig.publish.turn()
    assert (turn.put, turn.waiting) == (1, 3)
    assert isinstance(turn.error, ShelfUnreachable)
    rig.shelf.after = 10_000
    asked = rig.shelf.opened
    assert rig.publish.turn().waiting == 3
    assert rig.shelf.opened == asked, "it rests"
    rig.clock.pass_(minutes=6)
    assert rig.publish.turn().put == 3
    assert len(rig.files()) == 8
    tokens = {value["token"] for value in rig.store.read.values(PAGE).values()}
    assert len(tokens) == 4


def test_what_was_put_before_a_crash_is_known(rig: Rig) -> None:
    """The token is a fact before the page is put: no page is ever out there that nobody knows."""
    rig.ship("10482")
    rig.shelf.after = 2
    rig.publish.turn()
    rig.close()
    rig.open()
    rig.shelf.after = 10_000
    rig.publish.turn()
    known = {value["token"] for value in rig.store.read.values(PAGE).values()}
    assert {name.split(".")[0].split("-")[0] for name in rig.files()} == known


def test_naive_twin_a_token_kept_after_the_page_leaves_an_orphan(tmp_path: Path) -> None:
    import secrets

    kept: dict[str, str] = {}

    def publish(number: str, *, dies: bool) -> None:
        token = kept.get(number) or secrets.token_hex(8)
        (tmp_path / f"{token}.html").write_text("Camille")
        if not dies:
            kept[number] = token

    publish("10482", dies=True)
    publish("10482", dies=False)
    assert len(list(tmp_path.iterdir())) == 2
    assert len(kept) == 1


def test_letters_name_the_page_once_it_is_there(rig: Rig) -> None:
    one = rig.ship("10482")
    letters = Letters(
        (resources_dir() / "notices",),
        names=spoken_names({"practice": CARRIER}, "Livraison magasin"),
        zone=PARIS,
        mail=lambda: settings(25),
        known=rig.known,
    )

    def text() -> str:
        told = tell(rig.store, shipment_id(one.order_id))
        assert told is not None
        return letters.write(told, Milestone.SHIPPED, at=NOON).text

    assert "https://" not in text()
    rig.publish.turn()
    token = rig.store.read.value(PAGE, str(shipment_id(one.order_id)))["token"]
    assert f"https://suivi.papeterie.example/{token}.html" in text()
    rig.pages = replace(rig.pages, by=PagesBy.OFF)
    rig.publish.turn()
    assert "https://" not in text(), "switched off, no letter leads there"


def test_switched_off_nothing_is_published(rig: Rig) -> None:
    rig.ship("10482")
    rig.pages = PagesSettings()
    assert rig.publish.turn(rig.last).put == 0
    assert rig.files() == {}
    assert rig.store.read.values(PAGE) == {}


def test_a_preview_is_a_file_named_by_its_order(rig: Rig, tmp_path: Path) -> None:
    rig.ship("10482")
    path = rig.publish.preview("10482", tmp_path / "documents")
    assert path.name == "10482 page.html"
    assert "Bonjour Camille" in path.read_text(encoding="utf-8")
    assert rig.publish.preview("", tmp_path / "documents") == path
    with pytest.raises(Refused, match="99"):
        rig.publish.preview("99", tmp_path / "documents")
    assert rig.store.read.values(PAGE) == {}, "looking publishes nothing"


def test_previews_of_an_erased_order_go_with_its_papers(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("10482 page.html", "10482 message.html", "10483 page.html"):
        (documents / name).write_text("Camille")
    clean = CleanFiles(watched=lambda: tmp_path, documents=documents, columns=lambda _header: Mapping())
    clean(["10482"])
    assert [path.name for path in documents.iterdir()] == ["10483 page.html"]


def test_what_is_known_of_published_files_survives_damage(tmp_path: Path) -> None:
    path = tmp_path / "published.txt"
    one = Published(path)
    one.note("p", "a.html", b"1")
    one.note("p", "b.html", b"2")
    one.note("p", "a.html", None)
    with path.open("a") as file:
        file.write("half a li")
    again = Published(path)
    assert not again.has("p", "a.html", b"1")
    assert again.has("p", "b.html", b"2")
    assert not again.has("p", "b.html", b"3")
    assert not again.has("another place", "b.html", b"2")
    for number in range(1500):
        one.note("p", "c.html", str(number).encode())
    assert len(path.read_text().splitlines()) < 1200, "it is written anew now and then"
    assert Published(path).has("p", "c.html", b"1499")


def test_tokens_are_random_and_each_its_own(rig: Rig) -> None:
    for number in range(30):
        rig.ship(f"2{number:04}")
    rig.publish.turn()
    tokens = [value["token"] for value in rig.store.read.values(PAGE).values()]
    assert len(set(tokens)) == 30
    assert all(map(is_token, tokens))
    # 26 signs of 5 bits hold the 128; no two begin alike, as counted or timed ones would.
    assert len({token[:6] for token in tokens}) == 30
