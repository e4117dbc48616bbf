"""What one may see of the register, and do with it: by the place, the engagement, the building; by the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import queries
from propman.assets.models import Asset
from propman.communities.models import Engagement
from propman.communities.operations import end_engagement
from propman.errors import NotFound
from propman.roles import NOBODY, Permission
from tests.assets.works import Works, far_part, part
from tests.world import viewer

NOW = clock.now()
TODAY = clock.local_date(NOW)
SEES, TENDS, KEEPS = Permission.SEE_REGISTER, Permission.TEND_PARTS, Permission.KEEP_REGISTER
NEAR, ALL = {"roof", "shared", "other"}, {"roof", "shared", "other", "far"}


@pytest.fixture
def parts(session: Session, works: Works) -> dict[str, Asset]:
    """Of the building, of the community, of an entrance, and of elsewhere."""
    world = works.world
    return {
        "roof": part(session, works), "shared": part(session, works, place_id=world.community.id),
        "other": part(session, works, place_id=world.entrance.id), "far": far_part(session, works),
    }  # fmt: skip


SCOPES = {
    "resident_lin": (set(), set(), set()),
    "contractor_deng": (set(), set(), set()),
    "utility_shui": (set(), set(), set()),
    "grid_worker_gao": ({"roof", "other"}, {"roof", "other"}, set()),
    "dispatcher_mei": (NEAR, NEAR, set()),
    "manager_han": (NEAR, NEAR, set()),
    "worker_zhao": (NEAR, NEAR, set()),
    "committee_ju": (NEAR, set(), set()),
    "owner_ye": (NEAR, set(), set()),
    "clerk_jie": (NEAR, NEAR, NEAR),
    "official_qian": (NEAR, NEAR, NEAR),
    "official_sheng": (ALL, ALL, ALL),
    "readonly_cai": (NEAR, set(), set()),
    "auditor_shen": (ALL, set(), set()),
    "administrator_guan": (ALL, ALL, ALL),
    "far_dispatcher": ({"far"}, {"far"}, set()),
    "far_clerk": ({"far"}, {"far"}, {"far"}),
}


@pytest.mark.parametrize("who", SCOPES)
def test_everybody_sees_tends_and_keeps_what_is_theirs(
    session: Session, works: Works, parts: dict[str, Asset], who: str
) -> None:
    looking = viewer(session, works.world.people[who])
    for permission, expected in zip((SEES, TENDS, KEEPS), SCOPES[who], strict=True):
        ids = set(session.scalars(queries.visible_to(looking, NOW, permission).with_only_columns(Asset.id)))
        assert {name for name, each in parts.items() if each.id in ids} == expected, permission
        assert {
            name for name, each in parts.items() if queries.may(session, each, looking, NOW, permission)
        } == expected


def test_a_foreign_part_is_answered_like_none_at_all(session: Session, works: Works, parts: dict[str, Asset]) -> None:
    mei = viewer(session, works.world.dispatcher_mei)
    assert queries.load(session, parts["roof"].id, mei, NOW) == parts["roof"]
    for asset_id, looking in (
        (parts["far"].id, mei), (10**9, mei), (0, mei), (2**70, mei), (parts["roof"].id, NOBODY),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            queries.load(session, asset_id, looking, NOW)
    with pytest.raises(NotFound):
        queries.load(session, parts["roof"].id, mei, NOW, KEEPS)


def test_a_company_that_has_left_sees_nothing_more(session: Session, works: Works, parts: dict[str, Asset]) -> None:
    world = works.world
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    end_engagement(session, engagement_id=engagement.id, ends_on=TODAY + timedelta(days=2), actor_id=None, now=NOW)

    def seen(days: int) -> int:
        then = NOW + timedelta(days=days)
        mei = viewer(session, world.dispatcher_mei, now=then)
        return len(session.scalars(queries.visible_to(mei, then)).all())

    assert (seen(1), seen(2)) == (3, 0)
    assert parts


def test_places_are_loaded_through_the_same_scope(session: Session, works: Works) -> None:
    world = works.world
    mei, gao = viewer(session, world.dispatcher_mei), viewer(session, world.grid_worker_gao)
    for place in (world.community, world.building, world.entrance):
        assert queries.load_place(session, place.id, mei, NOW) == place
    assert queries.load_place(session, world.entrance.id, gao, NOW) == world.entrance
    foreign = [(world.far_building, mei), (world.community, gao), (world.street, mei), (world.unmanaged, mei)]
    for place, looking in foreign:
        with pytest.raises(NotFound):
            queries.load_place(session, place.id, looking, NOW)
    assert queries.load_community(session, world.community.id, mei, NOW) == world.community
    for place, looking in ((world.building, mei), (world.far_community, mei), (world.community, gao)):
        with pytest.raises(NotFound):
            queries.load_community(session, place.id, looking, NOW)
