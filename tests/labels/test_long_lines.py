"""What no label can show readably is refused by its field; signs that the faces lack are named."""

from __future__ import annotations

import pytest
from own_label_sample import sample, to

from wismo_desk.errors import BadInput
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Text
from wismo_desk.labels.own_delivery import OwnLabel, lay_out
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.labels.pen import SMALLEST_MM
from wismo_desk.labels.text import lost_signs
from wismo_desk.words import Words


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Anne-Sophie " * 42}, "recipient_name"),
        ({"company": "Atelier " * 62}, "recipient_company"),
        ({"street": ("12 rue " + "des Tanneurs " * 230,)}, "recipient_street"),
        ({"street": ("12 rue X", "y" * 500)}, "recipient_street"),
    ],
)
def test_letters_too_small_to_read_are_refused(
    painter: LabelPainter, dpi: int, changes: dict[str, object], field: str
) -> None:
    request = sample(recipient=to(**changes).recipient, dpi=dpi)
    with pytest.raises(BadInput) as caught:
        painter.paint(request, carrier="Nous", service="Tournée")
    assert caught.value.field == field
    assert "Shorten it in the order." in caught.value.sentence


@pytest.mark.parametrize("dpi", [203, 300])
def test_nothing_is_set_smaller_than_people_read(fonts: Fonts, dpi: int) -> None:
    of = to(name="Marie-Hélène " * 8, street=("14 bis avenue " + "du Général " * 8,)).recipient
    label = OwnLabel(request=sample(recipient=of, dpi=dpi), carrier="Nous", service="Tournée")
    page = lay_out(label, fonts=fonts, words=Words("en"))
    sizes = [item.px for item in page.items if isinstance(item, Text)]
    assert min(sizes) >= page.media.dots(SMALLEST_MM)


def test_signs_that_no_face_has_are_named(painter: LabelPainter, fonts: Fonts) -> None:
    painted = painter.paint(to(name="Zoé 🎁 🚀🎁"), carrier="Nous", service="Tournée")
    (remark,) = painted.remarks
    assert dict(remark.values) == {"signs": "🎁 🚀"}
    assert painter.paint(sample(), carrier="Nous", service="Tournée").remarks == ()
    assert lost_signs("Été € ✓", fonts=fonts).isprintable()


def test_no_weight_is_not_said_to_be_nothing(fonts: Fonts) -> None:
    label = OwnLabel(request=sample(weight_g=0), carrier="Nous", service="Tournée")
    said = [
        item.text for item in lay_out(label, fonts=fonts, words=Words("en")).items if isinstance(item, Text)
    ]
    assert "–" in said
    assert not any("0.000" in text for text in said)
