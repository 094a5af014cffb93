"""One own-delivery label: painted, every code read back, and written as ZPL, at both resolutions."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from tests.speed import goods, usual
from tests.speed.figures import Figure, calmest, spread, timed
from tests.speed.room import Room
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.labels.painter import LabelPainter, PaintedLabel
from wismo_desk.resources import resources_dir

_LABELS = 40
_ROUNDS = 2


@dataclass
class _Round:
    """Milliseconds per label, ours and the usual way's."""

    paint: list[float] = field(default_factory=list)
    write: list[float] = field(default_factory=list)
    usual_paint: list[float] = field(default_factory=list)
    usual_write: list[float] = field(default_factory=list)


def measure(room: Room) -> list[Figure]:
    assert room.application is not None  # fonts need it
    painter = LabelPainter(room.words, resources_dir() / "fonts")
    return [*_at(painter, 203), *_at(painter, 300)]


def _at(painter: LabelPainter, dpi: int) -> list[Figure]:
    _label(_Round(), painter, 0, dpi)  # fonts and caches
    rounds = [_Round() for _ in range(_ROUNDS)]
    for one in rounds:
        for n in range(_LABELS):
            size, usual_size, decoded = _label(one, painter, n, dpi)
    return [
        *spread(
            "label",
            f"paint and read back, {dpi} dpi",
            calmest([one.paint for one in rounds]),
            calmest([one.usual_paint for one in rounds]),
            peer="reportlab PDF, pdfium 4x, reduced to 1 bit, decoded",
            note=f"{decoded} of 2 codes of the peer's label decode",
        ),
        *spread(
            "label",
            f"write as ZPL, {dpi} dpi",
            calmest([one.write for one in rounds]),
            calmest([one.usual_write for one in rounds]),
            peer="the same picture as plain ^GFA hex",
            percents=(50,),
            note=f"{size / 1000:.1f} kB against {usual_size / 1000:.0f} kB to the printer",
        ),
    ]


def _label(one: _Round, painter: LabelPainter, n: int, dpi: int) -> tuple[int, int, int]:
    """Both ways for one order; (bytes, the usual way's bytes, how many codes of its label decode)."""
    request = goods.request(n, dpi=dpi)

    def paint() -> PaintedLabel:
        return painter.paint(request, carrier="Livraison magasin", service="Livraison à domicile")

    ms, painted = timed(paint)
    one.paint.append(ms)
    ms, content = timed(lambda: painter.to_zpl(painted, PrinterProfile(name="", dpi=dpi)))
    one.write.append(ms)
    ms, (picture, codes) = timed(lambda: _usual(request))
    one.usual_paint.append(ms)
    ms, usual_content = timed(lambda: usual.zpl(picture))
    one.usual_write.append(ms)
    return len(content), len(usual_content), len(codes)


def _usual(request: LabelRequest) -> tuple[Image.Image, list[str]]:
    picture = usual.raster(usual.pdf(request), request.dpi)
    return picture, usual.decode(picture)
