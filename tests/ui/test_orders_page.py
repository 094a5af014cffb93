"""Orders and their import: a file is dropped, its columns said once, refused lines told as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from page_fakes import (
    FakeLook,
    FakePapers,
    FakeRefusal,
    FakeReport,
    FakeTakeIn,
    FakeWatch,
    make_desk,
    make_orders,
    shown,
)
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.errors import BadInput, StoreProblem
from wismo_desk.flows.sweep import Swept
from wismo_desk.ui.orders_columns import ColumnChooser
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.parts import Answer
from wismo_desk.ui.theme import Look


def _page(
    qtbot: QtBot,
    look: Look,
    tmp_path: Path,
    *,
    take_in: FakeTakeIn | None = None,
    watch: FakeWatch | None = None,
) -> OrdersPage:
    page = OrdersPage(
        make_desk(look),
        watch or FakeWatch(10, orders=make_orders()),
        take_in or FakeTakeIn(),
        FakePapers(),
        documents=tmp_path / "documents",
        watched=tmp_path / "in",
    )
    qtbot.addWidget(page)
    page.resize(1310, 720)
    page.start()
    shown(qtbot, page)
    return page


def _file(tmp_path: Path) -> Path:
    path = tmp_path / "commandes.csv"
    path.write_bytes(b"Cde;Qte\n1;2\n")
    return path


def test_chips_choose_by_state(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    everything = page.model.rowCount()
    page.chips["shipped"].click()
    states = {page.model.order(row).state for row in range(page.model.rowCount())}
    assert states == {OrderState.SHIPPED}
    page.chips["all"].click()
    assert page.model.rowCount() > everything


def test_enter_packs_and_b_makes_the_slip(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.pack_requested) as told:
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert told.args == ["10460"]
    qtbot.keyClick(page.view, Qt.Key.Key_B)
    assert page.paper.path is not None
    assert page.paper.path.read_bytes() == b"%PDF slip"
    assert page.paper.path.parent == tmp_path / "documents"
    assert page.paper.open.isVisible()


def test_a_folder_that_cannot_be_written_is_told(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file stands where the folder should be")
    page = _page(qtbot, look, tmp_path)
    page.view.choose(0)
    page._slip()
    assert page.paper.path is None
    assert "cannot be written" in page.paper.accessibleName()


def test_the_truck_that_leaves_soon_or_has_left_is_coloured(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    tones = {page.model._lines[row].cells[6].tone for row in range(page.model.rowCount())}
    assert "danger" in tones
    page.chips["shipped"].click()
    assert {page.model._lines[row].cells[6].tone for row in range(page.model.rowCount())} == {"muted"}


def test_search_is_asked_once_it_rests(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    for text in ("1", "10", "104", "10463"):
        page.search(text)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    page.search("nothing like it")
    qtbot.waitUntil(lambda: page._stack.currentWidget() is page.blank)
    assert page._action.accessibleName() == "Show all orders"


def test_an_error_offers_a_second_try(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    watch = FakeWatch(10, orders=make_orders())
    watch.error = StoreProblem("The disk is full.")
    page = _page(qtbot, look, tmp_path, watch=watch)
    assert page._action.accessibleName() == "Try again"
    watch.error = None
    page._action.click()
    assert page._stack.currentWidget() is page.view


def test_a_dropped_file_comes_in(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    take_in = FakeTakeIn()
    page = _page(qtbot, look, tmp_path, take_in=take_in)
    page.open_pane()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(_file(tmp_path))), QUrl("https://example.org/x.csv")])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(page.changed) as told:
        page.pane.zone.dropEvent(drop)
    assert take_in.got == [("commandes.csv", None)]
    assert told.args == [take_in.report.changes]
    assert page.pane.outcome.accessibleName() == (
        "41 orders taken in commandes.csv · 2 changed · 17 known already · 1 started here and left alone"
    )


def test_choosing_a_file_never_stops_the_window(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    take_in = FakeTakeIn()
    page = _page(qtbot, look, tmp_path, take_in=take_in)
    page.open_pane()
    page.pane.zone.choose.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.fileSelected.emit(str(_file(tmp_path)))
    dialog.close()
    assert take_in.got == [("commandes.csv", None)]


def test_an_unknown_file_asks_for_its_columns(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    take_in = FakeTakeIn(FakeLook(known=False))
    page = _page(qtbot, look, tmp_path, take_in=take_in)
    page.open_pane()
    page.pane.take(_file(tmp_path))
    chooser = page.pane.findChild(ColumnChooser)
    assert chooser is not None
    assert take_in.got == []
    assert chooser.missing == ("SKU", "Quantity")
    assert not chooser.confirm.isEnabled()
    chooser.choose("quantity", "Qté")
    chooser.choose("ean", "Réf article")  # a barcode will do where there is no SKU
    assert chooser.missing == ()
    assert chooser._samples["ean"].text() == "MUG-BL · CARN-A5"
    chooser.choose("sku", "Qté")  # as the command line, it takes no column for two fields
    assert "“Qté” is chosen for two fields, “SKU” and “Quantity”" in chooser._missing.text()
    assert not chooser.confirm.isEnabled()
    chooser.choose("sku", "")
    chooser.confirm.click()
    assert take_in.got == [("commandes.csv", {"order": "Cde", "quantity": "Qté", "ean": "Réf article"})]


def test_refused_lines_are_sentences_and_a_file(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    refusals = tuple(
        FakeRefusal(
            line_no=n, sentence="The postcode {code} is not one", values=(("code", "75"),), raw_line="x"
        )
        for n in range(50)
    )
    take_in = FakeTakeIn(report=FakeReport(refusals=refusals, error_file=b"refused"))
    page = _page(qtbot, look, tmp_path, take_in=take_in)
    page.open_pane()
    page.pane.take(_file(tmp_path))
    texts = [label.text() for label in page.pane.findChildren(QLabel)]
    assert "50 lines stayed out" in texts
    assert "Line 7: The postcode 75 is not one" in texts
    assert "and 10 more, all in the file" in texts
    page.pane._save("refused-commandes.csv", b"refused")
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "refused.csv"))
    dialog.close()
    assert (tmp_path / "refused.csv").read_bytes() == b"refused"


def test_a_file_that_is_no_table_is_told_and_the_next_one_comes_in(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    take_in = FakeTakeIn()
    page = _page(qtbot, look, tmp_path, take_in=take_in)
    take_in.error = BadInput("This is a workbook. Save it as CSV first.")
    page.pane.take(_file(tmp_path))
    assert page.pane.outcome.accessibleName() == "This is a workbook. Save it as CSV first."
    take_in.error = None
    page.pane.take(_file(tmp_path))
    assert len(take_in.got) == 1
    page.pane.take(tmp_path / "gone.csv")
    assert "cannot be read" in page.pane.outcome.accessibleName()


def test_what_others_change_comes_in(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    watch = FakeWatch(10, orders=make_orders())
    page = _page(qtbot, look, tmp_path, watch=watch)
    count = page.model.rowCount()
    watch.order_rows = watch.order_rows[1:]
    page.apply(Changes(effects=True))
    assert not page._soon.isActive()
    page.apply(Changes(orders=frozenset({make_orders()[0].order_id})))
    qtbot.waitUntil(lambda: page.model.rowCount() == count - 1)


class Inbox:
    """A watched folder with waiting files; `mapped` takes the asked one and all others in."""

    def __init__(self, *paths: Path) -> None:
        self.paths = list(paths)
        self.said: list[tuple[str, dict[str, str]]] = []
        self.error: BadInput | None = None

    def waiting(self) -> list[Path]:
        return list(self.paths)

    def mapped(self, path: Path, mapping: Mapping[str, str]) -> list[Swept]:
        if self.error is not None:
            raise self.error
        self.said.append((path.name, dict(mapping)))
        taken = [Swept(name=each.name, moved=each, report=FakeReport()) for each in self.paths]  # type: ignore[arg-type]  # a report as pages see it
        self.paths.clear()
        return taken


def _waiting(qtbot: QtBot, look: Look, tmp_path: Path, inbox: Inbox) -> OrdersPage:
    page = OrdersPage(
        make_desk(look),
        FakeWatch(10, orders=make_orders()),
        FakeTakeIn(FakeLook(known=False)),
        FakePapers(),
        documents=tmp_path / "documents",
        watched=tmp_path / "in",
        inbox=inbox,
    )
    qtbot.addWidget(page)
    page.resize(1310, 720)
    return page


def test_a_waiting_file_is_mapped_with_one_action(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    other = tmp_path / "mardi.csv"
    inbox = Inbox(_file(tmp_path), other)
    page = _waiting(qtbot, look, tmp_path, inbox)
    counted: list[int] = []
    page.counted.connect(counted.append)
    page.start()
    shown(qtbot, page)
    assert (counted, page.waiting.isVisible()) == ([2], True)
    page.waiting.say.click()
    assert page.pane.isVisible()
    page.waiting.say.click()  # impatience asks nothing twice
    (chooser,) = page.pane.findChildren(ColumnChooser)
    chooser.choose("quantity", "Qté")
    chooser.choose("ean", "Réf article")
    chooser.confirm.click()
    assert inbox.said == [("commandes.csv", {"order": "Cde", "quantity": "Qté", "ean": "Réf article"})]
    assert (counted[-1], page.waiting.isVisible()) == (0, False)
    assert "commandes.csv" in page.pane.outcome.accessibleName()


def test_a_file_that_came_to_nothing_stays_told_until_it_is_put_away(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    page = _waiting(qtbot, look, tmp_path, Inbox())
    page.start()
    shown(qtbot, page)
    assert not page.waiting.isVisible()
    error = BadInput("The file is empty: export it again.")
    page.show_swept(Swept(name="vide.csv", moved=tmp_path, error=error))
    (told,) = page.waiting.findChildren(Answer)
    texts = " ".join(label.text() for label in told.findChildren(QLabel))
    assert "Nothing of vide.csv came in." in texts
    assert "The file is empty" in texts
    page.waiting.forget("vide.csv")
    assert not page.waiting.isVisible()


def test_what_comes_in_by_itself_does_not_take_the_question_away(
    qtbot: QtBot, look: Look, tmp_path: Path
) -> None:
    page = _waiting(qtbot, look, tmp_path, Inbox(_file(tmp_path)))
    page.start()
    shown(qtbot, page)
    page.waiting.say.click()
    page.show_swept(Swept(name="autre.csv", moved=tmp_path, report=FakeReport()))  # type: ignore[arg-type]  # likewise
    assert page.pane.findChild(ColumnChooser) is not None
