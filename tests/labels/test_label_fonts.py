"""The bundled faces: enough for every script we promise, and the same dots with or without system fonts."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_label_sample import to
from PySide6.QtGui import QTextLayout

from wismo_desk.errors import SettingsProblem
from wismo_desk.labels.coverage import Covered, characters
from wismo_desk.labels.fonts import FAMILIES, Fonts
from wismo_desk.labels.painter import LabelPainter

ROOT = Path(__file__).parents[2]
FONTS = ROOT / "resources" / "fonts"
SCRIPTS = {
    "French": "Œuvre d’été à Çà-et-là, n° 12 — « L’Haÿ-les-Roses »",
    "Polish": "ul. Żółkiewskiego 5, Łódź",
    "Vietnamese": "Nguyễn Thị Hồng, đường Trần Phú",
    "Greek": "Λεωφόρος Αλεξάνδρας, Ἀθῆναι",
    "Cyrillic": "вул. Хрещатик, Київ — ул. Ёлкина",
    "Arabic": "شارع محمد الخامس ١٢، الدار البيضاء",
    "Hebrew": "רחוב הרצל 12, תל אביב",
    "Thai": "ถนนสุขุมวิท กรุงเทพมหานคร",
    "Chinese": "北京市朝阳区建国路 臺北市信義區",
    "Japanese": "東京都千代田区霞が関 カタカナ ひらがな",
    "Korean": "서울특별시 강남구 테헤란로 뷁",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("bold", [False, True])
def test_every_glyph_of_a_covered_text_comes_from_a_bundled_face(fonts: Fonts, text: str, bold: bool) -> None:
    assert all(fonts.covers(char) for char in text)
    layout = QTextLayout(text, fonts.font(32, bold=bold))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    assert runs
    assert all(0 not in run.glyphIndexes() for run in runs)
    assert {run.rawFont().familyName() for run in runs} <= set(FAMILIES)


def test_what_no_bundled_face_has_is_missing_whatever_the_system_has(fonts: Fonts) -> None:
    assert [fonts.covers(char) for char in "A€ქ💖\u0001"] == [True, True, False, False, False]


def test_missing_faces_are_named(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "Inter-Regular.otf").write_bytes((FONTS / "Inter-Regular.otf").read_bytes())
    with pytest.raises(SettingsProblem) as caught:
        Fonts(tmp_path)
    assert caught.value.field == "fonts"
    assert "Noto Sans Arabic" in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_coverage_of_what_is_no_font() -> None:
    with pytest.raises(ValueError, match="not an OpenType font"):
        characters(b"\0\1\0\0 this is no font")


def test_coverage_of_both_table_formats() -> None:
    thai = characters((FONTS / "NotoSansThai-Regular.ttf").read_bytes())  # format 4
    cjk = characters((FONTS / "NotoSansCJKsc-Regular.otf").read_bytes())  # format 12
    assert ord("ก") in thai
    assert ord("é") not in thai
    assert {ord(char) for char in "京東서"} <= cjk
    assert ord("ก") not in cjk


@given(st.sets(st.integers(0, 0x10FFFF), max_size=40), st.integers(0, 0x10FFFF))
def test_covered_characters_are_those_of_the_set(codes: set[int], other: int) -> None:
    covered = Covered(codes)
    assert all(code in covered for code in codes)
    assert all((near in covered) is (near in codes) for code in (*codes, other) for near in (code, code + 1))


def test_the_licence_names_every_face() -> None:
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    readme = (FONTS / "README.md").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    for path in FONTS.glob("*.[ot]tf"):
        family = path.name.split("-")[0]
        assert f"{family}-" in licence
        assert f"{family}-" in readme


_PAINT = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from pathlib import Path
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
from own_label_sample import to
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.words import Words
painter = LabelPainter(Words("en"), Path(sys.argv[3]))
label = painter.paint(to(name=sys.argv[4], city="Łódź 東京 서울"), carrier="Été", service="home")
import hashlib
print(hashlib.sha256(label.image_png).hexdigest())
"""


def test_a_pc_without_fonts_paints_the_same_dots(painter: LabelPainter, tmp_path: Path) -> None:
    name = SCRIPTS["Arabic"][:20]
    here = painter.paint(to(name=name, city="Łódź 東京 서울"), carrier="Été", service="home")
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig/>", encoding="utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(empty), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _PAINT, str(ROOT), str(Path(__file__).parent), str(FONTS), name]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert there.stdout.strip() == hashlib.sha256(here.image_png).hexdigest()
