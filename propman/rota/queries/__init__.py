"""Everything that is read of rotas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.queries import SENDABLE, Sendable, eligible_assignees, sendable
from propman.communities.models import Organisation
from propman.db import among, read
from propman.errors import NotFound
from propman.roles import GRANTS, Permission, Viewer
from propman.rota.duty import Duty, Hours, Period, Plan, duty
from propman.rota.models import Departure, Shift
from propman.rota.queries.plans import plans


def _without(*columns: Any) -> list[Any]:
    """As many columns in which nothing stands."""
    return [literal_column("NULL", column.type).label(column.key) for column in columns]


_WEEKLY, _SPANS = (Shift.weekday, Shift.begins, Shift.ends), (Departure.kind, Departure.starts_at, Departure.ends_at)
_ROTA = union_all(
    select(Shift.organisation_id, Shift.user_id, *_WEEKLY, *_without(*_SPANS))
    .where(among(Shift.organisation_id, "organisations")),
    select(Departure.organisation_id, Departure.user_id, *_without(*_WEEKLY), *_SPANS)
    .where(among(Departure.organisation_id, "organisations"), Departure.ends_at > bindparam("now")),
)  # fmt: skip
"""Shifts, and what departs from them: a row has the columns of the one or of the other."""


def own_organisations(session: Session, viewer: Viewer) -> Sequence[Organisation]:
    """The organisations for which `viewer` sends people."""
    query = select(Organisation).where(Organisation.id.in_(own_ids(viewer))).order_by(Organisation.id)
    return session.scalars(query).all()


def load_person(session: Session, viewer: Viewer, organisation_id: int, user_id: int, now: datetime) -> User:
    """Somebody whom an organisation of `viewer` can send. Raises `NotFound` for everybody else."""
    people = _people(session, organisation_id, now) if organisation_id in own_ids(viewer) else []
    found = next((person for person in people if person.id == user_id), None)
    if found is None:
        raise NotFound()
    return found


def duties(
    session: Session, organisation_ids: Collection[int], now: datetime, *, known: Iterable[Sendable] | None = None
) -> Mapping[int, Duty]:
    """Who is reachable at `now`, by organisation: two statements that stand ready, whatever their number.

    Whoever cannot be sent any more is left out: a rota outlasts a person. `known` are those who can, if they are known.
    """
    planned = _plans(session, organisation_ids, now)
    known = sendable(session, planned.keys(), clock.local_date(now)) if known is None else known
    people = {(one.organisation_id, one.id) for one in known}
    return {
        each: duty({one: plan for one, plan in planned.get(each, {}).items() if (each, one) in people}, now)
        for each in organisation_ids
    }


class Team(NamedTuple):
    """Whom organisations can send, by organisation and name; and who is reachable, by organisation."""

    people: list[Sendable]
    duties: Mapping[int, Duty]


_TEAM = SENDABLE.add_columns(
    or_(
        exists().where(Shift.organisation_id == Membership.organisation_id),
        exists().where(Departure.organisation_id == Membership.organisation_id),
    ).label("kept")
)


def team(session: Session, organisation_ids: Collection[int], now: datetime) -> Team:
    """The people of the organisations as they stand at `now`: one statement, and one more where a rota is kept."""
    asked = {"organisations": sorted(organisation_ids), "today": clock.local_date(now)}
    rows = read(session, _TEAM, asked).all() if organisation_ids else []
    people = [Sendable(user_id, name or "", each) for user_id, name, each, _sort_key, _kept in rows]
    if any(row.kept for row in rows):
        return Team(people, duties(session, organisation_ids, now, known=people))
    return Team(people, {each: Duty() for each in organisation_ids})


def shifts_of(session: Session, organisation_id: int) -> Sequence[Shift]:
    """The weekly hours of an organisation, in the order of the week."""
    query = select(Shift).where(Shift.organisation_id == organisation_id)
    return session.scalars(query.order_by(Shift.weekday, Shift.begins, Shift.id)).all()


def departures_of(session: Session, organisation_id: int, now: datetime) -> Sequence[Departure]:
    """What departs from them and is not over at `now`, the next first."""
    query = select(Departure).where(Departure.organisation_id == organisation_id, Departure.ends_at > now)
    return session.scalars(query.order_by(Departure.starts_at, Departure.id)).all()


def own_ids(viewer: Viewer) -> list[int]:
    """The ids of the organisations for which `viewer` sends people, in their order."""
    senders = (post.organisation_id for post in viewer.posts if post.role in GRANTS[Permission.DISPATCH])
    return sorted({one for one in senders if one is not None})


def _people(session: Session, organisation_id: int, now: datetime) -> list[User]:
    return eligible_assignees(session, organisation_id=organisation_id, on=clock.local_date(now))


def _plans(session: Session, organisation_ids: Collection[int], now: datetime) -> dict[int, dict[int, Plan]]:
    rows = read(session, _ROTA, {"organisations": list(organisation_ids), "now": now}).all() if organisation_ids else ()
    weekly = (((row[0], row[1]), Hours(*row[2:5])) for row in rows if row.kind is None)
    others = (((row[0], row[1]), row.kind, Period(*row[6:8])) for row in rows if row.kind is not None)
    found: dict[int, dict[int, Plan]] = defaultdict(dict)
    for (organisation_id, user_id), plan in plans(weekly, others).items():
        found[organisation_id][user_id] = plan
    return found
