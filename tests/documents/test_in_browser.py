"""Page and mail in a real Chromium: at a telephone's and a desk's width, light and dark, without scripts.

Left out where there is no Chromium: `sh installers/system.sh browser` installs it. Pictures: `python
tests/documents/test_in_browser.py FOLDER`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from chromium import DESK, PHONE, Chromium, find_chromium
from page_sample import KNOWN, SHOP, sample

from wismo_desk.documents.tracking_page import render
from wismo_desk.domain.brand import Brand, contrast
from wismo_desk.domain.notice import Milestone
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.flows.page_view import view_of
from wismo_desk.notices.known import Known
from wismo_desk.notices.letters import Letters
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings.mail import MailSettings
from wismo_desk.words import Words

pytestmark = pytest.mark.skipif(
    not find_chromium(), reason="no Chromium here: sh installers/system.sh browser"
)
PARIS = ZoneInfo("Europe/Paris")
# Every text on its own ground as it is painted: [foreground, background, text], colours as rgb().
PAIRS = """(() => {
  const out = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(); let at = walk.currentNode.parentElement;
    if (!text || at.closest('.sr') || !at.getClientRects().length || getComputedStyle(at).opacity === '0') continue;
    if (at.closest('[style*="display:none"]')) continue;
    const ink = getComputedStyle(at).color; let ground = 'rgb(255, 255, 255)';
    for (; at; at = at.parentElement) {
      const c = getComputedStyle(at).backgroundColor;
      if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') { ground = c; break; }
    }
    out.push([ink, ground, text.slice(0, 40)]);
  }
  return out;
})()"""
TARGETS = """[...document.querySelectorAll('a.go, a.lang, .go a')].map(a => {
  const r = a.getBoundingClientRect(); return [a.textContent.trim(), Math.round(r.width), Math.round(r.height)]; })"""


@contextmanager
def _gone_later() -> Iterator[Path]:
    """A browser's home; its children may write for a moment after it has ended."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def page(folder: Path, language: str, known: Known = KNOWN, **changes: object) -> Path:
    words = Words(language, catalogue(language), zone=PARIS)
    path = folder / "page.html"
    path.write_bytes(render(view_of(sample(**changes), known, SHOP, words, other="page-en.html")))
    return path


def mail(folder: Path, milestone: Milestone, language: str, brand: Brand = KNOWN.brand) -> Path:
    known = Known(
        page="https://suivi.example/mfrggzdfmztwq2lknnwg23tpoa.html", pickup_name="Tabac du Port", brand=brand
    )
    letters = Letters(
        (resources_dir() / "notices",),
        names=SHOP.names,
        zone=PARIS,
        mail=lambda: MailSettings(sender_name=SHOP.name, sender_address=SHOP.contact),
        known=lambda _told: known,
    )
    told = sample(late=milestone is Milestone.DELAYED)
    path = folder / "mail.html"
    path.write_text(
        letters.write(told, milestone, at=told.row.event_at, language=language).html, encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with _gone_later() as folder, Chromium(folder) as found:
        yield found


def _hex(colour: str) -> str:
    parts = [int(float(part)) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return "#" + "".join(f"{part:02X}" for part in parts)


def too_faint(browser: Chromium) -> list[tuple[str, float]]:
    found = [(text, contrast(_hex(ink), _hex(ground))) for ink, ground, text in browser.eval(PAIRS)]
    assert len(found) > 5
    return [(text, round(ratio, 2)) for text, ratio in found if ratio < 4.5]


def fits(browser: Chromium) -> bool:
    return bool(browser.eval("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, (320, 640), DESK], ids=["phone", "small", "desk"])
def test_the_page_fits_and_can_be_read(
    browser: Chromium, tmp_path: Path, size: tuple[int, int], dark: bool
) -> None:
    for changes in (
        {"late": True, "reason": IncidentReason.CARRIER_INQUIRY},
        {"status": TrackingStatus.DELIVERED},
    ):
        for colour in ("#1A5FB4", "#FFEB3B"):
            known = Known(brand=Brand(colour=colour, phone="+33 1 99 00 12 34"))
            browser.show(page(tmp_path, "fr", known, **changes), size, dark=dark, script=False)
            assert browser.requests == [browser.requests[0]], "one file and nothing else"
            browser.ask("Emulation.setScriptExecutionDisabled", value=False)
            assert fits(browser)
            assert too_faint(browser) == []


def test_a_thumb_hits_every_button(browser: Chromium, tmp_path: Path) -> None:
    browser.show(page(tmp_path, "fr"), PHONE)
    found = browser.eval(TARGETS)
    assert [each[0] for each in found] == ["English", "Nous écrire", "Nous appeler\u202f: +33 1 99 00 12 34"]
    assert all(height >= 48 for _, _, height in found)


def test_the_answer_is_seen_without_scrolling(browser: Chromium, tmp_path: Path) -> None:
    browser.show(page(tmp_path, "fr", late=True, reason=IncidentReason.CARRIER_INQUIRY), PHONE)
    assert browser.eval("document.querySelector('.note').getBoundingClientRect().bottom") < PHONE[1]


def test_a_screen_reader_hears_it_in_order(browser: Chromium, tmp_path: Path) -> None:
    browser.show(page(tmp_path, "fr", late=True), PHONE)
    said = browser.names()
    heads = [name for role, name in said if role == "heading"]
    assert heads == ["Retardée, attendue entre mercredi 2 et vendredi 4", "Son trajet"]
    assert not any(role == "image" and not name for role, name in said)
    text = " ".join(name for role, name in said if role == "StaticText")
    assert "sam." not in text, "the row of days repeats the headline for the eye only"
    assert browser.eval("document.documentElement.lang") == "fr"
    assert browser.eval("document.querySelectorAll('main, header, footer').length") == 3


def test_text_twice_as_large_still_fits(browser: Chromium, tmp_path: Path) -> None:
    browser.show(page(tmp_path, "fr", late=True), PHONE)
    browser.eval("document.body.style.fontSize = '34px'")
    assert fits(browser)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("milestone", [Milestone.SHIPPED, Milestone.READY_FOR_PICKUP, Milestone.DELAYED])
def test_the_mail_fits_and_can_be_read(
    browser: Chromium, tmp_path: Path, milestone: Milestone, size: tuple[int, int], dark: bool
) -> None:
    for colour in ("#1A5FB4", "#FFEB3B"):
        browser.show(mail(tmp_path, milestone, "fr", Brand(colour=colour)), size, dark=dark)
        assert browser.requests == [browser.requests[0]]
        assert fits(browser)
        assert too_faint(browser) == []
    ((_, _, height),) = [each for each in browser.eval(TARGETS) if each[0] == "Suivre ma commande"]
    assert height >= 48


def test_naive_twin_a_light_page_alone_cannot_be_read_in_the_dark(browser: Chromium, tmp_path: Path) -> None:
    path = page(tmp_path, "fr")
    text = path.read_text(encoding="utf-8").replace("--card:#182029", "--card:#FFFFFF")
    path.write_text(text, encoding="utf-8")
    browser.show(path, PHONE, dark=True)
    assert too_faint(browser)


def pictures(folder: Path) -> None:
    """To look at."""
    folder.mkdir(parents=True, exist_ok=True)
    with _gone_later() as home, Chromium(home) as browser:
        for name, size in (("phone", PHONE), ("desk", DESK)):
            for dark in (False, True):
                tone = "dark" if dark else "light"
                for language in ("fr", "en"):
                    for kind, path in (
                        ("late", page(folder, language, late=True, reason=IncidentReason.CARRIER_INQUIRY)),
                        ("mail", None),
                    ):
                        shown = path or mail(folder, Milestone.SHIPPED, language)
                        browser.show(shown, size, dark=dark, scale=2 if name == "phone" else 1)
                        browser.picture(folder / f"{kind}-{language}-{name}-{tone}.png")


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
