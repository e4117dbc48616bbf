"""What the entries of the audit are about: the names of the people and things whose ids they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.models import Membership
from propman.accounts.queries import names_shown
from propman.assets import queries as register
from propman.assets.models import Asset
from propman.audit.queries import Entry
from propman.communities.models import Organisation, Place
from propman.communities.queries import address, lines
from propman.projects.models import Project, WorkItem
from propman.projects.queries import visible_to as visible_projects
from propman.register.queries.imports import file_names
from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries import visible_to


@dataclass(frozen=True)
class Things:
    """Names by id, as far as the viewer may know them: people (None for an erased one), addresses of places,
    organisations, memberships, numbers of reports, parts, imports, renovation projects and their work items.
    """

    people: Mapping[int, str | None]
    places: Mapping[int, str]
    organisations: Mapping[int, str]
    memberships: Mapping[int, Membership]
    reports: Mapping[int, str]
    parts: Mapping[int, str]
    imports: Mapping[int, str]
    projects: Mapping[int, str]
    items: Mapping[int, str]


def things_in(session: Session, viewer: Viewer, entries: Sequence[Entry], now: datetime) -> Things:
    """Everything that `entries` name; one query for each kind of thing, however many there are."""
    memberships = _memberships(session, _ids(entries, "membership"))
    people = {*_ids(entries, "user"), *(entry.actor_id for entry in entries if entry.actor_id is not None)}
    people |= {membership.user_id for membership in memberships.values()}
    places = {*_ids(entries, "place"), *(one.place_id for one in memberships.values() if one.place_id is not None)}
    organisations = select(Organisation.id, Organisation.name).where(Organisation.id.in_(_ids(entries, "organisation")))
    reports = visible_to(viewer, now).where(Ticket.id.in_(_ids(entries, "ticket")))
    parts = register.visible_to(viewer, now).where(Asset.id.in_(_ids(entries, "asset")))
    projects = visible_projects(viewer, now).with_only_columns(Project.id)
    items = select(WorkItem.id, WorkItem.name).where(WorkItem.id.in_(_ids(entries, "work_item")))
    renovated = select(Project.id, Project.name).where(Project.id.in_(_ids(entries, "project")))
    return Things(
        people=names_shown(session, viewer, people),
        places=_addresses(session, places),
        organisations=dict(session.execute(organisations).all()),
        memberships=memberships,
        reports=dict(session.execute(reports.with_only_columns(Ticket.id, Ticket.number)).all()),
        parts=dict(session.execute(parts.with_only_columns(Asset.id, Asset.name)).all()),
        imports=file_names(session, viewer, _ids(entries, "register_import"), now),
        projects=dict(session.execute(renovated.where(Project.id.in_(projects))).all()),
        items=dict(session.execute(items.where(WorkItem.project_id.in_(projects))).all()),
    )


def _ids(entries: Sequence[Entry], kind: str) -> set[int]:
    numbers = (entry.subject_number for entry in entries if entry.subject_kind == kind)
    return {number for number in numbers if number is not None}


def _memberships(session: Session, ids: Collection[int]) -> dict[int, Membership]:
    whole = (joinedload(Membership.organisation), joinedload(Membership.place))
    query = select(Membership).where(Membership.id.in_(ids)).options(*whole)
    return {membership.id: membership for membership in session.scalars(query)}


def _addresses(session: Session, ids: Collection[int]) -> dict[int, str]:
    places = session.scalars(select(Place).where(Place.id.in_(ids)))
    return {place_id: address(line) for place_id, line in lines(session, places).items()}
