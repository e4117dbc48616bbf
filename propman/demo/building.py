"""Builds the demo world: all of it in one transaction, or nothing.

The last row written says that the world is whole, and around which day it was built; it is there when the rest is.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.audit.models import AuditRecord
from propman.audit.operations import record
from propman.catalogue.operations import load_shipped_rows
from propman.db import Base
from propman.demo.acts import Hands
from propman.demo.backlog import take_over_backlog
from propman.demo.bursts import incidents, without_leads
from propman.demo.desks import furnish_desks
from propman.demo.duties import inspect_for_a_year
from propman.demo.findings import find_and_cure
from propman.demo.homes import build_homes
from propman.demo.looked_at import look_at_parts
from propman.demo.outages import announce_outages
from propman.demo.parts import build_parts, inspect
from propman.demo.people import Cast, build_people, let_time_pass
from propman.demo.plots import plots
from propman.demo.rating import leave_out
from propman.demo.rounds import walk_rounds
from propman.demo.shelf import Shelf
from propman.demo.snow import let_it_snow
from propman.demo.spotchecks import look_again
from propman.demo.stories import Stories
from propman.demo.told import say_how_they_are_told
from propman.demo.works import Keeper, build_works
from propman.demo.world import World, build_world
from propman.households.slips import Keys
from propman.notify.models import Channel, Notice
from propman.tickets.models import Ticket
from propman.tickets.operations import erase_ticket
from propman.tickets.workflow import State

BUILT = "demo_world_built"
ERASED = 4  # reports whose words and pictures somebody asked to have erased
UNREAD_DAYS = 1  # what arrived on the last day before the anchor day has not been read


def anchor_of(session: Session) -> date | None:
    """The day around which the world in this database was built; None where there is no whole world."""
    query = select(AuditRecord.subject_id).where(AuditRecord.subject_kind == "demo", AuditRecord.act == BUILT)
    found = session.scalar(query.order_by(AuditRecord.id.desc()).limit(1))
    return date.fromisoformat(found) if found else None


def is_inhabited(session: Session) -> bool:
    """Whether there is anybody in this database."""
    return session.scalar(select(User.id).limit(1)) is not None


def build(session: Session, *, anchor: date, password_hash: str, store: Shelf, keys: Keys) -> None:
    """Write the whole world around the day `anchor` into an empty database. Flushes; the caller commits once.

    The same day gives the same world, but for what must not be guessed: numbers of reports, codes on labels and slips,
    which `keys` of the installation make.
    """
    load_shipped_rows(session, now=clock.now())  # not there after `clear`, or where a first start was killed early
    rng = Random(anchor.isoformat())
    world = build_world(session, anchor=anchor)
    cast = build_people(session, world, password_hash=password_hash)
    say_how_they_are_told(session, cast)
    furnish_desks(session, world, cast)
    keeper = Keeper(session, world, cast, store)
    build_parts(keeper, build_works(keeper), rng)
    hands = Hands(session, cast, rng, store, list(keys)[-1])
    chance, told = plots(rng, world, cast), incidents(rng, world)
    find_and_cure(hands, world)  # before the stories, with which months come to their end
    Stories(hands).tell([*without_leads(chance, told), *told], until=clock.at_local(anchor))
    inspect(session, world, cast, rng)
    inspect_for_a_year(hands, world)
    look_at_parts(hands, world)
    walk_rounds(hands, world)
    let_it_snow(hands, world)
    look_again(hands, world)
    let_time_pass(session, world, cast)
    leave_out(session, world, cast)
    build_homes(session, world, cast, keys)
    announce_outages(hands, world)
    take_over_backlog(session, world)
    _erase_some(session, world, cast)
    _deliver(session, world)
    store.settle()
    record(session, act=BUILT, subject_kind="demo", subject_id=anchor.isoformat(), actor_id=None,
           now=clock.at_local(anchor), tickets=session.scalar(select(func.count()).select_from(Ticket)))  # fmt: skip
    session.flush()


def clear(session: Session) -> None:
    """Empty every table. The caller builds anew and commits."""
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(delete(table))


def _erase_some(session: Session, world: World, cast: Cast) -> None:
    """Some reporters of long ago asked for it: the oldest confirmed reports that had a picture or a telephone."""
    old = select(Ticket).where(Ticket.state == State.CONFIRMED, Ticket.caller_phone_id.is_not(None))
    for ticket in session.scalars(old.order_by(Ticket.id).limit(ERASED)):
        erase_ticket(session, ticket=ticket, actor_id=cast.administrator_id, now=world.morning(5))


def _deliver(session: Session, world: World) -> None:
    """Everything was sent the moment it was written; what is older than a day was read, too."""
    session.execute(update(Notice).values(sent_at=Notice.made_at, attempts=1))
    read = [
        {"id": notice_id, "read_at": made_at + timedelta(minutes=7 + notice_id * 13 % 300)}
        for notice_id, made_at in session.execute(
            select(Notice.id, Notice.made_at).where(
                Notice.channel == Channel.INBOX, Notice.made_at < clock.at_local(world.day(UNREAD_DAYS))
            )
        )
    ]
    if read:
        session.execute(update(Notice), read)
