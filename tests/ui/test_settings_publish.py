"""Brand and tracking pages in the settings: each field is checked, tried before customers are sent there, undone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from page_fakes import make_desk, shown
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page

from wismo_desk.domain.brand import Brand, checked, logo_of
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError, ShelfUnreachable
from wismo_desk.flows.publish import PagesTurn
from wismo_desk.settings.pages import PagesBy, PagesSettings
from wismo_desk.settings.station import Settings
from wismo_desk.ui.settings_brand import BrandAsks, BrandCard
from wismo_desk.ui.settings_page import PAGES, SettingsPage
from wismo_desk.ui.settings_publish import PagesAsks, PagesPane
from wismo_desk.ui.theme import Look

KEY = "SHA256:" + "a" * 43
SFTP = PagesSettings(
    by=PagesBy.SFTP, address="https://suivi.example", host="ftp.example", user="shop", host_key=KEY
)


@dataclass
class FakePages:
    """The place, the brand and the browser; `said` records the calls."""

    brand: Brand = field(default_factory=Brand)
    said: list[tuple[Any, ...]] = field(default_factory=list)
    error: DeskError | None = None
    last: PagesTurn = field(default_factory=PagesTurn)

    def save(self, brand: Brand) -> Changes:
        self.brand = checked(brand)
        return Changes(values=True)

    def attempt(self, settings: PagesSettings) -> None:
        self.said.append(("attempt", settings))
        if self.error:
            raise self.error

    def fingerprint(self, settings: PagesSettings) -> str:
        if self.error:
            raise self.error
        return KEY

    def preview(self, number: str) -> Path:
        self.said.append(("preview", number))
        return Path(f"/documents/{number or '10482'} page.html")

    def brand_asks(self) -> BrandAsks:
        return BrandAsks(
            brand=lambda: self.brand,
            save=self.save,
            picture=lambda path: logo_of(path.read_bytes()),
            changed=lambda changes: self.said.append(("changed", changes)),
        )

    def asks(self) -> PagesAsks:
        return PagesAsks(
            brand=self.brand_asks(),
            preview=self.preview,
            fingerprint=self.fingerprint,
            attempt=self.attempt,
            last=lambda: self.last,
            keep_password=lambda password: self.said.append(("keep", password)),
        )


def _pane(
    qtbot: QtBot,
    look: Look,
    fake: FakePages,
    pages: PagesSettings = PagesSettings(),  # noqa: B008 - frozen
) -> tuple[SettingsPage, PagesPane, FakeOthers]:
    others = FakeOthers()
    first = open_page(look, others)
    page = SettingsPage(make_desk(look), Settings(pages=pages), replace(first._asks, pages=fake.asks()))
    qtbot.addWidget(first)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(PAGES)
    assert page.pages is not None
    return page, page.pages, others


def _leave(pane: PagesPane, name: str, text: str) -> None:
    pane._lines.fields[name].setText(text)
    pane._lines.fields[name].editingFinished.emit()


def test_what_is_missing_is_told_one_after_the_other(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    _, pane, others = _pane(qtbot, look, FakePages())
    assert pane.now.accessibleName() == "Tracking pages are not published. Letters name no page."
    pane.by.setCurrentIndex(pane.by.findData("folder"))
    pane.by.activated.emit(1)
    assert pane.now.accessibleName().endswith("The address under which they are seen is missing.")
    _leave(pane, "address", "https://suivi.boutique.example")
    assert pane.now.accessibleName().endswith("The folder is missing.")
    assert not pane.attempt.isEnabled()
    _leave(pane, "folder", str(tmp_path))
    assert pane.now.accessibleName() == "Tracking pages are published. No page waits."
    assert pane.attempt.isEnabled()
    assert others.saved[-1].pages == PagesSettings(
        by=PagesBy.FOLDER, address="https://suivi.boutique.example", folder=str(tmp_path)
    )


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("address", "http://suivi.example", "not an address of the web"),
        ("address", 'https://x"><script>', "not an address of the web"),
        ("address", "https://shop@evil.example", "not an address of the web"),
        ("folder", "/nowhere/at/all", "no folder /nowhere"),
        ("keep_days", "0", "no number of days"),
        ("keep_days", "always", "no number of days"),
        ("port", "ssh", "not a port"),
        ("host", "sftp://x", "not the name of a server"),
    ],
)
def test_what_cannot_be_is_refused(qtbot: QtBot, look: Look, name: str, text: str, told: str) -> None:
    page, pane, others = _pane(qtbot, look, FakePages())
    _leave(pane, name, text)
    assert told in page._said.text()
    assert others.saved == []


def test_the_key_of_a_server_is_shown_and_compared_by_a_person(qtbot: QtBot, look: Look) -> None:
    _, pane, others = _pane(qtbot, look, FakePages(), replace(SFTP, host_key=""))
    assert pane.now.accessibleName().endswith("The key of the server is missing.")
    pane.ask_key.click()
    assert KEY in pane.key_outcome.accessibleName()
    assert others.saved == [], "shown is not saved"
    take = [
        b for b in pane.key_outcome.findChildren(QAbstractButton) if b.text() == "It is the same: save it"
    ]
    take[0].click()
    assert others.saved[-1].pages.host_key == KEY
    assert pane.now.accessibleName().startswith("Tracking pages are published.")


def test_publishing_is_tried(qtbot: QtBot, look: Look) -> None:
    fake = FakePages()
    _, pane, _ = _pane(qtbot, look, fake, SFTP)
    pane.attempt.click()
    assert fake.said[-1] == ("attempt", SFTP)
    assert pane.outcome.accessibleName().startswith("A file was written there.")
    fake.error = ShelfUnreachable("The server x does not answer.")
    pane.attempt.click()
    assert pane.outcome.accessibleName() == "The server x does not answer."


def test_what_waits_and_why_is_shown(qtbot: QtBot, look: Look) -> None:
    fake = FakePages(last=PagesTurn(waiting=12, error=ShelfUnreachable("The server x does not answer.")))
    _, pane, _ = _pane(qtbot, look, fake, SFTP)
    assert pane.now.accessibleName() == "The server x does not answer. 12 pages wait"


def test_one_page_is_looked_at_in_the_browser(qtbot: QtBot, look: Look) -> None:
    fake = FakePages()
    _, pane, _ = _pane(qtbot, look, fake, SFTP)
    opened: list[str] = []
    pane.open_url = lambda url: opened.append(url.toLocalFile())  # type: ignore[method-assign]  # no browser here
    pane.number.setText("10999")
    pane.preview.click()
    assert opened == ["/documents/10999 page.html"]


def test_the_server_s_fields_are_there_for_sftp_alone(qtbot: QtBot, look: Look) -> None:
    _, pane, _ = _pane(qtbot, look, FakePages())
    assert not pane._sftp.isVisible()
    pane.by.setCurrentIndex(pane.by.findData("sftp"))
    pane.by.activated.emit(2)
    assert pane._sftp.isVisible()
    assert not pane._lines.fields["folder"].isEnabled()


def test_a_brand_is_saved_for_all_desks(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    fake = FakePages()
    card = BrandCard(make_desk(look), fake.brand_asks())
    qtbot.addWidget(card)
    card.ask()
    for name, text in (("colour", "#7A1F5C"), ("site", "https://x.example"), ("phone", "+33 1 99 00 12 34")):
        getattr(card, name).setText(text)
        getattr(card, name).editingFinished.emit()
    assert fake.brand == Brand(colour="#7A1F5C", site="https://x.example", phone="+33 1 99 00 12 34")
    assert fake.said[-1] == ("changed", Changes(values=True))
    for name, text, told in (
        ("colour", "red", "not a colour"), ("site", "x.example", "not an address"), ("phone", "call", "not a phone"),
    ):  # fmt: skip
        getattr(card, name).setText(text)
        getattr(card, name).editingFinished.emit()
        assert told in card.outcome.accessibleName()
    (tmp_path / "logo.svg").write_text("<svg onload='x'/>")
    card.take(tmp_path / "logo.svg")
    assert "no PNG and no JPEG" in card.outcome.accessibleName()
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40_000))
    card.take(tmp_path / "logo.png")
    assert "39 kB" in card.outcome.accessibleName()
    assert fake.brand.logo == ""
