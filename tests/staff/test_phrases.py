"""Ready-made sentences: offered on the form of a move, used where nothing was written, kept by the organisation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.data.phrases import shipped_phrases
from propman.phrases import operations
from propman.phrases.models import Phrase
from propman.tickets.forms.phrased import Phrased
from propman.tickets.forms.staff import FORMS
from propman.tickets.models import Ticket, TicketEvent
from tests import stories
from tests import world as worlds
from tests.desk import Desk, said
from tests.tickets.buttons import press
from tests.world import World


@pytest.fixture
def mei(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Desk:
    return Desk(worlds.sign_in(session, new_client(), world.dispatcher_mei))


def last_note(session: Session, ticket: Ticket) -> str | None:
    session.expire_all()
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.version.desc())
    note = session.scalars(query).first().note  # type: ignore[union-attr]
    return note.body if note else None


def test_the_moves_that_offer_sentences_are_those_that_are_shipped() -> None:
    assert {action.value for action, form in FORMS.items() if issubclass(form, Phrased)} == set(shipped_phrases())


@pytest.mark.parametrize(("typed", "stored"), [
    ({"phrase": "{first}", "note": ""}, "{first}"),
    ({"phrase": "{first}", "note": "自己写的"}, "自己写的"),
    ({"phrase": "不在其中", "note": ""}, None),
    ({"phrase": "", "note": ""}, None),
])  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sentence_stands_in_for_an_empty_text_alone(
    session: Session, world: World, mei: Desk, typed: dict[str, Any], stored: str | None
) -> None:
    first = shipped_phrases()["ask"][0]
    ticket = stories.report(session, world)
    assert first in mei.read(f"/tickets/{ticket.number}/ask")
    typed = {name: text.format(first=first) for name, text in typed.items()}
    answer = press(mei.client, f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/ask", **typed)
    assert answer.status_code == (303 if stored else 422)
    assert last_note(session, ticket) == (stored.format(first=first) if stored else None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_finds_them_among_the_jobs(
    session: Session, world: World, new_client: Callable[[], FlaskClient]
) -> None:
    ticket = stories.start(session, world, stories.report(session, world))
    zhao = worlds.sign_in(session, new_client(), world.worker_zhao)
    first = shipped_phrases()["complete"][0]
    answer = press(zhao, "/jobs", f"/tickets/{ticket.number}/complete", back="jobs", phrase=first, note="")
    assert answer.status_code == 303
    assert last_note(session, ticket) == first


def test_an_organisation_keeps_its_own(session: Session, world: World, mei: Desk) -> None:
    shipped = shipped_phrases()["decline"]
    page = mei.sent("/phrases", organisation_id=str(world.company.id), move="decline", text=" 请联系社区。 ")
    assert "请联系社区。" in page
    own = session.scalars(select(Phrase).order_by(Phrase.id)).all()
    assert [one.text for one in own] == [*shipped, "请联系社区。"]  # the shipped ones are theirs to change now
    mei.sent(f"/phrases/{own[0].id}/delete", page="/phrases")
    ticket = stories.report(session, world)
    shown = mei.read(f"/tickets/{ticket.number}/decline")
    assert "请联系社区。" in shown
    assert shipped[0] not in shown
    for typed, status, sentence in (
        ({"move": "decline", "text": "请联系社区。"}, 409, "This sentence is offered already."),
        ({"move": "assign", "text": "好"}, 422, "Choose for which step it is."),
        ({"move": "ask", "text": "长" * 301}, 422, "Please keep it to 300 characters."),
        ({"move": "ask", "text": ""}, 422, "Please write a sentence."),
        ({"move": "ask", "text": "好", "organisation_id": str(world.far_company.id)}, 422, "Choose your organisation."),
    ):
        answer = mei.send("/phrases", **{"organisation_id": str(world.company.id), **typed})
        assert (answer.status_code, sentence in said(answer)) == (status, True), typed


def test_the_sentences_of_others_are_not_there(session: Session, world: World, mei: Desk) -> None:
    far = operations.add_phrase(session, organisation_id=world.far_company.id, move="ask", text="远处的话",
                                now=clock.now())  # fmt: skip
    assert "远处的话" not in mei.read("/phrases")
    assert mei.send(f"/phrases/{far.id}/delete", page="/phrases").status_code == 404


def test_the_sheet_bears_a_telephone_for_who_may_know_it(
    session: Session, world: World, mei: Desk, new_client: Callable[[], FlaskClient]
) -> None:
    ticket = stories.report(session, world, name="王奶奶", phone="13912345678", spot="301")
    sheet = f"/tickets/{ticket.number}/sheet"
    known = (ticket.number, "河柏小区 3号楼 2单元", "301", "王奶奶", "139 1234")
    assert [words for words in known if words not in mei.read(sheet)] == []
    qian = Desk(worlds.sign_in(session, new_client(), world.official_qian))
    assert "301" in qian.read(sheet)
    assert not [words for words in ("王奶奶", "139 1234") if words in qian.read(sheet)]
    far = Desk(worlds.sign_in(session, new_client(), world.far_dispatcher))
    assert far.open(sheet).status_code == 404
