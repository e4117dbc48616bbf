"""Who compared a row of the library with its source. The row keeps the day; who said so stands in the audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import memberships_of, names_shown
from propman.audit.queries import who_said
from propman.roles import Viewer


@dataclass(frozen=True)
class Checked:
    """Who said on a day that a row was compared with its source, and of which organisation that person was then.

    `name` None stands for somebody who was erased.
    """

    name: str | None
    organisation: str | None
    on: date


def checked(session: Session, viewer: Viewer, rows: Iterable[Any]) -> Mapping[tuple[str, int], Checked]:
    """By table and id, of those of `rows` that somebody checked whom `viewer` may know by name."""
    done = [row for row in rows if row.verified_on is not None]
    subjects = defaultdict(set)
    for row in done:
        subjects[row.__tablename__].add(row.called)
    said = who_said(session, field="verified_on", subjects=subjects) if done else {}
    names = names_shown(session, viewer, {one.actor_id for one in said.values() if one.actor_id}) if said else {}
    posts = memberships_of(session, user_ids=names) if names else []
    found = {}
    for row in done:
        line = said.get((row.__tablename__, row.called, row.verified_on.isoformat()))
        if line is not None and line.actor_id in names:
            on = clock.local_date(line.at)
            of = (post.organisation.name for post in posts
                  if post.user_id == line.actor_id and post.organisation is not None and post.in_force(on))  # fmt: skip
            found[row.__tablename__, row.id] = Checked(names[line.actor_id], next(of, None), on)
    return found
