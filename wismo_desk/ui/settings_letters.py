"""What customers read: any news of a real order as it would go out now, changed, tried and saved as a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Milestone
from wismo_desk.ui.letter_preview import PreviewColumn
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Button, Choice, Kind, write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Figures, font

if TYPE_CHECKING:
    # For their words only: loading them would load SQLAlchemy before the first paint.
    from wismo_desk.flows.letter_texts import Looked, TextVersion

_LANE = "settings:letters"
_PAUSE_MS: Final = 250  # after the last key


class LetterAsks(Protocol):
    """`flows.letter_texts.LetterTexts`, and a way to a browser. Every call may raise DeskError."""

    def look(
        self, number: str, milestone: Milestone, *, language: str = "", tried: Mapping[str, str] | None = None
    ) -> Looked: ...

    def save(self, language: str, milestone: Milestone, texts: Mapping[str, str], /) -> Changes: ...

    def reset(self, language: str, milestone: Milestone, /) -> Changes: ...

    def versions(self, language: str, milestone: Milestone, /) -> Sequence[TextVersion]: ...

    def put_back(self, language: str, milestone: Milestone, version: TextVersion, /) -> Changes: ...


class LettersCard(QWidget):
    """Written anew whenever a field changes or a key was typed; nothing is saved before the button."""

    def __init__(self, desk: Desk, asks: LetterAsks, own_texts: Path, documents: Path) -> None:
        """`own_texts`: the folder whose files replace ours. `documents`: where papers named by their order lie, which
        go when the person is erased."""
        super().__init__()
        self._desk, self._asks, self._documents = desk, asks, documents
        self._number, self._milestone, self._language = "", Milestone.SHIPPED, ""
        self._turn = 0
        self._looked: Looked | None = None
        self._versions: Sequence[TextVersion] = ()
        self._typed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        self.outcome, self.done = Outcome(), Outcome()
        self.preview = PreviewColumn(desk)
        self.preview.browse.clicked.connect(self._browse)
        form = self._form()
        form.body.addWidget(self.outcome)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(self._editor(), 1)
        row.addWidget(self.preview)
        form.body.addLayout(row)
        hint = desk.words(
            "Your own texts go into {folder}: a file there replaces ours.", folder=str(own_texts)
        )
        form.body.addWidget(write(hint, 13, tone="muted", wrap=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(form)

    # Building

    def _form(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("What customers read"))
        names = NoticeTerms(words).milestone
        self.news = form.choice(
            words("News"),
            [(milestone.value, names[milestone]) for milestone in Milestone],
            self._milestone.value,
            lambda value: self._change(milestone=Milestone(value)),
        )
        languages = (("", words("By the country of the order")), ("fr", "Français"), ("en", "English"))
        self.language = form.choice(
            words("Language"), languages, "", lambda value: self._change(language=value)
        )
        self.number = form.text(
            words("Order"),
            "",
            lambda text: self._change(number=text),
            hint=words("Empty, the newest one."),
            code=True,
        )
        return form

    def _editor(self) -> QVBoxLayout:
        words, column = self._desk.words, QVBoxLayout()
        column.setSpacing(6)
        labels = {"subject": words("Subject"), "txt": words("Text"), "sms": words("Text message")}
        self.fields: dict[str, QPlainTextEdit] = {}
        for part, lines in (("subject", 2), ("txt", 11), ("sms", 4)):
            field = QPlainTextEdit()
            field.setFont(font(13, figures=Figures.CODE))
            field.setAccessibleName(labels[part])
            field.setTabChangesFocus(True)
            field.setFixedHeight(18 * lines + 16)
            field.textChanged.connect(self._type)
            self.fields[part] = field
            label = write(labels[part], 13, tone="muted")
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        self.weight = write("", 13, tone="muted", wrap=True)
        self.remarks = QVBoxLayout()
        self.remarks.setSpacing(4)
        column.addWidget(self.weight)
        column.addLayout(self.remarks)
        column.addLayout(self._buttons())
        column.addWidget(self.done)
        column.addStretch()
        return column

    def _buttons(self) -> QVBoxLayout:
        words, look = self._desk.words, self._desk.look
        self.save = Button(look, words("Save this text"), icon="check", kind=Kind.PRIMARY)
        self.drop = Button(look, words("Drop my changes"), icon="undo-2")
        self.reset = Button(look, words("Use the text of the program"))
        self.version = Choice(look, words("Earlier versions"))
        self.back = Button(look, words("Put this version back"))
        self.save.clicked.connect(self._save)
        self.drop.clicked.connect(self._drop)
        self.reset.clicked.connect(self._reset)
        self.back.clicked.connect(self._put_back)
        column = QVBoxLayout()
        for parts in ((self.save, self.drop), (self.reset,), (self.version, self.back)):
            row = QHBoxLayout()
            for each in parts:
                row.addWidget(each)
            row.addStretch()
            column.addLayout(row)
        return column

    # Asking

    def _change(
        self, *, number: str | None = None, milestone: Milestone | None = None, language: str | None = None
    ) -> None:
        self._number = self._number if number is None else number
        self._milestone = milestone or self._milestone
        self._language = self._language if language is None else language
        if milestone is not None or language is not None:
            self._typed = False  # another text: what was typed belongs to the one before
        self.ask()

    def _type(self) -> None:
        self._typed = True
        self._pause.start()

    def tried(self) -> dict[str, str] | None:
        """What was typed; None while nothing was."""
        return {part: field.toPlainText() for part, field in self.fields.items()} if self._typed else None

    def ask(self) -> None:
        """As it would be written now: also after a text was edited."""
        self._turn += 1
        turn, tried = self._turn, self.tried()
        number, milestone, language = self._number, self._milestone, self._language
        if tried and not language and self._looked is not None:
            language = self._looked.letter.language

        def look() -> tuple[Looked, Sequence[TextVersion]]:
            looked = self._asks.look(number, milestone, language=language, tried=tried)
            return looked, self._asks.versions(looked.letter.language, milestone)

        self._desk.run(
            _LANE,
            look,
            still(self, lambda found: self._show(turn, *found)),
            still(self, lambda error: self._fail(turn, error)),
        )

    # Showing

    def _show(self, turn: int, looked: Looked, versions: Sequence[TextVersion]) -> None:
        if turn != self._turn:
            return
        self.outcome.clear()
        self._looked, self._versions = looked, versions
        if not self._typed:
            for part, field in self.fields.items():
                field.blockSignals(True)
                field.setPlainText(looked.sources[part])
                field.blockSignals(False)
        self._show_size(looked)
        self._show_remarks(looked)
        self._show_versions()
        self._show_buttons()
        self.preview.show_looked(looked)

    def _show_size(self, looked: Looked) -> None:
        words, size = self._desk.words, looked.size
        seven, sixteen = (
            words("{count} signs of 7 bits", count=size.units),
            words("{count} signs of 16 bits", count=size.units),
        )
        said = seven if size.code == "gsm" else sixteen
        parts = words("1 part") if size.parts == 1 else words("{count} parts", count=size.parts)
        room = words("{count} free", count=size.room)
        self.weight.setText(f"{said} · {parts} · {room}")

    def _show_remarks(self, looked: Looked) -> None:
        empty(self.remarks)
        for remark in looked.remarks:
            said = self._desk.words(remark.sentence, **dict(remark.values))
            mark = "✕ " if remark.grave else "▲ "
            self.remarks.addWidget(
                write(mark + said, 13, tone="danger" if remark.grave else "warn", wrap=True)
            )

    def _show_versions(self) -> None:
        words = self._desk.words
        names = {"subject": words("Subject"), "txt": words("Text"), "sms": words("Text message")}
        self.version.clear()
        for number, each in enumerate(self._versions):
            first = each.text.strip().split("\n")[0][:40] if each.text else words("the program's text")
            self.version.addItem(f"{names[each.part]} · {first}", number)
        self.version.setVisible(bool(self._versions))
        self.back.setVisible(bool(self._versions))

    def _show_buttons(self) -> None:
        grave = self._looked is not None and any(each.grave for each in self._looked.remarks)
        self.save.setEnabled(self._typed and not grave)
        self.drop.setEnabled(self._typed)
        self.reset.setVisible(self._looked is not None and self._looked.own)

    def _fail(self, turn: int, error: Exception) -> None:
        if turn == self._turn:
            self.save.setEnabled(False)
            self.drop.setEnabled(self._typed)
            self.outcome.say(Mark.WARN, self._desk.told(error))

    # Doing

    def _at(self) -> tuple[str, Milestone]:
        language = self._language or (
            self._looked.letter.language if self._looked else self._desk.words.language
        )
        return language, self._milestone

    def _save(self) -> None:
        texts, (language, milestone) = self.tried() or {}, self._at()
        said = self._desk.words("Saved. The next message is written with it.")
        self._do(lambda: self._asks.save(language, milestone, texts), said)

    def _drop(self) -> None:
        self._typed = False
        self.done.clear()
        self.ask()

    def _reset(self) -> None:
        language, milestone = self._at()
        said = self._desk.words("The program's text is in force again.")
        self._do(lambda: self._asks.reset(language, milestone), said)

    def _put_back(self) -> None:
        number = self.version.currentData()
        if number is None or not self._versions:
            return
        version, (language, milestone) = self._versions[number], self._at()
        said = self._desk.words("That version is in force again.")
        self._do(lambda: self._asks.put_back(language, milestone, version), said)

    def _do(self, work: Callable[[], Changes], said: str) -> None:
        def done(_changes: object) -> None:
            self._typed = False
            self.done.say(Mark.OK, said)
            self.ask()

        self._desk.run(
            _LANE,
            work,
            still(self, done),
            still(self, lambda error: self.done.say(Mark.DANGER, self._desk.told(error))),
        )

    def _browse(self) -> None:
        """The real mail, in the browser of this computer."""
        if self._looked is None:
            return
        html, number = self._looked.letter.html, self._looked.number
        safe = "".join(sign if sign.isalnum() or sign in "-_ " else "-" for sign in number).strip()
        path = self._documents / f"{safe} message.html"

        def keep() -> Path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(html, encoding="utf-8")
            return path

        self._desk.run(
            _LANE,
            keep,
            still(self, lambda kept: self.open_url(QUrl.fromLocalFile(str(kept)))),
            still(self, lambda error: self.done.say(Mark.DANGER, self._desk.told(error))),
        )

    def open_url(self, url: QUrl) -> None:
        QDesktopServices.openUrl(url)
