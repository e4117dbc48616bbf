"""Projects and their funding: kept with their history, refused where they cannot be, and never a fen off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.queries import history_of
from propman.errors import NotFound, Refused
from propman.projects import operations, queries
from propman.projects.models import FundingSource, Project
from tests import renovations as made
from tests.renovations import COST, DAY, STARTED, TODAY, YUAN
from tests.world import World

BUDGET, BONDS, RESIDENTS = FundingSource.BUDGET, FundingSource.BONDS, FundingSource.RESIDENTS
SHARES = {BUDGET: COST - 300_000 * YUAN, BONDS: 250_000 * YUAN, RESIDENTS: 50_000 * YUAN}


def history(session: Session, project: Project) -> list[tuple[str, str | None, str | None]]:
    lines = history_of(session, subject_kind="project", subject_id=project.id)
    return [(line.field, line.old, line.new) for line in reversed(lines)]


def funding(session: Session, project: Project, cost: int, shares: dict[FundingSource, int]) -> Project:
    return operations.set_funding(session, project_id=project.id, cost_fen=cost, shares=shares, **made.by_nobody())


def test_a_project_is_kept_with_all_that_was_said(session: Session, world: World) -> None:
    project = made.project(session, world, name="  河柏小区\u3000综合改造 ", shares=SHARES, actor_id=7)
    assert (project.name, project.community_id, project.cost_fen) == ("河柏小区 综合改造", world.community.id, COST)
    assert queries.shares_of(session, project.id) == SHARES
    kept = history(session, project)
    assert ("owner_id", None, world.street_office.name) in kept
    assert ("cost_fen", None, "1,000,000.00") in kept
    assert ("bonds_fen", None, "250,000.00") in kept
    assert {line.actor_id for line in history_of(session, subject_kind="project", subject_id=project.id)} == {7}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "长" * 41}, "number"),
        ({"name": ""}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"year": 1989}, "year"),
        ({"year": 2101}, "year"),
        ({"owner_id": 0}, "owner_id"),
        ({"owner_id": 2**63}, "owner_id"),
        ({"started_on": date(1948, 1, 1)}, "started_on"),
        ({"accepted_on": STARTED - DAY}, "accepted_on"),
        ({"accepted_on": TODAY + DAY}, "accepted_on"),
    ],
)
def test_what_cannot_be_is_refused_by_name(session: Session, world: World, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        made.project(session, world, **said)
    assert refused.value.field == field
    session.rollback()
    assert session.query(Project).count() == 0


def test_the_owner_is_an_organisation_of_the_area(session: Session, world: World) -> None:
    for stranger in (made.far_owner(session, world), world.contractor.id):
        with pytest.raises(Refused) as refused:
            made.project(session, world, owner_id=stranger)
        assert refused.value.field == "owner_id"


def test_a_number_is_given_once_in_a_community(session: Session, world: World) -> None:
    project = made.project(session, world)
    made.project(session, world, community=world.unmanaged)  # another community counts for itself
    with pytest.raises(Refused, match="already a project 改〔2024〕17"):
        made.project(session, world)
    other = made.project(session, world, number="改〔2024〕18")
    with pytest.raises(Refused, match="already a project"):
        operations.change_project(
            session, project_id=other.id, facts=made.project_facts(world, number=project.number), **made.by_nobody()
        )


def test_only_a_community_is_renovated(session: Session, world: World) -> None:
    for place in (world.building, world.street):
        with pytest.raises(Refused, match="belongs to a community"):
            made.project(session, world, community=place)
    with pytest.raises(NotFound):
        operations.add_project(
            session, community_id=10**9, facts=made.project_facts(world), cost_fen=COST, **made.by_nobody()
        )


def test_a_correction_keeps_what_stood_before(session: Session, world: World) -> None:
    project = made.project(session, world)
    facts = made.project_facts(world, name="河柏小区改造", accepted_on=date(2024, 12, 1))
    operations.change_project(session, project_id=project.id, facts=facts, actor_id=7, now=clock.now())
    assert history(session, project)[-2:] == [
        ("name", "河柏小区综合改造", "河柏小区改造"),
        ("accepted_on", None, "2024-12-01"),
    ]


def test_the_works_do_not_begin_after_an_item_was_accepted(session: Session, world: World) -> None:
    project = made.project(session, world)
    made.accept(session, world, made.item(session, project, world))
    facts = made.project_facts(world, started_on=made.ACCEPTED + DAY)
    with pytest.raises(Refused) as refused:
        operations.change_project(session, project_id=project.id, facts=facts, **made.by_nobody())
    assert refused.value.field == "started_on"


def test_an_owner_who_has_closed_since_may_stay(session: Session, world: World) -> None:
    project = made.project(session, world)
    world.street_office.closed_on = TODAY
    session.flush()
    facts = made.project_facts(world, name="改名")
    assert operations.change_project(session, project_id=project.id, facts=facts, **made.by_nobody()).name == "改名"


# --- funding ---


@pytest.mark.parametrize("off", [-1, 1, -100, COST])
def test_shares_that_are_off_by_one_fen_are_refused(session: Session, world: World, off: int) -> None:
    wrong = {**SHARES, BUDGET: SHARES[BUDGET] + off}
    with pytest.raises(Refused, match="they must be the same"):
        made.project(session, world, shares=wrong)
    project = made.project(session, world, number="2")
    with pytest.raises(Refused, match="they must be the same"):
        funding(session, project, COST, wrong)
    assert queries.shares_of(session, project.id) == {}


@pytest.mark.parametrize("share", [0, -1, 10**15])
def test_a_share_is_an_amount(session: Session, world: World, share: int) -> None:
    with pytest.raises(Refused) as refused:
        made.project(session, world, cost_fen=share, shares={BONDS: share})
    assert refused.value.field in {"bonds", "cost_fen"}


def test_cost_and_shares_change_together_and_each_is_kept(session: Session, world: World) -> None:
    project = made.project(session, world, shares=SHARES)
    funding(session, project, COST + 1, {BUDGET: COST - 300_000 * YUAN, BONDS: 300_000 * YUAN + 1})
    assert queries.shares_of(session, project.id) == {BUDGET: COST - 300_000 * YUAN, BONDS: 300_000 * YUAN + 1}
    assert history(session, project)[-3:] == [
        ("cost_fen", "1,000,000.00", "1,000,000.01"),
        ("bonds_fen", "250,000.00", "300,000.01"),
        ("residents_fen", "50,000.00", None),
    ]
    funding(session, project, COST, {})
    assert queries.shares_of(session, project.id) == {}


def test_a_project_does_not_cost_less_than_it_owes(session: Session, world: World) -> None:
    project = made.project(session, world)
    made.pay(session, world, project, due_fen=COST)
    with pytest.raises(Refused) as refused:
        funding(session, project, COST - 1, {})
    assert refused.value.field == "cost_fen"
