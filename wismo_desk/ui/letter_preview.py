"""A mail as a telephone shows it, as far as Qt's own rich text can: words, order, colours and links are the real ones,
spacing and round corners are not. The browser shows the rest (tests/documents/test_in_browser.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Choice, write

if TYPE_CHECKING:
    # For its words only: loading it would load SQLAlchemy before the first paint.
    from wismo_desk.flows.letter_texts import Looked

MAIL, PLAIN, SMS = "mail", "plain", "sms"
PHONE_WIDTH: Final = 390  # CSS pixels of a common telephone
_UNSEEN: Final = re.compile(
    r"<!--.*?-->|<(style|script|title|noscript)\b.*?</\1>|<div\s+style=\"display:none.*?</div>", re.S
)
# Qt would take line heights twice, and centre what a column of full width centres for Outlook's sake.
_MISREAD: Final = re.compile(
    r"line-height:[^;\"]*;?|font-size:0(px)?;?|font-family:[^;\"]*;?|text-align:center;?|padding:20px 0;?"
)

# The same ground stands on the table inside; on a block of its own Qt paints it as a strip above.
_BEHIND: Final = re.compile(r"(<div[^>]*style=\")background:[^;\"]*;background-color:[^;\"]*;")


def for_qt(html: str, swap: Mapping[str, str] | None = None) -> str:
    """What Qt can read of a mail's HTML. `swap`: colours and what stands for them."""
    plain = _MISREAD.sub("", _UNSEEN.sub("", html)).replace('align="center"', "")
    plain = _BEHIND.sub(r"\1", plain)
    if not swap:
        return plain
    colours = {old.lower(): new for old, new in swap.items()}
    found = re.compile("|".join(map(re.escape, colours)), re.IGNORECASE)
    return found.sub(lambda match: colours[match.group().lower()], plain)


class PhonePreview(QTextBrowser):
    """Loads nothing, opens nothing."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setFixedWidth(PHONE_WIDTH)
        self.setMinimumHeight(520)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_mail(self, html: str, swap: Mapping[str, str] | None = None, *, ground: str) -> None:
        """`ground`: the colour around the mail."""
        self.setStyleSheet(f"QTextBrowser {{ background: {ground}; border: none; padding: 0; }}")
        self.setHtml(for_qt(html, swap))

    def show_text(self, text: str) -> None:
        self.setStyleSheet("")
        self.setPlainText(text)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing: a preview asks no server for a picture."""
        return None


class PreviewColumn(QWidget):
    """A telephone's width of the mail, its plain text, or the text message."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._words = words = desk.words
        self._looked: Looked | None = None
        self.view = Choice(desk.look, words("Shown as"))
        for key, said in (
            (MAIL, words("E-mail")),
            (PLAIN, words("E-mail, plain text")),
            (SMS, words("Text message")),
        ):
            self.view.addItem(said, key)
        self.view.activated.connect(lambda _: self._show())
        self.dark = Check(desk.look, words("Dark screen"))
        self.dark.setAccessibleName(words("Dark screen"))
        self.dark.toggled.connect(lambda _: self._show())
        self.to = write("", 13, tone="muted", wrap=True)
        self.phone = PhonePreview(words("The message as a telephone shows it"))
        self.to.setFixedWidth(self.phone.width())
        self.browse = Button(desk.look, words("Open in the browser"), icon="external-link")
        note = write(words("Spacing differs a little from real mail programs."), 13, tone="muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.view, 1)
        row.addWidget(self.dark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.to)
        column.addWidget(self.phone, 1)
        column.addWidget(note)
        column.addWidget(self.browse, 0, Qt.AlignmentFlag.AlignLeft)

    def show_looked(self, looked: Looked) -> None:
        self._looked = looked
        self._show()

    def _show(self) -> None:
        if self._looked is None:
            return
        looked, view, dark = self._looked, self.view.currentData(), self.dark.isChecked()
        letter = looked.letter
        self.to.setText(self._words("To {address}", address=letter.to or "—") + "\n" + letter.subject)
        if view == MAIL:
            ground = "#10151B" if dark else "#F4F6F8"
            self.phone.show_mail(letter.html, looked.night if dark else None, ground=ground)
        else:
            self.phone.show_text(letter.text if view == PLAIN else looked.sms)
        self.dark.setEnabled(view == MAIL)
