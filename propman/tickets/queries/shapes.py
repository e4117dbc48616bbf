"""Statements that stand ready for everybody who holds posts of the same kind: what differs between two people is bound.

To put the scope of a viewer together takes longer than to ask for it, and compiled anew it would be at each request.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, String, bindparam

from propman import clock
from propman.db import UtcDateTime
from propman.roles import Post, Role, Viewer

Shape = tuple[tuple[Role, bool, bool], ...]
"""Of each post its role, whether it is held in an organisation, and whether over a place."""

NOW: Any = bindparam("now", type_=UtcDateTime)
TODAY: Any = bindparam("today", type_=Date)
SINCE: Any = bindparam("since", type_=Date)
"""A company that left after this day still reads what it closed."""


def shape_of(viewer: Viewer) -> Shape:
    """What of the posts of `viewer` decides how a statement reads."""
    return tuple((post.role, post.organisation_id is not None, post.place_path is not None) for post in viewer.posts)


def anybody(shape: Shape) -> Viewer:
    """A viewer with posts of this `shape`, for conditions: in the place of each id and path stands a parameter."""
    return Viewer(user_id=_id("viewer_id"), posts=tuple(_post(each, *kind) for each, kind in enumerate(shape)))


def facts_of(viewer: Viewer, now: datetime, *, former_days: int = 0) -> dict[str, Any]:
    """What is bound to the parameters of `anybody` and of this module, for `viewer` at `now`."""
    today = clock.local_date(now)
    facts: dict[str, Any] = {"viewer_id": viewer.user_id, "now": now, "today": today}
    facts["since"] = readable_since(today, former_days)
    for each, post in enumerate(viewer.posts):
        facts[f"organisation_{each}"], facts[f"path_{each}"] = post.organisation_id, post.place_path
    return facts


def readable_since(today: date, former_days: int) -> date:
    """The day after which a company must have left to read `today` what it closed."""
    return today - timedelta(days=former_days)


def _post(each: int, role: Role, in_organisation: bool, over_place: bool) -> Post:
    path: Any = bindparam(f"path_{each}", type_=String) if over_place else None
    return Post(role, _id(f"organisation_{each}") if in_organisation else None, place_path=path)


def _id(name: str) -> Any:
    return bindparam(name, type_=BigInteger)
