"""The panes of the settings but for the printers: station, carriers, shop, files, backup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.order import Party
from wismo_desk.domain.packing import Gate
from wismo_desk.settings.station import LabelScan, Settings, clock_time
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Papers
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import PaperLine, choose_folder
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.settings_form import Form


class Draft(Protocol):
    """The settings as they are now; `change` saves."""

    @property
    def settings(self) -> Settings: ...

    def change(self, *, restart: bool = False, **values: Any) -> None: ...

    def refuse(self, error: Exception) -> None: ...


def pane(*parts: QWidget) -> QWidget:
    """A column of cards, not wider than one reads."""
    inner = QWidget()
    row = QHBoxLayout(inner)
    row.setContentsMargins(20, 20, 20, 20)
    column = QVBoxLayout()
    column.setSpacing(16)
    for part in parts:
        column.addWidget(part)
    column.addStretch()
    row.addLayout(column, 5)
    row.addStretch(1)
    return inner


def station_pane(desk: Desk, draft: Draft, *more: QWidget) -> QWidget:
    words, now = desk.words, draft.settings
    form = Form(desk, words("This station"))
    form.text(words("Station name"), now.station, lambda text: draft.change(station=text, restart=True))
    languages = (("fr", "Français"), ("en", "English"))
    form.choice(words("Language"), languages, now.language, lambda v: draft.change(language=v, restart=True))
    themes = (
        ("auto", words("As the system")),
        ("light", words("Light")),
        ("dark", words("Dark")),
        ("contrast", words("High contrast")),
    )
    form.choice(words("Look"), themes, now.theme, lambda v: draft.change(theme=v))
    form.slider(words("Sound volume"), now.volume, lambda v: draft.change(volume=v))
    bench = Form(desk, words("At the bench"))
    gates = (
        (Gate.BLOCK.value, words("A wrong item holds the bench")),
        (Gate.WARN.value, words("A wrong item is told, not held")),
        (Gate.SHADOW.value, words("Only recorded, for a trial week")),
        (Gate.OFF.value, words("Items are not verified")),
    )
    bench.choice(words("Verification"), gates, now.gate.value, lambda v: draft.change(gate=Gate(v)))
    scans = (
        (LabelScan.ASK.value, words("Asked for; the next order may come first")),
        (LabelScan.REQUIRE.value, words("Required before the next order")),
    )
    bench.choice(
        words("Scan of the printed label"),
        scans,
        now.label_scan.value,
        lambda v: draft.change(label_scan=LabelScan(v)),
    )
    bench.switch(
        words("Weight"), words("A label needs a weight"), now.weigh, lambda on: draft.change(weigh=on)
    )
    bench.switch(
        words("Several parcels"),
        words("Bought as one shipment at the last one, where the carrier sells them so"),
        now.parcels_together,
        lambda on: draft.change(parcels_together=on),
    )
    return pane(form, bench, *more)


def carriers_pane(
    desk: Desk, draft: Draft, carriers: Sequence[CarrierInfo], above: Sequence[QWidget], *more: QWidget
) -> QWidget:
    """The trucks between what decides on orders (`above`) and what is known of the carriers."""
    words = desk.words
    trucks = Form(desk, words("Trucks"), aside=words("hour of departure, working days"), two=True)

    def set_cut_off(code: str, text: str) -> None:
        try:
            clock_time(text)
        except Exception as error:
            draft.refuse(error)
            return
        draft.change(cut_offs={**draft.settings.cut_offs, code: text})

    def field(info: CarrierInfo) -> None:
        said = draft.settings.cut_offs.get(info.code, f"{draft.settings.cut_off(info.code):%H:%M}")
        trucks.text(info.name, said, lambda text: set_cut_off(info.code, text), code=True)

    for one in carriers:
        field(one)
    return pane(*above, trucks, *more)


def shop_pane(desk: Desk, draft: Draft) -> QWidget:
    words, shipper = desk.words, draft.settings.shipper
    labels = {
        "name": words("Name"),
        "company": words("Company"),
        "postcode": words("Postcode"),
        "city": words("Town"),
        "country": words("Country, two letters"),
        "phone": words("Phone"),
        "email": words("E-mail"),
    }
    form = Form(desk, words("Shipper on labels"))

    def change(**values: object) -> None:
        fresh: Party = replace(draft.settings.shipper, **values)  # type: ignore[arg-type]  # names are Party's
        draft.change(shipper=fresh, restart=True)

    def field(name: str) -> None:
        form.text(labels[name], getattr(shipper, name), lambda text: change(**{name: text}))

    field("company")
    field("name")
    street = " / ".join(shipper.street)
    form.text(
        words("Street"),
        street,
        lambda text: change(street=tuple(part.strip() for part in text.split("/") if part.strip())),
        hint=words("Several lines: with / between them"),
    )
    for name in ("postcode", "city", "country", "phone", "email"):
        field(name)
    own = Form(desk, words("Own deliveries"))
    own.text(
        words("Name of the service"),
        draft.settings.own_name,
        lambda text: draft.change(own_name=text, restart=True),
    )
    own.text(
        words("GS1 company prefix"),
        draft.settings.gs1_prefix,
        lambda text: draft.change(gs1_prefix=text),
        hint=words("Parcel numbers (SSCC) begin with it; without one, own deliveries get no label."),
        code=True,
    )
    return pane(form, own)


class FilesPane(QWidget):
    """The watched folder, the product list, the command sheet."""

    def __init__(
        self, desk: Desk, draft: Draft, papers: Papers, documents: Path, *, own: Path | None = None
    ) -> None:
        """`own` is the folder that is watched while none is chosen."""
        super().__init__()
        self._desk, self._draft, self._own = desk, draft, own
        words = desk.words
        self.paper = PaperLine(desk, documents)
        watched = Form(desk, words("Watched folder"))
        self.folder = write("", 14, wrap=True)
        choose = Button(desk.look, words("Choose a folder"))
        self.back = Button(desk.look, words("Watch the desk's own folder again"))
        choose.clicked.connect(self._choose)
        self.back.clicked.connect(lambda: self._watch(None))
        row = QHBoxLayout()
        for button in (choose, self.back):
            row.addWidget(button)
        row.addStretch()
        watched.body.addWidget(self.folder)
        told = words("Order files put there come in by themselves; refused lines come back beside them.")
        watched.body.addWidget(write(told, 13, tone="muted", wrap=True))
        watched.body.addLayout(row)
        products = Form(desk, words("Products"))
        hint = words("Names, barcodes, weights and shelves come from a CSV: drop it on the orders page.")
        products.body.addWidget(write(hint, 14, wrap=True))
        sheet = Form(desk, words("Command sheet"))
        hint = words("One A4 page of barcodes for the bench: next parcel, print again, cartons, OK.")
        sheet.body.addWidget(write(hint, 14, wrap=True))
        draw = Button(desk.look, words("Make the PDF"), icon="scan-barcode")
        name = words("Command sheet")
        draw.clicked.connect(lambda: self.paper.make(name, papers.command_sheet))
        row = QHBoxLayout()
        row.addWidget(draw)
        row.addStretch()
        sheet.body.addLayout(row)
        sheet.body.addWidget(self.paper)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(pane(watched, products, sheet))
        self._show()

    def _show(self) -> None:
        chosen = self._draft.settings.watched
        folder = chosen or self._own
        self.folder.setText(str(folder / "in") if folder else self._desk.words("No folder is watched."))
        self.back.setVisible(chosen is not None)

    def _choose(self) -> None:
        choose_folder(self, self._desk.words("Choose a folder"), self._watch)

    def _watch(self, folder: Path | None) -> None:
        self._draft.change(watched=folder)
        self._show()


class BackupPane(QWidget):
    """Copies both files of this desk, encrypted as they are, into a new folder."""

    def __init__(self, desk: Desk, backup: Callable[[Path], object]) -> None:
        super().__init__()
        self._desk, self._backup = desk, backup
        words = desk.words
        form = Form(desk, words("Backup"))
        told = words("Copies everything of this desk into a new folder. It stays encrypted; work goes on.")
        form.body.addWidget(write(told, 14, wrap=True))
        self.button = Button(desk.look, words("Back up now"), icon="hard-drive")
        self.button.clicked.connect(lambda: choose_folder(self, words("Where to?"), self.back_up))
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch()
        form.body.addLayout(row)
        self.outcome = Outcome()
        form.body.addWidget(self.outcome)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(pane(form))

    def back_up(self, folder: Path) -> None:
        words, at = self._desk.words, self._desk.clock().astimezone(self._desk.words.zone)
        target = folder / f"wismo-desk {at:%Y-%m-%d %Hh%M%S}"
        self.outcome.say(Mark.INFO, words("Copying…"))
        self.button.setEnabled(False)
        self._desk.run("backup", lambda: self._backup(target), lambda _: self._done(target), self._fail)

    def _done(self, target: Path) -> None:
        self.button.setEnabled(True)
        self.outcome.say(Mark.OK, self._desk.words("Saved: {path}", path=str(target)))

    def _fail(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.outcome.say(Mark.DANGER, self._desk.told(error))
