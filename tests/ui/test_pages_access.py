"""Every page: each control has a name, Tab reaches it, its words are French, no dialog stops it."""

from __future__ import annotations

import ast
from pathlib import Path
from uuid import UUID

import pytest
from babel.messages.pofile import read_po
from notice_fakes import FakeNotify
from page_fakes import (
    CARRIERS,
    RESOURCES,
    FakeCloseOut,
    FakeFlows,
    FakeLook,
    FakePapers,
    FakeResolve,
    FakeTakeIn,
    FakeWatch,
    french_words,
    make_desk,
    make_orders,
    shown,
)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot
from rule_fakes import FakeChanges, FakePrice, FakeRules
from settings_fakes import UNJOINED, FakeOthers, open_page
from test_tray_doubles import TASK

from wismo_desk.domain.anomaly import AnomalyKind, Severity
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.preflight import Fix
from wismo_desk.domain.printer import PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.settings.station import Settings
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.manifest_page import ManifestPage
from wismo_desk.ui.notices_page import NoticesPage
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.page_terms import MARKS, PRINTER_MARKS, STAGES, Terms
from wismo_desk.ui.settings_page import MESSAGES, SettingsAsks, SettingsPage
from wismo_desk.ui.settings_prices import PriceAsks
from wismo_desk.ui.settings_rules import RuleAsks
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import Look
from wismo_desk.ui.tray_page import TrayPage

UI = Path(__file__).parents[2] / "wismo_desk" / "ui"
MINE = (
    "grid_",
    "page_",
    "shipments_",
    "detail_",
    "tray_",
    "orders_",
    "manifest_",
    "settings_",
    "notice_",
    "notices_",
)
FILES = sorted(path for path in UI.glob("*.py") if path.name.startswith(MINE))
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QSlider, QAbstractItemView)


def _shipments(look: Look, folder: Path) -> QWidget:
    desk, watch = make_desk(look, french_words()), FakeWatch(386)
    asks = FakeFlows(watch).detail_asks(lambda png: png)
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent))
    page.start()
    page._open(3)
    page.panel.action_bar.ask_void()
    return page


def _tray(look: Look, folder: Path) -> QWidget:
    page = TrayPage(
        make_desk(look, french_words()),
        FakeResolve(),
        lambda job: None,
        carriers=str,
        twice=lambda: [TASK],
        void=_never,
    )
    page.start()
    page._answer(page._rows[3], "decide")
    return page


def _orders(look: Look, folder: Path) -> QWidget:
    desk, watch = make_desk(look, french_words()), FakeWatch(9, orders=make_orders())
    take_in = FakeTakeIn(FakeLook(known=False))
    page = OrdersPage(desk, watch, take_in, FakePapers(), documents=folder, watched=None)
    page.start()
    (folder / "x.csv").write_text("x")
    page.open_pane()
    page.pane.take(folder / "x.csv")
    return page


def _fixing(look: Look, folder: Path) -> QWidget:
    desk, watch = make_desk(look, french_words()), FakeWatch(9, orders=make_orders())
    changes = FakeChanges()
    page = OrdersPage(
        desk, watch, FakeTakeIn(), FakePapers(), documents=folder, watched=None, changes=changes
    )
    page.start()
    page.show_view("to_fix")
    page._fix(changes.one.order.order_id, Fix.POINT, "")
    return page


def _rules(look: Look, folder: Path) -> QWidget:
    rules = FakeRules()
    asks = SettingsAsks(
        save=lambda settings: None,
        printer_status=lambda name: PrinterStatus(state=PrinterState.READY),
        print_test=lambda name: None,
        backup=lambda path: None,
        papers=FakePapers(),
        carriers=CARRIERS,
        documents=folder,
        rules=RuleAsks(book=rules.book, preview=rules.preview, save=rules.save, changed=rules.told.append),
        prices=PriceAsks(price=FakePrice(), changed=rules.told.append),
    )
    page = SettingsPage(make_desk(look, french_words()), Settings(), asks)
    page.show_section(2)
    assert page.rules is not None
    page.rules.rows[2].open()
    return page


def _manifest(look: Look, folder: Path) -> QWidget:
    desk = make_desk(look, french_words())
    page = ManifestPage(desk, FakeCloseOut(), FakeWatch(500), FakePapers(), documents=folder)
    page.start()
    return page


def _never(parcel_id: UUID, *, reason: str) -> Changes:
    raise AssertionError(parcel_id)


def _sharing(look: Look, folder: Path) -> QWidget:
    page = open_page(look, FakeOthers(UNJOINED), words=french_words())
    page.show_section(6)
    return page


def _messages(look: Look, folder: Path) -> QWidget:
    page = open_page(look, FakeOthers(), words=french_words())
    page.show_section(MESSAGES)
    return page


def _notices(look: Look, folder: Path) -> QWidget:
    page = NoticesPage(make_desk(look, french_words()), FakeNotify())
    page.start()
    page._choose(0)
    page.pane.ask_resend()
    return page


def _settings(look: Look, folder: Path) -> QWidget:
    asks = SettingsAsks(
        save=lambda settings: None,
        printer_status=lambda name: PrinterStatus(state=PrinterState.READY),
        print_test=lambda name: None,
        backup=lambda path: None,
        papers=FakePapers(),
        carriers=CARRIERS,
        documents=folder,
    )
    settings = Settings(printers=(PrinterProfile(name="QUAI-1"),), services=(("Express", "dpd", "predict"),))
    return SettingsPage(make_desk(look, french_words()), settings, asks)


PAGES = {
    "shipments": _shipments,
    "tray": _tray,
    "orders": _orders,
    "fixing": _fixing,
    "rules": _rules,
    "manifest": _manifest,
    "settings": _settings,
    "sharing": _sharing,
    "messages": _messages,
    "notices": _notices,
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, qtbot: QtBot, look: Look, tmp_path: Path) -> QWidget:
    made: QWidget = PAGES[request.param](look, tmp_path)
    qtbot.addWidget(made)
    made.resize(1836, 1032)
    shown(qtbot, made)
    return made


def _controls(page: QWidget) -> list[QWidget]:
    inner = (QHeaderView,)
    found = [w for w in page.findChildren(QWidget) if isinstance(w, CONTROLS) and not isinstance(w, inner)]
    # The list inside a combo box and the corner of a table belong to Qt.
    return [w for w in found if not w.objectName().startswith("qt_") and w.isVisible() and _ours(w)]


def _ours(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return not isinstance(parent, QComboBox | QAbstractItemView) and "QComboBox" not in type(parent).__name__


def test_every_control_has_a_name(page: QWidget) -> None:
    controls = _controls(page)
    assert len(controls) > 4
    assert [type(w).__name__ for w in controls if not w.accessibleName()] == []


def test_tab_reaches_every_control(page: QWidget) -> None:
    wanted = [w for w in _controls(page) if w.isEnabled() and w.focusPolicy() != Qt.FocusPolicy.NoFocus]
    # Of an exclusive group Tab takes the one that is on; the arrows take the others.
    alone = [w for w in wanted if not (isinstance(w, QAbstractButton) and (w.group() or w.autoExclusive()))]
    missed = [w.accessibleName() for w in alone if not w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert missed == []
    unreachable = [w for w in _controls(page) if w.isEnabled() and w.focusPolicy() == Qt.FocusPolicy.NoFocus]
    # A parcel that is alone has nothing to choose.
    assert [type(w).__name__ for w in unreachable if type(w).__name__ != "ParcelChoice"] == []
    seen: set[int] = set()
    at = page
    for _ in range(2000):
        at = at.nextInFocusChain()
        if id(at) in seen:
            break
        seen.add(id(at))
    assert [w.accessibleName() for w in wanted if id(w) not in seen] == []


def _sentences(path: Path) -> set[str]:
    """First arguments of words(…) and of errors, as written in the source."""
    names = {"words", "_words", "BadInput", "SettingsProblem"}
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if name in names and isinstance(first, ast.Constant) and isinstance(first.value, str):
            found.add(first.value)
    return found


def _catalogue() -> dict[str, str]:
    known: dict[str, str] = {}
    for path in (RESOURCES / "words" / "fr").glob("*.po"):
        with path.open("rb") as file:
            known |= {str(m.id): str(m.string) for m in read_po(file, locale="fr") if m.id}
    return known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sentence_is_said_in_french_with_its_places(path: Path) -> None:
    import string

    known = _catalogue()
    sentences = _sentences(path)
    assert sorted(sentences - known.keys()) == []
    for sentence in sentences:
        places = {name for _, name, _, _ in string.Formatter().parse(sentence) if name and "|" not in name}
        said = {name for _, name, _, _ in string.Formatter().parse(known[sentence]) if name}
        said = {name for name in said if "|" not in name}  # words for one or several
        assert said == places, sentence


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_stops_the_window_or_measures_every_row(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    calls = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not calls & {"exec", "exec_", "processEvents", "getOpenFileName", "getSaveFileName"}
    assert not names & {"QSortFilterProxyModel", "ResizeToContents"}


def test_every_member_of_a_closed_set_has_its_word() -> None:
    terms = Terms(french_words())
    for enum, said in (
        (TrackingStatus, terms.status),
        (IncidentReason, terms.reason),
        (AnomalyKind, terms.anomaly),
        (OrderState, terms.order),
        (ParcelState, terms.parcel),
        (PrinterState, terms.printer),
        (TrackingStatus, STAGES),
        (PrinterState, PRINTER_MARKS),
        (Severity, MARKS),
    ):
        assert set(said) == set(enum)
