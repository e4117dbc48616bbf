"""The labels of parts: drawn, replaced, revoked; and a blank one bound on site. One is in use on a part."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset, PartCode
from propman.assets.queries import bare_parts, label_of
from propman.audit.operations import record_change
from propman.communities import codes
from propman.communities.models import Carrier, Place, PlaceCode
from propman.communities.operations import held_blank, new_label, retire_label
from propman.communities.operations.labels import Draw
from propman.db import held
from propman.errors import NotFound, Refused
from propman.text import N_


def draw_part_code(
    session: Session, *, asset_id: int, actor_id: int | None, now: datetime, draw: Draw = codes.draw
) -> PlaceCode:
    """Give a part a fresh code. Flushes. Raises `Refused` for one that is gone or has a code in use, `NotFound`."""
    asset = _held_without_code(session, asset_id, now)
    label = new_label(session, draw=draw, place_id=asset.place_id, carrier=Carrier.PART, made_at=now, bound_at=now)
    _hang(session, asset, label, actor_id, now)
    return label


def draw_missing_codes(session: Session, *, place: Place, actor_id: int | None, now: datetime) -> int:
    """Give each part at and inside a place that has no code one, 210 at most; how many. Flushes."""
    bare = bare_parts(session, place, clock.local_date(now))
    for part in bare:
        draw_part_code(session, asset_id=part.id, actor_id=actor_id, now=now)
    return len(bare)


def replace_part_code(
    session: Session, *, asset_id: int, actor_id: int | None, now: datetime, draw: Draw = codes.draw
) -> PlaceCode:
    """Revoke the code in use on a part, where there is one, and give it a fresh one. Raises as `draw_part_code`."""
    held(session, Asset, asset_id)
    old = label_of(session, asset_id)
    if old is not None:
        revoke_part_code(session, asset_id=asset_id, code=old.code, actor_id=actor_id, now=now)
    return draw_part_code(session, asset_id=asset_id, actor_id=actor_id, now=now, draw=draw)


def revoke_part_code(session: Session, *, asset_id: int, code: str, actor_id: int | None, now: datetime) -> PlaceCode:
    """Take a part's code out of use for good. Raises `NotFound` for no such code of this part, `Refused` (409) for
    one revoked before.
    """
    asset = held(session, Asset, asset_id)
    on_part = session.get(PartCode, code)
    if on_part is None or on_part.asset_id != asset.id:
        raise NotFound()
    label = session.get_one(PlaceCode, code, populate_existing=True)
    retire_label(label, now=now)
    _record(session, asset, code, None, actor_id, now)
    session.flush()
    return label


def bind_part_label(session: Session, *, code: str, asset_id: int, actor_id: int | None, now: datetime) -> PlaceCode:
    """Let a blank label hang on a part from now on. Flushes.

    Raises `NotFound` for no such label and a revoked one, `Refused` (409) for a label that somebody has bound in the
    meantime and a part that has a label already.
    """
    label = held_blank(session, code)
    asset = _held_without_code(session, asset_id, now)
    label.place_id, label.carrier, label.bound_at = asset.place_id, Carrier.PART, now
    session.flush()
    _hang(session, asset, label, actor_id, now)
    return label


def carry_along(session: Session, *, asset_ids: Collection[int]) -> None:
    """Let the labels of parts that were moved name the places where they are now."""
    own = select(PartCode.code).where(PartCode.asset_id.in_(asset_ids))
    place = select(Asset.place_id).join(PartCode, PartCode.asset_id == Asset.id).where(PartCode.code == PlaceCode.code)
    moved = update(PlaceCode).where(PlaceCode.code.in_(own)).values(place_id=place.scalar_subquery())
    session.execute(moved.execution_options(synchronize_session="fetch"))


def _held_without_code(session: Session, asset_id: int, now: datetime) -> Asset:
    asset = held(session, Asset, asset_id)
    if not asset.there_on(clock.local_date(now)):
        raise Refused(N_("%(name)s was removed."), name=asset.name)
    if label_of(session, asset.id) is not None:
        raise Refused(N_("%(name)s has a label already. Replace it if that is lost."), status=409, name=asset.name)
    return asset


def _hang(session: Session, asset: Asset, label: PlaceCode, actor_id: int | None, now: datetime) -> None:
    session.add(PartCode(code=label.code, asset_id=asset.id))
    _record(session, asset, None, label.code, actor_id, now)
    session.flush()


def _record(
    session: Session, asset: Asset, old: str | None, new: str | None, actor_id: int | None, now: datetime
) -> None:
    record_change(
        session, subject_kind="asset", subject_id=asset.id, field="label", old=old, new=new, actor_id=actor_id, now=now
    )
