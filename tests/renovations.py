"""What was renovated in the small world of `tests/world.py`, by the operations of the program; each flushes.

roof = accepted(session, world, item(session, project(session, world)))
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.files.operations import Upload
from propman.projects import operations
from propman.projects.models import FundingSource, Payment, Project, Transfer, TransferStatus, WorkItem
from tests import stories
from tests.world import World

YUAN = 100
COST = 1_000_000 * YUAN
STARTED, ACCEPTED = date(2024, 5, 6), date(2024, 9, 30)
TODAY = clock.local_date(clock.now())
DAY = timedelta(days=1)


def by_nobody() -> dict[str, Any]:
    return {"actor_id": None, "now": clock.now()}


def photo() -> Upload:
    return Upload(data=stories.picture(), file_name="屋面.jpg")


def project_facts(world: World, **more: Any) -> operations.ProjectFacts:
    """What is said about the project of the community."""
    said = {"number": "改〔2024〕17", "name": "河柏小区综合改造", "year": 2024, "owner_id": world.street_office.id,
            "started_on": STARTED, **more}  # fmt: skip
    return operations.ProjectFacts(**said)


def project(
    session: Session, world: World, *, community: Place | None = None, cost_fen: int = COST,
    actor_id: int | None = None, shares: dict[FundingSource, int] | None = None, **more: Any,
) -> Project:  # fmt: skip
    """A project of the community, or of another one, whose street office then is the owner."""
    where = community or world.community
    if where.id == world.far_community.id:
        more.setdefault("owner_id", far_owner(session, world))
    facts = project_facts(world, **more)
    return operations.add_project(session, community_id=where.id, facts=facts, cost_fen=cost_fen, shares=shares,
                                  actor_id=actor_id, now=clock.now())  # fmt: skip


def far_owner(session: Session, world: World) -> int:
    """The office of the far street."""
    from propman.communities.queries import street_office_of

    office = street_office_of(session, world.far_street.id, TODAY)
    assert office is not None
    return office.id


def item_facts(world: World, **more: Any) -> operations.ItemFacts:
    """What is said about a roof of the building."""
    said = {"place_id": world.building.id, "type_code": "B01", "name": "3号楼屋面防水", "warranty_key": "WP5",
            "cost_fen": 200_000 * YUAN, "contractor_id": world.contractor.id, **more}  # fmt: skip
    return operations.ItemFacts(**said)


def item(session: Session, made: Project, world: World, **more: Any) -> WorkItem:
    """A work item of a project; of the far project in the far building."""
    if made.community_id == world.far_community.id:
        more.setdefault("place_id", world.far_building.id)
    return operations.add_work_item(session, project_id=made.id, facts=item_facts(world, **more), **by_nobody())


def accept(
    session: Session, world: World, work_item: WorkItem, on: date = ACCEPTED, score: int | None = 92,
    photos: Sequence[Upload] = (),
) -> WorkItem:  # fmt: skip
    """Let a work item be accepted."""
    return operations.accept_work_item(session, work_item_id=work_item.id, accepted_on=on, score=score, photos=photos,
                                       store=world.store, **by_nobody())  # fmt: skip


def pay(
    session: Session, world: World, made: Project, *, due_on: date = ACCEPTED, due_fen: int = 300_000 * YUAN,
    purpose: str = "进度款", **more: Any,
) -> Payment:  # fmt: skip
    """Money due to the contractor."""
    return operations.add_payment(session, project_id=made.id, payee_id=world.contractor.id, purpose=purpose,
                                  due_on=due_on, due_fen=due_fen, **more, **by_nobody())  # fmt: skip


def keep_back(session: Session, work_item: WorkItem, fen: int = 6_000 * YUAN, due_on: date | None = None) -> WorkItem:
    """Retention money, due two years after acceptance unless said otherwise."""
    return operations.set_retention(session, work_item_id=work_item.id, retention_fen=fen,
                                    due_on=due_on or date(2026, 9, 30), **by_nobody())  # fmt: skip


def hand_over(
    session: Session, world: World, work_item: WorkItem, status: TransferStatus = TransferStatus.IN_PROGRESS,
    on: date = ACCEPTED + 30 * DAY, document: str | None = "移交单 2024-3", utility_id: int | None = None,
) -> Transfer:  # fmt: skip
    """The next step of a work item on its way to the utility of the world."""
    to = utility_id or world.utility.id
    return operations.record_transfer(session, work_item_id=work_item.id, status=status, happened_on=on,
                                      document=document, utility_id=to, **by_nobody())  # fmt: skip
