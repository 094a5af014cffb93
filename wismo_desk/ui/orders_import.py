"""The import pane: drop or choose a file, say its columns once, see what came in and what stayed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.order_remarks import LineRemark
from wismo_desk.errors import BadInput
from wismo_desk.flows.intake_words import unused_said
from wismo_desk.ui.carrier_files import CarrierFiles
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.orders_columns import ColumnChooser
from wismo_desk.ui.orders_progress import HowFar
from wismo_desk.ui.page_asks import (
    HandToFile,
    IntakeLook,
    IntakeReport,
    Refusal,
    Swept,
    TakeIn,
    Underway,
    WatchedFolder,
)
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import choose_file, choose_new
from wismo_desk.ui.page_parts import Outcome, empty, rule, scrolled
from wismo_desk.ui.parts import Button, Elided, Kind, write
from wismo_desk.ui.theme import Figures, Weight
from wismo_desk.ui.tray_row import IconWidget

_MOST = 40  # refused lines shown; the error file has them all


class DropZone(QWidget):
    """A dashed field: files fall on it, or a button chooses one."""

    dropped = Signal(object)  # Path

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._look = desk.look
        self._over = False
        words = desk.words
        self.setAcceptDrops(True)
        self.setAccessibleName(words("Drop an order file here"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 16, 20)
        column.setSpacing(8)
        column.addWidget(IconWidget(desk.look, "download", 32, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        title = write(words("Drop an order file here"), 15, Weight.SEMIBOLD, wrap=True)
        below = write(words("CSV of orders, or of products"), 13, tone="muted", wrap=True)
        for label in (title, below):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.choose = Button(desk.look, words("Choose a file"), key="O", kind=Kind.PRIMARY)
        column.addSpacing(4)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)

    def _light(self, over: bool) -> None:
        self._over = over
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._light(False)
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.dropped.emit(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent if self._over else theme.line_strong, 2, Qt.PenStyle.DashLine))
        painter.setBrush(theme.accent_tint if self._over else theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)


class ImportPane(QFrame):
    """`taken` hands on the Changes of a file that came in; `mapped` says that a waiting one waits no longer."""

    taken = Signal(object)  # Changes
    mapped = Signal()
    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        take_in: TakeIn,
        *,
        watched: Path | None,
        inbox: WatchedFolder | None = None,
        hand_to_file: HandToFile | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._take_in, self._inbox = desk, take_in, inbox
        self._queue: list[tuple[Path, WatchedFolder | None]] = []  # the folder a file waits in, if it does
        self._busy = False
        self._at: Path | None = None  # the file whose columns are being asked for
        words = desk.words
        self.setProperty("part", "panel")
        self.setAccessibleName(words("Take in orders"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(rule())
        body = QWidget()
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(16, 16, 16, 16)
        self._body.setSpacing(12)
        self.zone = DropZone(desk)
        self.zone.dropped.connect(self.take)
        self.zone.choose.clicked.connect(self.choose)
        self.watched = write("", 13, tone="muted", wrap=True)
        self.outcome = Outcome()
        self.how_far = HowFar(desk, self.outcome)
        self._report = QVBoxLayout()
        self._report.setSpacing(8)
        self._body.addWidget(self.zone)
        self._body.addWidget(self.watched)
        self._body.addWidget(self.outcome)
        self._body.addLayout(self._report)
        self.files = CarrierFiles(desk, hand_to_file) if hand_to_file else None
        if self.files is not None:
            self.files.changed.connect(self.taken)
            self._body.addWidget(self.files)
        self._body.addStretch()
        column.addWidget(scrolled(body), 1)
        self.show_watched(watched)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(48)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 8, 0)
        row.addWidget(write(self._desk.words("Take in orders"), 16, Weight.SEMIBOLD), 1)
        away = IconButton(self._desk.look, "x", self._desk.words("Close (Esc)"))
        away.clicked.connect(self.closed)
        row.addWidget(away)
        return head

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.files is not None:
            self.files.refresh()

    def show_watched(self, folder: Path | None, said: str = "") -> None:
        """The state of the watched folder; `said` is what its last file brought."""
        words = self._desk.words
        if folder is None:
            self.watched.setText(words("No folder is watched. The settings can name one."))
        else:
            told = words("Files put into {folder} come in by themselves.", folder=str(folder))
            self.watched.setText(f"{told} {said}".strip())

    def show_underway(self, name: str, far: Underway) -> None:
        """How far a file of the watched folder has come; never over one that is being asked about here."""
        if not self._busy:
            self.how_far.tell(name, far)

    def choose(self) -> None:
        words = self._desk.words
        filters = f"{words('Order files')} (*.csv *.txt *.tsv);;{words('All files')} (*)"
        choose_file(self, words("Choose an order file"), filters, self.take)

    # Taking in

    def take(self, path: Path) -> None:
        """Read a file, then take it in, or first ask for its columns. Several come one after the other."""
        self._queue.append((path, None))
        self._next()

    def take_waiting(self, path: Path) -> None:
        """Ask for the columns of a file that waits in the watched folder."""
        if path != self._at and (path, self._inbox) not in self._queue:
            self._queue.append((path, self._inbox))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._queue:
            return
        self._busy = True
        path, inbox = self._queue.pop(0)
        self._at = path
        empty(self._report)
        self.outcome.say(Mark.INFO, self._desk.words("Reading {name}…", name=path.name))

        def look() -> tuple[bytes, IntakeLook]:
            data = _read(path)
            return data, self._take_in.look(data, path.name)

        def looked(got: tuple[bytes, IntakeLook]) -> None:
            data, found = got
            if inbox is None:
                self._looked(path.name, found, partial(self._go, data, path.name))
            else:
                self._looked(path.name, found, partial(self._map, inbox, path))

        self._desk.run(Lane.INTAKE, look, looked, self._fail)

    def _looked(self, name: str, look: IntakeLook, go: Callable[[dict[str, str] | None], None]) -> None:
        if look.known:
            go(None)
            return
        self.outcome.clear()
        chooser = ColumnChooser(self._desk, look)
        chooser.confirmed.connect(go)
        chooser.cancelled.connect(self._end)
        self._report.addWidget(write(name, 13, Weight.MEDIUM))
        self._report.addWidget(chooser)

    def _map(self, inbox: WatchedFolder, path: Path, mapping: dict[str, str] | None) -> None:
        """`mapping` None: it was said meanwhile for another file with the same columns."""
        empty(self._report)
        self.outcome.say(Mark.INFO, self._desk.words("Taking in {name}…", name=path.name))
        self._desk.run(Lane.INTAKE, lambda: inbox.mapped(path, mapping or {}), self._mapped, self._fail)

    def _mapped(self, swept: Sequence[Swept]) -> None:
        self.mapped.emit()
        for one in reversed(swept):  # the one that was asked about is told last, and stays on view
            if one.report is not None:
                self.show_report(one.name, one.report)
                self.taken.emit(one.report.changes)
            elif one.error is not None:
                self.outcome.say(Mark.DANGER, self._desk.told(one.error))
        self._rest()

    def _go(self, data: bytes, name: str, mapping: dict[str, str] | None) -> None:
        empty(self._report)
        self.how_far.start(name)
        self._desk.run(
            Lane.INTAKE,
            lambda: self._take_in(data, name, mapping=mapping, underway=self.how_far),
            lambda report: self._done(name, report),
            self._fail,
        )

    def _end(self) -> None:
        empty(self._report)
        self.outcome.clear()
        self._rest()

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self._rest()

    def _done(self, name: str, report: IntakeReport) -> None:
        self.show_report(name, report)
        self.taken.emit(report.changes)
        self._rest()

    def _rest(self) -> None:
        self._busy, self._at = False, None
        self.how_far.stop()
        self._next()

    # The report

    def tell(self, name: str, report: IntakeReport) -> None:
        """Of the watched folder; never over a file that is being asked about here."""
        if not self._busy:
            self.show_report(name, report)

    def show_report(self, name: str, report: IntakeReport) -> None:
        """What came in."""
        empty(self._report)
        words, number = self._desk.words, self._desk.words.number
        products = report.kind == "products"
        head = (
            words("{count} products taken in", count=number(report.taken))
            if products
            else words("{count} orders taken in", count=number(report.taken))
        )
        rest = [name]
        for count, sentence in (
            (report.changed, words("{count} changed", count=number(report.changed))),
            (report.same, words("{count} known already", count=number(report.same))),
            (report.kept, words("{count} started here and left alone", count=number(report.kept))),
            (report.erased, words("{count} whose recipient was erased", count=number(report.erased))),
            (report.corrected, words("{count} with what was corrected here", count=number(report.corrected))),
            (
                report.overruled,
                words("{count} where the shop changed it since", count=number(report.overruled)),
            ),
        ):
            if count:
                rest.append(sentence)
        mark = Mark.WARN if report.refusals else Mark.OK
        self.outcome.say(mark, head, " · ".join(rest))
        if report.refusals:
            self._show_refusals(name, report)
        if report.remarks:
            self._show_remarks(report.remarks)
        if report.unused:
            said = unused_said(report.unused, words)
            self._report.addWidget(write(said, 13, tone="muted", wrap=True))

    def _show_refusals(self, name: str, report: IntakeReport) -> None:
        words, refused = self._desk.words, report.refusals
        count = words.number(len(refused))
        title = (
            words("{count} lines stayed out", count=count) if len(refused) > 1 else words("1 line stayed out")
        )
        self._report.addWidget(write(title, 14, Weight.SEMIBOLD))
        save = Button(self._desk.look, words("Save the refused lines"), icon="download")
        save.clicked.connect(partial(self._save, f"{words('refused')}-{name}", report.error_file))
        self._report.addWidget(save)
        for refusal in refused[:_MOST]:
            self._report.addWidget(rule())
            self._report.addWidget(self._refusal(refusal))
        if len(refused) > _MOST:
            more = words("and {count} more, all in the file", count=words.number(len(refused) - _MOST))
            self._report.addWidget(write(more, 13, tone="muted"))

    def _show_remarks(self, remarks: Sequence[LineRemark]) -> None:
        """What is to be known about orders that came in."""
        words = self._desk.words
        self._report.addWidget(rule())
        self._report.addWidget(write(words("Came in, to know"), 14, Weight.SEMIBOLD))
        for remark in remarks[:_MOST]:
            said = words(remark.sentence, **dict(remark.values))
            text = words("Line {number}: {what}", number=words.number(remark.line_no), what=said)
            self._report.addWidget(write(text, 13, wrap=True))
        if len(remarks) > _MOST:
            more = words("and {count} more", count=words.number(len(remarks) - _MOST))
            self._report.addWidget(write(more, 13, tone="muted"))

    def _refusal(self, refusal: Refusal) -> QWidget:
        words = self._desk.words
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        said = words(refusal.sentence, **dict(refusal.values))
        text = words("Line {number}: {what}", number=words.number(refusal.line_no), what=said)
        column.addWidget(write(text, 13, wrap=True))
        if refusal.raw_line:
            column.addWidget(Elided(refusal.raw_line, 12, tone="muted", figures=Figures.TABULAR))
        return line

    def _save(self, name: str, content: bytes, _: bool = False) -> None:
        def write_it(path: Path) -> None:
            said = self._desk.words("Saved: {path}", path=str(path))
            self._desk.run(
                Lane.INTAKE,
                lambda: path.write_bytes(content),
                lambda _: self.outcome.say(Mark.OK, said),
                lambda error: self.outcome.say(Mark.DANGER, self._desk.told(_unwritable(path, error))),
            )

        choose_new(self, self._desk.words("Save the refused lines"), name, write_it)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            "The file {name} cannot be read. Close it in other programs, then try again.",
            name=path.name,
            raw=error.strerror or "",
        ) from error


def _unwritable(path: Path, error: Exception) -> Exception:
    if not isinstance(error, OSError):
        return error
    return BadInput(
        "{path} cannot be written. Choose another folder.", path=str(path), raw=error.strerror or ""
    )
