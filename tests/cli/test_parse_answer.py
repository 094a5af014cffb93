"""`wismo-desk parse`: what a connector makes of a kept answer, for people and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from wismo_desk.cli.parse_answer import Connector, kept_answer, parse_answer
from wismo_desk.domain.refusals import Told, read_refusals
from wismo_desk.domain.shipment import Label, LabelFormat, Paper, PaperKind
from wismo_desk.domain.status import read_codes
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.resources import catalogue
from wismo_desk.web import Answer
from wismo_desk.words import Words

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TABLE = "code,status,reason,is_scan\nOUT,out_for_delivery,,1\nLIV,delivered,,1\nSMS,unknown,,0\n"
REFUSALS = read_refusals(
    "code,field,sentence,fix\n42,recipient.postcode,The postcode is wrong.,Correct it.\n"
)


def label(answer: Answer) -> Label:
    if answer.content == b"no":
        raise REFUSALS.refused("42", "mauvais code postal")
    if answer.content == b"?":
        raise OutcomeUnknown("{host} cannot be read.", host=answer.host, raw="HTTP 200")
    return Label(
        carrier="x",
        service="home",
        tracking_number=answer.content.decode(),
        format=LabelFormat.ZPL,
        content=b"^XA^XZ",
        aliases=("A1",),
        papers=(Paper(kind=PaperKind.CUSTOMS, content=b"%PDF"),),
    )


def tracking(_answer: Answer) -> tuple[Tracked, ...]:
    events = [
        TrackingEvent(code="OUT", label="En tournée", at=START, place="Lille"),
        TrackingEvent(code="LIV", label="Livré", at=START + timedelta(hours=2), logical=True),
        TrackingEvent(code="NEW", label="Inconnu", at=START + timedelta(hours=3)),
    ]
    return (Tracked(number="N1", events=tuple(events)), Tracked(number="N2", found=False))


def error(_answer: Answer) -> Told:
    return Told("42", "mauvais code postal")


CONNECTOR = Connector(
    carrier="x",
    codes=read_codes(TABLE),
    refusals=REFUSALS,
    parse_label=label,
    parse_tracking=tracking,
    parse_error=error,
)
EN = Words("en")


def parsed(kind: str, content: bytes) -> tuple[dict[str, object], int]:
    text, code = parse_answer(CONNECTOR, kind, content, EN, as_json=True)
    return json.loads(text), code


def test_label() -> None:
    found, code = parsed("label", b"6A1")
    assert code == 0
    assert found["tracking_number"] == "6A1"
    assert found["label"] == {"format": "zpl", "bytes": 6}
    assert found["aliases"] == ["A1"]
    assert found["papers"] == [{"kind": "customs", "bytes": 4}]
    assert found["error"] is None


def test_a_refusal_is_understood_and_an_unreadable_answer_is_not() -> None:
    found, code = parsed("label", b"no")
    assert code == 0
    assert found["error"] == {
        "code": "42",
        "message": "The postcode is wrong.",
        "fix": "Correct it.",
        "field": "recipient.postcode",
        "said": "mauvais code postal",
    }
    found, code = parsed("label", b"?")
    assert code == 1
    assert found["error"] == {"code": "HTTP 200", "message": "file cannot be read.", "fix": ""}


def test_track_derives_and_never_takes_logical_news_for_a_scan() -> None:
    found, code = parsed("track", b"-")
    assert code == 0
    assert found["status"] == "out_for_delivery"
    events = found["events"]
    assert isinstance(events, list)
    assert [event["status"] for event in events] == ["out_for_delivery", "delivered", "unknown"]
    assert [event["is_scan"] for event in events] == [True, False, False]
    assert events[0]["at"] == "2026-11-20T08:00:00+00:00"
    others = found["others"]
    assert isinstance(others, list)
    assert others[0]["status"] == "not_found"


def test_error() -> None:
    found, code = parsed("error", b"-")
    assert code == 0
    assert isinstance(found["error"], dict)
    assert found["error"]["message"] == "The postcode is wrong."


def test_a_question_the_carrier_does_not_answer() -> None:
    bare = Connector(carrier="x", codes=CONNECTOR.codes, refusals=REFUSALS)
    text, code = parse_answer(bare, "label", b"", Words("fr", catalogue("fr")), as_json=False)
    assert code == 1
    assert "label, track ou error" in text


def test_for_people() -> None:
    text, _ = parse_answer(CONNECTOR, "track", b"", EN, as_json=False)
    assert "out_for_delivery · OUT · En tournée · Lille" in text
    assert "→ out_for_delivery" in text
    assert "x N2" in text
    text, _ = parse_answer(CONNECTOR, "label", b"no", EN, as_json=False)
    assert "The postcode is wrong. Correct it. [42]" in text


@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
def test_a_whole_answer_with_its_headers(line: bytes) -> None:
    content = line.join(
        [b"HTTP/1.1 404 Not Found", b"Error: E1", b"Content-Type: text/plain", b"", b"a\r\n\r\nb"]
    )
    answer = kept_answer(content, "track")
    assert (answer.status, answer.content, answer.headers["error"]) == (404, b"a\r\n\r\nb", "E1")
    assert kept_answer(b"body", "error").status == 400
    assert kept_answer(b"body", "track").status == 200
