"""Who compared a row of the library with its source, and who said what it says. That stands in the audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import memberships_of, names_shown
from propman.audit.queries import who_said
from propman.roles import Viewer


@dataclass(frozen=True)
class By:
    """Who said something of a row on a day, and of which organisation that person was then.

    `name` None stands for somebody who was erased.
    """

    name: str | None
    organisation: str | None
    on: date


Found = Mapping[tuple[str, int], By]
"""By table and id."""


def checked(session: Session, viewer: Viewer, rows: Sequence[Any]) -> Found:
    """Who compared which of `rows` with its source, where `viewer` may know them by name."""
    return _said(session, viewer, [row for row in rows if row.verified_on is not None], "verified_on")


def entered(session: Session, viewer: Viewer, rows: Sequence[Any]) -> Found:
    """Who entered which of `rows`, where `viewer` may know them by name; nobody entered those that were shipped."""
    return _said(session, viewer, rows, "valid_from")


def _said(session: Session, viewer: Viewer, rows: Sequence[Any], field: str) -> Found:
    """Who gave the day in `field` of which of `rows`."""
    subjects = defaultdict(set)
    for row in rows:
        subjects[row.__tablename__].add(row.called)
    said = who_said(session, field=field, subjects=subjects) if rows else {}
    names = names_shown(session, viewer, {one.actor_id for one in said.values() if one.actor_id}) if said else {}
    posts = memberships_of(session, user_ids=names) if names else []
    found = {}
    for row in rows:
        line = said.get((row.__tablename__, row.called, getattr(row, field).isoformat()))
        if line is not None and line.actor_id in names:
            on = clock.local_date(line.at)
            of = (post.organisation.name for post in posts
                  if post.user_id == line.actor_id and post.organisation is not None and post.in_force(on))  # fmt: skip
            found[row.__tablename__, row.id] = By(names[line.actor_id], next(of, None), on)
    return found
