"""What the recount finds in rows that no operation would have written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from propman.projects import invariants
from propman.projects.models import FundingSource, TransferStatus
from tests import renovations as made
from tests.renovations import COST
from tests.world import World


@pytest.fixture
def furnished(session: Session, world: World) -> None:
    """A project with shares, a payment, and two items, one on its way to a utility."""
    shares = {FundingSource.BUDGET: COST - 1, FundingSource.BONDS: 1}
    project = made.project(session, world, shares=shares)
    made.pay(session, world, project)
    roof = made.accept(session, world, made.item(session, project, world))
    made.keep_back(session, roof)
    pipe = made.accept(session, world, made.item(session, project, world, type_code="B12", warranty_key="HEAT2"))
    for step in (TransferStatus.IN_PROGRESS, TransferStatus.REFUSED, TransferStatus.IN_PROGRESS):
        made.hand_over(session, world, pipe, step)
    session.commit()


def broken(session: Session) -> dict[str, tuple[str, ...]]:
    session.commit()
    return {name: count().broken for name, count in invariants.promises(session).items()}


def test_what_the_operations_wrote_breaks_no_promise(session: Session, furnished: None) -> None:
    assert broken(session) == {"R01": (), "R02": (), "R03": (), "R04": ()}
    assert {name: count().checked for name, count in invariants.promises(session).items()} == {
        "R01": 1, "R02": 2, "R03": 3, "R04": 3
    }  # fmt: skip


HARM: dict[str, tuple[str, str, str]] = {
    "a share off by one fen": ("R01", "UPDATE funding_share SET amount_fen = 2 WHERE source = 'bonds'", "shares of"),
    "a cost that moved": ("R01", "UPDATE project SET cost_fen = cost_fen + 1", "cost 100000001 fen"),
    "an item elsewhere": ("R02", "UPDATE work_item SET place_id = {far} WHERE number = 1", "outside the community"),
    "a utility as contractor": ("R02", "UPDATE work_item SET contractor_id = {utility}", "its contractor is a utility"),
    "an unknown type": ("R02", "UPDATE work_item SET type_code = 'Z99' WHERE number = 1", "Z99 or WP5"),
    "an unknown rule": ("R02", "UPDATE work_item SET warranty_key = 'X' WHERE number = 1", "B01 or X"),
    "acceptance before the start": ("R03", "UPDATE project SET started_on = '2024-10-01'", "days are reversed"),
    "money due before acceptance": ("R03", "UPDATE work_item SET retention_due_on = '2024-01-01' WHERE number = 1",
                                    "days are reversed"),
    "money released too early": ("R03", "UPDATE work_item SET retention_released_on = '2025-01-01' WHERE number = 1",
                                 "days are reversed"),
    "paid more than due": ("R03", "UPDATE payment SET paid_fen = due_fen + 1, paid_on = '2024-10-01'", "payment"),
    "due more than the cost": ("R03", "UPDATE payment SET due_fen = 100000001", "100000001 fen due"),
    "a step left out": ("R04", "DELETE FROM transfer WHERE id = (SELECT min(id) FROM transfer)", "after not_transf"),
    "a step back in time": ("R04", "UPDATE transfer SET happened_on = '2024-10-01' WHERE status = 'refused'",
                            "back in time"),
    "a step before acceptance": ("R04", "UPDATE transfer SET happened_on = '2024-01-01'", "before its acceptance"),
    "no utility": ("R04", "UPDATE transfer SET utility_id = {company}", "no utility"),
    "another's answer": ("R04", "UPDATE transfer SET utility_id = {other} WHERE status = 'refused'", "another utility"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_a_broken_promise_is_found_and_named(session: Session, world: World, furnished: None, harm: str) -> None:
    promise, statement, said = HARM[harm]
    other = _another_utility(session, world)
    statement = statement.format(
        far=world.far_building.id, utility=world.utility.id, company=world.company.id, other=other
    )
    session.execute(text(statement))
    found = broken(session)
    assert any(said in line for line in found[promise]), found
    assert not [name for name, lines in found.items() if lines and name != promise], found


def _another_utility(session: Session, world: World) -> int:
    from propman.communities.kinds import OrganisationKind
    from propman.communities.operations import add_organisation
    from propman.data.reading import Trade

    named = {"kind": OrganisationKind.UTILITY, "name": "另一供热公司", "trade": Trade.HEAT}
    return add_organisation(session, place_id=world.city.id, **named, **made.by_nobody()).id  # type: ignore[arg-type]


def test_a_project_without_shares_is_not_counted(session: Session, world: World) -> None:
    made.project(session, world)
    counted: Callable[[], object] = invariants.promises(session)["R01"]
    assert counted() == invariants.Finding("R01", 0)
