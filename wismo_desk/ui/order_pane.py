"""One order before it is packed: the service it goes with, its recipient, its pickup point, each corrected in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.countries import country_code
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import Party
from wismo_desk.domain.preflight import Fix
from wismo_desk.domain.states import has_states, state_code
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.order_asks import OrderAsks
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, rule, scrolled
from wismo_desk.ui.parts import Button, Choice, write
from wismo_desk.ui.point_chooser import PointChooser
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Weight, font, set_tone
from wismo_desk.words import Words

if TYPE_CHECKING:
    from wismo_desk.flows.show_order import ShownOrder

_LINES: Final = 3  # of a street


class OrderPane(QFrame):
    """`changed` hands on what a correction touched. Nothing is written before its button is pressed."""

    changed = Signal(object)  # Changes
    closed = Signal()

    def __init__(self, desk: Desk, asks: OrderAsks) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self._shown: ShownOrder | None = None
        self._turn = 0
        self._fix = Fix.SERVICE
        self._field = ""
        words = desk.words
        self.setProperty("part", "panel")
        self.setAccessibleName(words("Change an order"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(rule())
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(16, 16, 16, 16)
        inner.setSpacing(12)
        self.outcome = Outcome()
        self.service_card, self.point_card, self.recipient_card = (
            self._service(),
            self._point(),
            self._recipient(),
        )
        for part in (self.outcome, self.service_card, self.point_card, self.recipient_card):
            inner.addWidget(part)
        inner.addStretch()
        self._scroll = scrolled(body)
        column.addWidget(self._scroll, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(48)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 8, 0)
        self.title = write("", 16, Weight.SEMIBOLD)
        away = IconButton(self._desk.look, "x", self._desk.words("Close (Esc)"))
        away.clicked.connect(self.closed)
        row.addWidget(self.title, 1)
        row.addWidget(away)
        return head

    def _service(self) -> Form:
        words, look = self._desk.words, self._desk.look
        form = Form(self._desk, words("Service"))
        self.hand = write("", 13, tone="muted", wrap=True)
        self.offers = Choice(look, words("Service of this order"))
        self.offers.setSizeAdjustPolicy(self.offers.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.offers.setMinimumContentsLength(8)
        self.why = QLineEdit()
        self.why.setFont(font(14))
        self.why.setPlaceholderText(words("Why, if there is something to say"))
        self.why.setAccessibleName(words("Why, if there is something to say"))
        self.send = Button(look, words("Send it this way"), small=True)
        self.rules = Button(look, words("Back to the rules"), icon="undo-2", small=True)
        self.send.clicked.connect(self._send)
        self.rules.clicked.connect(lambda: self._do(lambda key: self._asks.reroute.unchoose(key)))
        self.offers.activated.connect(lambda _: self._weigh())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.send)
        row.addWidget(self.rules)
        row.addStretch()
        self.back = Check(look, words("With a return label in the box"))
        self.back.clicked.connect(lambda on: self._do(lambda key: self._asks.returns.choose(key, on=on)))
        for part in (self.hand, self.offers, self.why):
            form.body.addWidget(part)
        form.body.addLayout(row)
        form.body.addWidget(self.back)
        return form

    def _point(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Pickup point"))
        self.point_now = write("", 14, wrap=True)
        self.other = Button(self._desk.look, words("Choose a pickup point"), icon="search", small=True)
        self.other.clicked.connect(self._search)
        self.chooser = PointChooser(self._desk, self._asks.find_points)
        self.chooser.chosen.connect(self._take_point)
        self.chooser.hide()
        row = QHBoxLayout()
        row.addWidget(self.other)
        row.addStretch()
        form.body.addWidget(self.point_now)
        form.body.addLayout(row)
        form.body.addWidget(self.chooser)
        return form

    def _recipient(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Recipient"))
        self.fixed = write("", 13, tone="info", wrap=True)
        self.fixed.hide()
        form.body.addWidget(self.fixed)
        names = {
            "name": words("Name"),
            "company": words("Company"),
            "street0": words("Street"),
            "street1": words("Street, second line"),
            "street2": words("Street, third line"),
            "postcode": words("Postcode"),
            "city": words("Town"),
            "country": words("Country"),
            "state": words("State or province"),
            "phone": words("Telephone"),
            "email": words("E-mail"),
        }
        self.fields: dict[str, QLineEdit] = {}
        for key, name in names.items():
            field = QLineEdit()
            field.setFont(font(14))
            field.setAccessibleName(name)
            field.textEdited.connect(lambda _, key=key: self._edited(key))
            label = write(name, 13, tone="muted")
            form.body.addWidget(label)
            form.body.addWidget(field)
            self.fields[key] = field
            if key == "state":
                self._state_label = label
        self.keep = Button(self._desk.look, words("Keep the correction"), icon="check", small=True)
        self.keep.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.addWidget(self.keep)
        row.addStretch()
        form.body.addLayout(row)
        return form

    # Reading

    def open(self, order_id: UUID, *, fix: Fix = Fix.SERVICE, field: str = "") -> None:
        """Show an order with what is to be corrected in front."""
        self._fix, self._field = fix, field
        self.outcome.clear()
        self._read(order_id)

    def _read(self, order_id: UUID) -> None:
        self._turn += 1
        turn = self._turn
        self._desk.run(
            Lane.READ,
            lambda: self._asks.show_order(order_id),
            still(self, lambda shown: self._show(turn, shown)),
            still(self, self._fail),
        )

    def _show(self, turn: int, shown: ShownOrder) -> None:
        if turn != self._turn:
            return
        self._shown = shown
        words, order = self._desk.words, shown.order
        self.title.setText(words("Order {number}", number=order.number))
        if shown.closed is not None:
            self.outcome.say(Mark.INFO, self._desk.told(shown.closed))
        self._show_offers(shown)
        self._show_point(shown)
        self._show_recipient(shown)
        for card in (self.service_card, self.point_card, self.recipient_card):
            card.setEnabled(shown.closed is None)
        if shown.closed is None:
            self._lead()

    def _show_offers(self, shown: ShownOrder) -> None:
        words, names = self._desk.words, self._desk.names
        self.offers.clear()
        for offer in shown.offers:
            said = f"{names.carrier(offer.carrier)} · {names.service(offer.carrier, offer.service)}"
            if offer.price_cents is not None:
                said += f"  {words.money(offer.price_cents)}"
            self.offers.addItem(said, (offer.carrier, offer.service))
            if offer.chosen:
                self.offers.setCurrentIndex(self.offers.count() - 1)
        said = words("Chosen by hand: no rule changes it.") if shown.by_hand else words("By the rules.")
        self.hand.setText(" ".join(filter(None, (said, _insured(shown, words)))))
        self.rules.setVisible(shown.by_hand)
        self.back.setVisible(shown.with_return is not None)
        self.back.setChecked(bool(shown.with_return))
        self.why.clear()
        self._weigh()

    def _show_point(self, shown: ShownOrder) -> None:
        words, point = self._desk.words, shown.order.pickup_point
        self.point_card.setVisible(shown.wants_point or bool(point))
        named = " · ".join(part for part in (point, shown.point_name) if part)
        self.point_now.setText(named or words("None is chosen yet."))
        set_tone(self.point_now, "tone", "" if point or not shown.wants_point else "warn")
        self.other.setVisible(shown.wants_point)
        self.chooser.hide()

    def _show_recipient(self, shown: ShownOrder) -> None:
        for key, value in _texts(shown.order.recipient).items():
            self.fields[key].setText(value)
            set_tone(self.fields[key], "changed", "false")
        who = shown.order.recipient
        for part in (self.fields["state"], self._state_label):
            part.setVisible(has_states(who.country) or bool(who.state))
        said = _corrected(self._desk.words, map(self._name, shown.fixed), map(self._name, shown.overruled))
        self.fixed.setText(said)
        self.fixed.setVisible(bool(said))
        self.keep.setEnabled(False)

    def _name(self, field: str) -> str:
        return self.fields["street0" if field == "street" else field].accessibleName().lower()

    def _lead(self) -> None:
        """The keyboard goes to what is to be corrected, once."""
        fix, self._fix = self._fix, Fix.PRODUCTS
        if fix is Fix.POINT and self.point_card.isVisibleTo(self):
            self._search()
        elif fix is Fix.RECIPIENT:
            field = self.fields.get(
                "street0" if self._field == "street" else self._field, self.fields["name"]
            )
            field.setFocus()
            field.selectAll()
            self._scroll.ensureWidgetVisible(field, 0, 120)
        elif fix is Fix.SERVICE:
            self.offers.setFocus()

    # Changing

    def _weigh(self) -> None:
        """Pressing means something only for another service, or to hold on to this one by hand."""
        shown = self._shown
        now = next((o for o in shown.offers if o.chosen), None) if shown else None
        same = now is not None and self.offers.currentData() == (now.carrier, now.service)
        self.send.setEnabled(shown is not None and (not same or not shown.by_hand))

    def _send(self) -> None:
        carrier, service = self.offers.currentData()
        why = self.why.text().strip()
        self._do(lambda key: self._asks.reroute.choose(key, carrier, service, why=why))

    def _search(self) -> None:
        if self._shown is None:
            return
        self.chooser.show()
        order = self._shown.order
        self.chooser.open(order.order_id, order.recipient.postcode, searches=self._shown.finds_points)
        self._scroll.ensureWidgetVisible(self.chooser.postcode, 0, 200)

    def _take_point(self, number: str, name: str) -> None:
        hours = self.chooser.hours(number)
        self._do(lambda key: self._asks.correct.point(key, number, name=name, hours=hours))

    def _edited(self, key: str) -> None:
        was = _texts(self._shown.order.recipient)[key] if self._shown else ""
        if key == "country" and has_states(self.party.country):
            self.fields["state"].show()
            self._state_label.show()
        field = self.fields[key]
        set_tone(field, "changed", "true" if field.text().strip() != was else "false")
        self.keep.setEnabled(self.party != (self._shown.order.recipient if self._shown else None))

    @property
    def party(self) -> Party:
        """The recipient as it stands in the fields."""
        typed = {key: field.text().strip() for key, field in self.fields.items()}
        street = tuple(typed.pop(f"street{line}") for line in range(_LINES))
        country = country_code(typed.pop("country")) or self.fields["country"].text().strip().upper()
        typed["state"] = state_code(country, typed["state"]) or typed["state"]
        before = self._shown.order.recipient if self._shown else Party()
        return replace(before, **typed, country=country, street=tuple(part for part in street if part))

    def _keep(self) -> None:
        party = self.party
        self._do(lambda key: self._asks.correct(key, party))

    def _do(self, act: Callable[[UUID], Changes]) -> None:
        if self._shown is None:
            return
        key = self._shown.order.order_id
        self._desk.run(
            Lane.STATION,
            lambda: act(key),
            still(self, lambda changes: self._done(key, changes)),
            still(self, self._fail),
        )

    def _done(self, order_id: UUID, changes: Changes) -> None:
        self.outcome.say(Mark.OK, self._desk.words("Saved."))
        self.changed.emit(changes)
        self._read(order_id)

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self._scroll.ensureVisible(0, 0)


def _insured(shown: ShownOrder, words: Words) -> str:
    """Of an order that has no label yet."""
    if shown.insured_cents is None or shown.closed is not None:
        return ""
    if not shown.insured_cents:
        return words(
            "Its rule wants it insured: this service, or an order without a value in euros, cannot be."
        )
    return words("Insured for {amount}.", amount=words.money(shown.insured_cents))


def _corrected(words: Words, fixed: Iterable[str], overruled: Iterable[str]) -> str:
    """Which fields were corrected here, or the later word of the shop on them; empty: none."""
    if fields := ", ".join(overruled):
        return words(
            "The shop changed {fields} after it was corrected here: its word is in force.", fields=fields
        )
    fields = ", ".join(fixed)
    return (
        words("Corrected here: {fields}. The shop's next file does not undo it.", fields=fields)
        if fields
        else ""
    )


def _texts(party: Party) -> dict[str, str]:
    street = {f"street{line}": "".join(party.street[line : line + 1]) for line in range(_LINES)}
    plain = {name: str(getattr(party, name)) for name in Party.__slots__ if name != "street"}
    return {**plain, **street}
