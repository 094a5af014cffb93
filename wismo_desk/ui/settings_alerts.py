"""Réglages → Règles d'alerte as a whole: the rules, and the one e-mail a day."""

from __future__ import annotations

from collections.abc import Sequence

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.errors import DeskError
from wismo_desk.settings.station import clock_time
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_anomalies import AnomalyAsks, AnomalyPane
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft


def alert_pane(
    desk: Desk, draft: Draft, asks: AnomalyAsks | None, carriers: Sequence[CarrierInfo]
) -> AnomalyPane | None:
    return AnomalyPane(desk, asks, carriers, digest_card(desk, draft)) if asks else None


def digest_card(desk: Desk, draft: Draft) -> Form:
    """Sent with the mail settings of this desk."""
    words = desk.words
    form = Form(desk, words("One e-mail a day"))
    hint = words("Empty: none is sent. It names no customer, and nothing is sent on a day off.")
    form.text(
        words("Send it to"),
        draft.settings.digest_to,
        lambda text: draft.change(digest_to=text.strip()),
        hint=hint,
    )

    def set_hour(text: str) -> None:
        try:
            at = clock_time(text.strip())
        except DeskError as error:
            draft.refuse(error)
            return
        draft.change(digest_at=f"{at:%H:%M}")

    form.text(words("At"), draft.settings.digest_at, set_hour)
    return form
