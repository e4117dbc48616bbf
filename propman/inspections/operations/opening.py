"""Events: opened, dated anew, of another class, called off. What they bring is laid at once, follows their days and
class, and is never deleted.

Whoever opens, dates or calls off holds the district: of two that open the same for the same days one comes second, and
finds it there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.db import held
from propman.errors import NotFound, Refused, Stale
from propman.inspections import upon
from propman.inspections.models import Duty, DutyAct, Occasion, Plan, PlanVersion, Target
from propman.inspections.models.occasions import Move
from propman.inspections.notices import tell_occasion
from propman.inspections.operations import sharing
from propman.inspections.operations.bringing import lay_upon
from propman.inspections.operations.ending import note_down, supersede
from propman.inspections.operations.event_moves import brings, call_off, open_of, places_of, step
from propman.inspections.operations.sharing import Around
from propman.inspections.operations.wording import in_time, say_why, whose_word
from propman.inspections.queries import occasions as queries
from propman.inspections.recurrence import Recurrence, read
from propman.inspections.schedule import Window
from propman.inspections.upon import Brought, Days, Kind, task
from propman.roles import Viewer
from propman.text import N_

_COUNTY = 2  # where it stands in the line of a place


def open_occasion(
    session: Session, *, viewer: Viewer, kind: Kind, place_id: int, days: Days, codes: Collection[str], source: str,
    nevertheless: bool, now: datetime,
) -> Occasion:  # fmt: skip
    """Write down an event of an area, and lay what it brings in each of its communities. Flushes.

    Which communities it has says `sharing`. Raises `NotFound` for an area that is not the viewer's, `Refused` (422)
    for days that cannot be, for nothing chosen, no source, and a deadline that has passed: what nobody was told of is
    not missed; `Taken` (409) where all of the area has one already and, where the same is still open upon others,
    `StillOpen`, unless it is opened `nevertheless`.
    """
    on = clock.local_date(now)
    place, organisation_id = queries.area(session, viewer, place_id, on)
    held(session, Place, place.line_ids[_COUNTY])
    upon.check_first(days, on)
    upon.check(days, kind)
    rows = {row.code: row for row in queries.schedules(session, kind, on)}
    if not codes or set(codes) - rows.keys():
        raise Refused(N_("Choose at least one of them."), field="codes")
    brought, said = Brought(days, {code: read(rows[code].rule) for code in codes}), whose_word(source)
    in_time((days.deadline(rule) for rule in brought.rules.values()), on)
    found = sharing.share(session, viewer, place, kind, brought, on)
    if not nevertheless:
        sharing.refuse_twice(session, found, kind, brought, on)
    around = sharing.around(session, found.gone)
    sharing.give_way(session, found.gone, viewer, now)
    occasion = Occasion(
        kind=kind, place_id=place.id, organisation_id=organisation_id, starts_on=days.starts_on, ends_on=days.ends_on,
        schedules=",".join(code for code in rows if code in codes), source=said, version=0,
    )  # fmt: skip
    step(session, occasion, Move.OPENED, viewer, None, now)
    return _settled(session, occasion, Move.OPENED, found.has, around, viewer, now)


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
    if days.starts_on != occasion.starts_on:
        upon.check_first(days, on)
        upon.check_moved(occasion.days, days, on)
    upon.check(days, occasion.kind)
    brought = brings(session, occasion, days, on)
    found = sharing.share(session, viewer, occasion.place, occasion.kind, brought, on, occasion)
    sharing.refuse_less(session, occasion, viewer, brought, on)
    moved, around = _moved(session, occasion, days, on, found.has), sharing.around(session, (occasion, *found.gone))
    sharing.give_way(session, found.gone, viewer, now)
    sharing.leave(session, occasion, found.has, viewer.user_id, now)
    places = places_of(session, occasion)
    occasion.starts_on, occasion.ends_on = days.starts_on, days.ends_on
    for one in places:
        one.starts_on, one.ends_on = days.starts_on, days.ends_on
    step(session, occasion, Move.DATED, viewer, reason, now)
    for duty, window in moved:
        duty.due_on = duty.do_on = duty.closes_on = window.closes_on
        duty.opens_on, duty.cut_off_on = window.opens_on, window.cut_off_on
        note_down(session, duty, DutyAct.MOVE, actor_id=viewer.user_id, now=now, do_on=duty.do_on)
    return _settled(session, occasion, Move.DATED, found.has, around, viewer, now)


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
    duties = open_of(session, occasion)
    rules = _of_class(session, occasion, kind, duties, on)
    brought = Brought(occasion.days, rules)
    sharing.refuse_less(session, occasion, viewer, brought, on)
    found = sharing.share(session, viewer, occasion.place, kind, brought, on, occasion)
    around = sharing.around(session, found.gone)
    sharing.give_way(session, found.gone, viewer, now)
    occasion.kind, occasion.schedules = kind, ",".join(rules)
    step(session, occasion, Move.CLASSED, viewer, reason, now)
    supersede(session, duties=duties, number=occasion.version, actor_id=viewer.user_id or 0, now=now)
    session.flush()
    return _settled(session, occasion, Move.CLASSED, found.has, around, viewer, now)


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
    sharing.refuse_less(session, occasion, viewer, Brought(occasion.days, {}), on)
    around = sharing.around(session, (occasion,))
    call_off(session, occasion, viewer, reason, now)
    sharing.take_up(session, around, viewer, now)
    return occasion


def _settled(
    session: Session, occasion: Occasion, move: Move, has: Set[int], around: Around, viewer: Viewer, now: datetime
) -> Occasion:  # fmt: skip
    """Let `occasion` have its communities, lay what it brings, and tell; then others take up what is free."""
    sharing.join(session, occasion, has)
    lay_upon(session, occasion=occasion, actor_id=viewer.user_id, now=now)
    tell_occasion(session, occasion=occasion, move=move, but=viewer.user_id, now=now)
    sharing.take_up(session, around, viewer, now)
    return occasion


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


def _moved(
    session: Session, occasion: Occasion, days: Days, on: date, has: Set[int]
) -> list[tuple[Duty, Window]]:  # fmt: skip
    """What is open in the communities that it `has` and falls otherwise by `days`, held, with the days that it gets.
    Raises `Refused` for what would have been due before anybody was told, also of what is not laid yet.
    """
    duties = [duty for duty in open_of(session, occasion) if duty.community_id in has]
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
