"""A morning's mails of made-up customers, for the practice mailbox: one of each kind, about orders of the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

# (order's place in the sample or None, words); {n} is the order's number.
_SAID: Final = (
    (0, "svp ou est ma commande {n}, tjrs rien recu"),
    (1, "Bonjour, quand allez-vous expédier la commande {n} ?"),
    (2, "Hello, which courier is bringing order {n}?"),
    (3, "Bonjour, je me suis trompée d'adresse pour la commande {n}, pouvez-vous la corriger ?"),
    (4, "C'est inadmissible, la commande {n} n'est toujours pas là, je vais porter plainte."),
    (None, "Bonjour, livrez-vous en Belgique et à quel prix ?"),
)


def sample_mails(orders: Sequence[tuple[str, str, str]], now: datetime) -> Iterator[bytes]:
    """`orders`: (number, name, e-mail) of the sample's first ones. The oldest mail first."""
    for at, (place, words) in enumerate(_SAID):
        if place is not None and place >= len(orders):
            continue
        number, name, address = orders[place] if place is not None else ("", "Lou", "lou@example.org")
        mail = EmailMessage()
        mail["From"] = f'"{name}" <{address or "client@example.org"}>'
        mail["To"] = "bonjour@mirabelle.example"
        mail["Subject"] = "Ma commande" if place is not None else "Question"
        mail["Message-ID"] = f"<practice-{at}-{now:%Y%m%d}@example.org>"
        mail["Date"] = format_datetime(now - timedelta(minutes=11 * (len(_SAID) - at)))
        mail.set_content(words.format(n=number))
        yield mail.as_bytes()
