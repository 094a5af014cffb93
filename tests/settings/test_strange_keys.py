"""A key that nothing reads is told, with the one that it may be meant for."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.domain.order import Party
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.cartons import Carton
from wismo_desk.settings.station import FILE
from wismo_desk.settings.strange import strange_keys


def test_mistyped_keys_are_found_in_every_section(tmp_path: Path) -> None:
    text = 'tenent = 3\nfuture = "x"\n[mail]\nhots = "smtp"\n[ahead]\norder = 3\n[carriers.gls]\nanything = "y"\n'
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    load(tmp_path)  # it is read all the same
    found = (
        ("tenent", "tenant"),
        ("future", ""),
        ("mail.hots", "mail.host"),
        ("ahead.order", "ahead.orders"),
    )
    assert strange_keys(tmp_path) == found


@pytest.mark.parametrize("section", ["mail", "pages", "inbox", "bounces", "sms", "webhook", "ahead"])
def test_no_section_is_left_out(tmp_path: Path, section: str) -> None:
    text = f"[{section}]\nzzz = 1\n[[cartons]]\nnumber = 1\nhigth_mm = 2\n"
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert strange_keys(tmp_path) == ((f"{section}.zzz", ""), ("cartons.higth_mm", "cartons.height_mm"))


def test_what_the_program_writes_is_all_known(tmp_path: Path) -> None:
    assert strange_keys(tmp_path) == ()
    save(tmp_path, Settings(shipper=Party(name="A"), cartons=(Carton(number=1),)))
    assert strange_keys(tmp_path) == ()
