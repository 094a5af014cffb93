"""The loader with packages made for the occasion."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wismo_desk.carriers import find_carriers
from wismo_desk.errors import SettingsProblem
from wismo_desk.web import Http

GOOD = """
from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
SERVICE = Service(code="home", name="Domicile", name_en="Home")
CARRIER = CarrierInfo(code="{code}", name="X", services=(SERVICE,), traits=Traits())
def build(settings, http):
    return settings["who"]
"""

Make = Callable[..., str]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Writes a package of carriers, and perhaps an installed distribution that announces one."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(name: str, *, announces: str = "", **modules: str) -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        for module, text in modules.items():
            (tmp_path / name / f"{module}.py").write_text(text)
        if announces:
            info = tmp_path / f"{name}-1.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
            (info / "entry_points.txt").write_text(f"[{name}.carriers]\n{announces} = {name}.{announces}\n")
        return name

    yield write
    for name in [name for name in sys.modules if name.startswith("made_")]:
        del sys.modules[name]


def test_shipped_and_announced(make: Make) -> None:
    shipped = make("made_a", one=GOOD.format(code="one"), two=GOOD.format(code="two"))
    make("made_b", announces="three", three=GOOD.format(code="three"))
    found = find_carriers(shipped, "made_b.carriers")
    assert list(found.modules) == ["one", "two", "three"]
    assert found.broken == ()
    with Http() as http:
        assert found.build("three", {"who": "me"}, http) == "me"  # type: ignore[comparison-overlap]
        with pytest.raises(SettingsProblem, match="four"):
            found.build("four", {}, http)


BROKEN = {
    "does_not_import": "import no_such_module",
    "raises": "raise RuntimeError('no')",
    "no_carrier": "def build(settings, http): ...",
    "no_build": GOOD.format(code="x").partition("def build")[0],
    "same_service_twice": GOOD.format(code="x").replace("(SERVICE,)", "(SERVICE, SERVICE)"),
    "zz_same_code": GOOD.format(code="good"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_reported_and_skipped(
    make: Make, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    package = make("made_c", good=GOOD.format(code="good"), **{name: BROKEN[name]})
    found = find_carriers(package, "made_c.none")
    assert list(found.modules) == ["good"]
    assert [each[0] for each in found.broken] == [f"made_c.{name}"]
    assert found.broken[0][1]
    assert name in caplog.text


def test_an_announced_one_that_is_gone_is_reported(make: Make) -> None:
    package = make("made_d", announces="gone", good=GOOD.format(code="good"))
    found = find_carriers(package, "made_d.carriers")
    assert [each[0] for each in found.broken] == ["made_d.gone"]


def test_none_at_all_is_an_error(make: Make) -> None:
    with pytest.raises(SettingsProblem, match="No carrier"):
        find_carriers(make("made_e", bad="1/0"), "made_e.none")
