"""The promises about projects (docs/architecture.md: R01 to R04), recounted from stored data. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman.catalogue.models import AssetType, WarrantyRule
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation, Place
from propman.invariants import Finding, Promises
from propman.projects.models import (
    NEXT_STEPS,
    OUTCOMES,
    FundingShare,
    Payment,
    Project,
    Transfer,
    TransferStatus,
    WorkItem,
)


def promises(session: Session) -> Promises:
    """What is promised of projects, each counted afresh when it is called; writes nothing."""
    return {
        "R01": lambda: shares_make_the_cost(session),
        "R02": lambda: items_belong(session),
        "R03": lambda: days_and_money_in_order(session),
        "R04": lambda: transfers_follow_the_steps(session),
    }


def shares_make_the_cost(session: Session) -> Finding:
    """R01: the funding shares of a project, once they are recorded, sum to its cost."""
    given = func.sum(FundingShare.amount_fen)
    query = select(Project.id, Project.cost_fen, given).join(FundingShare, FundingShare.project_id == Project.id)
    rows = session.execute(query.group_by(Project.id, Project.cost_fen).order_by(Project.id)).all()
    broken = [f"project {key}: shares of {int(sum_)} fen, cost {cost} fen" for key, cost, sum_ in rows if sum_ != cost]
    return Finding("R01", len(rows), tuple(broken))


def items_belong(session: Session) -> Finding:
    """R02: a work item lies in its project's community, was done by a contractor, and is of a type and under a warranty
    rule that the catalogue knows or knew.
    """
    contractor = aliased(Organisation)
    query = (
        select(
            WorkItem.id, Project.community_id, Place.path, contractor.kind, WorkItem.type_code, WorkItem.warranty_key
        )
        .join(Project, Project.id == WorkItem.project_id)
        .join(Place, Place.id == WorkItem.place_id)
        .outerjoin(contractor, contractor.id == WorkItem.contractor_id)
    )
    types, rules = (set(session.scalars(select(column))) for column in (AssetType.code, WarrantyRule.key))
    checked, broken = 0, list[str]()
    for item, community_id, path, kind, type_code, warranty_key in session.execute(query.order_by(WorkItem.id)):
        checked += 1
        if f"/{community_id}/" not in path:
            broken.append(f"work item {item}: lies outside the community of its project")
        if kind not in {None, OrganisationKind.CONTRACTOR}:
            broken.append(f"work item {item}: its contractor is a {kind.value}")
        if type_code not in types or warranty_key not in rules:
            broken.append(f"work item {item}: {type_code} or {warranty_key} is not in the catalogue")
    return Finding("R02", checked, tuple(broken))


def days_and_money_in_order(session: Session) -> Finding:
    """R03: nothing is accepted before the works began; retention money is due after acceptance and released on its day
    or later; no payment is more than what is due, and no project owes more than it costs.
    """
    items = session.execute(
        select(WorkItem.id, Project.started_on, WorkItem.accepted_on, WorkItem.retention_due_on,
               WorkItem.retention_released_on).join(Project, Project.id == WorkItem.project_id).order_by(WorkItem.id)
    ).all()  # fmt: skip
    broken = []
    for item, *days in items:  # start, acceptance, and of the retention money the due day and the release
        if any(one is not None and other is not None and other < one for one, other in pairwise(days)):
            broken.append(f"work item {item}: its days are reversed")
    paid = select(Payment.id, Payment.paid_fen, Payment.due_fen).order_by(Payment.id)
    payments = session.execute(paid).all()
    broken += [f"payment {key}: {done} of {due} fen" for key, done, due in payments if done is not None and done > due]
    due = func.sum(Payment.due_fen)
    owed = select(Project.id, Project.cost_fen, due).join(Payment, Payment.project_id == Project.id)
    rows = session.execute(owed.group_by(Project.id, Project.cost_fen).order_by(Project.id))
    broken += [f"project {key}: {int(all_)} fen due, cost {cost} fen" for key, cost, all_ in rows if all_ > cost]
    return Finding("R03", len(items) + len(payments), tuple(broken))


def transfers_follow_the_steps(session: Session) -> Finding:
    """R04: each work item goes to a utility step by step (`models.NEXT_STEPS`), after its acceptance, with no step back
    in time, and is taken or refused by the utility it was handed to.
    """
    query = (
        select(Transfer, WorkItem.accepted_on, Organisation.kind)
        .join(WorkItem, WorkItem.id == Transfer.work_item_id)
        .join(Organisation, Organisation.id == Transfer.utility_id)
        .order_by(Transfer.work_item_id, Transfer.id)
    )
    rows = session.execute(query).all()
    broken: list[str] = []
    for item, steps in groupby(rows, key=lambda row: row[0].work_item_id):
        listed = list(steps)
        if any(kind is not OrganisationKind.UTILITY for _step, _day, kind in listed):
            broken.append(f"work item {item}: handed over to what is no utility")
        broken += [f"work item {item}: {fault}" for fault in _faults([row[0] for row in listed])]
        if any(accepted is None or step.happened_on < accepted for step, accepted, _kind in listed):
            broken.append(f"work item {item}: a step before its acceptance")
    return Finding("R04", len(rows), tuple(broken))


def _faults(steps: list[Transfer]) -> Iterator[str]:
    """What is wrong with the steps of one work item."""
    status, before = TransferStatus.NOT_TRANSFERRED, None
    for step in steps:
        if step.status not in NEXT_STEPS[status]:
            yield f"{step.status.value} after {status.value}"
        if before is not None and step.happened_on < before.happened_on:
            yield f"step {step.id} goes back in time"
        if before is not None and step.status in OUTCOMES and step.utility_id != before.utility_id:
            yield f"step {step.id} is the answer of another utility"
        status, before = step.status, step
