"""What letters, brand and tracking pages need, built from a station: for its pages, its worker and the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wismo_desk.channels.folder import FolderShelf
from wismo_desk.channels.safe_line import is_loopback
from wismo_desk.channels.sftp import SftpShelf
from wismo_desk.domain.notice import Milestone
from wismo_desk.domain.shelf import Shelf
from wismo_desk.errors import SettingsProblem
from wismo_desk.flows.letter_texts import LetterTexts
from wismo_desk.flows.page_view import LANGUAGES, Shop
from wismo_desk.flows.publish import Publish
from wismo_desk.flows.published import Published
from wismo_desk.notices.known import Knowledge
from wismo_desk.notices.letters import spoken_names
from wismo_desk.resources import catalogue
from wismo_desk.settings.pages import PagesBy, PagesSettings, pages_password
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.app.station import Station


def letter_texts(station: Station) -> LetterTexts:
    return LetterTexts(store=station.store, pen=station.pen, letters=station.notify.letters)


def publish_flow(station: Station) -> Publish:
    zone = station.settings.timezone

    def shop() -> Shop:
        mail = station.settings.mail
        names = spoken_names(station.infos, station.settings.own_name)
        return Shop(name=mail.shop, contact=mail.sender_address, zone=zone, names=names)

    return Publish(
        store=station.store,
        pen=station.pen,
        known=Knowledge(store=station.store, zone=zone),
        shop=shop,
        words={language: Words(language, catalogue(language), zone=zone) for language in LANGUAGES},
        language=lambda told: station.notify.letters.language(told, Milestone.SHIPPED),
        settings=lambda: station.settings.pages,
        open_shelf=lambda settings: open_shelf(settings, practice=station.practice),
        published=Published(station.folder / "pages" / "published.txt"),
    )


def open_shelf(settings: PagesSettings, *, practice: bool = False) -> Shelf:
    """Raises ShelfUnreachable, and SettingsProblem for what a person must mend."""
    if settings.by is PagesBy.FOLDER:
        return FolderShelf(Path(settings.folder))
    if practice and not is_loopback(settings.host):
        raise SettingsProblem(
            "Practice publishes nothing outside this computer. Choose a folder.", field="pages"
        )
    return SftpShelf(settings, pages_password(settings))
