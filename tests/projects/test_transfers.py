"""To a utility step by step: every step that may follow another is taken, every other is refused."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.projects import queries
from propman.projects.models import TransferStatus as Status
from propman.projects.models import WorkItem
from tests import renovations as made
from tests.renovations import ACCEPTED, DAY, TODAY
from tests.world import World

START, ON_ITS_WAY, TAKEN, REFUSED = Status
WAYS = {START: (), ON_ITS_WAY: (ON_ITS_WAY,), TAKEN: (ON_ITS_WAY, TAKEN), REFUSED: (ON_ITS_WAY, REFUSED)}
LEGAL = {(START, ON_ITS_WAY), (ON_ITS_WAY, TAKEN), (ON_ITS_WAY, REFUSED), (REFUSED, ON_ITS_WAY)}


@pytest.fixture
def pipe(session: Session, world: World) -> WorkItem:
    """A heating pipe, accepted."""
    project = made.project(session, world)
    laid = made.item(session, project, world, type_code="B12", warranty_key="HEAT2", name="供热管网")
    return made.accept(session, world, laid)


@pytest.mark.parametrize(("stands", "next_step"), list(product(Status, Status)))
def test_only_legal_steps_are_taken(
    session: Session, world: World, pipe: WorkItem, stands: Status, next_step: Status
) -> None:
    for step in WAYS[stands]:
        made.hand_over(session, world, pipe, step)
    if (stands, next_step) in LEGAL:
        made.hand_over(session, world, pipe, next_step)
        assert queries.last_transfers(session, [pipe.id])[pipe.id].status is next_step
    else:
        with pytest.raises(Refused, match="cannot follow"):
            made.hand_over(session, world, pipe, next_step)
    assert len(queries.transfers_of(session, pipe.id)) == len(WAYS[stands]) + ((stands, next_step) in LEGAL)


def test_what_was_refused_is_handed_over_again_and_every_step_stays(
    session: Session, world: World, pipe: WorkItem
) -> None:
    for day, step in enumerate((ON_ITS_WAY, REFUSED, ON_ITS_WAY, TAKEN)):
        made.hand_over(session, world, pipe, step, on=ACCEPTED + day * DAY)
    steps = queries.transfers_of(session, pipe.id)
    assert [step.status for step in steps] == [ON_ITS_WAY, REFUSED, ON_ITS_WAY, TAKEN]
    assert {step.utility_id for step in steps} == {world.utility.id}


def test_nothing_is_handed_over_before_it_is_accepted(session: Session, world: World, pipe: WorkItem) -> None:
    laid = made.item(session, pipe.project, world)
    with pytest.raises(Refused, match="not accepted yet"):
        made.hand_over(session, world, laid)


@pytest.mark.parametrize("on", [ACCEPTED - DAY, TODAY + DAY, date(1900, 1, 1)])
def test_a_step_happens_after_acceptance_and_not_tomorrow(
    session: Session, world: World, pipe: WorkItem, on: date
) -> None:
    with pytest.raises(Refused) as refused:
        made.hand_over(session, world, pipe, on=on)
    assert refused.value.field == "happened_on"


def test_no_step_goes_back_in_time(session: Session, world: World, pipe: WorkItem) -> None:
    made.hand_over(session, world, pipe, on=ACCEPTED + 10 * DAY)
    with pytest.raises(Refused) as refused:
        made.hand_over(session, world, pipe, TAKEN, on=ACCEPTED + 9 * DAY)
    assert refused.value.field == "happened_on"
    made.hand_over(session, world, pipe, TAKEN, on=ACCEPTED + 10 * DAY)


@pytest.mark.parametrize("step", [TAKEN, REFUSED])
def test_an_answer_needs_its_document(session: Session, world: World, pipe: WorkItem, step: Status) -> None:
    made.hand_over(session, world, pipe, document=None)
    for missing in (None, " ", "长" * 121):
        with pytest.raises(Refused) as refused:
            made.hand_over(session, world, pipe, step, document=missing)
        assert refused.value.field == "document"


def test_only_a_utility_of_the_city_is_handed_over_to(session: Session, world: World, pipe: WorkItem) -> None:
    for stranger in (world.company.id, world.street_office.id, 2**63, -1):
        with pytest.raises(Refused) as refused:
            made.hand_over(session, world, pipe, utility_id=stranger)
        assert refused.value.field == "utility_id"


def test_the_answer_is_that_of_the_utility_it_was_handed_to(session: Session, world: World, pipe: WorkItem) -> None:
    made.hand_over(session, world, pipe)
    answer = made.hand_over(session, world, pipe, TAKEN, utility_id=world.company.id)
    assert answer.utility_id == world.utility.id
