"""Where the posts of a viewer reach today: what the rooms of the register make their scopes of.

A room adds no rule of its own: it asks for a permission, and gets a condition on the community of its rows and, where
they can lie deeper, on their place. Rights follow engagements and memberships, by the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries.engagements import managed_by
from propman.roles import GRANTS, Permission, Role, Viewer

OF_A_COMPANY = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER})
OVER_AN_AREA = frozenset(
    {
        Role.GRID_WORKER,
        Role.NEIGHBOURHOOD_COMMITTEE,
        Role.OWNERS_COMMITTEE,
        Role.STREET_OFFICE,
        Role.OFFICIAL,
        Role.READONLY_OFFICIAL,
    }
)
EVERYWHERE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
_SLASHES_OF_A_COUNTY = 4  # "/province/prefecture/county/"
_SLASHES_OF_A_COMMUNITY = 6

Ids = InstrumentedAttribute[int]


@dataclass(frozen=True)
class Reach:
    """`everywhere`, or: the areas at `paths`, from a province down to an entrance, and what `organisations` manage."""

    everywhere: bool
    paths: tuple[str, ...]
    organisations: tuple[int, ...]
    on: date

    def holds(self, community_id: Ids, place_id: Ids | None = None) -> ColumnElement[bool]:
        """The condition that a row is within reach: by its community or, if it can lie deeper, by its place.

        Whoever has a county reaches most rows there are: PostgreSQL is kept ("is true") from joining all of them with
        the communities, and reads them in the order that is asked until a page is full.
        """
        if self.everywhere:
            return true()
        if any(path.count("/") <= _SLASHES_OF_A_COUNTY for path in self.paths):
            conditions = [self.communities().where(Place.id == community_id).exists().is_(true())]
        else:
            conditions = [community_id.in_(self.communities())]
        deep = [Place.path.like(f"{path}%") for path in self.paths if path.count("/") > _SLASHES_OF_A_COMMUNITY]
        if place_id is not None and deep:
            conditions.append(place_id.in_(select(Place.id).where(or_(*deep))))
        return or_(*conditions)

    def communities(self) -> Select[int]:
        """The ids of the communities that are reached as a whole, closed ones too."""
        query = select(Place.id).where(Place.kind == PlaceKind.COMMUNITY)
        if self.everywhere:
            return query
        return query.where(or_(false(), *(Place.path.like(f"{path}%") for path in self.paths), self._managed()))

    def covers(self, place: Place) -> bool:
        """Whether `place` is one of the areas, or lies in one; what a company manages is not asked."""
        return self.everywhere or any(place.path.startswith(path) for path in self.paths)

    def prefixes(self, session: Session) -> tuple[str, ...]:
        """The paths of all that is within reach, as `find_places` takes them; one query."""
        if self.everywhere:
            return ("/",)
        managed = session.scalars(select(Place.path).where(self._managed())) if self.organisations else ()
        return (*self.paths, *managed)

    def _managed(self) -> ColumnElement[bool]:
        """Condition on a place: a community that one of the organisations manages; of an office, all of its street."""
        street = select(Organisation.place_id).where(
            Organisation.id.in_(self.organisations), Organisation.kind == OrganisationKind.STREET_OFFICE
        )
        engaged = [Place.id.in_(managed_by(each, self.on)) for each in self.organisations]
        of_street = and_(Place.kind == PlaceKind.COMMUNITY, Place.parent_id.in_(street))
        return or_(*engaged, of_street) if engaged else false()


def reach(viewer: Viewer, permission: Permission, on: date) -> Reach:
    """Where `viewer` may do on the day `on` what needs `permission`, by the posts whose roles grant it.

    An office, a committee, an official and a grid worker: the place of the post. The people of a company: what it
    manages that day; workers of a street office: its street. An auditor and an administrator: everywhere.
    """
    posts = [post for post in viewer.posts if post.role in GRANTS[permission]]
    return Reach(
        everywhere=any(post.role in EVERYWHERE for post in posts),
        paths=tuple(post.place_path for post in posts if post.role in OVER_AN_AREA and post.place_path),
        organisations=tuple(
            post.organisation_id for post in posts if post.role in OF_A_COMPANY and post.organisation_id is not None
        ),
        on=on,
    )
