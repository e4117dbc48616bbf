"""Statements of the hot ways: one text for any number of ids, and all rows that come in together in one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from propman.communities.models import Organisation, OrganisationKind, Place
from propman.db import Base, among, draw_ids, fresh, put_together, settle
from propman.findable.models import TicketWords
from propman.idempotency import IdempotencyKey
from propman.notify.models import Channel, Notice
from propman.personal import PersonalText, TextKind
from propman.throttle import Allowance, Counter, gate_for
from propman.tickets.models import Ticket
from tests.statements import counted
from tests.stories import report
from tests.tickets.test_reporting_pages import send
from tests.world import World

PLACES = Place.__table__.c
NAMED = select(PLACES.id).where(among(PLACES.id, "ids"), PLACES.id > bindparam("least"))
OF_KINDS = select(Organisation.id).where(among(Organisation.kind, "kinds"))
COLUMNS = [each.key for each in Ticket.__mapper__.column_attrs]
NOW = datetime(2026, 11, 27, 8, 9, 10, 123456, UTC)
SAID = '三楼 \\ "quoted" %(no)s :no {"a": 1} 🔧\n第二行'


@pytest.mark.parametrize("wanted", [[], [0], [1, 2, 3], [3, 10**15, 2, 2]])
def test_the_rows_of_the_ids_that_are_asked_for(session: Session, world: World, wanted: list[int]) -> None:
    known = set(session.scalars(select(Place.id)))
    found = session.execute(NAMED, {"ids": wanted, "least": 0}).scalars().all()
    assert sorted(found) == sorted(known & set(wanted))


def test_the_rows_of_the_words_that_are_asked_for(session: Session, world: World) -> None:
    found = session.scalars(OF_KINDS, {"kinds": [OrganisationKind.UTILITY, OrganisationKind.CONTRACTOR]}).all()
    assert {world.utility.id, world.contractor.id} <= set(found)
    assert world.company.id not in found


def test_its_text_is_the_same_for_any_number(session: Session) -> None:
    assert "POSTCOMPILE" not in str(NAMED.compile(session.get_bind()))


def test_what_is_put_in_together_is_stored_as_what_is_added_row_by_row(session: Session, world: World) -> None:
    known = report(session, world)
    session.flush()
    like = {key: getattr(known, key) for key in COLUMNS}
    ids = {}
    ids["ticket"], ids["text"] = draw_ids(session, Ticket, PersonalText)
    first = Ticket(**like | {"id": ids["ticket"], "number": "2611-7654321", "spot_id": ids["text"]})
    notice = {
        "event_ref": "ticket_event:7", "topic": "ticket.dispatch.submit", "recipient_id": world.dispatcher_mei.id,
        "channel": Channel.INBOX, "facts": {"number": SAID}, "link": "/x", "made_at": NOW, "due_at": NOW,
    }  # fmt: skip
    rows: dict[type[Base], list[object]] = {
        PersonalText: [PersonalText(id=ids["text"], kind=TextKind.SPOT, body=SAID, written_at=NOW)],
        TicketWords: [TicketWords(ticket_id=ids["ticket"], words=frozenset({"三楼", "quoted"}))],
        Notice: [notice, notice | {"channel": Channel.EMAIL, "due_at": NOW + timedelta(hours=1), "subject": "x"}],
    }
    assert put_together(session, first, rows, taken="number")  # type: ignore[arg-type]
    session.commit()
    stored = session.get_one(Ticket, ids["ticket"])
    assert {key: getattr(stored, key) for key in like if key not in {"id", "number", "spot_id"}} == {
        key: value for key, value in like.items() if key not in {"id", "number", "spot_id"}
    }
    assert stored.spot is not None
    assert (stored.spot.body, stored.spot.written_at) == (SAID, NOW)
    assert session.get_one(TicketWords, ids["ticket"]).words == {"三楼", "quoted"}
    told = session.scalars(select(Notice).where(Notice.event_ref == "ticket_event:7").order_by(Notice.due_at)).all()
    assert [(one.channel, one.facts, one.due_at, one.subject, one.attempts) for one in told] == [
        (Channel.INBOX, {"number": SAID}, NOW, None, 0),
        (Channel.EMAIL, {"number": SAID}, NOW + timedelta(hours=1), "x", 0),
    ]


def test_what_was_put_in_past_the_session_is_changed_through_it_once_it_is_settled(
    session: Session, world: World
) -> None:
    known = report(session, world)
    [ticket_id] = draw_ids(session, Ticket)
    columns = {key: getattr(known, key) for key in COLUMNS} | {"id": ticket_id, "number": "RP-2026-1"}
    first = fresh(Ticket, **columns)
    assert put_together(session, first, {}, taken="number")
    assert first not in session
    settle(session, first)
    settle(session, first)
    first.version = 2
    session.commit()
    assert session.scalar(select(Ticket.version).where(Ticket.id == ticket_id)) == 2
    assert session.scalar(select(Ticket.version).where(Ticket.id == known.id)) == 1


def test_nothing_is_stored_where_the_number_is_taken(session: Session, world: World) -> None:
    known = report(session, world)
    session.commit()
    texts = session.scalar(select(func.count(PersonalText.id)))
    ticket_id, text_id = draw_ids(session, Ticket, PersonalText)
    columns = {key: getattr(known, key) for key in COLUMNS}
    first = Ticket(**columns | {"id": ticket_id, "spot_id": text_id})
    rows = {PersonalText: [PersonalText(id=text_id, kind=TextKind.SPOT, body="三楼", written_at=NOW)]}
    assert not put_together(session, first, rows, taken="number")
    session.commit()
    assert session.scalar(select(func.count(PersonalText.id))) == texts
    assert session.get(Ticket, ticket_id) is None


def test_a_gate_is_passed_once_by_whoever_tries_again_behind_it(session: Session, world: World) -> None:
    known = report(session, world)
    session.commit()
    row = {"principal": "code:A", "key_hash": "a", "fingerprint": "b", "answer": {}, "used_at": NOW}
    gate = gate_for(IdempotencyKey, row, [Allowance("of a day", 1, NOW)])
    columns = {key: getattr(known, key) for key in COLUMNS}
    for number, made in ((known.number, False), ("RP-2026-1", True), ("RP-2026-1", False), ("RP-2026-2", True)):
        [ticket_id] = draw_ids(session, Ticket)
        first = fresh(Ticket, **columns | {"id": ticket_id, "number": number})
        assert put_together(session, first, {}, taken="number", behind=gate) is made
    assert session.scalars(select(Counter.n).where(Counter.subject == "of a day")).all() == [1]


def test_the_driver_need_not_read_the_statement_of_a_report_anew(
    app: Flask, client: FlaskClient, session: Session, world: World
) -> None:
    with counted(app) as sent:
        assert send(client, f"/p/{world.code}/report").status_code == 303
    [*one] = [statement for statement in sent if statement.startswith("WITH")]
    assert len(one) == (session.get_bind().dialect.name == "postgresql")
    assert all(len(statement) <= 4096 for statement in one)  # psycopg, `_queries.MAX_CACHED_STATEMENT_LENGTH`
