"""Sharing: the address of the database that several desks share, how the line is, and the way to join."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wismo_desk.domain.job_queue import QueueState
from wismo_desk.errors import BadInput, DeskError
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_join import LANE, Join, JoinCard, Progress
from wismo_desk.ui.settings_panes import Draft, pane
from wismo_desk.ui.settings_password import PasswordField, still
from wismo_desk.ui.theme import set_tone

_ASK_MS: Final = 5_000


class SharingState(Protocol):
    """The line to the shared database in force. `since`: when it last went up or down, None before the first
    try. `waiting`: facts it has not accepted yet. `may_join`: it answers, and only the joining is missing. `queue`: of
    the workers' jobs, where there is one."""

    @property
    def address(self) -> str: ...

    @property
    def online(self) -> bool: ...

    @property
    def since(self) -> datetime | None: ...

    @property
    def error(self) -> DeskError | None: ...

    @property
    def waiting(self) -> int: ...

    @property
    def may_join(self) -> bool: ...

    @property
    def queue(self) -> QueueState | None: ...


class SharingPane(QWidget):
    """`state` and `join` run on a lane of their own: the network may be slow, and nothing waits for it."""

    joined = Signal()

    def __init__(
        self,
        desk: Desk,
        draft: Draft,
        *,
        state: Callable[[], SharingState | None],
        check: Callable[[str], object] | None,
        keep_password: Callable[[str, str], object] | None,
        join: Join | None,
        progress: Progress,
    ) -> None:
        """`state` gives None for a desk that works alone; `check` raises SettingsProblem for an address that
        cannot be used."""
        super().__init__()
        self._desk, self._draft, self._state, self._check = desk, draft, state, check
        self._asking = False
        self.now, self.outcome = Outcome(), Outcome()
        parts: list[QWidget] = [self.now, self.outcome]
        self.join_card: JoinCard | None = None
        if join is not None:
            self.join_card = JoinCard(desk, join, progress)
            self.join_card.joined.connect(self._joined)
            self.join_card.hide()
            parts.append(self.join_card)
        parts.append(self._form(keep_password))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(pane(*parts))
        self._again = QTimer(self)
        self._again.setInterval(_ASK_MS)
        self._again.timeout.connect(self.ask)
        self._again.start()
        self.now.say(Mark.INFO, desk.words("Looking at the line…"))

    def _form(self, keep_password: Callable[[str, str], object] | None) -> Form:
        words, now = self._desk.words, self._draft.settings
        form = Form(self._desk, words("Shared database"), aside=words("in force at the next start"))
        self.address = form.text(
            words("Address"),
            now.shared,
            self._set_address,
            hint=words(
                "Like {example}, without a password; empty, this desk works alone.",
                example="postgresql+psycopg://poste1@192.168.1.10/wismo",
            ),
            code=True,
        )
        self.tenant = form.text(
            words("Tenant number"),
            str(now.tenant),
            self._set_tenant,
            hint=words("1, unless several companies share that database."),
            code=True,
        )
        self.warehouse = form.text(
            words("Warehouse"),
            now.warehouse,
            lambda text: self._draft.change(warehouse=text, restart=True),
            hint=words("Desks of one warehouse share their orders. Empty, this desk sees those of all."),
        )
        self.password: PasswordField | None = None
        if keep_password is not None:
            hint = words("Kept in the keyring, never shown. It belongs to the address: type it after that.")
            self.password = PasswordField(self._desk, lambda typed: self._keep(keep_password, typed), hint)
            form.add(words("Password"), self.password)
        return form

    # Changing

    def _set_address(self, text: str) -> None:
        try:
            if text and self._check is not None:
                self._check(text)
        except DeskError as error:
            set_tone(self.address, "changed", "true")  # shown, not saved
            self._draft.refuse(error)
            return
        self._draft.change(shared=text, restart=True)
        self.ask()

    def _set_tenant(self, text: str) -> None:
        if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
            set_tone(self.tenant, "changed", "true")
            wrong = "“{text}” is not a tenant number. Write a whole number from 1 on."
            self._draft.refuse(BadInput(wrong, field="tenant", text=text))
            return
        self._draft.change(tenant=int(text), restart=True)

    def _keep(self, keep_password: Callable[[str, str], object], typed: str) -> None:
        if not self._draft.settings.shared:
            raise BadInput("Enter the address first: the password belongs to it.", field="shared")
        keep_password("shared", typed)

    # Looking

    def ask(self) -> None:
        """How the line is; only while somebody looks, and never twice at a time."""
        joining = self.join_card is not None and self.join_card.busy
        if not self.isVisible() or self._asking or joining:
            return
        if self.join_card is not None:
            self.join_card.follow()
            if self.join_card.busy:
                self.join_card.show()
                self.now.say(Mark.INFO, self._desk.words("This desk joins the others…"))
                return
        self._asking = True
        self._desk.run(LANE, self._state, still(self, self._show), still(self, self._failed))

    def _failed(self, error: Exception) -> None:
        self._asking = False
        self.now.say(Mark.DANGER, self._desk.told(error))

    def _show(self, state: SharingState | None) -> None:
        self._asking = False
        mark, said, then = self._told(state)
        if self.now.accessibleName() != f"{said} {then}".strip():  # nothing moves while nothing changes
            self.now.say(mark, said, then)
        if self.join_card is not None and not self.join_card.busy:
            self.join_card.setVisible(state is not None and state.may_join)

    def _told(self, state: SharingState | None) -> tuple[Mark, str, str]:
        words, saved = self._desk.words, self._draft.settings.shared
        if state is None:
            if saved:
                return (
                    Mark.INFO,
                    words("Alone"),
                    words("From the next start on, shared with the other desks."),
                )
            return Mark.INFO, words("Alone"), words("This desk needs no other computer.")
        if state.address != saved:
            then = words("Another address is saved: it is in force at the next start.")
            if not saved:
                then = words("From the next start on, this desk works alone.")
        elif state.waiting:
            then = words("{count} changes of this desk wait to be sent.", count=words.number(state.waiting))
        else:
            then = ""
        if state.since is None:
            return Mark.INFO, words("Looking at the line…"), then
        if state.online:
            return Mark.OK, words("Shared, connected"), f"{then} {self._jobs(state.queue)}".strip()
        since = words.moment(state.since, now=self._desk.clock())
        said = words("Alone since {when}", when=since)
        if state.error is not None:
            then = f"{self._because(state)} {then}".strip()
        return Mark.WARN, said, then

    def _jobs(self, queue: QueueState | None) -> str:
        """Nothing while nobody has to wait."""
        words, said = self._desk.words, []
        if queue is not None and queue.waiting:
            of = words.number(queue.waiting)
            said.append(
                words(
                    "Queue of jobs: {count} waiting, the oldest for {age}.",
                    count=of,
                    age=words.span(queue.oldest),
                )
            )
        if queue is not None and queue.stalled:
            of = words.number(queue.stalled)
            if said:
                said.append(words("{count} of a silent worker, to be taken over.", count=of))
            else:
                said.append(words("Queue of jobs: {count} of a silent worker, to be taken over.", count=of))
        return " ".join(said)

    def _because(self, state: SharingState) -> str:
        assert state.error is not None
        words = self._desk.words
        if state.may_join:
            return words("It is not yet said what becomes of the orders of this desk: choose below.")
        return words("Because: {reason}", reason=words.error(state.error))

    def _joined(self, outcome: str) -> None:
        assert self.join_card is not None
        self.join_card.hide()
        self.outcome.say(Mark.OK, outcome)
        self.joined.emit()
        self.ask()
