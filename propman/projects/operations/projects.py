"""Renovation projects: added, corrected, and where their money comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from propman import clock, money
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.operations.guards import no_slip
from propman.db import held
from propman.errors import Refused
from propman.projects.funding import refuse_other_sum
from propman.projects.models import FundingShare, FundingSource, Payment, Project, WorkItem
from propman.projects.operations import guards
from propman.projects.operations.history import begin, change, note
from propman.projects.queries import owners, shares_of
from propman.text import N_

LONGEST_NUMBER = 40
LONGEST_NAME = 120
FIRST_YEAR, LAST_YEAR = 1990, 2100  # of renovation plans


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """What is said about a project; `number` is the bureau's own, `owner_id` who commissioned it (建设单位)."""

    number: str
    name: str
    year: int
    owner_id: int
    started_on: date | None = None
    accepted_on: date | None = None


def add_project(
    session: Session,
    *,
    community_id: int,
    facts: ProjectFacts,
    cost_fen: int,
    shares: Mapping[FundingSource, int] | None = None,
    actor_id: int | None,
    now: datetime,
) -> Project:
    """Add the renovation of a community; its funding `shares` may follow later (`set_funding`).

    Raises `Refused` for a place that is no community, a number that one of its projects has, an owner that is no
    organisation of the area, days that are reversed or yet to come, and shares that do not sum to the cost; `NotFound`.
    """
    community = held(session, Place, community_id)
    if community.kind is not PlaceKind.COMMUNITY:
        raise Refused(N_("A renovation project belongs to a community."), field="community_id")
    columns = _checked(session, community, facts, None, clock.local_date(now))
    guards.amount(cost_fen, field="cost_fen")
    _refuse_other_sum(cost_fen, shares or {})
    project = Project(community_id=community.id)
    begin(session, project, {**columns, "cost_fen": cost_fen}, actor_id, now)
    _share_out(session, project, shares or {}, actor_id, now)
    return project


def change_project(
    session: Session, *, project_id: int, facts: ProjectFacts, actor_id: int | None, now: datetime
) -> Project:
    """Correct what is said about a project. Raises as `add_project`, and for a start after one of its items."""
    project = held(session, Project, project_id)
    columns = _checked(session, project.community, facts, project, clock.local_date(now))
    first = session.scalar(select(func.min(WorkItem.accepted_on)).where(WorkItem.project_id == project.id))
    if first is not None and facts.started_on is not None:
        guards.not_before(
            first, facts.started_on, N_("One of its work items was accepted before %(day)s."), field="started_on"
        )
    change(session, project, columns, actor_id, now)
    return project


def set_funding(
    session: Session,
    *,
    project_id: int,
    cost_fen: int,
    shares: Mapping[FundingSource, int],
    actor_id: int | None,
    now: datetime,
) -> Project:
    """Say what a project costs and who gives how much of it; nobody at all where that is not known yet.

    Raises `Refused` for shares that do not sum to the cost exactly, and for payments that are due beyond it.
    """
    project = held(session, Project, project_id)
    guards.amount(cost_fen, field="cost_fen")
    _refuse_other_sum(cost_fen, shares)
    due = session.scalar(select(func.sum(Payment.due_fen)).where(Payment.project_id == project.id)) or 0
    if cost_fen < due:
        sentence = N_("Payments of %(due)s yuan are recorded: the project cannot cost less.")
        raise Refused(sentence, field="cost_fen", due=money.text(int(due)))
    change(session, project, {"cost_fen": cost_fen}, actor_id, now)
    _share_out(session, project, shares, actor_id, now)
    return project


def _checked(
    session: Session, community: Place, facts: ProjectFacts, present: Project | None, today: date
) -> dict[str, Any]:
    """`facts` as the columns hold them, once they may stand."""
    number = guards.needed(facts.number, field="number", most=LONGEST_NUMBER)
    name = guards.needed(facts.name, field="name", most=LONGEST_NAME)
    guards.within(facts.year, FIRST_YEAR, LAST_YEAR, field="year")
    if present is None or facts.owner_id != present.owner_id:
        sentence = N_("Choose an organisation in whose area the community lies.")
        guards.belongs(session, facts.owner_id, owners(community, today), sentence, field="owner_id")
    if facts.started_on is not None:
        no_slip(facts.started_on, today, field="started_on")
    if facts.accepted_on is not None:
        guards.happened(facts.accepted_on, today, field="accepted_on")
    guards.not_before(facts.accepted_on, facts.started_on, N_("The works began only on %(day)s."), field="accepted_on")
    if present is None or number != present.number:
        _refuse_same_number(session, community.id, number)
    return {**asdict(facts), "number": number, "name": name}


def _refuse_same_number(session: Session, community_id: int, number: str) -> None:
    same = select(Project.id).where(Project.community_id == community_id, Project.number == number)
    if session.scalars(same).first() is not None:
        raise Refused(N_("There is already a project %(number)s here."), field="number", status=409, number=number)


def _refuse_other_sum(cost_fen: int, shares: Mapping[FundingSource, int]) -> None:
    """Refuse shares that are no amounts, and a sum that differs from the cost by even one fen."""
    for source, fen in shares.items():
        guards.amount(fen, field=source.value, least=1)
    refuse_other_sum(cost_fen, shares.values())


def _share_out(
    session: Session, project: Project, shares: Mapping[FundingSource, int], actor_id: int | None, now: datetime
) -> None:
    """Put `shares` in place of those that stand, and keep each that changes. Flushes."""
    old = shares_of(session, project.id)
    for source in FundingSource:
        was, becomes = old.get(source), shares.get(source)
        note(session, project, f"{source.value}_fen", was, becomes, actor_id, now)
    session.execute(delete(FundingShare).where(FundingShare.project_id == project.id))
    session.add_all(FundingShare(project_id=project.id, source=each, amount_fen=fen) for each, fen in shares.items())
    session.flush()
