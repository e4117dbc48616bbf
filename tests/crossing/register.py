"""Parts, labels, take-over inspections and imports for the crossing: of each near ones, far ones, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.assets import operations
from propman.assets.models import AssetPhotoStage, TakeOverItem
from propman.communities.models import Engagement, Place
from propman.communities.operations import draw_blanks
from propman.communities.queries import blank_labels
from propman.files.operations import Upload, prepare
from tests import stories
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.register.office import GOOD, Office
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    works = renovated.furnish(session, world)
    near = _of(session, works, world.community, world.building, world.entrance, renovated.part(session, works).id)
    far = _of(session, works, world.far_community, world.far_building, world.far_entrance,
              renovated.far_part(session, works).id)  # fmt: skip
    office = Office(session, works)
    near["import"] = _import(office, world.community, world.clerk_jie)
    far["import"] = _import(office, world.far_community, world.far_clerk)
    absent = {kind: {name: _absent(name) for name in parts} for kind, parts in near.items()}
    return near, far, absent


def _absent(name: str) -> Any:
    return {"key": "0" * 32, "code": "0" * 13}.get(name, 10**9)


def _of(session: Session, works: Works, community: Place, building: Place, entrance: Place, asset_id: int) -> Parts:
    now = clock.now()
    label = operations.draw_part_code(session, asset_id=asset_id, actor_id=None, now=now)
    [shot] = operations.add_photos(
        session, asset_id=asset_id, stage=AssetPhotoStage.NOW, taken_on=clock.local_date(now),
        pictures=prepare([Upload(stories.picture())]), store=works.world.store, actor_id=None, now=now,
    )  # fmt: skip
    sheet = draw_blanks(session, community_id=community.id, count=1, actor_id=None, now=now)
    [blank] = blank_labels(session, sheet.id)
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == community.id)).one()
    take_over = operations.open_take_over(session, engagement_id=engagement.id, now=now)
    line = session.scalars(select(TakeOverItem.id).where(TakeOverItem.take_over_id == take_over.id)).first()
    return {
        "part": {"asset_id": asset_id, "key": shot.photo.key, "code": label.code},
        "building": {"place_id": building.id},
        "door": {"place_id": entrance.id},
        "estate": {"place_id": community.id},
        "sheet": {"sheet_id": sheet.id},
        "blank": {"code": blank.code},
        "take_over": {"take_over_id": take_over.id, "item_id": line},
        "beginning": {"engagement_id": engagement.id},
    }


def _import(office: Office, community: Place, by: User) -> dict[str, int]:
    """A file after its dry run, with a mistake in it: every page of an import is there for it."""
    return {"import_id": office.tried([GOOD | {"type_code": "Z99"}], community, by=by).id}
