"""Work items accepted, and the photographs that show how they were: the warranty starts on the day of acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.db import ID_LIMIT, held
from propman.errors import NotFound, Refused
from propman.files.models import Photo
from propman.files.operations import Upload, erase_photo, store_photos
from propman.files.store import FileStore
from propman.projects.models import PhotoKind, Transfer, WorkItem, WorkItemPhoto
from propman.projects.operations import guards
from propman.projects.operations.history import change, note
from propman.text import N_

MOST_PHOTOS = 60  # of one work item
FULL_SCORE = 100


def accept_work_item(
    session: Session,
    *,
    work_item_id: int,
    accepted_on: date,
    score: int | None,
    photos: Sequence[Upload] = (),
    store: FileStore,
    actor_id: int | None,
    now: datetime,
) -> WorkItem:
    """Let a work item be accepted on its day, with a score out of 100 and photographs of how it is then.

    Given again, day and score are corrected and photographs are added. Raises `Refused` for a day yet to come, before
    the works began, or after what has happened since: its retention money, a step to a utility.
    """
    item = held(session, WorkItem, work_item_id)
    guards.happened(accepted_on, clock.local_date(now), field="accepted_on")
    guards.within(score, 0, FULL_SCORE, field="score")
    began = item.project.started_on
    guards.not_before(accepted_on, began, N_("The works began only on %(day)s."), field="accepted_on")
    _refuse_after_what_followed(session, item, accepted_on)
    change(session, item, {"accepted_on": accepted_on, "score": score}, actor_id, now)
    _hang(session, item, PhotoKind.BASELINE, photos, store, actor_id, now)
    return item


def add_photographs(
    session: Session,
    *,
    work_item_id: int,
    kind: PhotoKind,
    photos: Sequence[Upload],
    store: FileStore,
    actor_id: int | None,
    now: datetime,
) -> WorkItem:
    """Hang photographs on a work item: how it was at acceptance, or the sheets of its drawing.

    Raises `Refused` for none at all, for too many, and for how it was at acceptance before there was one.
    """
    item = held(session, WorkItem, work_item_id)
    if not photos:
        raise Refused(N_("Choose at least one photo."), field="photos")
    if kind is PhotoKind.BASELINE and item.accepted_on is None:
        raise Refused(N_("It is not accepted yet. Photos of its acceptance come with that."), field="kind", status=409)
    _hang(session, item, kind, photos, store, actor_id, now)
    return item


def erase_photograph(session: Session, *, photo_id: int, actor_id: int | None, now: datetime) -> WorkItem:
    """Erase one photograph of a work item, which shows what it should not; gives the item.

    Its files go after the commit (`files.operations.delete_erased_files`). Raises `NotFound`, also a second time.
    """
    hung = session.get(WorkItemPhoto, photo_id) if 0 < photo_id < ID_LIMIT else None
    if hung is None:
        raise NotFound()
    item = held(session, WorkItem, hung.work_item_id)
    session.refresh(hung.photo)
    if hung.photo.erased_at is not None:
        raise NotFound()
    number = _hanging(session, item, hung.kind)
    erase_photo(session, photo=hung.photo, now=now)
    note(session, item, hung.kind.value, number, number - 1, actor_id, now)
    session.flush()
    return item


def _hang(
    session: Session,
    item: WorkItem,
    kind: PhotoKind,
    photos: Sequence[Upload],
    store: FileStore,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Store the photographs and hang them on the item; the history tells how many there were and are. Flushes."""
    number = _hanging(session, item, kind)
    if number + len(photos) > MOST_PHOTOS:
        raise Refused(N_("At most %(most)s photos hang on one work item."), field="photos", most=MOST_PHOTOS)
    stored = store_photos(session, store=store, uploads=photos, now=now)
    session.add_all(WorkItemPhoto(photo_id=photo.id, work_item_id=item.id, kind=kind) for photo in stored)
    note(session, item, kind.value, number or None, number + len(stored) or None, actor_id, now)
    session.flush()


def _hanging(session: Session, item: WorkItem, kind: PhotoKind) -> int:
    """How many photographs of a kind hang on the item, without erased ones."""
    query = select(func.count()).select_from(WorkItemPhoto).join(Photo, Photo.id == WorkItemPhoto.photo_id)
    query = query.where(WorkItemPhoto.work_item_id == item.id, WorkItemPhoto.kind == kind, Photo.erased_at.is_(None))
    return session.scalar(query) or 0


def _refuse_after_what_followed(session: Session, item: WorkItem, accepted_on: date) -> None:
    guards.not_before(
        item.retention_due_on,
        accepted_on,
        N_("Its retention money is due before %(day)s. Correct that first."),
        field="accepted_on",
    )
    first = session.scalar(select(func.min(Transfer.happened_on)).where(Transfer.work_item_id == item.id))
    guards.not_before(
        first, accepted_on, N_("Its transfer to a utility began before %(day)s."), field="accepted_on"
    )  # fmt: skip
