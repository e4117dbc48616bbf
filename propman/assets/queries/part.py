"""Everything about one part, and what may be chosen for one: conditions, photographs, work items, organisations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.models import User
from propman.assets.models import Asset, AssetCondition, AssetPhoto, AssetPhotoStage
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation, Place
from propman.errors import NotFound
from propman.files.models import Photo
from propman.projects.models import PhotoKind, Project, WorkItem, WorkItemPhoto

MOST_CONDITIONS = 50
MOST_PHOTOS = 12  # of each stage

MAINTAINING_FIRMS = frozenset(
    {OrganisationKind.PROPERTY_COMPANY, OrganisationKind.UTILITY, OrganisationKind.CONTRACTOR}
)
MAINTAINING_OFFICES = frozenset(
    {OrganisationKind.STREET_OFFICE, OrganisationKind.NEIGHBOURHOOD_COMMITTEE, OrganisationKind.OWNERS_COMMITTEE}
)


@dataclass(frozen=True)
class Picture:
    """A photograph of a part, or (not its `own`) of the work item that made it: then or now, on which day, if known."""

    photo: Photo
    stage: AssetPhotoStage
    taken_on: date | None
    own: bool = True


def conditions_of(session: Session, part: Asset) -> Sequence[tuple[AssetCondition, User | None]]:
    """How the part was found, the latest day first, each with who recorded it."""
    query = (
        select(AssetCondition, User)
        .outerjoin(User, User.id == AssetCondition.actor_id)
        .where(AssetCondition.asset_id == part.id)
        .options(joinedload(AssetCondition.note))
        .order_by(AssetCondition.found_on.desc(), AssetCondition.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query.limit(MOST_CONDITIONS))]


def latest_condition(session: Session, asset_id: int) -> AssetCondition | None:
    """The condition that was found last: of the latest day, and of several on one day the one recorded last."""
    query = select(AssetCondition).where(AssetCondition.asset_id == asset_id)
    query = query.order_by(AssetCondition.found_on.desc(), AssetCondition.id.desc())
    return session.scalars(query.limit(1)).one_or_none()


def pictures_of(session: Session, part: Asset) -> tuple[list[Picture], list[Picture]]:
    """The photographs then and now, the newest first; then also those of its work item at acceptance. Two queries."""
    query = (
        select(AssetPhoto)
        .join(AssetPhoto.photo)
        .where(AssetPhoto.asset_id == part.id, Photo.erased_at.is_(None))
        .options(joinedload(AssetPhoto.photo))
        .order_by(AssetPhoto.taken_on.desc(), AssetPhoto.photo_id.desc())
    )
    own = [Picture(row.photo, row.stage, row.taken_on) for row in session.scalars(query)]
    then = [picture for picture in own if picture.stage is AssetPhotoStage.BASELINE]
    now = [picture for picture in own if picture.stage is AssetPhotoStage.NOW]
    return (then + _of_its_item(session, part))[:MOST_PHOTOS], now[:MOST_PHOTOS]


def picture(session: Session, part: Asset, key: str) -> Photo:
    """The photograph with `key` if it is of the part or of its work item at acceptance. Raises `NotFound`."""
    own = select(AssetPhoto.photo_id).where(AssetPhoto.asset_id == part.id)
    of_item = select(WorkItemPhoto.photo_id).where(
        WorkItemPhoto.work_item_id == part.work_item_id, WorkItemPhoto.kind == PhotoKind.BASELINE
    )
    query = select(Photo).where(
        Photo.key == key, Photo.erased_at.is_(None), or_(Photo.id.in_(own), Photo.id.in_(of_item))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def own_picture(session: Session, part: Asset, key: str) -> Photo:
    """The photograph with `key` if somebody took it of this part itself. Raises `NotFound`."""
    query = select(Photo).join(AssetPhoto, AssetPhoto.photo_id == Photo.id)
    found = session.scalars(
        query.where(AssetPhoto.asset_id == part.id, Photo.key == key, Photo.erased_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def work_items(session: Session, community_id: int) -> Sequence[WorkItem]:
    """The work items of the projects of a community, each with its project: what can have made a part."""
    query = (
        select(WorkItem)
        .join(WorkItem.project)
        .where(Project.community_id == community_id)
        .options(joinedload(WorkItem.project))
        .order_by(Project.year.desc(), Project.id, WorkItem.number)
    )
    return session.scalars(query).all()


def organisations_around(
    session: Session, community: Place, kinds: Collection[OrganisationKind], on: date
) -> Sequence[Organisation]:
    """The organisations of these kinds that take part on `on` in the prefecture of a community or in the province, by
    name.
    """
    query = select(Organisation).join(Organisation.place).where(Organisation.kind.in_(kinds), _near(community))
    query = query.where(Organisation.open_on(on))
    return session.scalars(query.order_by(Organisation.sort_key, Organisation.id)).all()


def maintainers(community: Place, on: date) -> Select[Organisation]:
    """Who can keep a part in repair: the offices and committees of its area, and the companies, utilities and
    contractors of its prefecture and of the province, as far as they take part on `on`.
    """
    firms = and_(Organisation.kind.in_(MAINTAINING_FIRMS), _near(community))
    offices = and_(Organisation.kind.in_(MAINTAINING_OFFICES), Organisation.place_id.in_(community.line_ids))
    query = select(Organisation).join(Organisation.place)
    return query.where(Organisation.open_on(on), or_(firms, offices))


def by_name(session: Session, among: Select[Organisation]) -> Sequence[Organisation]:
    """The organisations of a select, by name."""
    return session.scalars(among.order_by(Organisation.sort_key, Organisation.id)).all()


def _near(community: Place) -> ColumnElement[bool]:
    """Condition on an organisation and its place: of the prefecture of a community, or of what that lies in."""
    prefecture = "/".join(community.path.split("/")[:3]) + "/"
    return or_(Place.path.like(f"{prefecture}%"), Organisation.place_id.in_(community.line_ids))


def next_code(session: Session, community_id: int, type_code: str) -> str:
    """A code for one more part of a type in a community, where the bureau has none of its own: B01-004."""
    query = select(func.count()).where(Asset.community_id == community_id, Asset.type_code == type_code)
    number = session.scalar(query) or 0
    taken = set(session.scalars(select(Asset.code).where(
        Asset.community_id == community_id, Asset.code.startswith(f"{type_code}-", autoescape=True)
    )))  # fmt: skip
    while (code := f"{type_code}-{(number := number + 1):03}") in taken:
        pass
    return code


def find_by_code(session: Session, code: str, community_id: int) -> Asset | None:
    """The part with this code in a community, gone or not, or None."""
    query = select(Asset).where(Asset.community_id == community_id, Asset.code == code)
    return session.scalars(query).one_or_none()


def _of_its_item(session: Session, part: Asset) -> list[Picture]:
    if part.work_item is None:
        return []
    query = (
        select(Photo)
        .join(WorkItemPhoto, WorkItemPhoto.photo_id == Photo.id)
        .where(WorkItemPhoto.work_item_id == part.work_item_id, WorkItemPhoto.kind == PhotoKind.BASELINE)
        .where(Photo.erased_at.is_(None))
        .order_by(Photo.id.desc())
    )
    taken_on = part.work_item.accepted_on
    found = session.scalars(query.limit(MOST_PHOTOS))
    return [Picture(photo, AssetPhotoStage.BASELINE, taken_on, own=False) for photo in found]
