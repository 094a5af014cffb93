"""Claims and messages for chosen parcels, from the grid and from the work list: counted, shown before, taken back."""

from __future__ import annotations

from uuid import UUID

import pytest
from grid_fakes import FakeDone
from page_fakes import Direct, french_words, make_desk
from pytestqt.qtbot import QtBot
from tell_fakes import FakeTell
from triage_fakes import FakeTriage

from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import Refused
from wismo_desk.ui.theme import Look
from wismo_desk.ui.triage_page import TriagePage

OPEN_ALREADY = (("10481", Refused("A claim is open for it already.")),)


class Scene:
    """The work list with both verbs."""

    def __init__(self, look: Look, qtbot: QtBot) -> None:
        self.tell = FakeTell()
        self.claimed: list[list[UUID]] = []
        self.done = FakeDone(count=9)
        self.page = TriagePage(
            make_desk(look, french_words(), Direct()), FakeTriage(), claim=self._claim, tell=self.tell
        )
        qtbot.addWidget(self.page)
        self.page.resize(1400, 800)
        self.page.show()
        self.page.start()
        self.said: list[tuple[str, object]] = []
        self.page.done.connect(lambda sentence, undo: self.said.append((sentence, undo)))

    def _claim(self, shipments: object) -> FakeDone:
        self.claimed.append(list(shipments))  # type: ignore[call-overload]  # a sequence of ids
        return self.done


@pytest.fixture
def scene(look: Look, qtbot: QtBot) -> Scene:
    return Scene(look, qtbot)


def test_c_opens_claims_for_the_whole_group_and_says_what_was_not(scene: Scene) -> None:
    scene.done = FakeDone(count=8, refused=OPEN_ALREADY)
    scene.page._act("C")
    group = scene.page.list.current
    assert group is not None
    assert len(scene.claimed[0]) == group.shipments
    said, undo = scene.said[0]
    assert (
        said
        == "8 réclamations ouvertes · Commande 10481, non\u202f: Une réclamation est déjà ouverte pour lui."
    )
    assert undo is None


def test_n_shows_the_message_before_it_is_sent_and_takes_it_back(scene: Scene) -> None:
    scene.page._act("N")
    assert scene.page.pane.asks
    assert [one[0] for one in scene.tell.asked] == ["look"]
    question = scene.page.pane._question.itemAt(0).widget()
    question._group.buttons()[1].click()  # type: ignore[union-attr]  # a Reason
    question._confirm()  # type: ignore[union-attr]  # likewise
    verb, shipments, news = scene.tell.asked[-1]
    assert (verb, news) == ("tell", Milestone.PREDICTED_LATE)
    said, undo = scene.said[-1]
    assert said == f"{len(shipments)} clients sont prévenus dans 30 secondes"
    assert callable(undo)
    undo()
    assert scene.tell.asked[-1] == ("undo",)
    assert scene.said[-1][0] == "1 message ne part pas"
    scene.tell.back = 0
    undo()
    assert scene.said[-1][0] == "Ils sont déjà partis"


def test_where_nobody_can_be_told_nothing_is_asked(scene: Scene) -> None:
    group = scene.page.list.current
    assert group is not None
    why = Refused("There is no address to write to.")
    scene.tell.refused = tuple((str(n), why) for n in range(group.shipments))
    scene.page._act("N")
    assert not scene.page.pane.asks
    assert scene.said[-1][0].startswith("Personne n’est prévenu")


def test_without_the_flows_there_are_no_buttons(look: Look, qtbot: QtBot) -> None:
    page = TriagePage(make_desk(look, french_words(), Direct()), FakeTriage())
    qtbot.addWidget(page)
    assert page.pane.buttons["C"].isHidden()
    page.show()
    page.start()
    page._act("C")
    page._act("N")
    assert not page.pane.asks
