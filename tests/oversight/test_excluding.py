"""Leaving answers out: asked by whom they judge, decided by another organisation above, in the month of the answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.errors import NotFound, Refused
from propman.notify.models import Channel, Notice
from propman.oversight import operations
from propman.oversight.models import AnswerExclusion, Reason
from propman.oversight.queries import By, Selection, closed_months, figures
from propman.oversight.queries.figures import MEASURES
from tests.oversight.history import CLOSES, NOW, OCTOBER, THIRTIETH, History
from tests.oversight.test_closing import close_all
from tests.world import viewer

ENDS = THIRTIETH


def asked(past: History, who: str = "manager_han", name: str = "asked_twice") -> int:
    """Ask in October that the two stars are left out; the answer's move."""
    [event] = past.moves(name, "confirm")
    operations.ask(past.session, event_id=event.id, viewer=viewer(past.session, past.world.people[who], now=ENDS),
                   now=ENDS, reason=Reason.UNREASONABLE)  # fmt: skip
    return event.id


def decided(past: History, event_id: int, who: str = "clerk_jie", *, approved: bool = True, now: object = ENDS) -> None:
    by = viewer(past.session, past.world.people[who], now=ENDS)
    operations.decide(past.session, event_id=event_id, viewer=by, now=now, approved=approved)  # type: ignore[arg-type]


def unsatisfied(past: History) -> int:
    """How many were not satisfied in October."""
    selected = Selection(OCTOBER, OCTOBER, None, past.world.company.id)
    found = figures(past.session, selected, By.COMPANIES, NOW, closed_months(past.session))
    return found.total[MEASURES.index("unsatisfied")]


@pytest.mark.parametrize(("who", "status"), [("official_qian", 403), ("far_dispatcher", 404), ("worker_zhao", 404)])
def test_only_whom_it_judges_asks(past: History, who: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        asked(past, who)
    assert refused.value.status == status


def test_what_is_asked_twice_or_does_not_count_is_refused(past: History) -> None:
    event_id = asked(past)
    with pytest.raises(Refused, match="asked already"):
        asked(past, "dispatcher_mei")
    [called] = past.moves("asked_twice", "call")
    with pytest.raises(Refused, match="not counted"):
        operations.ask(past.session, event_id=called.id, reason=Reason.UNREASONABLE, now=ENDS,
                       viewer=viewer(past.session, past.world.manager_han, now=ENDS))  # fmt: skip
    with pytest.raises(NotFound):
        decided(past, past.moves("pleased", "confirm")[0].id)
    assert event_id


@pytest.mark.parametrize("who", ["manager_han", "dispatcher_mei", "auditor_shen", "owner_ye"])
def test_nobody_of_the_same_organisation_and_nobody_who_only_looks_decides(past: History, who: str) -> None:
    event_id = asked(past)
    with pytest.raises(Refused) as refused:
        decided(past, event_id, who)
    assert refused.value.status == 403


@pytest.mark.parametrize("who", ["clerk_jie", "official_qian"])
def test_in_its_month_it_leaves_satisfaction_and_later_it_changes_nothing(past: History, who: str) -> None:
    event_id = asked(past)
    assert unsatisfied(past) == 1
    decided(past, event_id, who, now=THIRTIETH if who == "clerk_jie" else CLOSES)
    assert unsatisfied(past) == (0 if who == "clerk_jie" else 1)
    with pytest.raises(Refused, match="decided already"):
        decided(past, event_id, who, approved=False)
    close_all(past.session, CLOSES)
    assert unsatisfied(past) == (0 if who == "clerk_jie" else 1)


def test_the_database_refuses_a_decision_of_the_same_organisation(session: Session, past: History) -> None:
    decided(past, asked(past))
    with pytest.raises(IntegrityError):
        session.execute(update(AnswerExclusion).values(decided_for_id=past.world.company.id))


def test_the_nearest_above_are_told_and_who_asked_hears_what_was_decided(past: History) -> None:
    """The street office decides; its clerk has the message, the official of the county has none."""
    event_id = asked(past)
    told = select(Notice.recipient_id).where(Notice.topic == "answer.asked", Notice.channel == Channel.INBOX)
    assert past.session.scalars(told).all() == [past.world.clerk_jie.id]
    decided(past, event_id)
    heard = select(Notice.recipient_id, Notice.link).where(Notice.topic == "answer.decided")
    assert past.session.execute(heard.where(Notice.channel == Channel.INBOX)).all() == [
        (past.world.manager_han.id, f"/rates/answers/{event_id}")
    ]
