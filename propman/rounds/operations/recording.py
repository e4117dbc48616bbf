"""A point of a round recorded, once: what was answered and seen, how well that is proven, what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.assets.operations import record_condition
from propman.catalogue.models import InspectionItem, InspectionTemplate
from propman.catalogue.queries import categories
from propman.communities.codes import normal
from propman.communities.queries import holder_on
from propman.db import held
from propman.errors import NotFound, Refused
from propman.files.models import Photo
from propman.files.operations import Upload, keep
from propman.files.queries import used_before
from propman.files.store import FileStore
from propman.inspections.models import Duty
from propman.personal import TextKind, clean, write
from propman.roles import Viewer
from propman.rounds import findings, proof
from propman.rounds.judging import Result, Said, condition, judge, refuse_nothing, together
from propman.rounds.models import Round, RoundAnswer, RoundPoint
from propman.rounds.operations.rounds import finish, own_round
from propman.rounds.proof import Asked, Given, Keys, Position
from propman.rounds.queries import codes_there, items_of, may_do, templates_on
from propman.text import N_
from propman.tickets import operations as tickets
from propman.tickets.operations import Failed

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Reply:
    """What was answered to one item, with a photograph drawn anew and a note, if any."""

    said: Said
    note: str | None = None
    photo: Upload | None = None


NOTHING = Reply(Said())


@dataclass(frozen=True)
class Seen:
    """What came in beside the answers: the challenge of the round, the code of the label, clock and position of the
    device, as far as it said.
    """

    challenge: str
    code: str = ""
    device_at: datetime | None = None
    position: Position | None = None


def record_point(
    session: Session, *, round_id: int, point_id: int, replies: Mapping[int, Reply], seen: Seen, viewer: Viewer,
    keys: Keys, store: FileStore, now: datetime,
) -> RoundPoint:  # fmt: skip
    """Record a point with an answer to each of its items, by id. What failed opens a report or joins one, a part shows
    the condition that was found, and the last point of a duty ends it. Flushes.

    Raises `NotFound` for a point of no round of this viewer and where the work is theirs no more, `Refused` 409 for one
    that is in, and 422 naming the field ("number_17") for what is no answer and for a code that no label carries.
    """
    found = own_round(session, round_id, viewer, now)
    point = session.get(RoundPoint, point_id)
    if point is None or point.round_id != found.id or not may_do(session, viewer, point.duty_id, now):
        raise NotFound()
    if point.recorded_at is not None:
        raise Refused(N_("This point is recorded already."), status=409)
    template, items = asked_at(session, found, point)
    results = _judged(items, replies)
    codes, known = codes_there(session, point, seen.code)
    if seen.code and not known:
        raise Refused(N_("No label carries this code. It has 13 letters and digits; look once more."), field="code")
    photos = _keep(session, items, replies, store, now)
    earlier = {item_id: _earlier_use(session, point, photo, replies[item_id].photo, now)
               for item_id, photo in photos.items()}  # fmt: skip
    _record(session, found, point, results.values(), seen, codes, keys, now,
            photo_is_new=None in earlier.values() if earlier else None)  # fmt: skip
    answers = [_answer(session, point, item, replies.get(item.id, NOTHING), results[item.id], photos.get(item.id), now)
               for item in items]  # fmt: skip
    _flag(answers, earlier, _serving([photos[item.id] for item in items if item.photo and item.id in photos]))
    session.add_all(answers)
    session.flush()
    _open_reports(session, point, template, answers, replies, viewer, store, now)
    _tell_condition(session, point, now, found.person_id)
    _finish_if_last(session, found, point, now)
    return point


def _finish_if_last(session: Session, found: Round, point: RoundPoint, now: datetime) -> None:
    left = select(RoundPoint.id).where(RoundPoint.round_id == found.id, RoundPoint.duty_id == point.duty_id,
                                       RoundPoint.recorded_at.is_(None))  # fmt: skip
    if session.scalar(left.limit(1)) is None:
        finish(session, found, point.duty_id, now=now)


def asked_at(
    session: Session, found: Round, point: RoundPoint
) -> tuple[InspectionTemplate, Sequence[InspectionItem]]:  # fmt: skip
    """The template of a point and the items that are asked there, as they stood when the round began."""
    on = clock.local_date(found.started_at)
    plan = session.get_one(Duty, point.duty_id).target.plan
    return templates_on(session, on)[plan.template], items_of(session, plan.template, plan.schedule, on)


def _judged(items: Sequence[InspectionItem], replies: Mapping[int, Reply]) -> dict[int, Result]:
    """By item whether the reply passes. Raises `Refused` naming the field of the item."""
    answers, results = {item.id: _whole(replies.get(item.id, NOTHING)) for item in items}, {}
    for item in items:
        with _named(item):
            results[item.id] = judge(item, answers[item.id])
    with _named(items[0]):
        refuse_nothing(list(answers.values()))
    return results


def _whole(reply: Reply) -> Said:
    """What was said, and what stands beside it."""
    return replace(reply.said, with_photo=reply.photo is not None, with_note=bool(clean(reply.note or "").strip()))


@contextmanager
def _named(item: InspectionItem) -> Iterator[None]:
    """A refusal names the field of this item: "number_17"."""
    try:
        yield
    except Refused as refusal:
        refusal.field = f"{refusal.field}_{item.id}"
        raise


def _record(
    session: Session, found: Round, point: RoundPoint, results: Collection[Result], seen: Seen, codes: frozenset[str],
    keys: Keys, now: datetime, *, photo_is_new: bool | None,
) -> None:  # fmt: skip
    """What came in at the point, how well it is proven, and for whom it counts."""
    answers = holder_on(session, found.community_id, clock.local_date(now))
    given = Given(seen.challenge, seen.code or None, seen.device_at, now, photo_is_new, seen.position)
    graded = proof.grade(given, Asked(found.id, found.person_id, codes), keys)
    point.recorded_at, point.device_at, point.result = now, seen.device_at, together(results)
    point.failed = sum(each is Result.FAIL for each in results)
    point.level, point.lacks = graded.level, ",".join(graded.lacks) or None
    point.code = normal(seen.code) if seen.code else None
    point.month, point.community_id, point.organisation_id = clock.month_of(now), found.community_id, answers.id
    if seen.position is not None and seen.position.is_one:
        point.latitude, point.longitude = seen.position.latitude, seen.position.longitude
        point.metres = seen.position.metres


def _keep(
    session: Session, items: Sequence[InspectionItem], replies: Mapping[int, Reply], store: FileStore, now: datetime
) -> dict[int, Photo]:
    """The photographs on the disk and as rows, by item."""
    shown = {item.id: replies[item.id].photo for item in items if item.id in replies and replies[item.id].photo}
    pictures = [upload.picture for upload in shown.values() if upload and upload.picture]
    return dict(zip(shown, keep(session, store=store, pictures=pictures, now=now), strict=True)) if shown else {}


def _earlier_use(
    session: Session, point: RoundPoint, photo: Photo, sent: Upload | None, now: datetime
) -> tuple[int, bool] | None:
    """The answer with which the picture, or the same in a mirror, came in before at another point or on another day,
    the most alike first, and whether it was the very file.
    """
    prints = sent.picture.prints if sent and sent.picture else None
    mirrored = prints.mirrored if prints else None
    used = {each.photo_id: each for each in used_before(session, photo, mirrored=mirrored)}
    if not used:
        return None
    query = select(RoundAnswer, RoundPoint).join(RoundPoint, RoundPoint.id == RoundAnswer.point_id)
    today, earlier = clock.local_date(now), dict[int | None, int]()
    for answer, there in session.execute(query.where(RoundAnswer.photo_id.in_(used))):
        same_place = (there.place_id, there.asset_id) == (point.place_id, point.asset_id)
        if not (same_place and there.recorded_at and clock.local_date(there.recorded_at) == today):
            earlier[answer.photo_id] = answer.id
    first = next((photo_id for photo_id in used if photo_id in earlier), None)
    return (earlier[first], used[first].same_file) if first is not None else None


def _serving(photos: Sequence[Photo]) -> dict[int | None, int]:
    """Of the compulsory photographs of one point, how many are the same file, by each of those that are several.

    By their bytes alone: two that were taken from one spot look alike, and both were taken.
    """
    received = {photo.id: photo.received_sha256 for photo in photos if photo.received_sha256}
    times = Counter(received.values())
    return {photo_id: times[each] for photo_id, each in received.items() if times[each] > 1}


def _flag(
    answers: Sequence[RoundAnswer], earlier: Mapping[int, tuple[int, bool] | None], serves: Mapping[int | None, int]
) -> None:
    """Write down what is known of the photographs of a point, by item and by photograph."""
    for answer in answers:
        answer.earlier_id, answer.earlier_same_file = earlier.get(answer.item_id) or (None, None)
        answer.serves = serves.get(answer.photo_id)


def _answer(
    session: Session, point: RoundPoint, item: InspectionItem, reply: Reply, result: Result, photo: Photo | None,
    now: datetime,
) -> RoundAnswer:  # fmt: skip
    said = reply.said if result is not Result.NOT_APPLICABLE else Said()
    note = write(session, kind=TextKind.NOTE, body=reply.note, now=now)
    return RoundAnswer(
        point_id=point.id, item_id=item.id, result=result, number=said.number, counted=said.counted, total=said.total,
        note_id=note.id if note else None, photo_id=photo.id if photo else None,
    )  # fmt: skip


def _open_reports(
    session: Session, point: RoundPoint, template: InspectionTemplate, answers: Sequence[RoundAnswer],
    replies: Mapping[int, Reply], viewer: Viewer, store: FileStore, now: datetime,
) -> None:  # fmt: skip
    """What failed opens a report or joins one, once for ever by its answer."""
    known = [kind.code for kind in categories(session, clock.local_date(now))]
    for answer in answers:
        if answer.result is not Result.FAIL:
            continue
        item, reply = session.get_one(InspectionItem, answer.item_id), replies[answer.item_id]
        failed = Failed(
            answer.source, point.place, findings.category_of(template.code, known, item.code),
            findings.words(template, item, reply.said, reply.note), asset_id=point.asset_id,
            photos=(reply.photo,) if reply.photo else (), template=point.template,
        )  # fmt: skip
        tickets.open_finding(session, failed=failed, viewer=viewer, store=store, now=now)


def _tell_condition(session: Session, point: RoundPoint, now: datetime, actor_id: int) -> None:
    """A part shows how it was found, unless it was removed meanwhile."""
    if point.asset_id is None or point.result is None:
        return
    part, today = held(session, Asset, point.asset_id), clock.local_date(now)
    score = condition(part.condition, point.result)
    if score is not None and part.there_on(today):
        record_condition(session, asset_id=part.id, score=score, found_on=today, actor_id=actor_id, now=now)
