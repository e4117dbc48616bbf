"""What is found on site: the latest condition counts, photographs hang then and now, and can be erased."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations, queries
from propman.assets.models import Asset, AssetPhotoStage, ConditionSource
from propman.errors import NotFound, Refused
from propman.files.operations import Upload, prepare
from propman.files.store import FileStore
from propman.projects.models import PhotoKind, WorkItemPhoto
from tests import stories
from tests.assets.works import Works, far_part, part

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)


def find(session: Session, asset: Asset, score: int, found_on: date = TODAY, note: str | None = None) -> None:
    """Write down how a part was found."""
    operations.record_condition(session, asset_id=asset.id, score=score, found_on=found_on, note=note, actor_id=None,
                                now=NOW)  # fmt: skip


def photograph(
    session: Session, asset: Asset, store: FileStore, stage: AssetPhotoStage, taken_on: date = TODAY, many: int = 1
) -> list[str]:
    """Hang photographs on a part; gives their keys."""
    pictures = prepare([Upload(stories.picture())] * many)
    rows = operations.add_photos(session, asset_id=asset.id, stage=stage, taken_on=taken_on, pictures=pictures,
                                 store=store, actor_id=None, now=NOW)  # fmt: skip
    return [row.photo.key for row in rows]


def test_the_part_shows_how_it_was_found_last_whenever_that_was_entered(session: Session, works: Works) -> None:
    roof = part(session, works)
    assert (roof.condition, roof.condition_on) == (None, None)
    find(session, roof, 4, TODAY - 5 * DAY, "西侧起鼓")
    find(session, roof, 5, TODAY - 30 * DAY)
    assert (roof.condition, roof.condition_on) == (4, TODAY - 5 * DAY)
    find(session, roof, 2, TODAY - 5 * DAY)
    assert (roof.condition, roof.condition_on) == (2, TODAY - 5 * DAY), "of one day the one recorded last"
    found = [(row.score, row.note.body if row.note else None) for row, _ in queries.conditions_of(session, roof)]
    assert found == [(2, None), (4, "西侧起鼓"), (5, None)]


def test_a_form_that_is_open_stays_good_when_somebody_looks_at_the_part(session: Session, works: Works) -> None:
    roof = part(session, works)
    seen = roof.version
    find(session, roof, 3)
    assert roof.version == seen


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"score": 0}, "score"),
        ({"score": 6}, "score"),
        ({"found_on": TODAY + DAY}, "found_on"),
        ({"found_on": date(1900, 1, 1)}, "found_on"),
        ({"note": "长" * 1001}, "note"),
    ],
)
def test_a_finding_that_cannot_be_is_refused(
    session: Session, works: Works, told: dict[str, object], field: str
) -> None:
    roof = part(session, works)
    with pytest.raises(Refused) as refused:
        operations.record_condition(session, **{
            "asset_id": roof.id, "score": 3, "found_on": TODAY, "actor_id": None, "now": NOW, **told,
        })  # type: ignore[arg-type]  # fmt: skip
    assert refused.value.field == field


def test_what_is_gone_is_not_found_any_more(session: Session, works: Works) -> None:
    roof = part(session, works)
    operations.remove_part(session, asset_id=roof.id, on=TODAY - DAY, seen_version=roof.version, actor_id=7, now=NOW)
    find(session, roof, 1, TODAY - 2 * DAY)
    with pytest.raises(Refused, match="removed"):
        find(session, roof, 1)
    with pytest.raises(NotFound):
        operations.record_condition(session, asset_id=10**9, score=1, found_on=TODAY, actor_id=None, now=NOW,
                                    source=ConditionSource.ACCEPTANCE)  # fmt: skip


def test_photographs_stand_then_and_now(session: Session, works: Works, store: FileStore) -> None:
    roof = part(session, works)
    [then] = photograph(session, roof, store, AssetPhotoStage.BASELINE, date(2024, 9, 30))
    older, newer = (photograph(session, roof, store, AssetPhotoStage.NOW, TODAY - n * DAY)[0] for n in (9, 1))
    [of_item] = photograph(session, far_part(session, works), store, AssetPhotoStage.NOW)
    shot = queries.own_picture(session, session.get_one(Asset, roof.id + 1), of_item)
    session.add(WorkItemPhoto(photo_id=shot.id, work_item_id=works.roof.id, kind=PhotoKind.BASELINE))
    session.flush()
    before, after = queries.pictures_of(session, roof)
    assert [each.photo.key for each in before] == [then, of_item]
    assert [(each.photo.key, each.taken_on) for each in after] == [(newer, TODAY - DAY), (older, TODAY - 9 * DAY)]
    assert before[1].taken_on == works.roof.accepted_on
    assert {queries.picture(session, roof, key).key for key in (then, older, of_item)} == {then, older, of_item}
    for foreign in ("0" * 32, "x"):
        with pytest.raises(NotFound):
            queries.picture(session, roof, foreign)


def test_a_photograph_is_erased_by_the_part_it_hangs_on(session: Session, works: Works, store: FileStore) -> None:
    roof, other = part(session, works), part(session, works)
    keys = photograph(session, roof, store, AssetPhotoStage.NOW, many=2)
    with pytest.raises(NotFound):
        operations.erase_part_photo(session, asset_id=other.id, key=keys[0], actor_id=7, now=NOW)
    operations.erase_part_photo(session, asset_id=roof.id, key=keys[0], actor_id=7, now=NOW)
    with pytest.raises(NotFound):
        queries.picture(session, roof, keys[0])
    assert [each.photo.key for each in queries.pictures_of(session, roof)[1]] == [keys[1]]


def test_photographs_need_a_day_that_has_come_and_at_least_one(
    session: Session, works: Works, store: FileStore
) -> None:
    roof = part(session, works)
    with pytest.raises(Refused, match="between 1949 and today"):
        photograph(session, roof, store, AssetPhotoStage.NOW, TODAY + DAY)
    with pytest.raises(Refused, match="at least one"):
        photograph(session, roof, store, AssetPhotoStage.NOW, many=0)
