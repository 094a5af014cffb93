"""Réglages: what the supervisor tells this station; a change is saved at once, and can be undone for 10 s."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.printer import PrinterStatus
from wismo_desk.settings.mail import MailSettings
from wismo_desk.settings.station import Settings
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.page_asks import Papers
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import scrolled
from wismo_desk.ui.parts import Button, Elided, Kind
from wismo_desk.ui.settings_ahead import ahead_form
from wismo_desk.ui.settings_alerts import alert_pane
from wismo_desk.ui.settings_anomalies import AnomalyAsks, AnomalyPane
from wismo_desk.ui.settings_cartons import carton_form
from wismo_desk.ui.settings_channels import BouncesCard, SmsCard, WebhookCard
from wismo_desk.ui.settings_closed import ClosedAsks, closed_form
from wismo_desk.ui.settings_codes import CodeAsks, CodesCard
from wismo_desk.ui.settings_contracts import ContractAsks, ContractsCard
from wismo_desk.ui.settings_delivery import DeliveryAsks, delivery_form
from wismo_desk.ui.settings_inbox import InboxPane, TryInbox
from wismo_desk.ui.settings_join import Join, Progress
from wismo_desk.ui.settings_letters import LetterAsks, LettersCard
from wismo_desk.ui.settings_mail import MailPane
from wismo_desk.ui.settings_messages import MessagesPane, NoticeAsks
from wismo_desk.ui.settings_panes import BackupPane, FilesPane, carriers_pane, shop_pane, station_pane
from wismo_desk.ui.settings_prices import PriceAsks, PricesCard
from wismo_desk.ui.settings_printers import PrintersPane
from wismo_desk.ui.settings_publish import PagesAsks, PagesPane
from wismo_desk.ui.settings_rail import SectionButton
from wismo_desk.ui.settings_rules import RuleAsks, RulesCard
from wismo_desk.ui.settings_sharing import SharingPane, SharingState
from wismo_desk.ui.theme import set_tone

_UNDO_MS = 10_000
_LANE = "settings"
MESSAGES = 7  # the section that other pages send people to
ALERTS = 8
PAGES = 9
INBOX = 10
_PRINTERS, _CARRIERS, _FILES, _BACKUP, _SHARING = 1, 2, 4, 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsAsks:
    """What the page calls, all of it on lanes: `save` writes the file, `backup` copies into a new folder,
    `printer_status` and `print_test` speak to a printer by its name. A desk that cannot share has no
    `sharing_state` and one that cannot mail no `send_test_mail`: then that section is not there."""

    save: Callable[[Settings], object]
    printer_status: Callable[[str], PrinterStatus]
    print_test: Callable[[str], object]
    backup: Callable[[Path], object]
    papers: Papers
    carriers: Sequence[CarrierInfo]
    documents: Path
    orders: Path | None = None  # the watched folder of a desk that chose none
    sharing_state: Callable[[], SharingState | None] | None = None
    check_shared: Callable[[str], object] | None = None  # raises SettingsProblem for a wrong address
    join: Join | None = None
    join_progress: Progress = lambda: None
    keep_password: Callable[[str, str], object] | None = None  # "shared" or "mail", and the password
    send_test_mail: Callable[[MailSettings], str] | None = None
    letters: LetterAsks | None = None
    pages: PagesAsks | None = None
    notices: NoticeAsks | None = None
    contracts: ContractAsks | None = None
    codes: CodeAsks | None = None
    rules: RuleAsks | None = None
    prices: PriceAsks | None = None
    closed: ClosedAsks | None = None
    delivery: DeliveryAsks | None = None
    anomalies: AnomalyAsks | None = None
    try_inbox: TryInbox | None = None
    own_texts: Path = Path("notices")  # the folder of the shop's own texts


class SettingsPage(QWidget):
    """Holds the settings in force; `saved` carries new ones for the parts that apply at once."""

    context_changed = Signal(str)
    saved = Signal(object)  # Settings
    joined = Signal()  # this desk came to the others: what pages show is to be read again

    def __init__(self, desk: Desk, settings: Settings, asks: SettingsAsks) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self.settings = settings
        self._before: Settings | None = None
        self._panes = QStackedWidget()
        self._group = QButtonGroup(self)
        self._sections = QVBoxLayout()
        words = desk.words
        self._titles = [
            ("monitor", words("Station")),
            ("printer", words("Printers")),
            ("truck", words("Carriers")),
            ("store", words("Shop")),
            ("clipboard-list", words("Files and sheets")),
            ("hard-drive", words("Backup")),
            ("users", words("Sharing")),
            ("mail", words("Messages")),
            ("bell-ring", words("Alert rules")),
            ("search-check", words("Tracking pages")),
            ("inbox", words("Customers' mailbox")),
        ]
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._panes, 1)
        column.addWidget(self._line())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail())
        row.addLayout(column, 1)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(_UNDO_MS)
        self._gone.timeout.connect(self._line_frame.hide)
        self._build()

    def _rail(self) -> QFrame:
        """A button for each section that this desk can do something about."""
        rail, asks = QFrame(), self._asks
        rail.setProperty("part", "panel")
        rail.setFixedWidth(208)
        inner = QVBoxLayout(rail)
        inner.setContentsMargins(8, 12, 8, 12)
        inner.setSpacing(2)
        for number, (icon, title) in enumerate(self._titles):
            button = SectionButton(self._desk, icon, title)
            button.clicked.connect(lambda _=False, number=number: self.show_section(number))
            self._group.addButton(button, number)
            inner.addWidget(button)
        self._group.button(_SHARING).setVisible(asks.sharing_state is not None)
        self._group.button(MESSAGES).setVisible(asks.send_test_mail is not None)
        self._group.button(ALERTS).setVisible(asks.anomalies is not None)
        self._group.button(PAGES).setVisible(asks.pages is not None)
        self._group.button(INBOX).setVisible(asks.try_inbox is not None)
        inner.addStretch()
        return rail

    def _ruling(self) -> list[QWidget]:
        """What decides which service an order goes with."""
        desk, asks, found = self._desk, self._asks, list[QWidget]()
        self._rules = rules = RulesCard(desk, asks.rules, asks.carriers) if asks.rules else None
        if rules is not None:
            found.append(rules)
        if asks.prices is not None:
            again = rules.start if rules else (lambda: None)
            found.append(PricesCard(desk, asks.prices, again))
        return found

    def _telling(self) -> list[QWidget]:
        """The channels beside e-mail, and when customers are told."""
        desk, asks = self._desk, self._asks
        if asks.notices is None:
            return []
        secrets = asks.keep_password is not None
        cards = [card(desk, self, secrets=secrets) for card in (BouncesCard, SmsCard, WebhookCard)]
        return [*cards, MessagesPane(desk, asks.notices, self.refuse, asks.carriers)]

    def _line(self) -> QFrame:
        self._line_frame = QFrame()
        self._line_frame.setProperty("part", "foot")
        self._line_frame.setFixedHeight(44)
        row = QHBoxLayout(self._line_frame)
        row.setContentsMargins(20, 0, 20, 0)
        self._said = Elided("", 14)
        self.undo = Button(
            self._desk.look, self._desk.words("Undo"), icon="undo-2", kind=Kind.GHOST, small=True
        )
        self.undo.clicked.connect(self._undo)
        row.addWidget(self._said, 1)
        row.addWidget(self.undo)
        self._line_frame.hide()
        return self._line_frame

    def _build(self) -> None:
        """The section on view from the settings in force, again after an undo; any other when it is opened."""
        at = max(0, self._panes.currentIndex())
        while (old := self._panes.widget(0)) is not None:
            self._panes.removeWidget(old)
            old.setParent(None)
            old.deleteLater()
        self._late = [LatePage(make) for make in self._makers()]
        for pane in self._late:
            self._panes.addWidget(pane)
        self.show_section(at)

    def _makers(self) -> tuple[Callable[[], QWidget], ...]:
        """Of each section what builds it; of one that is not there, nothing."""
        desk, asks, secrets = self._desk, self._asks, self._asks.keep_password is not None
        pages, attempt = asks.pages, asks.try_inbox
        return (
            lambda: scrolled(station_pane(desk, self, carton_form(desk, self), ahead_form(desk, self))),
            lambda: PrintersPane(desk, self, status=asks.printer_status, test=asks.print_test),
            lambda: scrolled(
                carriers_pane(desk, self, asks.carriers, self._ruling(), *_known(desk, self, asks))
            ),
            lambda: scrolled(shop_pane(desk, self)),
            lambda: scrolled(FilesPane(desk, self, asks.papers, asks.documents, own=asks.orders)),
            lambda: scrolled(BackupPane(desk, asks.backup)),
            lambda: scrolled(self._sharing()),
            lambda: scrolled(self._mail()),
            lambda: alert_pane(desk, self, asks.anomalies, asks.carriers) or QWidget(),
            lambda: scrolled(PagesPane(desk, self, pages)) if pages else QWidget(),
            lambda: (
                scrolled(InboxPane(desk, self, attempt=attempt, secrets=secrets)) if attempt else QWidget()
            ),
        )

    def _sharing(self) -> SharingPane:
        asks = self._asks
        pane = SharingPane(
            self._desk,
            self,
            state=asks.sharing_state or (lambda: None),
            check=asks.check_shared,
            keep_password=asks.keep_password,
            join=asks.join,
            progress=asks.join_progress,
        )
        pane.joined.connect(self.joined)
        return pane

    def _mail(self) -> MailPane:
        desk, asks = self._desk, self._asks
        letters = LettersCard(desk, asks.letters, asks.own_texts, asks.documents) if asks.letters else None
        return MailPane(
            desk,
            self,
            keep_password=asks.keep_password,
            send_test=asks.send_test_mail,
            letters=letters,
            others=self._telling(),
        )

    # The sections, each built now if nobody has opened it

    def _pane(self, number: int) -> Any:
        pane = self._late[number].page
        return pane.widget() if isinstance(pane, QScrollArea) else pane

    @property
    def printers(self) -> PrintersPane:
        pane: PrintersPane = self._pane(_PRINTERS)
        return pane

    @property
    def files(self) -> FilesPane:
        pane: FilesPane = self._pane(_FILES)
        return pane

    @property
    def backup(self) -> BackupPane:
        pane: BackupPane = self._pane(_BACKUP)
        return pane

    @property
    def sharing(self) -> SharingPane:
        pane: SharingPane = self._pane(_SHARING)
        return pane

    @property
    def mail(self) -> MailPane:
        pane: MailPane = self._pane(MESSAGES)
        return pane

    @property
    def anomalies(self) -> AnomalyPane | None:
        pane: AnomalyPane | None = self._pane(ALERTS) if self._asks.anomalies else None
        return pane

    @property
    def pages(self) -> PagesPane | None:
        pane: PagesPane | None = self._pane(PAGES) if self._asks.pages else None
        return pane

    @property
    def inbox(self) -> InboxPane | None:
        pane: InboxPane | None = self._pane(INBOX) if self._asks.try_inbox else None
        return pane

    @property
    def rules(self) -> RulesCard | None:
        _ = self._late[_CARRIERS].page
        return self._rules

    def show_section(self, number: int) -> None:
        """0 station, 1 printers, 2 carriers, 3 shop, 4 files, 5 backup, 6 sharing, 7 messages, 8 alert rules,
        9 tracking pages, 10 customers' mailbox."""
        _ = self._late[number].page  # even while nobody sees the settings themselves
        self._panes.setCurrentIndex(number)
        self._group.button(number).setChecked(True)
        self.context_changed.emit(self._titles[number][1])
        if number == _PRINTERS:
            self.printers.ask()
        elif number == _CARRIERS and self.rules is not None:
            self.rules.start()
        elif number == _SHARING:
            self.sharing.ask()
        elif number == MESSAGES and self.mail.letters is not None:
            self.mail.letters.ask()
        elif number == ALERTS and self.anomalies is not None:
            self.anomalies.start()
        elif number == PAGES and self.pages is not None:
            self.pages.ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_section(max(0, self._panes.currentIndex()))

    # Draft

    def change(self, *, restart: bool = False, **values: Any) -> None:
        """Save at once; say when it takes effect, and offer the way back."""
        before = self.settings
        self.settings = replace(before, **values)
        if self.settings == before:
            return
        self._before = before
        fresh, words = self.settings, self._desk.words
        told = words("Saved; in force at the next start.") if restart else words("Saved.")
        self._desk.run(
            _LANE, lambda: self._asks.save(fresh), lambda _: self._saved(fresh, told), self._not_saved
        )

    def _saved(self, fresh: Settings, told: str) -> None:
        self._say(told, "", undo=True)
        self.saved.emit(fresh)
        if self._late[_PRINTERS].is_built:
            self.printers.ask()

    def _not_saved(self, error: Exception) -> None:
        """The file could not be written: what is shown stays, in force for this run only."""
        self._say(self._desk.told(error), "danger", undo=False)

    def refuse(self, error: Exception) -> None:
        """A value that cannot be: nothing was changed."""
        self._say(self._desk.told(error), "danger", undo=False)

    def _say(self, sentence: str, tone: str, *, undo: bool) -> None:
        self._said.setText(sentence)
        set_tone(self._said, "tone", tone)
        self._line_frame.setAccessibleName(sentence)
        self.undo.setVisible(undo)
        self._line_frame.show()
        self._gone.start()

    def _undo(self) -> None:
        before, self._before = self._before, None
        if before is None:
            return
        self.settings = before
        words = self._desk.words
        self._desk.run(
            _LANE,
            lambda: self._asks.save(before),
            lambda _: self._undone(before, words("Undone.")),
            self._not_saved,
        )
        self._build()

    def _undone(self, before: Settings, told: str) -> None:
        self._say(told, "", undo=False)
        self.saved.emit(before)


def _known(desk: Desk, page: SettingsPage, asks: SettingsAsks) -> list[QWidget]:
    """What is known of carriers beyond their trucks and services."""
    cards: list[QWidget] = []
    if asks.closed:
        cards.append(closed_form(desk, page, asks.closed))
    if asks.delivery:
        cards.append(delivery_form(desk, page, asks.carriers, asks.delivery))
    if asks.contracts:
        cards.append(ContractsCard(desk, page, asks.contracts))
    if asks.codes:
        cards.append(CodesCard(desk, asks.codes, page.refuse))
    return cards
