"""The main job as its user sees it: the demo's orders are shipped once, and the bytes that the TCP printer
received render and read back to the codes of the summary."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zplkit
import zplkit.rendering
import zxingcpp

ORDERS = 60


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "wismo_desk", "demo", "--headless", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stdout + done.stderr
    # A bug behind the bench stops nobody, and would go unseen here too.
    assert "Traceback" not in done.stderr and "leaked" not in done.stderr, done.stderr
    return out, json.loads((out / "summary.json").read_text(encoding="utf-8"))


def read_label(zpl: bytes) -> set[str]:
    """What scanners would read from the paper, at 203 dpi. zplkit knows neither ^JZ nor ^PQ."""
    known = re.sub(rb"\^JZN|\^PQ1,0,1,N", b"", zpl)
    limits = zplkit.rendering.Limits(graphic_bytes=400_000, field_bytes=1_000_000)
    document = zplkit.render(known, zplkit.Options(width=800, height=1200, dpi=203), limits=limits)
    raster = document.labels[0].rasterize()
    pixels = raster.pixels  # kept alive: the view only points into it
    view = zxingcpp.ImageView(pixels, raster.width, raster.height, zxingcpp.Lum)
    return {code.text for code in zxingcpp.read_barcodes(view, text_mode=zxingcpp.Plain)}


def parcels(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [parcel for shipment in summary["shipments"] for parcel in shipment["parcels"]]


def test_every_order_is_shipped_once(proof: tuple[Path, dict[str, Any]]) -> None:
    _, summary = proof
    orders = [shipment["order"] for shipment in summary["shipments"]]
    numbers = [parcel["tracking_number"] for parcel in parcels(summary)]
    assert summary["orders"] == len(orders) == len(set(orders)) == ORDERS
    assert len(numbers) == len(set(numbers)) == summary["prints"] > ORDERS  # one order went in two parcels
    assert summary["in_doubt"] == 0
    assert {shipment["carrier"] for shipment in summary["shipments"]} == {"own", "practice"}


def test_the_received_bytes_read_back(proof: tuple[Path, dict[str, Any]]) -> None:
    out, summary = proof
    for parcel in parcels(summary):
        assert parcel["printed_as"], parcel["tracking_number"]
        found = read_label((out / parcel["label_zpl"]).read_bytes())
        assert set(parcel["codes"]) <= found, parcel["tracking_number"]


def test_the_day_ends_with_what_was_forgotten(proof: tuple[Path, dict[str, Any]]) -> None:
    out, summary = proof
    kinds = {anomaly["kind"] for anomaly in summary["anomalies"]}
    assert {"not_manifested", "label_unchecked"} <= kinds
    assert list(out.glob("*.pdf"))
    assert set(summary["timings_ms"]) == {"scan_to_sound", "scan_to_printer"}


def test_pictures_at_both_sizes(proof: tuple[Path, dict[str, Any]]) -> None:
    out, _ = proof
    names = {path.name for path in (out / "screens").glob("*.png")}
    for page in (
        "bench-waiting",
        "bench-item-ok",
        "bench-wrong-item",
        "grid-anomalies",
        "detail",
        "manifest",
    ):
        assert {f"{page}-1920x1080.png", f"{page}-1366x768.png"} <= names
