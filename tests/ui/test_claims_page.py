"""The claims page: what can still be missed first, every step by key, undo, and what a carrier's form wants."""

from __future__ import annotations

from pathlib import Path

import pytest
from claim_fakes import TEXT, FakeClaims, make_asks
from page_fakes import Direct, french_words, make_desk
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.claim import ClaimKind, ClaimState, Way
from wismo_desk.errors import Refused
from wismo_desk.ui.claims_page import ClaimsPage
from wismo_desk.ui.theme import Look


class Scene:
    def __init__(self, look: Look, folder: Path, qtbot: QtBot, claims: int = 10) -> None:
        self.fake = FakeClaims(claims)
        self.copied: list[str] = []
        self.opened: list[Path] = []
        asks = make_asks(self.fake, folder, self.copied)
        self.page = ClaimsPage(make_desk(look, french_words(), Direct()), asks, viewer=self.opened.append)
        qtbot.addWidget(self.page)
        self.page.resize(1400, 800)
        self.page.show()
        self.said: list[tuple[str, object]] = []
        self.page.done.connect(lambda sentence, undo: self.said.append((sentence, undo)))
        self.page.start()

    def choose(self, row: int) -> None:
        self.page.view.choose(row)
        self.page._choose(row)

    def answer(self, number: int, note: str = "") -> None:
        question = self.page.pane.question
        assert question is not None
        if number >= 0:
            question._group.buttons()[number].click()
        question._own.setText(note)
        question._confirm()

    @property
    def last(self) -> tuple[object, ...]:
        return self.fake.asked[-1]


@pytest.fixture
def scene(look: Look, tmp_path: Path, qtbot: QtBot) -> Scene:
    return Scene(look, tmp_path, qtbot)


def cell(scene: Scene, row: int, column: int) -> str:
    return str(scene.page.model.index(row, column).data())


def test_open_claims_are_shown_with_what_is_left(scene: Scene) -> None:
    assert scene.page.model.rowCount() == 8
    assert cell(scene, 0, 0).startswith("Encore 1 jour ouvré")
    assert cell(scene, 3, 0) == "Délai inconnu ici"
    scene.page.bar.show_view("over")
    assert scene.page.model.rowCount() == 2
    scene.page.bar.show_view("all")
    scene.page.bar.carriers.setCurrentIndex(1)
    assert scene.page.model.rowCount() in (3, 4)


def test_the_badge_counts_what_is_due_within_two_working_days(
    look: Look, tmp_path: Path, qtbot: QtBot
) -> None:
    made = Scene(look, tmp_path, qtbot)
    with qtbot.waitSignal(made.page.counted) as told:
        made.page.start()
    assert told.args == [1]


def test_the_pane_tells_the_limit_its_source_and_that_it_is_to_be_checked(scene: Scene) -> None:
    scene.choose(0)
    say, first, second = scene.page.model.say, scene.fake.known[0].claim, scene.fake.known[1].claim
    assert "L133-3" in say.source(first)
    assert "vérifier" not in say.source(first)
    assert say.source(second).endswith("À vérifier dans votre contrat.")
    assert scene.page.pane.text == TEXT


def test_sent_with_the_case_number_and_taken_back(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("S")
    scene.answer(2, "C-77")
    verb, _, said = scene.last
    assert (verb, said) == ("send", {"how": Way.POST, "reference": "C-77"})
    undo = scene.said[-1][1]
    assert callable(undo)
    undo()
    assert scene.last == ("undo",)


def test_kind_and_amount_are_changed_together_or_alone(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("M")
    scene.answer(list(ClaimKind).index(ClaimKind.MISSING), "12,5")
    assert scene.last[2] == {"kind": ClaimKind.MISSING, "requested": 1250}
    scene.page.act("M")
    scene.answer(0, "viel")
    assert "n’est pas un montant" in scene.page.outcome.accessibleName()


@pytest.mark.parametrize(
    ("row", "key", "number", "note", "verb", "said"),
    [
        (4, "A", 0, "", "accept", {"approved": 8250}),
        (4, "R", 0, "", "refuse", {"text": "Hors délai"}),
        (5, "Q", -1, "ils cherchent", "answer", {"text": "ils cherchent"}),
        (6, "P", 0, "", "pay", {"received": 2300}),
        (6, "P", -1, "20", "pay", {"received": 2000}),
        (0, "X", 2, "", "close", {"text": "N’en vaut pas la peine"}),
        (0, "N", -1, "appelé", "note", {"text": "appelé"}),
    ],
)
def test_every_step_by_its_key(
    scene: Scene, row: int, key: str, number: int, note: str, verb: str, said: dict[str, object]
) -> None:
    scene.choose(row)
    scene.page.act(key)
    scene.answer(number, note)
    assert (scene.last[0], scene.last[2]) == (verb, said)


def test_the_limit_of_the_contract_is_kept_and_holds_for_this_claim_at_once(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("K")
    scene.answer(1, "10 jours")
    (_, carrier, kind, term), (verb, _, said) = scene.fake.asked[-2:]
    assert (carrier, kind, verb, said) == (
        "colissimo",
        ClaimKind.DAMAGED,
        "amend",
        {"kind": ClaimKind.DAMAGED},
    )
    assert (term.days, term.count.value, term.start.value) == (10, "working", "delivered")
    for text, days in (("21", 21), ("10 à 20", 0), ("-5", 0), ("3²", 0), ("1e3", 0)):
        scene.page.act("K")
        scene.answer(0, text)
        assert scene.fake.asked[-2][3].days == days, text


def test_a_key_that_fits_no_state_does_nothing(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("P")
    assert scene.page.pane.question is None
    assert scene.fake.asked == []


def test_letter_and_short_text_are_copied_and_the_law_is_told(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("L")
    assert scene.copied[-1].startswith(TEXT.subject)
    assert "lettre recommandée" in scene.page.outcome.accessibleName()
    scene.page.act("T")
    assert scene.copied[-1] == TEXT.short
    assert len(TEXT.short) <= 300


def test_the_file_and_the_mail_draft_lie_in_documents_named_by_their_order(
    scene: Scene, tmp_path: Path
) -> None:
    scene.choose(0)
    scene.page.act("D")
    scene.page.act("E")
    scene.answer(-1, "litiges@example.org")  # kept for the next claims
    assert scene.fake.asked[-1] == ("address", "colissimo", "litiges@example.org")
    assert [path.suffix for path in scene.opened] == [".pdf", ".eml"]
    assert all(" 10482 " in path.name for path in scene.opened)
    assert scene.opened[0].parent == tmp_path


def test_a_file_is_added_and_taken_away(scene: Scene, tmp_path: Path) -> None:
    scene.choose(0)
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG")
    claim = scene.fake.known[0].claim
    scene.page.papers.attach(claim, photo)
    assert scene.last[2] == {"name": "photo.png", "content": b"\x89PNG"}
    scene.page.pane.file_dropped.emit("a1")
    assert (scene.last[0], scene.last[2]) == ("detach", {"file": "a1"})
    assert scene.said[-1][1] is None  # what was erased does not come back
    scene.page.papers.attach(claim, tmp_path / "gone.png")
    assert "gone.png" in scene.page.outcome.accessibleName()


def test_what_is_refused_is_told_and_the_claim_stays(scene: Scene) -> None:
    scene.choose(0)
    scene.fake.fails = Refused("This claim is over. Take the last step back first, or open another.")
    scene.page.act("N")
    scene.answer(-1, "x")
    assert "terminée" in scene.page.outcome.accessibleName()
    assert not scene.page.pane.isHidden()


def refused(scene: Scene) -> None:
    scene.page.act("P" if scene.page.pane.offers("P") else "M")
    scene.answer(0, "45²")
    assert "45²" in scene.page.outcome.accessibleName()
    assert not scene.page._band.isHidden()


def test_a_refusal_is_over_once_something_worked_or_another_claim_is_looked_at(
    scene: Scene, tmp_path: Path
) -> None:
    scene.choose(0)
    refused(scene)
    scene.answer(0, "45,90")
    assert scene.page._band.isHidden()
    refused(scene)
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG")
    scene.page.papers.attach(scene.fake.known[0].claim, photo)
    assert scene.page._band.isHidden()
    refused(scene)
    scene.choose(1)  # the question stays open, what was told does not
    assert scene.page._band.isHidden()
    scene.page.pane.stop_asking()
    scene.choose(1)
    scene.fake.fails = Refused("This claim is over. Take the last step back first, or open another.")
    scene.page.act("N")
    scene.answer(-1, "x")
    scene.page._undo(None)
    assert scene.page._band.isHidden()


def test_a_refusal_that_comes_late_names_its_parcel(scene: Scene) -> None:
    scene.choose(0)
    first = scene.fake.known[0].claim
    fail = scene.page._fail_of(first)
    scene.choose(1)
    fail(Refused("This claim is not known here."))
    assert scene.page.outcome.accessibleName().endswith(first.number)
    scene.choose(0)
    fail(Refused("This claim is not known here."))
    assert first.number not in scene.page.outcome.accessibleName()


def test_the_expected_amount_is_a_ready_answer(scene: Scene) -> None:
    scene.page.bar.show_view("all")
    sent = next(n for n in range(10) if scene.page.model.claim_row(n).claim.state is ClaimState.SENT)
    scene.choose(sent)
    scene.page.act("A")
    scene.answer(0)
    assert scene.last[2] == {"approved": 8250}


def test_what_goes_on_elsewhere_is_shown_but_no_question_is_lost(scene: Scene, qtbot: QtBot) -> None:
    scene.choose(0)
    scene.fake.state = ClaimState.SENT
    scene.page.act("S")
    scene.page.start()
    assert scene.page.pane.asking
    scene.answer(0)
    assert scene.page.pane.claim is not None
    assert scene.page.pane.claim.state is ClaimState.SENT
    qtbot.keyClick(scene.page, Qt.Key.Key_Escape)
    assert scene.page.pane.isHidden()


def test_a_claim_is_shown_from_another_page(scene: Scene) -> None:
    ended = scene.fake.known[8].claim
    scene.page.show_claim(ended.claim_id)
    assert scene.page.pane.claim == ended


def test_without_any_claim_it_says_where_they_begin(look: Look, tmp_path: Path, qtbot: QtBot) -> None:
    made = Scene(look, tmp_path, qtbot, claims=0)
    assert made.page.blank.isVisible()


def test_the_proof_of_delivery_is_fetched_once_it_was_delivered(scene: Scene) -> None:
    scene.choose(0)
    scene.page.act("F")  # not delivered: there is none
    assert scene.fake.asked == []
    scene.fake.delivered = True
    scene.page._show_again()
    scene.page.act("F")
    assert scene.fake.asked == [("fetch", scene.fake.known[0].claim.parcel_id)]
    assert "seront joints" in scene.page.outcome.accessibleName()


def test_the_search_box_finds_a_claim(scene: Scene, qtbot: QtBot) -> None:
    scene.page.search("10481")
    qtbot.waitUntil(lambda: scene.page.model.rowCount() == 1)
    assert cell(scene, 0, 5) == "10481"
    scene.page.search("")
    qtbot.waitUntil(lambda: scene.page.model.rowCount() == 8)
