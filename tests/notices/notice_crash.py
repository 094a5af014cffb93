"""A sender to be killed: `python notice_crash.py FOLDER PORT careful|naive [URL]` sends what is due."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from notice_rig import Clock, letters_of, notify_of, opened, settings
from postgres_cluster import PASSWORD

from wismo_desk.channels.smtp import Patience, open_line
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.notices.posts import _message
from wismo_desk.notices.stories import tell
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices

PATIENT = Patience(connect=60.0, answer=60.0, body=60.0)


def main() -> None:
    folder, port, how = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    store, mail, clock = opened(folder), settings(port), Clock()
    ledger: NoticeLedger = store.notices
    if len(sys.argv) > 4:
        ledger = shared_notices(SharedDatabase.open(sys.argv[4], PASSWORD))
    if how == "careful":
        line_of = partial(open_line, password="", patience=PATIENT)
        notify_of(store, ledger, lambda: mail, clock, open_line=line_of).turn()
        return
    # Naive: sent first, written down afterwards.
    letters = letters_of(lambda: mail)
    with open_line(mail, "", patience=PATIENT) as line:
        for notice in reversed(ledger.listed(states=(EffectState.PENDING,))):
            told = tell(store, notice.shipment_id)
            assert told is not None
            letter = letters.write(told, notice.milestone, at=clock.now)
            line.send(_message(mail, notice, letter, clock.now))


if __name__ == "__main__":
    main()
