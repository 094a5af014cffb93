"""The facade: one call from a request to checked dots, and what it gives back."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from own_label_sample import PAYLOAD, SSCC, read, rendered, sample, to
from PySide6.QtGui import QImage

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.errors import BadInput
from wismo_desk.labels.painter import LabelPainter, PaintedLabel
from wismo_desk.labels.trial import trial_code
from wismo_desk.words import Words

AT = datetime(2026, 12, 1, 8, 2, tzinfo=UTC)


def test_the_parcel_s_own_number_comes_first(painter: LabelPainter) -> None:
    painted = painter.paint(sample(), carrier="Own", service="Home")
    assert painted.codes == (f"00{SSCC}", PAYLOAD)
    image = QImage.fromData(painted.image_png)
    assert (image.width(), image.height(), image.depth()) == (painted.width, painted.height, 1)


def test_the_same_request_gives_the_same_label(painter: LabelPainter) -> None:
    first, second = (painter.paint(sample(), carrier="Own", service="Home") for _ in range(2))
    assert first == second
    again = painter.paint(sample(), carrier="Own", service="Home", copy=2)
    assert again.image_png != first.image_png
    assert again.codes == first.codes


def test_a_log_of_a_painted_label_names_nobody(painter: LabelPainter) -> None:
    assert "Lefevre" not in repr(painter.paint(sample(), carrier="Own", service="Home"))


def test_french_says_it_in_french(painter: LabelPainter) -> None:
    catalogue = Path(__file__).parents[2] / "resources" / "words" / "fr" / "labels.po"
    words = Words("fr", _compiled(catalogue))
    assert words("PRACTICE, DO NOT SHIP") == "SPÉCIMEN, NE PAS EXPÉDIER"
    assert words("preview") == "aperçu"
    fonts = Path(__file__).parents[2] / "resources" / "fonts"
    painted = LabelPainter(words, fonts).paint(sample(), carrier="Own", service="Home")
    texts = [getattr(item, "text", "") for item in painted.page.items]
    assert "SPÉCIMEN, NE PAS EXPÉDIER" in texts
    assert "0,842\u00a0kg" in texts


def test_labels_may_be_painted_on_two_threads_at_once(painter: LabelPainter) -> None:
    """The station's lane paints while another makes previews: Qt's fonts are each thread's own."""
    wanted = [painter.paint(to(name=f"N {n} محمد"), carrier="Own", service="Home") for n in range(12)]
    got: list[list[PaintedLabel]] = [[], []]
    start = threading.Barrier(2)

    def run(place: int) -> None:
        start.wait()
        for n in range(12):
            painted = painter.paint(to(name=f"N {n} محمد"), carrier="Own", service="Home")
            painter.preview(painted.image_png)
            got[place].append(painted)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [wanted, wanted]


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_test_label_reads_back_from_its_bytes(painter: LabelPainter, dpi: int) -> None:
    profile = PrinterProfile(name="Quai été / n° 3", dpi=dpi)
    painted = painter.test_label(profile, station="Station 3", at=AT)
    zpl = painter.to_zpl(painted, profile)
    width, height, pixels = rendered(zpl, width=painted.width, height=painted.height, dpi=dpi)
    text = trial_code(profile)
    assert text == "WD-TEST-QUAI-ETE---N-3"
    assert read(width, height, pixels) == {("]C0", text), ("]d1", text), ("]Q1", text)}


def test_the_longest_printer_name_still_has_its_codes(painter: LabelPainter) -> None:
    profile = PrinterProfile(name="É" * 60, dpi=203)
    painted = painter.test_label(profile, station="Station 3" * 9, at=AT)
    assert painted.codes == ("WD-TEST-" + "E" * 16,)


def test_a_test_label_belongs_to_its_resolution(painter: LabelPainter) -> None:
    painted = painter.test_label(PrinterProfile(name="A", dpi=203), station="1", at=AT)
    with pytest.raises(BadInput):
        painter.to_zpl(painted, PrinterProfile(name="B", dpi=300))


def test_the_paperless_printer_shows_what_was_sent(painter: LabelPainter) -> None:
    painted = painter.paint(sample(), carrier="Own", service="Home")
    zpl = painter.to_zpl(painted, PrinterProfile(name="A", dpi=203))
    assert QImage.fromData(painter.picture(zpl)) == QImage.fromData(painted.image_png)


def test_a_drawn_line_in_any_script(painter: LabelPainter) -> None:
    png, width, height = painter.draw_text("محمد 東京 💖", 40)
    image = QImage.fromData(png)
    assert (image.width(), image.height()) == (width, height)
    assert image.depth() == 1
    assert painter.draw_text("", 40)[1] > 0


def _compiled(path: Path) -> bytes:
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    target = BytesIO()
    with path.open("rb") as source:
        write_mo(target, read_po(source, locale="fr"))
    return target.getvalue()
