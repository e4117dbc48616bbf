"""Roles: what each is held in and over, from a day on, to a day; and the last administrator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from propman.accounts.models import Membership, User
from propman.accounts.operations import add_membership, end_membership, erase_person, start_session
from propman.accounts.queries import administrators, live_sessions
from propman.accounts.role_rules import ROLE_WORDS, RULES
from propman.audit.models import AuditRecord, Change
from propman.db import engine_options, prepare_engine
from propman.errors import Refused
from propman.roles import NOBODY, Role
from tests.accounts.world import NOON, TODAY, World, add_administrator, add_person, give_role, make_world

HELD_IN = {
    Role.DISPATCHER: {"company"},
    Role.COMPANY_MANAGER: {"company"},
    Role.WORKER: {"company", "office"},
    Role.OWNERS_COMMITTEE: {"owners"},
    Role.STREET_OFFICE: {"office"},
}
HELD_OVER = {
    Role.RESIDENT: {"community", "building"},
    Role.GRID_WORKER: {"community", "building"},
    Role.OFFICIAL: {"province", "county", "other_county"},
    Role.READONLY_OFFICIAL: {"province", "county", "other_county"},
}
PLACES = ("province", "county", "other_county", "street", "community", "building")
ORGANISATIONS = ("company", "office", "owners", "bureau", "finance")


def give(
    session: Session, world: World, person: User, role: Role, organisation: str | None, place: str | None
) -> Membership:
    """Give a role in and over things named in the world."""
    return add_membership(
        session, person=person, role=role, organisation=getattr(world, organisation) if organisation else None,
        place=getattr(world, place) if place else None, starts_on=TODAY, viewer=NOBODY, now=NOON,
    )  # fmt: skip


def test_every_role_has_a_rule_and_a_word() -> None:
    """But that of a visitor, which nobody is given."""
    assert set(RULES) == set(ROLE_WORDS) == set(Role) - {Role.VISITOR}


def test_a_role_fits_one_kind_of_organisation_or_place(session: Session) -> None:
    """Every organisation alone, every place alone, and neither: what the rule allows passes, all else is refused."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    passed: dict[Role, set[str | None]] = {role: set() for role in RULES}
    alone = [(None, None), *((name, None) for name in ORGANISATIONS), *((None, name) for name in PLACES)]
    for role, (organisation, place) in product(RULES, alone):
        with suppress(Refused):
            give(session, world, person, role, organisation, place)
            passed[role].add(organisation or place)
    nothing = {Role.AUDITOR: {None}, Role.ADMINISTRATOR: {None}}
    assert passed == {role: (HELD_IN | HELD_OVER | nothing).get(role, set()) for role in RULES}


UNFIT = [
    (Role.WORKER, None, None, "organisation_id", "Choose the organisation in which this role is held."),
    (Role.WORKER, "bureau", None, "organisation_id", "cannot be held in 道里区住建局"),
    (Role.WORKER, "company", "community", "place_id", "held over no place"),
    (Role.RESIDENT, None, None, "place_id", "Choose the place over which this role is held."),
    (Role.RESIDENT, None, "street", "place_id", "cannot be held over 花园街道"),
    (Role.RESIDENT, "company", "building", "organisation_id", "held in no organisation"),
    (Role.OFFICIAL, "bureau", "other_county", "place_id", "南岗区 lies outside the area of 道里区住建局"),
    (Role.OFFICIAL, "finance", "county", "organisation_id", "cannot be held in 道里区财政局"),
    (Role.READONLY_OFFICIAL, "bureau", "county", "organisation_id", "cannot be held in 道里区住建局"),
    (Role.ADMINISTRATOR, None, "province", "place_id", "held over no place"),
    (Role.AUDITOR, "bureau", None, "organisation_id", "held in no organisation"),
]


def test_a_role_that_does_not_fit_is_refused_in_words(session: Session) -> None:
    """The sentence names what was wrong, and the field."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    for role, organisation, place, field, said in UNFIT:
        with pytest.raises(Refused, match=said) as refused:
            give(session, world, person, role, organisation, place)
        assert refused.value.field == field


def test_an_official_may_name_the_bureau_of_the_place(session: Session) -> None:
    """Or none: the place makes the scope."""
    world, person = make_world(session), add_person(session, sign_in_name="official_qian")
    held = [give(session, world, person, Role.OFFICIAL, bureau, "county") for bureau in ("bureau", None)]
    assert [membership.organisation_id for membership in held] == [world.bureau.id, None]


def test_nothing_is_given_in_what_is_closed(session: Session) -> None:
    """From the day it closes on; the day before, it still is."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    world.company.closed_on = world.building.closed_on = TODAY
    with pytest.raises(Refused, match="安居物业 is closed"):
        give(session, world, person, Role.WORKER, "company", None)
    with pytest.raises(Refused, match="3号楼 is closed"):
        give(session, world, person, Role.RESIDENT, None, "building")
    world.company.closed_on = world.building.closed_on = TODAY + timedelta(days=1)
    give(session, world, person, Role.WORKER, "company", None)
    give(session, world, person, Role.RESIDENT, None, "building")


def test_a_role_is_held_once_at_a_time(session: Session) -> None:
    """Again after its end, or somewhere else, it may be given."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    first = give(session, world, person, Role.WORKER, "company", None)
    with pytest.raises(Refused, match="already"):
        give(session, world, person, Role.WORKER, "company", None)
    give(session, world, person, Role.WORKER, "office", None)
    end_membership(session, membership=first, ends_on=TODAY, viewer=NOBODY, now=NOON)
    give(session, world, person, Role.WORKER, "company", None)


def test_an_erased_person_is_given_nothing(session: Session) -> None:
    """Nobody is there to hold it."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    erase_person(session, person=person, viewer=NOBODY, now=NOON)
    with pytest.raises(Refused, match="erased"):
        give(session, world, person, Role.WORKER, "company", None)


def test_the_first_post_ends_the_long_sessions_of_a_resident(session: Session) -> None:
    """A second one does not: the limits stay the same."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    give(session, world, person, Role.RESIDENT, None, "building")
    start_session(session, person=person, device_hash="d" * 64, browser="", now=NOON)
    give(session, world, person, Role.RESIDENT, None, "community")
    assert len(live_sessions(session, user_id=person.id, now=NOON)) == 1
    give(session, world, person, Role.WORKER, "company", None)
    assert live_sessions(session, user_id=person.id, now=NOON) == []
    start_session(session, person=person, device_hash="d" * 64, browser="", now=NOON)
    give(session, world, person, Role.DISPATCHER, "company", None)
    assert len(live_sessions(session, user_id=person.id, now=NOON)) == 1


def test_giving_and_ending_are_written_down(session: Session) -> None:
    """Who got what, when, from whom; ids and codes only."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    membership = give(session, world, person, Role.WORKER, "company", None)
    end_membership(session, membership=membership, ends_on=TODAY + timedelta(days=9), viewer=NOBODY, now=NOON)
    session.flush()
    added = session.scalars(select(AuditRecord).where(AuditRecord.act == "membership_added")).one()
    assert added.details == {"user_id": person.id, "role": "worker", "starts_on": "2026-03-09",
                             "organisation_id": world.company.id, "place_id": None}  # fmt: skip
    change = session.scalars(select(Change).where(Change.subject_kind == "membership")).one()
    assert (change.field, change.old, change.new, change.at) == ("ends_on", None, "2026-03-18", NOON)


ENDS = [
    (date(2026, 3, 1), date(2026, 2, 28), "2026-02-28, lies before the start"),
    (date(2026, 3, 1), date(2026, 3, 8), "2026-03-08, lies in the past"),
    (date(2026, 3, 20), date(2026, 3, 19), "2026-03-19, lies before the start"),
    (date(2026, 3, 1), date(2026, 3, 9), None),
    (date(2026, 3, 1), date(2027, 3, 9), None),
    (date(2026, 3, 9), date(2026, 3, 9), None),  # given by mistake today
    (date(2026, 3, 20), date(2026, 3, 20), None),  # never begins
]


def test_an_end_lies_neither_in_the_past_nor_before_the_start(session: Session) -> None:
    """What was done until today was done by right."""
    world = make_world(session)
    for number, (starts_on, ends_on, said) in enumerate(ENDS):
        person = add_person(session, sign_in_name=f"lin{number}")
        membership = give_role(session, person, Role.WORKER, organisation=world.company, starts_on=starts_on)
        if said is None:
            end_membership(session, membership=membership, ends_on=ends_on, viewer=NOBODY, now=NOON)
            assert membership.ends_on == ends_on
        else:
            with pytest.raises(Refused, match=said) as refused:
                end_membership(session, membership=membership, ends_on=ends_on, viewer=NOBODY, now=NOON)
            assert refused.value.field == "ends_on"


def test_an_end_can_be_moved_until_it_has_come(session: Session) -> None:
    """The same day again changes nothing."""
    world, person = make_world(session), add_person(session, sign_in_name="lin")
    membership = give(session, world, person, Role.WORKER, "company", None)
    for days in (5, 5, 3):
        end_membership(session, membership=membership, ends_on=TODAY + timedelta(days=days), viewer=NOBODY, now=NOON)
    assert len(session.scalars(select(Change)).all()) == 2
    later = NOON + timedelta(days=3)
    with pytest.raises(Refused, match="ended on 2026-03-12 already"):
        end_membership(session, membership=membership, ends_on=TODAY + timedelta(days=9), viewer=NOBODY, now=later)


def administering(session: Session, person: User) -> Membership:
    """The person's membership as administrator."""
    query = select(Membership).where(Membership.user_id == person.id, Membership.role == Role.ADMINISTRATOR)
    return session.scalars(query).one()


def test_the_last_administrator_stays(session: Session) -> None:
    """Not even with a day far ahead; with a second one, it may end."""
    last = add_administrator(session)
    for ends_on in (TODAY, TODAY + timedelta(days=365)):
        with pytest.raises(Refused, match="last administrator"):
            end_membership(session, membership=administering(session, last), ends_on=ends_on, viewer=NOBODY, now=NOON)
    add_administrator(session, "second")
    end_membership(session, membership=administering(session, last), ends_on=TODAY, viewer=NOBODY, now=NOON)


def test_two_administrators_cannot_remove_each_other_at_once(session: Session, database_url: str) -> None:
    """One of the two acts is refused, whatever the order."""
    pair = [add_administrator(session, name).id for name in ("first", "second")]
    session.commit()
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    start = Barrier(2)

    def remove(user_id: int) -> str:
        start.wait()
        with Session(engine) as own:
            try:
                end_membership(own, membership=administering(own, own.get_one(User, user_id)), ends_on=TODAY,
                               viewer=NOBODY, now=NOON)  # fmt: skip
                own.commit()
            except Refused:
                return "refused"
            return "ended"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(remove, pair))
    engine.dispose()
    assert answers == ["ended", "refused"]
    assert len(session.scalars(administrators(TODAY)).all()) == 1
