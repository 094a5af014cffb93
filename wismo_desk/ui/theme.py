"""The one look of every window: colours, type, palette and style sheet, all from a table of tokens.

Sources: design.md "Tokens" and mockups/NOTES.md; every text pair there is 4.5:1 or better, and
`tests/ui/test_theme.py` measures it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from wismo_desk.labels.fonts import load_face
from wismo_desk.ui.icons import Icons


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours by what they are for. `edge` is the width in px of borders of fields, buttons and cards."""

    name: str
    dark: bool = False
    edge: int = 1
    background: QColor
    surface: QColor
    sunken: QColor
    line: QColor
    line_strong: QColor
    bar: QColor
    weekend: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_tint: QColor
    on_accent: QColor
    ok: QColor
    ok_tint: QColor
    warn: QColor
    warn_tint: QColor
    warn_solid: QColor
    on_warn: QColor
    danger: QColor
    danger_tint: QColor
    danger_solid: QColor
    on_danger: QColor
    info: QColor
    info_tint: QColor

    def colour(self, token: str) -> QColor:
        """The colour of a token by name, for style sheets and tables of tones."""
        found: QColor = getattr(self, token)
        return found


def _theme(name: str, *, dark: bool = False, edge: int = 1, **tokens: str) -> Theme:
    colours = {token: QColor(value) for token, value in tokens.items()}
    return Theme(name=name, dark=dark, edge=edge, **colours)


LIGHT: Final = _theme(
    "light",
    background="#F4F6F8",
    surface="#FFFFFF",
    sunken="#EBEEF2",
    line="#DDE2E8",
    line_strong="#848E9C",
    bar="#8692A2",
    weekend="#F0F2F5",
    text="#151A21",
    muted="#566070",
    accent="#1A5FB4",
    accent_tint="#E4EEFA",
    on_accent="#FFFFFF",
    ok="#0A7557",
    ok_tint="#E0F1EB",
    warn="#8A4B00",
    warn_tint="#FFF0D6",
    warn_solid="#F5A524",
    on_warn="#241500",
    danger="#B42318",
    danger_tint="#FCE7E5",
    danger_solid="#B42318",
    on_danger="#FFFFFF",
    info="#5B4B9A",
    info_tint="#ECE9F7",
)
DARK: Final = _theme(
    "dark",
    dark=True,
    background="#10151B",
    surface="#182029",
    sunken="#0C1116",
    line="#2E3844",
    line_strong="#6F7C8C",
    bar="#6F7E93",
    weekend="#111820",
    text="#E9EDF2",
    muted="#A5B0BF",
    accent="#7DB3FF",
    accent_tint="#1C324E",
    on_accent="#0C1116",
    ok="#57CFA5",
    ok_tint="#17362D",
    warn="#FFB95E",
    warn_tint="#3A2C14",
    warn_solid="#F5A524",
    on_warn="#241500",
    danger="#FF9488",
    danger_tint="#472423",
    danger_solid="#C93A2D",
    on_danger="#FFFFFF",
    info="#B9AEF2",
    info_tint="#2C2848",
)
# Blue for what is well and orange for what is not (decisions.md §25), everything on white at 7:1 or better.
CONTRAST: Final = _theme(
    "contrast",
    edge=2,
    background="#FFFFFF",
    surface="#FFFFFF",
    sunken="#FFFFFF",
    line="#000000",
    line_strong="#000000",
    bar="#2B3038",
    weekend="#FFFFFF",
    text="#000000",
    muted="#2B3038",
    accent="#003B8E",
    accent_tint="#FFFFFF",
    on_accent="#FFFFFF",
    ok="#00436B",
    ok_tint="#FFFFFF",
    warn="#5A3000",
    warn_tint="#FFFFFF",
    warn_solid="#FFB000",
    on_warn="#000000",
    danger="#7F2600",
    danger_tint="#FFFFFF",
    danger_solid="#7F2600",
    on_danger="#FFFFFF",
    info="#3D2C80",
    info_tint="#FFFFFF",
)
THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}


class Figures(Enum):
    """How digits are set: as they come, in columns, or as numbers of parcels (slashed zero, serif I)."""

    PLAIN = ()
    TABULAR = ("tnum",)
    CODE = ("tnum", "ss02", "zero")


class Weight(Enum):
    """The four bundled cuts of Inter."""

    REGULAR = QFont.Weight.Normal
    MEDIUM = QFont.Weight.Medium
    SEMIBOLD = QFont.Weight.DemiBold
    BOLD = QFont.Weight.Bold


FAMILIES: Final = (
    "Inter",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
)


@cache
def font(px: int, weight: Weight = Weight.REGULAR, *, figures: Figures = Figures.PLAIN) -> QFont:
    """Inter at `px` pixels; other scripts fall back to Noto. Shared: copy before changing one."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(px)
    made.setWeight(weight.value)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in figures.value:
        made.setFeature(QFont.Tag(feature), 1)
    return made


def load_fonts(folder: Path) -> tuple[str, ...]:
    """Make the bundled fonts known to Qt; the families found, empty where the folder holds none."""
    found: list[str] = []
    for file in sorted(folder.glob("*.[ot]t[fc]")):
        found += load_face(file)
    return tuple(dict.fromkeys(found))


def palette(theme: Theme) -> QPalette:
    """The theme for widgets that Fusion draws."""
    role = QPalette.ColorRole
    made = QPalette()
    for key, colour in {
        role.Window: theme.background,
        role.Base: theme.surface,
        role.AlternateBase: theme.sunken,
        role.Button: theme.surface,
        role.ToolTipBase: theme.surface,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.info,
        role.BrightText: theme.danger,
        role.Light: theme.surface,
        role.Midlight: theme.line,
        role.Mid: theme.line_strong,
        role.Dark: theme.line_strong,
        role.Shadow: theme.line_strong,
    }.items():
        made.setColor(key, colour)
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, theme.muted)
    return made


_SHEET: Final = """
QToolTip {{ background: {surface}; color: {text}; border: {edge}px solid {line_strong}; padding: 4px 8px; }}
QLabel[tone="muted"] {{ color: {muted}; }}
QLabel[tone="accent"] {{ color: {accent}; }}
QLabel[tone="ok"] {{ color: {ok}; }}
QLabel[tone="warn"] {{ color: {warn}; }}
QLabel[tone="danger"] {{ color: {danger}; }}
QLabel[tone="info"] {{ color: {info}; }}
QFrame[part="card"] {{ background: {surface}; border: {edge}px solid {line}; border-radius: 6px; }}
QFrame[part="card"][chosen="true"] {{ border: 2px solid {accent}; }}
QFrame[part="bar"] {{ background: {surface}; border: none; border-bottom: {edge}px solid {line}; }}
QFrame[part="foot"] {{ background: {sunken}; border: none; border-top: {edge}px solid {line}; }}
QFrame[part="panel"] {{ background: {surface}; border: none; border-left: {edge}px solid {line}; }}
QFrame[part="list"] {{ background: {surface}; border: none; border-right: {edge}px solid {line}; }}
QFrame[part="rule"] {{ background: {line}; border: none; }}
QFrame[part="answer"][severity="danger"] {{
  background: {danger_tint}; border: none; border-left: 4px solid {danger}; border-radius: 6px; }}
QFrame[part="answer"][severity="warn"] {{
  background: {warn_tint}; border: none; border-left: 4px solid {warn_solid}; border-radius: 6px; }}
QFrame[part="answer"][severity="ok"] {{
  background: {ok_tint}; border: none; border-left: 4px solid {ok}; border-radius: 6px; }}
QFrame[part="answer"][severity="info"] {{
  background: {info_tint}; border: none; border-left: 4px solid {info}; border-radius: 6px; }}
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox, QDateEdit {{
  background: {surface}; color: {text}; border: {edge}px solid {line_strong}; border-radius: 6px; }}
QLineEdit, QComboBox, QSpinBox, QDateEdit {{ min-height: 30px; padding: 0 10px; }}
QPlainTextEdit {{ padding: 6px 8px; }}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus,
QLineEdit[changed="true"] {{ border: 2px solid {accent}; }}
QLineEdit[wrong="true"] {{ border: 2px solid {danger}; }}
QLineEdit, QPlainTextEdit {{ selection-background-color: {accent}; selection-color: {on_accent}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QMenu, QComboBox QAbstractItemView {{
  background: {surface}; color: {text}; border: {edge}px solid {line_strong}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected, QComboBox QAbstractItemView::item:selected {{
  background: {accent_tint}; color: {accent}; }}
QScrollArea, QScrollArea > QWidget, QScrollArea > QWidget > QWidget {{
  background: transparent; border: none; }}
QTableView, QListView {{ background: {surface}; border: none; outline: none; gridline-color: {line}; }}
QHeaderView, QHeaderView::section, QTableCornerButton::section {{
  background: {sunken}; color: {muted}; border: none; border-bottom: {edge}px solid {line}; padding: 0 8px; }}
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {bar}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def style_sheet(theme: Theme) -> str:
    """The one sheet of the desk. Type is not in it: a sheet's font would drop the figure features."""
    tokens = {
        field.name: theme.colour(field.name).name()
        for field in fields(theme)
        if isinstance(getattr(theme, field.name), QColor)
    }
    return _SHEET.format(edge=theme.edge, **tokens)


class Scheme(StrEnum):
    """What the settings offer; AUTO follows the system's hint."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


class Look:
    """What a widget needs to draw itself: the theme in force and the icons, read at paint time."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        self.theme = theme
        self.icons = icons

    def dress(self, application: QApplication, theme: Theme | None = None) -> None:
        """Put the theme (or a new one) on the whole program; everything repaints."""
        self.theme = theme or self.theme
        sheet = style_sheet(self.theme)
        if application.styleSheet() == sheet:
            return  # to restyle every widget there is takes a second when they are thousands
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setPalette(palette(self.theme))
        application.setFont(font(14))
        application.setStyleSheet(sheet)  # every widget is restyled, thus painted again


def set_tone(widget: QWidget, name: str, value: str) -> None:
    """Change a property the style sheet selects on, and have it applied."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
