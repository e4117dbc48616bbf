"""Events: opened, dated anew, of another class, called off. What they bring is laid at once, follows their days and
class, and is never deleted.

Whoever opens, dates or calls off holds the district: of two that open the same for the same days one comes second, and
finds it there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.db import held
from propman.errors import NotFound, Refused, Stale
from propman.inspections import upon
from propman.inspections.models import Duty, DutyAct, Occasion, OccasionMove, OccasionPlace, Plan, PlanVersion, Target
from propman.inspections.models.occasions import Move
from propman.inspections.notices import tell_occasion
from propman.inspections.operations.bringing import lay_upon
from propman.inspections.operations.ending import note_down, supersede
from propman.inspections.operations.wording import in_time, say_why, whose_word
from propman.inspections.queries import occasions as queries
from propman.inspections.recurrence import Recurrence, read
from propman.inspections.schedule import Window
from propman.inspections.upon import TEMPLATES, Brought, Days, Kind, task
from propman.personal import TextKind, write
from propman.roles import Viewer
from propman.text import N_

_COUNTY = 2  # where it stands in the line of a place


def open_occasion(
    session: Session, *, viewer: Viewer, kind: Kind, place_id: int, days: Days, codes: Collection[str], source: str,
    now: datetime,
) -> Occasion:  # fmt: skip
    """Write down an event of an area, and lay what it brings in each of its communities. Flushes.

    A community that has one of the kind on one of these days already is left to that; if a company opened it and it
    brings less than somebody above asks for now, it is called off instead. Raises `NotFound` for an area
    that is not the viewer's, `Refused` (422) for days that cannot be, for nothing chosen, no source, and a deadline
    that has passed: what nobody was told of is not missed; (409) where all of the area has one already.
    """
    on = clock.local_date(now)
    place, organisation_id = queries.area(session, viewer, place_id, on)
    held(session, Place, place.line_ids[_COUNTY])
    upon.check(days)
    upon.check_first(days, on)
    rows = {row.code: row for row in queries.schedules(session, kind, on)}
    if not codes or set(codes) - rows.keys():
        raise Refused(N_("Choose at least one of them."), field="codes")
    brought, said = Brought(days, {code: read(rows[code].rule) for code in codes}), whose_word(source)
    in_time((days.deadline(rule) for rule in brought.rules.values()), on)
    left = _left(session, viewer, place, kind, brought, now)
    occasion = Occasion(
        kind=kind, place_id=place.id, organisation_id=organisation_id, starts_on=days.starts_on, ends_on=days.ends_on,
        schedules=",".join(code for code in rows if code in codes), source=said, version=0,
    )  # fmt: skip
    _step(session, occasion, Move.OPENED, viewer, None, now)
    session.add_all(
        OccasionPlace(occasion_id=occasion.id, community_id=one, template=TEMPLATES[kind], starts_on=days.starts_on,
                      ends_on=days.ends_on, off=False) for one in left
    )  # fmt: skip
    session.flush()
    lay_upon(session, occasion=occasion, actor_id=viewer.user_id, now=now)
    tell_occasion(session, occasion=occasion, move=Move.OPENED, but=viewer.user_id, now=now)
    return occasion


def _left(
    session: Session, viewer: Viewer, place: Place, kind: Kind, brought: Brought, now: datetime
) -> list[int]:  # fmt: skip
    """The communities of `place` that no such event has, or none that covers what is `brought` from above."""
    on = clock.local_date(now)
    inside = [one.id for one in queries.communities_in(session, place, on)]
    there = queries.taken(session, TEMPLATES[kind], inside, brought.days)
    own = queries.of_companies(session, set(there.values())) if queries.over(viewer, place) else ()
    less = [one for one in own if not _brings(session, one, one.days, on).covers(brought)]
    for one in less:
        _call_off(session, held(session, Occasion, one.id), viewer, INSTEAD, now)
    gone = {one.id for one in less}
    left = sorted(one for one in inside if one not in there or there[one] in gone)
    if not left:
        raise Refused(_NOBODY if not inside else _TAKEN, status=409 if inside else 422)
    return left


INSTEAD = "上级为更大范围开启了同类事件，以上级的为准。"
"""Why an event of a company is called off by itself."""

_TAKEN = N_("Such an event is open there for these days already.")
_NOBODY = N_("No community lies there.")


def date_occasion(
    session: Session, *, occasion_id: int, viewer: Viewer, seen_version: int, days: Days, reason: str, now: datetime
) -> Occasion:
    """Its end is known, or its days are others than was thought: what is open moves, by a recorded event; what has its
    end never does. Flushes. Raises as `open_occasion`, `Stale`, and `Refused` (422) for an end that is taken away.
    """
    on = clock.local_date(now)
    occasion = _loaded(session, occasion_id, viewer, seen_version, on)
    say_why(reason)
    if days == occasion.days:
        raise Refused(N_("These are the days that it has already."), field="ends_on")
    if days.ends_on is None and occasion.ends_on is not None:
        raise Refused(N_("It has an end already: give another one."), field="ends_on")
    upon.check(days)
    if days.starts_on != occasion.starts_on:
        upon.check_first(days, on)
    places = _places(session, occasion)
    ids = [one.community_id for one in places]
    if queries.taken(session, TEMPLATES[occasion.kind], ids, days, but=occasion.id):
        raise Refused(_TAKEN, status=409)
    _stands_in(session, occasion, viewer, _brings(session, occasion, days, on), on)
    moved = _moved(session, occasion, days, on)
    occasion.starts_on, occasion.ends_on = days.starts_on, days.ends_on
    for one in places:
        one.starts_on, one.ends_on = days.starts_on, days.ends_on
    _step(session, occasion, Move.DATED, viewer, reason, now)
    for duty, window in moved:
        duty.due_on = duty.do_on = duty.closes_on = window.closes_on
        duty.opens_on, duty.cut_off_on = window.opens_on, window.cut_off_on
        note_down(session, duty, DutyAct.MOVE, actor_id=viewer.user_id, now=now, do_on=duty.do_on)
    lay_upon(session, occasion=occasion, actor_id=viewer.user_id, now=now)
    tell_occasion(session, occasion=occasion, move=Move.DATED, but=viewer.user_id, now=now)
    return occasion


def class_occasion(
    session: Session, *, occasion_id: int, viewer: Viewer, seen_version: int, kind: Kind, reason: str, now: datetime
) -> Occasion:
    """It is of another class than was thought: what is open counts no more, and comes by the deadlines of that class.
    Flushes.

    What has its end stays, and is not brought again. Raises as `date_occasion`; `Refused` (422) for what is no other
    class of it, (409) where all that it brought has its end.
    """
    on = clock.local_date(now)
    occasion = _loaded(session, occasion_id, viewer, seen_version, on)
    say_why(reason)
    duties = _open(session, occasion)
    rules = _of_class(session, occasion, kind, duties, on)
    _stands_in(session, occasion, viewer, Brought(occasion.days, rules), on)
    occasion.kind, occasion.schedules = kind, ",".join(rules)
    _step(session, occasion, Move.CLASSED, viewer, reason, now)
    supersede(session, duties=duties, number=occasion.version, actor_id=viewer.user_id or 0, now=now)
    session.flush()
    lay_upon(session, occasion=occasion, actor_id=viewer.user_id, now=now)
    tell_occasion(session, occasion=occasion, move=Move.CLASSED, but=viewer.user_id, now=now)
    return occasion


def call_off_occasion(
    session: Session, *, occasion_id: int, viewer: Viewer, seen_version: int, reason: str, now: datetime
) -> Occasion:
    """It does not come, or was a mistake: what is open counts no more, and what has its end stays. Flushes.

    Raises `NotFound`, `Stale`, `Refused` (422) for no reason, (409) once called off, and to a company whose event
    stands in for one from above.
    """
    on = clock.local_date(now)
    occasion = _loaded(session, occasion_id, viewer, seen_version, on)
    say_why(reason)
    _stands_in(session, occasion, viewer, Brought(occasion.days, {}), on)
    return _call_off(session, occasion, viewer, reason, now)


def _call_off(session: Session, occasion: Occasion, viewer: Viewer, reason: str, now: datetime) -> Occasion:
    """Call off `occasion`, which is held."""
    occasion.called_off_at = now
    _step(session, occasion, Move.CALLED_OFF, viewer, reason, now)
    for one in _places(session, occasion):
        one.off = True
    duties = _open(session, occasion)
    supersede(session, duties=duties, number=occasion.version, actor_id=viewer.user_id or 0, now=now)
    session.flush()
    tell_occasion(session, occasion=occasion, move=Move.CALLED_OFF, but=viewer.user_id, now=now)
    return occasion


def _brings(session: Session, occasion: Occasion, days: Days, on: date) -> Brought:
    """What `occasion` brings by `days`, as the library of the day says it."""
    rows = queries.schedules(session, occasion.kind, on)
    return Brought(days, {row.code: read(row.rule) for row in rows if row.code in occasion.codes})


def _stands_in(session: Session, occasion: Occasion, viewer: Viewer, brought: Brought, on: date) -> None:
    """Raises `Refused` (409) where an event from above left this community to that of its company, which would no
    longer bring what that one does: else nobody would have it to do.
    """
    if queries.over(viewer, occasion.place):
        return
    for one in queries.from_above(session, occasion, occasion.days):
        if not brought.covers(_brings(session, one, one.days, on)):
            raise Refused(N_("%(place)s has such an event on these days, and left this community to yours: only those "
                             "above can change it so now."), status=409, place=one.place.name)  # fmt: skip


def _loaded(session: Session, occasion_id: int, viewer: Viewer, seen_version: int, on: date) -> Occasion:
    """The event, held, once it is seen that `viewer` may change it."""
    found = queries.occasion(session, viewer, occasion_id, on)
    if not queries.edits(session, viewer, found, on):
        raise NotFound()
    held(session, Place, found.place.line_ids[_COUNTY])
    occasion = held(session, Occasion, occasion_id)
    if occasion.called_off_at is not None:
        raise Refused(N_("It was called off already."), status=409)
    if occasion.version != seen_version:
        raise Stale()
    return occasion


def _step(session: Session, occasion: Occasion, move: Move, viewer: Viewer, reason: str | None, now: datetime) -> None:
    """Write `occasion` as it stands now, with its move."""
    said = None
    if move is not Move.OPENED:
        said = write(session, kind=TextKind.NOTE, body=reason, now=now)
    occasion.version += 1
    session.add(occasion)
    session.flush()
    session.add(OccasionMove(
        occasion_id=occasion.id, version=occasion.version, move=move, kind=occasion.kind, at=now,
        actor_id=viewer.user_id, starts_on=occasion.starts_on, ends_on=occasion.ends_on,
        reason_id=said.id if said else None,
    ))  # fmt: skip
    session.flush()


def _of_class(
    session: Session, occasion: Occasion, kind: Kind, duties: Sequence[Duty], on: date
) -> dict[str, Recurrence]:  # fmt: skip
    """What `occasion` brings as one of `kind`, the same tasks by other schedules: their codes and rules."""
    if kind not in upon.classes(occasion.kind):
        raise Refused(N_("Choose another class of this event."), field="kind")
    if not duties and occasion.ends_on is not None:
        raise Refused(N_("All that it brought has its end already, and that stays."), status=409)
    asked = {task(code) for code in occasion.codes}
    rows = [row for row in queries.schedules(session, kind, on) if task(row.code) in asked]
    if not rows:
        raise Refused(N_("The library says nothing of this class."), field="kind")
    still = {task(duty.target.plan.schedule) for duty in duties} or asked
    in_time((occasion.days.deadline(read(row.rule)) for row in rows if task(row.code) in still), on, "kind")
    return {row.code: read(row.rule) for row in rows}


def _moved(session: Session, occasion: Occasion, days: Days, on: date) -> list[tuple[Duty, Window]]:
    """What is open and falls otherwise by `days`, held, with the days that it gets. Raises `Refused` for what would
    have been due before anybody was told, also of what is not laid yet.
    """
    duties = _open(session, occasion)
    rules = {one: read(rule) for one, rule in _rules(session, duties).items()}
    new = (row.rule for row in queries.schedules(session, occasion.kind, on) if row.code in occasion.codes)
    waits = [read(rule) for rule in new if occasion.days.deadline(read(rule)) is None]
    in_time((days.deadline(rule) for rule in (*rules.values(), *waits)), on)
    due = {duty.id: days.deadline(rules[duty.id]) for duty in duties}
    return [(duty, days.window(rules[duty.id], due_on)) for duty in duties
            if (due_on := due[duty.id]) is not None and due_on != duty.due_on]  # fmt: skip


def _rules(session: Session, duties: Sequence[Duty]) -> Mapping[int, str]:
    """By the duty, what the version of its plan says by which it was laid."""
    query = (
        select(Duty.id, PlanVersion.rule)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(PlanVersion, (PlanVersion.plan_id == Plan.id) & (PlanVersion.number == Duty.plan_version))
        .where(Duty.id.in_([duty.id for duty in duties]))
    )
    return dict(session.execute(query).all())


def _open(session: Session, occasion: Occasion) -> Sequence[Duty]:
    """What is open of it, held."""
    query = select(Duty).join(Duty.target).where(
        Duty.occasion_id == occasion.id, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    found = query.order_by(Duty.id).with_for_update(of=(Duty, Target)).execution_options(populate_existing=True)
    return session.scalars(found).all()


def _places(session: Session, occasion: Occasion) -> Sequence[OccasionPlace]:
    return session.scalars(select(OccasionPlace).where(OccasionPlace.occasion_id == occasion.id)).all()
