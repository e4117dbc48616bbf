"""Photographs read: those used before, erased ones whose files are still there, and files that no row claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from propman.files.fingerprints import NEAR, distance, is_telling, near_bands
from propman.files.models import Photo, PhotoBand, photo_key
from propman.files.store import StoredFile

GRACE = timedelta(hours=24)  # how long a file may lie without a row: no transaction takes that long
AT_ONCE = 500
MOST_USES: Final = 100


class Used(NamedTuple):
    """An earlier photograph of the same picture: whether the very bytes came in, and how many of 64 bits differ."""

    photo_id: int
    same_file: bool
    distance: int


def used_before(session: Session, photo: Photo, *, mirrored: int | None = None) -> list[Used]:
    """Photographs kept before `photo` that have its bytes or its looks, at most 100 of each: the same bytes first, then
    what is nearest, then the newest. Nothing for one that is erased or from before there were fingerprints. With
    `mirrored`, the hash of its picture in a mirror, also what looks like that.

    Whether that is wrong (another report, another point, another day) is for the caller to judge. By two indexes, at a
    million photographs some 800 rows to compare; docs/decisions/photographs-used-again.md has the plans.
    """
    if photo.received_sha256 is None or photo.difference is None:
        return []
    same = select(Photo.id).where(Photo.received_sha256 == photo.received_sha256, Photo.id < photo.id)
    found = [Used(each.id, True, 0) for each in session.execute(same.order_by(Photo.id.desc()).limit(MOST_USES))]
    known = {each.photo_id for each in found}
    ways = [bits for bits in (photo.difference, mirrored) if bits is not None and is_telling(bits)]
    alike = [each for each in _alike(session, photo.id, ways) if each.photo_id not in known]
    return found + sorted(alike, key=lambda each: (each.distance, -each.photo_id))[:MOST_USES]


def _alike(session: Session, photo_id: int, ways: Sequence[int]) -> Iterator[Used]:
    """What was kept before and differs in at most six bits from one of the hashes `ways`."""
    if not ways:
        return
    of_a_band = (
        and_(PhotoBand.band == band, PhotoBand.value.in_(values))
        for bits in ways
        for band, values in enumerate(near_bands(bits))
    )
    candidates = select(PhotoBand.photo_id).where(or_(*of_a_band), PhotoBand.photo_id < photo_id)
    query = select(Photo.id, Photo.difference).where(Photo.id.in_(candidates))
    for candidate_id, difference in session.execute(query):
        if difference is None:
            continue
        differing = min(distance(bits, difference) for bits in ways)
        if differing <= NEAR:
            yield Used(candidate_id, False, differing)


def awaiting_deletion(session: Session) -> Sequence[Photo]:
    """Erased photos whose files have not been deleted yet, oldest first."""
    query = select(Photo).where(Photo.erased_at.is_not(None), Photo.files_deleted_at.is_(None))
    return session.scalars(query.order_by(Photo.id)).all()


def unclaimed(session: Session, files: Iterable[StoredFile], *, now: datetime) -> Iterator[StoredFile]:
    """Those `files` that are older than 24 hours and belong to no photo, or to one erased more than 24 hours ago."""
    old = (file for file in files if file.written_at <= now - GRACE)
    while chunk := list(islice(old, AT_ONCE)):
        keys = {photo_key(file.key) for file in chunk if file.key}
        standing = or_(Photo.erased_at.is_(None), Photo.erased_at > now - GRACE)
        claimed = set(session.scalars(select(Photo.key).where(Photo.key.in_(keys), standing)))
        yield from (file for file in chunk if not file.key or photo_key(file.key) not in claimed)
