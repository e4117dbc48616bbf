"""Who sees which projects, and how a list of them is narrowed and paged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Engagement
from propman.errors import NotFound
from propman.projects import operations, queries
from propman.projects.models import PhotoKind, Project
from propman.projects.queries import ProjectFilter, Standing
from propman.projects.queries.lists import PAGE
from propman.roles import Permission, Viewer
from tests import renovations as made
from tests import world as small
from tests.renovations import ACCEPTED, DAY, TODAY
from tests.statements import sent_to
from tests.world import World

KEEP = Permission.KEEP_PROJECTS
NEAR, FAR, BOTH = {"near"}, {"far"}, {"near", "far"}
SEES: dict[str, set[str]] = {
    "resident_lin": set(), "grid_worker_gao": set(), "dispatcher_mei": set(), "worker_zhao": set(),
    "contractor_deng": set(), "utility_shui": set(), "manager_han": NEAR, "committee_ju": NEAR, "owner_ye": NEAR,
    "clerk_jie": NEAR, "official_qian": NEAR, "readonly_cai": NEAR, "official_sheng": BOTH, "auditor_shen": BOTH,
    "administrator_guan": BOTH, "far_clerk": FAR, "far_official": FAR, "far_dispatcher": set(),
}  # fmt: skip
KEEPS = {"clerk_jie": NEAR, "official_qian": NEAR, "official_sheng": BOTH, "administrator_guan": BOTH,
         "far_clerk": FAR, "far_official": FAR}  # fmt: skip


def look(session: Session, person: User) -> Viewer:
    return small.viewer(session, person)


def names(session: Session, viewer: Viewer, wanted: ProjectFilter | None = None) -> list[str]:
    page = queries.projects(session, viewer, wanted or ProjectFilter(), clock.now())
    return [line.project.name for line in page.lines]


@pytest.fixture
def two(session: Session, world: World) -> tuple[Project, Project]:
    """A project at home and one far away."""
    near = made.project(session, world, name="near")
    return near, made.project(session, world, community=world.far_community, name="far")


@pytest.mark.parametrize("who", SEES)
def test_a_project_is_seen_by_whose_posts_reach_its_community(
    session: Session, world: World, two: tuple[Project, Project], who: str
) -> None:
    viewer, now = look(session, world.people[who]), clock.now()
    assert set(names(session, viewer)) == SEES[who]
    for project in two:
        item = made.item(session, project, world)
        payment = made.pay(session, world, project)
        for permission, among in ((Permission.SEE_PROJECTS, SEES[who]), (KEEP, KEEPS.get(who, set()))):
            seen = project.name in among
            loads = (
                lambda: queries.project(session, project.id, viewer, now, permission),  # noqa: B023
                lambda: queries.work_item(session, item.id, viewer, now, permission),  # noqa: B023
                lambda: queries.payment(session, payment.id, viewer, now, permission),  # noqa: B023
            )
            for load, row in zip(loads, (project, item, payment), strict=True):
                if seen:
                    assert load() is row
                else:
                    with pytest.raises(NotFound):
                        load()
        assert queries.may_keep(session, project, viewer, now) == (project.name in KEEPS.get(who, set()))


def test_what_is_not_there_is_not_found(session: Session, world: World) -> None:
    viewer, now = look(session, world.administrator_guan), clock.now()
    for number in (0, -1, 10**9, 2**63):
        for load in (queries.project, queries.work_item, queries.payment, queries.community):
            with pytest.raises(NotFound):
                load(session, number, viewer, now)
    with pytest.raises(NotFound):
        queries.photograph(session, "0" * 32, viewer, now)


def test_a_company_that_left_sees_nothing_from_that_day(
    session: Session, world: World, two: tuple[Project, Project]
) -> None:
    engagement = session.query(Engagement).filter_by(community_id=world.community.id).one()
    engagement.ends_on = TODAY + DAY
    session.flush()
    manager = look(session, world.manager_han)
    assert names(session, manager) == ["near"]
    page = queries.projects(session, manager, ProjectFilter(), clock.now() + timedelta(days=1))
    assert page.lines == []


def test_a_project_is_added_only_where_one_keeps_projects(session: Session, world: World) -> None:
    now = clock.now()
    for who, community, may in (
        ("clerk_jie", world.community, True), ("clerk_jie", world.far_community, False),
        ("official_qian", world.unmanaged, True), ("official_qian", world.building, False),
        ("manager_han", world.community, False), ("auditor_shen", world.community, False),
        ("administrator_guan", world.far_community, True),
    ):  # fmt: skip
        viewer = look(session, world.people[who])
        if may:
            assert queries.community(session, community.id, viewer, now) is community
        else:
            with pytest.raises(NotFound):
                queries.community(session, community.id, viewer, now)


def test_a_photograph_opens_to_who_sees_the_item_until_it_is_erased(session: Session, world: World) -> None:
    roof = made.item(session, made.project(session, world), world)
    operations.add_photographs(session, work_item_id=roof.id, kind=PhotoKind.DRAWING, photos=[made.photo()],
                               store=world.store, **made.by_nobody())  # fmt: skip
    [hung] = queries.photographs_of(session, roof.id)
    key, now = hung.photo.key, clock.now()
    assert queries.photograph(session, key, look(session, world.owner_ye), now) is hung
    with pytest.raises(NotFound):
        queries.photograph(session, key, look(session, world.far_clerk), now)
    with pytest.raises(NotFound):
        queries.photograph(session, key, look(session, world.owner_ye), now, KEEP)
    operations.erase_photograph(session, photo_id=hung.photo_id, **made.by_nobody())
    with pytest.raises(NotFound):
        queries.photograph(session, key, look(session, world.owner_ye), now)


# --- the list ---


def test_a_list_is_narrowed(session: Session, world: World) -> None:
    late = made.project(session, world, name="late", number="A-1", year=2022, started_on=None)
    part_paid = made.project(session, world, name="part", number="A-2", year=2023)
    plain = made.project(session, world, community=world.unmanaged, name="plain 100%", number="B_1", year=2024)
    made.pay(session, world, late, due_on=TODAY - DAY)
    partly = made.pay(session, world, part_paid, due_on=TODAY - DAY)
    operations.record_paid(session, payment_id=partly.id, paid_on=TODAY - DAY, paid_fen=1, **made.by_nobody())
    made.pay(session, world, plain, due_on=TODAY)
    roof = made.item(session, late, world)
    made.keep_back(session, made.accept(session, world, made.item(session, part_paid, world)), due_on=TODAY)
    made.keep_back(session, made.accept(session, world, made.item(session, plain, world, place_id=world.unmanaged.id)),
                   due_on=TODAY + DAY)  # fmt: skip
    viewer = look(session, world.clerk_jie)

    def found(**wanted: object) -> list[str]:
        return names(session, viewer, ProjectFilter(**wanted))  # type: ignore[arg-type]

    assert roof.accepted_on is None
    assert found() == ["plain 100%", "part", "late"]
    assert found(standing=Standing.OVERDUE) == ["part", "late"]
    assert found(standing=Standing.UNACCEPTED) == ["late"]
    assert found(standing=Standing.RETENTION) == ["part"]
    assert found(year=2023) == ["part"]
    assert found(place=world.unmanaged) == ["plain 100%"]
    assert found(place=world.county) == ["plain 100%", "part", "late"]
    assert found(place=world.far_county) == []
    assert found(text="100%") == ["plain 100%"]
    assert found(text="0%1") == []
    assert found(text="_1") == ["plain 100%"]
    assert found(text="无主") == found(text="wuzhu") == ["plain 100%"]
    assert queries.years(session, viewer, clock.now()) == [2024, 2023, 2022]
    page = queries.projects(session, viewer, ProjectFilter(), clock.now())
    assert [(line.items, line.accepted, line.overdue) for line in page.lines] == [(1, 1, 0), (1, 1, 1), (1, 0, 1)]


def test_a_long_list_is_paged_without_losing_or_repeating_one(session: Session, world: World) -> None:
    for number in range(2 * PAGE + 3):
        made.project(session, world, number=str(number), name=str(number), year=2020 + number % 3, started_on=None)
    viewer, seen, after = look(session, world.official_qian), [], None
    for _ in range(3):
        page = queries.projects(session, viewer, ProjectFilter(), clock.now(), after=after)
        seen += [(line.project.year, line.project.id) for line in page.lines]
        after = page.next
    assert after is None
    assert len(set(seen)) == len(seen) == 2 * PAGE + 3
    assert seen == sorted(seen, reverse=True)


def test_a_page_costs_the_same_however_long_it_is(session: Session, world: World) -> None:
    made.item(session, made.project(session, world, number="0"), world)
    viewer = look(session, world.official_qian)

    def cost() -> int:
        session.expire_all()
        with sent_to(session.get_bind()) as sent:
            for line in queries.projects(session, viewer, ProjectFilter(), clock.now()).lines:
                assert line.project.community.parent is not None
                assert line.project.owner.name
        return len(sent)

    few = cost()
    for number in range(1, 12):
        project = made.project(session, world, number=str(number))
        made.pay(session, world, project)
        made.accept(session, world, made.item(session, project, world), on=date(2024, 10, 1))
    assert cost() == few == 3
    assert date(2024, 10, 1) > ACCEPTED
