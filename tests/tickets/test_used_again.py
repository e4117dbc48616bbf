"""A photograph of a repair that was used on another report before: said to who looks on it, and never in the way."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.files.operations import Upload, erase_photo
from propman.tickets import operations
from propman.tickets.invariants.photographs import used_before_is_so
from propman.tickets.models import Ticket
from propman.tickets.queries import UsedBefore, attachments_of, used_before_on
from tests import stories
from tests.files.scenes import photograph
from tests.tickets.buttons import Sign, text_of
from tests.world import World, viewer


def repaired(session: Session, world: World, after: bytes, *, place: Place | None = None, by: User | None = None,
             mei: User | None = None) -> Ticket:  # fmt: skip
    """A report that was begun and completed with one photograph."""
    worker, ticket, now = by or world.worker_zhao, stories.report(session, world, place=place), clock.now()
    stories.assign(session, world, ticket, to=worker, by=mei)
    operations.start(session, ticket=ticket, viewer=viewer(session, worker), seen_version=ticket.version, now=now,
                     store=world.store)  # fmt: skip
    operations.complete(session, ticket=ticket, viewer=viewer(session, worker), seen_version=ticket.version, now=now,
                        note="换了灯泡", store=world.store, after=[Upload(after, "IMG.jpg")])  # fmt: skip
    session.commit()
    return ticket


def said(session: Session, world: World, ticket: Ticket, person: User | None = None) -> list[UsedBefore]:
    now = clock.now()
    looking = viewer(session, person or world.dispatcher_mei)
    return used_before_on(session, attachments_of(session, ticket), looking, now)


def test_the_same_file_and_the_same_looks_name_the_other_report(session: Session, world: World) -> None:
    first = repaired(session, world, photograph(1))
    again, alike, own = (
        repaired(session, world, each) for each in (photograph(1), photograph(2), photograph(2, quality=50))
    )
    assert said(session, world, first) == []
    assert said(session, world, again) == [UsedBefore(first.number, True)]
    assert said(session, world, alike) == []
    assert said(session, world, own) == [UsedBefore(alike.number, False)]
    found = used_before_is_so(session)
    assert (found.checked, found.broken) == (2, ())


def test_one_report_may_show_a_picture_twice(session: Session, world: World) -> None:
    """Completed, reopened, completed: the worker may send what was sent."""
    ticket = repaired(session, world, photograph(1))
    stories.say_broken(session, world, ticket)
    worker, now = viewer(session, world.worker_zhao), clock.now()
    operations.start(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now, store=world.store)
    operations.complete(session, ticket=ticket, viewer=worker, seen_version=ticket.version, now=now, note="又修好了",
                        store=world.store, after=[Upload(photograph(1))])  # fmt: skip
    assert said(session, world, ticket) == []


def test_the_number_is_for_who_may_see_that_report(session: Session, world: World, signed_in: Sign) -> None:
    far = repaired(session, world, photograph(1), place=world.far_entrance, by=world.far_worker,
                   mei=world.far_dispatcher)  # fmt: skip
    near = repaired(session, world, photograph(1))
    assert said(session, world, near) == [UsedBefore(None, True)]
    assert said(session, world, near, world.people["official_sheng"]) == [UsedBefore(far.number, True)]
    page = text_of(signed_in("dispatcher_mei").get(f"/tickets/{near.number}").text)
    assert "used before, on another report: it is the same file" in page
    assert far.number not in page
    assert f"used before, on {far.number}" in text_of(signed_in("official_sheng").get(f"/tickets/{near.number}").text)
    assert "used before" not in text_of(signed_in("worker_zhao").get(f"/tickets/{near.number}").text)


def test_what_was_erased_is_not_spoken_of(session: Session, world: World) -> None:
    first = repaired(session, world, photograph(1))
    again = repaired(session, world, photograph(1))
    [shown] = attachments_of(session, first)
    erase_photo(session, photo=shown.photo, now=clock.now())
    assert said(session, world, again) == [UsedBefore(first.number, True)]  # it was so
    assert said(session, world, repaired(session, world, photograph(1))) == [UsedBefore(again.number, True)]
    [shown] = attachments_of(session, again)
    erase_photo(session, photo=shown.photo, now=clock.now())
    assert said(session, world, again) == []
    assert used_before_is_so(session).broken == ()


def test_recount_finds_what_is_not_so(session: Session, world: World) -> None:
    first, other = repaired(session, world, photograph(1)), repaired(session, world, photograph(2))
    one, another = (attachments_of(session, ticket)[0] for ticket in (first, other))
    another.earlier_id, another.earlier_same_file = one.id, True
    session.flush()
    assert used_before_is_so(session).broken == (
        f"attachment {another.id}: it is not the picture that it is said to be",
    )
    another.earlier_same_file = False
    session.flush()
    assert len(used_before_is_so(session).broken) == 1
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE attachment SET earlier_same_file = NULL WHERE earlier_id IS NOT NULL"))
