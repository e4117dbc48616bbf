"""The viewer behind a session: who is looking, and the posts they hold today.

Every request asks this, so the statements stand ready, and each is one row for every post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.accounts.models import Membership, SignInSession, User
from propman.accounts.queries.sessions import lives
from propman.accounts.role_rules import AREA_OF_ORGANISATION
from propman.accounts.tokens import hash_token
from propman.catalogue import kept
from propman.communities.models import Organisation, Place
from propman.db import Packing, read
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


@dataclass(frozen=True)
class _Posts:
    """A statement for people with the posts that they hold on the day `today`, a row each, and its columns by name."""

    statement: Select[Any]
    columns: Packing
    names: Sequence[str]

    def rows(self, session: Session, **asked: Any) -> list[Any]:
        """The rows of `asked`, with an attribute for each column."""
        found = read(session, self.statement, asked).all()
        return [SimpleNamespace(**dict(zip(self.names, self.columns.read(row), strict=True))) for [row] in found]


def _with_posts(**columns: Any) -> _Posts:
    """People with their posts and `columns`, packed: every page asks, and a dozen columns and more cost more to be
    described than to be read.
    """
    today: Any = bindparam("today", type_=Date)
    named: dict[str, Any] = {
        "id": User.id, "name": User.name, "disabled_at": User.disabled_at, "erased_at": User.erased_at,
        "role": Membership.role, "organisation_id": Membership.organisation_id, "place_id": Place.id,
        "path": Place.path, "area_id": _AREA.id, "area_path": _AREA.path, **columns,
        **{name: MARKS[name] for name in _marks()},
    }  # fmt: skip
    packing = Packing(list(named.values()))
    statement = (
        select(packing.row())
        .select_from(User)
        .outerjoin(Membership, (Membership.user_id == User.id) & Membership.in_force(today))
        .outerjoin(Place, Place.id == Membership.place_id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(_AREA, _AREA.id == Organisation.place_id)
        .order_by(Membership.id)
    )
    return _Posts(statement, packing, tuple(named))


@cache
def _marks() -> tuple[str, ...]:
    """The names of all marks, from when the first one looks."""
    return tuple(MARKS)


@cache
def _of_person() -> _Posts:
    found = _with_posts()
    return replace(found, statement=found.statement.where(User.id == bindparam("user_id")))


@cache
def _of_session() -> _Posts:
    one = SignInSession
    found = _with_posts(
        session_id=one.id, seen_at=one.seen_at, revoked_at=one.revoked_at, expires_at=one.expires_at,
        idle_after_minutes=one.idle_after_minutes, rules=kept.STAMP.scalar_subquery(),
    )  # fmt: skip
    of_session = found.statement.join(one, one.user_id == User.id).where(one.id_hash == bindparam("id_hash"))
    return replace(found, statement=of_session)


def viewer_of(session: Session, *, user_id: int, now: datetime, sign_in_session_id: int | None = None) -> Viewer:
    """The person `user_id` as a Viewer, with the posts in effect on the local day of `now`.

    A post of an office or committee carries the place of its organisation. Somebody unknown, disabled or erased is
    NOBODY.
    """
    rows = _of_person().rows(session, user_id=user_id, today=clock.local_date(now))
    return _viewer(rows, sign_in_session_id)


def entered(session: Session, *, token: str, now: datetime) -> Entered | None:
    """Who is behind the living session that `token` opens (see `live_session`), with what they hold today; or None.

    Under which word the rules stand (`catalogue.kept`), which almost every page asks for, comes along.
    """
    rows = _of_session().rows(session, id_hash=hash_token(token), today=clock.local_date(now))
    if not rows or not lives(rows[0], now):
        return None
    kept.under(session, rows[0].rules)
    viewer = _viewer(rows, rows[0].session_id)
    return Entered(viewer, rows[0].session_id, rows[0].seen_at) if viewer.signed_in else None


def _viewer(rows: Sequence[Any], session_id: int | None) -> Viewer:
    if not rows or rows[0].disabled_at is not None or rows[0].erased_at is not None:
        return NOBODY
    posts = tuple(_post(row) for row in rows if row.role is not None)
    marks = frozenset(name for name in _marks() if getattr(rows[0], name))
    return Viewer(user_id=rows[0].id, name=rows[0].name or "", posts=posts, session_id=session_id, marks=marks)


def _post(row: Any) -> Post:
    of_area = row.role in AREA_OF_ORGANISATION
    return Post(
        role=row.role,
        organisation_id=row.organisation_id,
        place_id=row.area_id if of_area else row.place_id,
        place_path=row.area_path if of_area else row.path,
    )
