"""What is found on site: the condition of a part, and photographs of it, then and now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset, AssetCondition, AssetPhoto, AssetPhotoStage, ConditionSource
from propman.assets.operations.guards import not_later
from propman.assets.queries import latest_condition, own_picture
from propman.audit.operations import record
from propman.db import held
from propman.errors import Refused
from propman.files.encode import Picture
from propman.files.operations import erase_photo, keep
from propman.files.store import FileStore
from propman.personal import TextKind, clean, write
from propman.text import N_

NOTE_LENGTH = 1000
WORST, BEST = 1, 5


def record_condition(
    session: Session,
    *,
    asset_id: int,
    score: int,
    found_on: date,
    source: ConditionSource = ConditionSource.VISIT,
    note: str | None = None,
    actor_id: int | None,
    now: datetime,
) -> AssetCondition:
    """Write down how a part was found on a day: 1 very poor to 5 as new, with a note. Flushes.

    The part shows the condition of the latest day, so an older finding that is entered late changes nothing but the
    history. Raises `Refused` naming the field, and `NotFound`.
    """
    asset = held(session, Asset, asset_id)
    _fit_finding(asset, score, found_on, note, clock.local_date(now))
    words = write(session, kind=TextKind.NOTE, body=note, now=now)
    row = AssetCondition(
        asset_id=asset.id, score=score, found_on=found_on, source=source, note_id=words.id if words else None,
        recorded_at=now, actor_id=actor_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    latest = latest_condition(session, asset.id) or row
    # Not by the unit of work, which would give the part a new version: a form that corrects its papers stays good.
    parts = Asset.__table__
    assert isinstance(parts, Table)  # noqa: S101 - for the type checker
    shown = update(parts).where(parts.c.id == asset.id)
    session.execute(shown.values(condition=latest.score, condition_on=latest.found_on))
    session.refresh(asset, ["condition", "condition_on"])
    return row


def add_photos(
    session: Session,
    *,
    asset_id: int,
    stage: AssetPhotoStage,
    taken_on: date,
    pictures: Sequence[Picture],
    store: FileStore,
    actor_id: int | None,
    now: datetime,
) -> list[AssetPhoto]:
    """Hang photographs, drawn anew before this transaction, on a part. Flushes.

    Raises `Refused` for none, for a day that has not come yet, and (507) where the store cannot take them.
    """
    asset = held(session, Asset, asset_id)
    not_later(taken_on, clock.local_date(now), field="taken_on")
    if not pictures:
        raise Refused(N_("Choose at least one photo."), field="photos")
    photos = keep(session, store=store, pictures=pictures, now=now)
    rows = [
        AssetPhoto(photo_id=photo.id, asset_id=asset.id, stage=stage, taken_on=taken_on, actor_id=actor_id)
        for photo in photos
    ]
    session.add_all(rows)
    session.flush()
    return rows


def erase_part_photo(session: Session, *, asset_id: int, key: str, actor_id: int | None, now: datetime) -> None:
    """Erase a photograph of a part, because it shows what it should not. Raises `NotFound` for none of this part."""
    asset = held(session, Asset, asset_id)
    photo = own_picture(session, asset, key)
    erase_photo(session, photo=photo, now=now)
    record(session, act="part_photo_erased", subject_kind="asset", subject_id=asset.id, actor_id=actor_id, now=now,
           photo_id=photo.id)  # fmt: skip


def _fit_finding(asset: Asset, score: int, found_on: date, note: str | None, today: date) -> None:
    if not WORST <= score <= BEST:
        raise Refused(N_("Choose how it was found."), field="score")
    not_later(found_on, today, field="found_on")
    if not asset.there_on(found_on):
        raise Refused(N_("%(name)s was removed."), field="found_on", name=asset.name)
    if len(clean(note or "")) > NOTE_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field="note", most=NOTE_LENGTH)
