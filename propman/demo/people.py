"""The people of the demo world, as `world.toml` has them, and who of them does what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations import (
    Particulars,
    add_membership,
    create_person,
    end_membership,
    erase_person,
    invite,
)
from propman.accounts.queries import viewer_of
from propman.communities.models import Place
from propman.demo.world import World, written
from propman.roles import NOBODY, Role, Viewer

DISPATCHING = frozenset({Role.DISPATCHER, Role.STREET_OFFICE})
REPORTING = frozenset({Role.RESIDENT, Role.GRID_WORKER})


@dataclass(frozen=True)
class Post:
    """What one person of the world is: `organisation_id` or `home` (an official's area), where the role has one."""

    user_id: int
    role: Role
    organisation_id: int | None
    home: Place | None
    until: date | None
    sign_in: str = ""

    def held_on(self, on: date) -> bool:
        """Whether the person acts in this role on the day `on`."""
        return self.until is None or on < self.until


@dataclass
class Cast:
    """Everybody who acts in the stories."""

    session: Session
    posts: list[Post] = field(default_factory=list)
    administrator_id: int = 0
    _viewers: dict[int, Viewer] = field(default_factory=dict)

    def viewer(self, user_id: int, now: datetime) -> Viewer:
        """The person as they look at the pages; nobody's posts change but by leaving, and who left does not act."""
        if user_id not in self._viewers:
            self._viewers[user_id] = viewer_of(self.session, user_id=user_id, now=now)
        return self._viewers[user_id]

    def post(self, sign_in: str) -> Post:
        """The person who signs in with that name."""
        return next(post for post in self.posts if post.sign_in == sign_in)

    def dispatchers(self, organisation_id: int, on: date) -> list[int]:
        """Who sends people in an organisation."""
        return [post.user_id for post in self._in(organisation_id, on) if post.role in DISPATCHING]

    def workers(self, organisation_id: int, on: date) -> list[int]:
        """Who is sent by an organisation; its own dispatchers where it has no worker."""
        found = [post.user_id for post in self._in(organisation_id, on) if post.role is Role.WORKER]
        return found or self.dispatchers(organisation_id, on)

    def official(self, place: Place) -> Post:
        """The official of the district in which a place lies."""
        found = {post.home.id: post for post in self.posts if post.role is Role.OFFICIAL and post.home is not None}
        return next(found[each] for each in reversed(place.line_ids) if each in found)

    def referred(self, organisation_id: int, on: date) -> int:
        """Who answers in a contractor or utility."""
        return self._in(organisation_id, on)[0].user_id

    def reporters(self, community: Place, on: date) -> list[Post]:
        """Who reports with an account in a community: residents and grid workers."""
        found = [post for post in self.posts if post.role in REPORTING and post.home is not None and post.held_on(on)]
        return [post for post in found if post.home is not None and post.home.path.startswith(community.path)]

    def _in(self, organisation_id: int, on: date) -> list[Post]:
        return [post for post in self.posts if post.organisation_id == organisation_id and post.held_on(on)]


def build_people(session: Session, world: World, *, password_hash: str) -> Cast:
    """Enter everybody with the one password of the demo. Flushes."""
    cast = Cast(session)
    rows = [(Role(role), row) for role, people in written()["people"].items() for row in people]
    for number, (role, row) in enumerate(rows, start=1):
        post = _enter(session, world, role, row, number)
        session.get_one(User, post.user_id).password_hash = password_hash
        cast.posts.append(post)
        if role is Role.ADMINISTRATOR:
            cast.administrator_id = post.user_id
    session.flush()
    return cast


def _enter(session: Session, world: World, role: Role, row: dict[str, Any], number: int) -> Post:
    since = row.get("since", written()["founded"])
    now = world.morning(since)
    sign_in = row.get("sign_in", "")
    particulars = Particulars(
        name=row["name"],
        phone=f"138 0000 {number:04d}",
        sign_in_name=sign_in,
        email=f"{sign_in}@example.com" if sign_in else "",
    )
    person = create_person(session, particulars=particulars, viewer=NOBODY, now=now)
    organisation = world.organisations[row["organisation"]] if "organisation" in row else None
    home = _home(world, *row["at"]) if "at" in row else None
    place = world.areas[row["area"]] if "area" in row else home
    membership = add_membership(session, person=person, role=role, organisation=organisation, place=place,
                                starts_on=world.day(since), viewer=NOBODY, now=now)  # fmt: skip
    until = world.day(row["until"]) if "until" in row else None
    if until is not None:
        end_membership(session, membership=membership, ends_on=until, viewer=NOBODY, now=world.morning(row["until"]))
    leaves = world.day(row["erased"] + QUIET_BEFORE_LEAVING) if "erased" in row else until
    return Post(person.id, role, organisation.id if organisation else None, place, leaves, sign_in)


QUIET_BEFORE_LEAVING = 14  # days: who leaves for good reports nothing in them, so that nothing is left open


def _home(world: World, community: str, building: int = 0, entrance: int = 0) -> Place:
    """The community, or the building or entrance in it, by their numbers."""
    if not building:
        return world.areas[community]
    entrances = world.communities[community].entrances[building - 1]
    return entrances[entrance - 1].place if entrance else entrances[0].building


def let_time_pass(session: Session, world: World, cast: Cast) -> None:
    """What happened to accounts in the last days: somebody moved away and was erased, somebody new was invited."""
    administrator = cast.viewer(cast.administrator_id, world.morning(1))
    for row in (row for people in written()["people"].values() for row in people if "erased" in row):
        person = session.scalars(select(User).where(User.name == row["name"])).one()
        erase_person(session, person=person, viewer=administrator, now=world.morning(row["erased"]))
    newcomer = written()["newcomer"]
    now = world.morning(newcomer["since"])
    person = create_person(session, particulars=Particulars(name=newcomer["name"], phone=newcomer["phone"]),
                           viewer=administrator, now=now)  # fmt: skip
    add_membership(session, person=person, role=Role(newcomer["role"]), place=None, viewer=administrator, now=now,
                   organisation=world.organisations[newcomer["organisation"]],
                   starts_on=clock.local_date(now))  # fmt: skip
    invite(session, person=person, viewer=administrator, now=now)
