"""Bench views with plausible words: what the packing page must carry without clipping."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import zxingcpp
from PIL import Image, ImageDraw

from wismo_desk.domain.bench_view import (
    BenchMode,
    BenchView,
    Cue,
    DepartureView,
    ForgottenView,
    LabelView,
    LineView,
    Problem,
    ProblemView,
)

NOW = datetime(2026, 12, 1, 14, 20, tzinfo=UTC)  # 15:20 in Paris


def line(number: int, name: str, variant: str = "", **values: object) -> LineView:
    return LineView(line_id=UUID(int=number), name=name, variant=variant, **values)  # type: ignore[arg-type]


SHIRT = line(
    3,
    "T-shirt col rond",
    "Bleu · taille M",
    sku="TS-BLEU-M",
    aisle="B-04",
    code_end="6712",
    picture="tshirt-bleu.svg",
    wanted=2,
    done=1,
)
SHIRT_L = line(
    9,
    "T-shirt col rond",
    "Bleu · taille L",
    sku="TS-BLEU-L",
    aisle="B-05",
    code_end="6729",
    picture="tshirt-bleu.svg",
)
LINES = (
    line(1, "Mug blanc", wanted=1, done=1, sku="MUG-B"),
    line(2, "Carnet A5 ligné", wanted=1, done=1, sku="CA5"),
    SHIRT,
    line(4, "Stylo gel noir", wanted=1, sku="ST-N", code_end="0034"),
    line(5, "Bon de retour", wanted=1, need_code=False),
)
LONG = line(
    6,
    "Chemise en lin lavé à manches longues et col officier, coupe droite",
    "Bleu nuit chiné · taille 44-46",
    sku="CHM-LIN-LAVE-COL-OFF-BN-4446",
    aisle="Mezzanine M-12-3",
    code_end="8811",
    wanted=12,
    done=3,
)
ARABIC = line(7, "مصباح مكتب بذراع قابل للتعديل", "أسود", sku="LAMP-01", aisle="C-11", code_end="4410")
CHINESE = line(8, "不锈钢保温杯 500ml", "白色", sku="CUP-500", aisle="C-12", code_end="7781")


def label_png(number: str = "6A17204518835") -> bytes:
    """A 1-bit label with a code that a scanner reads: what the printer got."""
    image = Image.new("L", (812, 1218), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 792, 1198), outline=0, width=3)
    draw.rectangle((560, 40, 770, 130), fill=0)
    draw.line((20, 400, 792, 400), fill=0, width=3)
    for x, y, wide, high, kind in (
        (90, 800, 640, 220, zxingcpp.Code128),
        (560, 440, 200, 200, zxingcpp.DataMatrix),
    ):
        code = zxingcpp.create_barcode(number, kind).to_image(scale=3, add_quiet_zones=False)
        picture = Image.frombuffer("L", (code.shape[1], code.shape[0]), bytes(memoryview(code)))
        size = (picture.width * (wide // picture.width or 1), high)
        image.paste(picture.resize(size, Image.Resampling.NEAREST), (x, y))
    out = BytesIO()
    image.convert("1").save(out, "PNG")
    return out.getvalue()


LABEL = LabelView(
    parcel_id=UUID(int=40),
    parcel_no=1,
    tracking_number="6A17204518835",
    carrier="Colissimo",
    service="domicile",
    recipient="Claire Lefèvre",
    place="37000 Tours",
    image=label_png(),
    printed=True,
)
COMMON = {
    "station": "3",
    "order_number": "10482",
    "carrier": "Colissimo",
    "service": "domicile",
    "leaves_at": NOW + timedelta(hours=2, minutes=10),
    "pieces_done": 3,
    "pieces_wanted": 6,
    "weight_g": 642,
    "carton": "M",
    "last_order": "10481",
    "last_closed": True,
}


def packing(lines: tuple[LineView, ...] = LINES, current: int = 2, **values: object) -> BenchView:
    return BenchView(**{**COMMON, "mode": BenchMode.PACKING, "lines": lines, "current": current, **values})  # type: ignore[arg-type]


def problem(kind: Problem, sentence: str, **values: object) -> BenchView:
    held = ProblemView(kind=kind, sentence=sentence, **values)  # type: ignore[arg-type]
    return BenchView(
        **{**COMMON, "mode": BenchMode.PROBLEM, "cue": Cue.WRONG, "lines": LINES, "problem": held}
    )  # type: ignore[arg-type]


DEPARTURES = (
    DepartureView(
        carrier="Mondial Relay",
        leaves_at=NOW + timedelta(minutes=85),
        packed=108,
        left=22,
        finish_at=NOW + timedelta(minutes=16),
    ),
    DepartureView(
        carrier="DPD",
        leaves_at=NOW + timedelta(minutes=100),
        packed=76,
        left=18,
        finish_at=NOW + timedelta(minutes=29),
    ),
    DepartureView(
        carrier="Colissimo",
        leaves_at=NOW + timedelta(minutes=130),
        packed=203,
        left=148,
        finish_at=NOW + timedelta(minutes=135),
        too_late=7,
    ),
    DepartureView(carrier="Chronopost", leaves_at=NOW - timedelta(minutes=5), packed=61, left=24),
)
FORGOTTEN = tuple(
    ForgottenView(
        order_number=f"104{60 + number}",
        recipient="Claire Lefèvre, Tours" if number % 3 else "Maria-Magdalena Konstantinopolskaya, Châlons",
        tracking_number=f"3952000000000{number:05d}",
    )
    for number in range(30)
)
IDLE = BenchView(
    mode=BenchMode.IDLE,
    station="3",
    departures=DEPARTURES,
    done_today=1448,
    left_today=212,
    last_order="10481",
    last_closed=True,
    paused=("10477", "10480"),
)

VIEWS: dict[str, BenchView] = {
    "idle": IDLE,
    "idle-empty": BenchView(mode=BenchMode.IDLE, station="Quai nord"),
    "packing": packing(note="Papier de soie, carte cadeau jointe", cue=Cue.OK),
    "packing-long": packing(
        (*LINES, LONG, ARABIC, CHINESE),
        5,
        pieces_done=9,
        pieces_wanted=31,
        note="Ne pas joindre de facture, c’est un cadeau d’anniversaire : "
        "glisser la carte dans l’enveloppe kraft",
        parcel_no=2,
        order_number="CMD-2026-0010482",
        service="point de retrait signature",
    ),
    "packing-arabic": packing((ARABIC, CHINESE), 0, pieces_done=0, pieces_wanted=2),
    "packing-chinese": packing((*LINES[:2], CHINESE), 2, leaves_at=NOW - timedelta(minutes=3)),
    "packing-no-code": packing(current=4, pieces_done=5),
    "packing-warned": packing(
        warned=True,
        cue=Cue.WRONG,
        notice="{name} is not in this order.",
        notice_values=(("name", "T-shirt col rond Bleu · taille L"),),
    ),
    "weighing": BenchView(**{**COMMON, "mode": BenchMode.WEIGHING, "lines": LINES, "weight_g": 842}),  # type: ignore[arg-type]
    "buying": BenchView(**{**COMMON, "mode": BenchMode.BUYING, "lines": LINES, "weight_locked": True}),  # type: ignore[arg-type]
    "label-out": BenchView(
        **{
            **COMMON,
            "mode": BenchMode.LABEL_OUT,
            "label": LABEL,
            "weight_locked": True,
            "pieces_done": 6,
            "cue": Cue.DONE,
            "buying": "10483",
        }  # type: ignore[arg-type]
    ),
    "label-recalled": BenchView(
        mode=BenchMode.LABEL_OUT,
        station="3",
        order_number="10482",
        carrier="Colissimo",
        service="domicile",
        label=replace(LABEL, order_number="10482", recalled=True),
        notice="This is the last label of this bench, of order {order}.",
        notice_values=(("order", "10482"),),
    ),
    "label-recalled-checked": BenchView(
        mode=BenchMode.LABEL_OUT,
        station="3",
        order_number="10482",
        label=replace(LABEL, order_number="10482", recalled=True, checked=True),
    ),
    "label-voided": packing(
        tuple(replace(line, done=line.wanted) for line in LINES),
        -1,
        relabel=True,
        notice="The label of parcel {number} was voided. Scan the order again, or OK, for a new one.",
        notice_values=(("number", 1),),
    ),
    "manifest-forgotten": BenchView(
        mode=BenchMode.MANIFEST,
        station="3",
        manifest_carrier="Mondial Relay",
        manifest_scanned=62,
        manifest_expected=65,
        forgotten=FORGOTTEN[:3],
    ),
    "manifest-forgotten-many": BenchView(
        mode=BenchMode.MANIFEST,
        station="3",
        manifest_carrier="Livraison magasin",
        manifest_scanned=62,
        manifest_expected=92,
        forgotten=FORGOTTEN,
    ),
    "idle-long-names": replace(
        IDLE,
        departures=(
            replace(DEPARTURES[0], carrier="Livraison magasin"),
            replace(DEPARTURES[1], carrier="Transporteur d’exercice"),
            replace(DEPARTURES[2], carrier="La Poste Colissimo International"),
        ),
    ),
    "wrong-label": problem(
        Problem.WRONG_LABEL,
        "This is the label of order {other}, for {other_name}. The parcel in your hands is order {order}, "
        "for {name}. Put the right one on it.",
        values=(
            ("other", "10479"),
            ("other_name", "Maria-Magdalena Konstantinopolskaya"),
            ("order", "10482"),
            ("name", "Claire Lefèvre"),
        ),
        raw="6A17204518122 ≠ 6A17204518835",
    ),
    "manifest": BenchView(
        mode=BenchMode.MANIFEST,
        station="3",
        manifest_carrier="Mondial Relay",
        manifest_scanned=62,
        manifest_expected=86,
    ),
    "manifest-done": BenchView(
        mode=BenchMode.MANIFEST,
        station="3",
        manifest_carrier="Colissimo",
        manifest_scanned=86,
        manifest_expected=86,
    ),
    "wrong-item": problem(
        Problem.WRONG_ITEM,
        "{name} is not in this order.",
        values=(("name", "T-shirt col rond"),),
        expected=SHIRT,
        scanned=SHIRT_L,
        can_finish_partial=True,
    ),
    "wrong-item-long": problem(
        Problem.WRONG_ITEM,
        "{name} is not in this order.",
        values=(("name", "x"),),
        expected=LONG,
        scanned=ARABIC,
        can_finish_partial=True,
        held_scans=3,
    ),
    "unknown-code": problem(
        Problem.UNKNOWN_CODE,
        "Nothing here has the code {code}.",
        values=(("code", "3660123456789"),),
        raw="3660123456789",
        expected=SHIRT,
        can_finish_partial=True,
    ),
    "refused": problem(
        Problem.LABEL_REFUSED,
        "The carrier refused the label: {reason}. Correct the order and scan it again.",
        values=(("reason", "le code postal 37000 ne correspond pas à la commune « Joué-lès-Tours »"),),
        raw="30109",
        can_retry=True,
    ),
    "short": problem(
        Problem.SHORT,
        "Pieces missing: {missing}. Ship the rest and note what is missing?",
        values=(("missing", 2),),
        expected=SHIRT,
        can_finish_partial=True,
    ),
    "printer": problem(
        Problem.PRINTER,
        "The printer {name} has its head open: close it.",
        values=(("name", "QUAI-3"),),
        can_retry=True,
    ),
}
for kind in Problem:
    VIEWS.setdefault(f"kind-{kind}", problem(kind, "This order is not known here."))
