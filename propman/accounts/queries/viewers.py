"""The viewer behind a session: who is looking, and the posts they hold today.

Every request asks this, so the statements stand ready, and each is one row for every post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.accounts.models import Membership, SignInSession, User
from propman.accounts.queries.sessions import lives
from propman.accounts.role_rules import AREA_OF_ORGANISATION
from propman.accounts.tokens import hash_token
from propman.catalogue import kept
from propman.communities.models import Organisation, Place
from propman.db import read
from propman.roles import NOBODY, Post, Viewer

_AREA = aliased(Place)

MARKS: dict[str, ColumnElement[bool]] = {}
"""What a higher room wants known of whoever is looking, on every page and at no cost: by its name, a condition on
`User`. It is said while the application is put together.
"""


@dataclass(frozen=True)
class Entered:
    """Who entered by a session that lives, and when that was seen last."""

    viewer: Viewer
    session_id: int
    seen_at: datetime


def _with_posts(*columns: Any) -> Select[*tuple[Any, ...]]:
    """People with the posts that they hold on the day `today`, and `columns`."""
    today: Any = bindparam("today", type_=Date)
    return (
        select(
            User.id, User.name, User.disabled_at, User.erased_at, Membership.role, Membership.organisation_id,
            Place.id.label("place_id"), Place.path, _AREA.id.label("area_id"), _AREA.path.label("area_path"), *columns,
            *(MARKS[name].label(name) for name in _marks()),
        )
        .select_from(User)
        .outerjoin(Membership, (Membership.user_id == User.id) & Membership.in_force(today))
        .outerjoin(Place, Place.id == Membership.place_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(_AREA, _AREA.id == Organisation.place_id)
        .order_by(Membership.id)
    )  # fmt: skip


@cache
def _marks() -> tuple[str, ...]:
    """The names of all marks, from when the first one looks."""
    return tuple(MARKS)


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    return _with_posts().where(User.id == bindparam("user_id"))


@cache
def _of_session() -> Select[*tuple[Any, ...]]:
    of_session = _with_posts(
        SignInSession.id.label("session_id"), SignInSession.seen_at, SignInSession.revoked_at, SignInSession.expires_at,
        SignInSession.idle_after_minutes, kept.STAMP.scalar_subquery().label("rules"),
    )  # fmt: skip
    return of_session.join(SignInSession, SignInSession.user_id == User.id).where(
        SignInSession.id_hash == bindparam("id_hash")
    )


def viewer_of(session: Session, *, user_id: int, now: datetime, sign_in_session_id: int | None = None) -> Viewer:
    """The person `user_id` as a Viewer, with the posts in effect on the local day of `now`.

    A post of an office or committee carries the place of its organisation. Somebody unknown, disabled or erased is
    NOBODY.
    """
    rows = read(session, _of_person(), {"user_id": user_id, "today": clock.local_date(now)}).all()
    return _viewer(rows, sign_in_session_id)


def entered(session: Session, *, token: str, now: datetime) -> Entered | None:
    """Who is behind the living session that `token` opens (see `live_session`), with what they hold today; or None.

    Under which word the rules stand (`catalogue.kept`), which almost every page asks for, comes along.
    """
    rows = read(session, _of_session(), {"id_hash": hash_token(token), "today": clock.local_date(now)}).all()
    if not rows or not lives(rows[0], now):
        return None
    kept.under(session, rows[0].rules)
    viewer = _viewer(rows, rows[0].session_id)
    return Entered(viewer, rows[0].session_id, rows[0].seen_at) if viewer.signed_in else None


def _viewer(rows: Sequence[Row[Any]], session_id: int | None) -> Viewer:
    if not rows or rows[0].disabled_at is not None or rows[0].erased_at is not None:
        return NOBODY
    posts = tuple(_post(row) for row in rows if row.role is not None)
    marks = frozenset(name for name in _marks() if getattr(rows[0], name))
    return Viewer(user_id=rows[0].id, name=rows[0].name or "", posts=posts, session_id=session_id, marks=marks)


def _post(row: Row[Any]) -> Post:
    of_area = row.role in AREA_OF_ORGANISATION
    return Post(
        role=row.role,
        organisation_id=row.organisation_id,
        place_id=row.area_id if of_area else row.place_id,
        place_path=row.area_path if of_area else row.path,
    )
