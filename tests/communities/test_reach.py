"""Where the posts of people reach: by engagement, office, area, building; by the day; by permission."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations import add_membership
from propman.communities import operations, queries
from propman.communities.models import Engagement, Place
from propman.roles import NOBODY, Permission, Role
from tests import world as small
from tests.world import World

REGISTER = Permission.SEE_REGISTER


@pytest.fixture
def world(session: Session) -> World:
    """The small world."""
    return small.build(session)


def reached(session: Session, person: User, permission: Permission = REGISTER, days: int = 0) -> set[str]:
    """The names of the communities that `person` reaches as a whole, so many days from now."""
    now = clock.now() + timedelta(days=days)
    ids = queries.reach(small.viewer(session, person, now=now), permission, clock.local_date(now)).communities()
    return set(session.scalars(select(Place.name).where(Place.id.in_(ids))))


def test_posts_reach_what_their_roles_say(session: Session, world: World) -> None:
    near, street, everything = {world.community.name}, {world.community.name, world.unmanaged.name}, set()
    everything = street | {world.far_community.name}
    expected = {
        "resident_lin": set(), "contractor_deng": set(), "utility_shui": set(), "grid_worker_gao": set(),
        "dispatcher_mei": near, "manager_han": near, "worker_zhao": near, "owner_ye": near,
        "committee_ju": street, "clerk_jie": street, "official_qian": street, "readonly_cai": street,
        "official_sheng": everything, "auditor_shen": everything, "administrator_guan": everything,
        "far_dispatcher": {world.far_community.name}, "far_official": {world.far_community.name},
    }  # fmt: skip
    assert {name: reached(session, world.people[name]) for name in expected} == expected


def test_only_posts_that_grant_the_permission_count(session: Session, world: World) -> None:
    keep, projects = Permission.KEEP_REGISTER, Permission.SEE_PROJECTS
    assert reached(session, world.dispatcher_mei, keep) == set()
    assert reached(session, world.auditor_shen, keep) == set()
    assert reached(session, world.worker_zhao, projects) == set()
    assert reached(session, world.manager_han, projects) == {world.community.name}


def test_a_company_that_leaves_reaches_nothing_from_that_day(session: Session, world: World) -> None:
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    ends_on = clock.local_date(clock.now()) + timedelta(days=3)
    operations.end_engagement(session, engagement_id=engagement.id, ends_on=ends_on, actor_id=None, now=clock.now())
    assert reached(session, world.dispatcher_mei, days=2) == {world.community.name}
    assert reached(session, world.dispatcher_mei, days=3) == set()


def test_a_worker_of_a_street_office_reaches_its_street(session: Session, world: World) -> None:
    add_membership(session, person=world.far_worker, role=Role.WORKER, organisation=world.street_office, place=None,
                   starts_on=clock.local_date(clock.now()), viewer=NOBODY, now=clock.now())  # fmt: skip
    session.flush()
    assert reached(session, world.far_worker) == {
        world.community.name, world.unmanaged.name, world.far_community.name,
    }  # fmt: skip


def test_a_building_head_reaches_the_places_of_the_building_alone(session: Session, world: World) -> None:
    today = clock.local_date(clock.now())
    held = queries.reach(small.viewer(session, world.grid_worker_gao), REGISTER, today)
    places = set(session.scalars(select(Place.id).where(held.holds(Place.parent_id, Place.id))))
    assert {world.building.id, world.entrance.id, world.other_entrance.id} <= places
    assert not places & {world.community.id, world.far_entrance.id, world.far_building.id}


def test_prefixes_find_what_is_within_reach(session: Session, world: World) -> None:
    today = clock.local_date(clock.now())
    found = {
        name: queries.reach(small.viewer(session, world.people[name]), REGISTER, today).prefixes(session)
        for name in ("dispatcher_mei", "grid_worker_gao", "official_qian", "auditor_shen", "resident_lin")
    }
    assert found == {
        "dispatcher_mei": (world.community.path,), "grid_worker_gao": (world.building.path,),
        "official_qian": (world.county.path,), "auditor_shen": ("/",), "resident_lin": (),
    }  # fmt: skip
