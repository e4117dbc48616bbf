"""Photographs used before, on both databases: found by their bytes and by their looks until they are erased."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageOps
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.files.darkroom import draw_anew
from propman.files.invariants import fingerprints
from propman.files.models import Photo, PhotoBand
from propman.files.operations import Upload, erase_photo, store_photos
from propman.files.queries import Used, used_before
from propman.files.store import FileStore
from propman.invariants import Finding
from tests.files import samples
from tests.files.album import NOW
from tests.files.scenes import brightened, photograph, scene


def kept(session: Session, store: FileStore, files: Sequence[bytes]) -> list[Photo]:
    photos = store_photos(session, store=store, uploads=[Upload(each) for each in files], now=NOW)
    session.commit()
    return photos


def test_the_same_bytes_and_the_same_looks_are_found(session: Session, store: FileStore) -> None:
    files = [photograph(1), photograph(2), photograph(1, quality=50), photograph(1)]
    first, other, looks_alike, again = kept(session, store, files)
    same, alike = used_before(session, again)
    assert same == Used(first.id, True, 0)
    assert (alike.photo_id, alike.same_file, alike.distance <= 6) == (looks_alike.id, False, True)
    assert [each.photo_id for each in used_before(session, looks_alike)] == [first.id]
    assert used_before(session, first) == used_before(session, other) == []  # only what was there before
    brighter = samples.saved(brightened(scene(2)), "WEBP")
    assert [each.photo_id for each in used_before(session, kept(session, store, [brighter])[0])] == [other.id]


def test_in_a_mirror_it_is_found_by_who_asks_for_that(session: Session, store: FileStore) -> None:
    first, _other = kept(session, store, [photograph(1), photograph(2)])
    mirrored = samples.saved(ImageOps.mirror(scene(1)), "JPEG")
    prints, [again] = draw_anew(mirrored).prints, kept(session, store, [mirrored])
    assert prints is not None
    assert used_before(session, again) == []
    [found] = used_before(session, again, mirrored=prints.mirrored)
    assert (found.photo_id, found.same_file, found.distance <= 6) == (first.id, False, True)


def test_a_dark_cellar_is_found_by_its_bytes_alone(session: Session, store: FileStore) -> None:
    cellar, darker = Image.new("RGB", (400, 300), (3, 3, 4)), Image.new("RGB", (400, 300), (2, 2, 2))
    files = [samples.saved(image, "JPEG") for image in (cellar, darker, cellar)]
    first, another, again = kept(session, store, files)
    assert used_before(session, another) == []
    assert used_before(session, again) == [Used(first.id, True, 0)]
    assert session.scalar(select(func.count(PhotoBand.photo_id))) == 0


def test_erasing_takes_the_fingerprints_at_once(session: Session, store: FileStore) -> None:
    first, again = kept(session, store, [photograph(1)] * 2)
    erase_photo(session, photo=first, now=NOW)
    session.commit()
    assert (first.received_sha256, first.difference) == (None, None)
    assert set(session.scalars(select(PhotoBand.photo_id))) == {again.id}
    assert used_before(session, again) == used_before(session, first) == []
    assert fingerprints(session, store=store) == Finding("F01", 1, ())


def test_photographs_of_before_are_not_found(session: Session, store: FileStore) -> None:
    """Nobody has the bytes that came in any more, and nothing is made up for them."""
    first, again = kept(session, store, [photograph(1)] * 2)
    session.execute(text("DELETE FROM photo_band WHERE photo_id = :id"), {"id": first.id})
    first.received_sha256 = first.difference = None
    session.commit()
    assert used_before(session, again) == used_before(session, first) == []
    assert fingerprints(session, store=store) == Finding("F01", 1, ())


def test_recount_finds_a_hash_of_another_picture_and_lost_quarters(session: Session, store: FileStore) -> None:
    one, other, whole = kept(session, store, [photograph(number) for number in (1, 2, 3)])
    one.difference, other_bits = other.difference, one.difference
    session.flush()
    broken = fingerprints(session, store=store).broken
    assert broken == (
        f"photo {one.id}: it is not looked up by its difference hash",
        f"photo {one.id}: its difference hash is not that of its picture",
    )
    one.difference = other_bits
    session.execute(text("DELETE FROM photo_band WHERE photo_id = :id AND band = 2"), {"id": whole.id})
    assert fingerprints(session, store=store).broken == (
        f"photo {whole.id}: it is not looked up by its difference hash",
    )


@pytest.mark.parametrize("change", ["received_sha256 = NULL", "difference = NULL", "received_sha256 = 'abc'"])
def test_database_refuses_half_a_fingerprint(session: Session, store: FileStore, change: str) -> None:
    kept(session, store, [photograph(1)])
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE photo SET {change}"))


def test_database_refuses_a_fingerprint_of_an_erased_photograph(session: Session, store: FileStore) -> None:
    kept(session, store, [photograph(1)])
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE photo SET erased_at = created_at, sha256 = NULL, thumb_sha256 = NULL"))
