"""What `propman demo` prints: how to come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.role_rules import ROLE_WORDS
from propman.assets.models import Asset, PartCode
from propman.communities.models import PlaceCode
from propman.demo.reminder import is_old
from propman.roles import Role

ROOF = "B01"
PASSWORD = "propman-demo"  # noqa: S105 - of everybody in the demo, and printed at each start


def lines(session: Session, *, anchor: date, address: str) -> Iterator[str]:
    """The welcome, line by line: one person per role, a place, a part, and a word where the world has grown old."""
    if is_old(anchor, clock.local_date(clock.now())):
        yield f"This demo world was built around {anchor}: by now most of its deadlines have passed."
        yield "For a world of today, without what you entered:  python3 -m propman demo --fresh"
        yield ""
    yield f"propman demo, built around {anchor}:  {address}/"
    yield ""
    yield f"Sign in as any of these; the password of all is  {PASSWORD}"
    yield ""
    yield f"  {'role':42} {'sign-in name':26} {'person'}"
    for role, sign_in_name, name in people(session):
        yield f"  {ROLE_WORDS[role]:42} {sign_in_name:26} {name}"
    yield ""
    yield "Without an account, as the code beside a door opens it:"
    yield f"  {address}/p/{place_code(session)}"
    yield "and the code on a part, here a roof:"
    yield f"  {address}/p/{part_code(session)}"
    yield ""
    yield "Ctrl-C ends it. What you enter is kept for the next start."


def people(session: Session) -> list[tuple[Role, str, str]]:
    """Who can sign in: role, sign-in name and name, in the order of the roles. The first one of each role, but every
    official: what one of them decides and sees follows the area.
    """
    query = (
        select(Membership.role, User.sign_in_name, User.name)
        .join(User, User.id == Membership.user_id)
        .where(User.sign_in_name.is_not(None), User.password_hash.is_not(None))
        .order_by(Membership.id.desc())
    )
    first = {
        (role, sign_in_name if role is Role.OFFICIAL else None): (role, str(sign_in_name), str(name))
        for role, sign_in_name, name in session.execute(query)
    }
    return [person for role in Role for key, person in sorted(first.items(), key=str) if key[0] is role]


def part_code(session: Session) -> str:
    """The code on the roof with a label whose warranty ends last."""
    query = (
        select(PartCode.code)
        .join(Asset, Asset.id == PartCode.asset_id)
        .join(PlaceCode, PlaceCode.code == PartCode.code)
        .where(Asset.type_code == ROOF, Asset.warranty_last_on.is_not(None), PlaceCode.revoked_at.is_(None))
        .order_by(Asset.warranty_last_on.desc(), Asset.id)
    )
    return session.scalars(query.limit(1)).one()


def place_code(session: Session) -> str:
    """The code on the door of the first resident who can sign in."""
    query = (
        select(PlaceCode.code)
        .join(Membership, Membership.place_id == PlaceCode.place_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.RESIDENT, User.sign_in_name.is_not(None), PlaceCode.revoked_at.is_(None))
        .order_by(Membership.id)
    )
    return session.scalars(query.limit(1)).one()
