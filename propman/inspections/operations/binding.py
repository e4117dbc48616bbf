"""A plan as people make it: a template's schedule bound to a community, by those who may, within what the law allows.

Its terms are those of the template, and follow them; or its own (`own_terms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import InspectionSchedule, InspectionTemplate
from propman.catalogue.queries import inspection_templates
from propman.communities.models import Place
from propman.communities.operations.guards import no_slip
from propman.db import held
from propman.errors import Refused
from propman.inspections.models import Counts, Pace, Plan, PlanVersion, Target
from propman.inspections.operations import planning
from propman.inspections.operations.following import said_terms
from propman.inspections.operations.gaps import refuse_gap_anew
from propman.inspections.operations.own_terms import OwnTerms, own_terms
from propman.inspections.operations.versions import Aim, Terms, judge, terms_said
from propman.inspections.queries import keeping, versions_of
from propman.inspections.queries.arising import made_by_nobody
from propman.inspections.queries.behind import schedule_row
from propman.inspections.queries.candidates import Candidate, candidates, taken
from propman.inspections.queries.heated import season_of
from propman.roles import Viewer
from propman.text import N_

FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Choice:
    """What a plan is about: all of the kind there is, also later, of `types` where some are named; or `things`."""

    whole: bool
    types: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()  # `Candidate.key`


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: `own` None is as the template says; `counted_on` is the last inspection, if known;
    `reason` is asked for where it falls short.
    """

    community_id: int
    template: str
    schedule: str
    choice: Choice
    first_on: date
    own: OwnTerms | None = None
    counted_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Draft:
    """A plan that may be made as it was asked for: what it says, and what it is about."""

    template: InspectionTemplate
    schedule: InspectionSchedule
    terms: Terms
    aims: Sequence[Aim]
    asset_types: str | None


def draft(session: Session, *, viewer: Viewer, wish: Wish, now: datetime) -> Draft:
    """What a plan would be; writes nothing.

    Raises `NotFound` for a community or template that is none for `viewer`, `Refused` (422) for terms that cannot be or
    that the law does not allow, and for nothing to inspect; (409) for what has such a plan.
    """
    today, first_on = clock.local_date(now), wish.first_on
    community = keeping.community(session, viewer, wish.community_id, today)
    row, kind = rows_of(session, wish.template, wish.schedule, max(first_on, today))
    if first_on < today:
        raise Refused(N_("A plan begins today at the earliest."), field="first_on")
    not_far(first_on, today)
    was_before(wish.counted_on, today)
    season = season_of(session, row, community, first_on)
    chosen = choose(kind, wish.choice, candidates(session, community, kind, row.counts_from, today))
    refuse_twice(session, community.id, kind, row.code, chosen, first_on)
    since = wish.counted_on or first_on
    aims = [Aim(one.place_id, one.anchor_on or since, one.asset_id) for one in chosen]
    anchors = {aim.anchor_on for aim in aims}
    own = wish.own
    terms = own_terms(own, row, season, first_on, anchors) if own else said_terms(row, season, first_on)
    for anchor in anchors:
        judge(terms, anchor)
    refuse_gap_anew(session, kind.code, row.code, aims, terms)
    types = ",".join(sorted(wish.choice.types)) if wish.choice.whole and wish.choice.types else None
    return Draft(kind, row, terms, aims, types)


def bind_plan(session: Session, *, viewer: Viewer, wish: Wish, now: datetime) -> Plan:
    """Make the plan of which `draft` tells. Flushes. Raises as that: of two who make one at once, to the second."""
    keeping.community(session, viewer, wish.community_id, clock.local_date(now))
    held(session, Place, wish.community_id)
    made = draft(session, viewer=viewer, wish=wish, now=now)
    return planning.make_plan(
        session, community_id=wish.community_id, template=wish.template, schedule_code=wish.schedule, terms=made.terms,
        aims=made.aims, actor_id=viewer.user_id, now=now, whole=wish.choice.whole, asset_types=made.asset_types,
        counted_on=wish.counted_on, reason=wish.reason,
    )  # fmt: skip


def rows_of(session: Session, template: str, schedule: str, on: date) -> tuple[InspectionSchedule, InspectionTemplate]:
    """A schedule and its template in force on `on`, of which people make plans. Raises `Refused` (404) for none."""
    kind, row = inspection_templates(session, on).get(template), schedule_row(session, template, schedule, on)
    if kind is None or row is None or made_by_nobody(kind, row):
        raise Refused(N_("No plan is made of this: it is not in the library, or arises by itself."), status=404)
    return row, kind


def not_far(first_on: date, today: date) -> None:
    """Raises `Refused` for a first day more than a year ahead: until then nothing came due, and nobody could plan the
    same or say otherwise.
    """
    no_slip(first_on, today, field="first_on")
    if first_on > today + FARTHEST:
        raise Refused(N_("Give a first day within a year, by %(day)s."), field="first_on", day=today + FARTHEST)


def was_before(counted_on: date | None, today: date) -> None:
    """Raises `Refused` for a last inspection that has not been yet."""
    if counted_on is not None:
        no_slip(counted_on, today, field="counted_on")
        if counted_on > today:
            raise Refused(N_("The last inspection cannot be later than today."), field="counted_on")


def changed_terms(
    session: Session, *, viewer: Viewer, plan_id: int, first_on: date, own: OwnTerms | None, now: datetime
) -> Terms:
    """What a plan would say from `first_on` on; writes nothing. Raises as `rebind_plan`."""
    today = clock.local_date(now)
    plan = keeping.plan(session, viewer, plan_id, today, keeping.KEEP)
    not_far(first_on, today)
    row = schedule_row(session, plan.template, plan.schedule, max(first_on, today))
    last = not_of_events(session, plan)
    planning.goes_on(last)
    season = season_of(session, row, plan.community, first_on) if row is not None else last.season
    counted = select(Target.anchor_on).where(Target.plan_id == plan.id, Target.ends_on.is_(None)).distinct()
    anchors = session.scalars(counted).all()
    if own is not None:
        terms = own_terms(own, row or _as_row(last), season, first_on, anchors)
    elif row is not None:
        terms = said_terms(row, season, first_on)
    else:
        raise Refused(N_("The library says nothing of this any more: please say how often."), field="terms")
    for anchor in anchors:
        judge(terms, anchor)
    return terms


def rebind_plan(
    session: Session, *, viewer: Viewer, plan_id: int, seen_version: int, first_on: date, own: OwnTerms | None,
    reason: str | None, now: datetime,
) -> PlanVersion:  # fmt: skip
    """Let a plan say otherwise from `first_on` on, or again what its template says. Flushes.

    Raises `NotFound`, `Stale`, and `Refused` as `draft` and `planning.change_plan`.
    """
    terms = changed_terms(session, viewer=viewer, plan_id=plan_id, first_on=first_on, own=own, now=now)
    return planning.change_plan(session, plan_id=plan_id, seen_version=seen_version, terms=terms,
                                actor_id=viewer.user_id or 0, reason=reason, now=now)  # fmt: skip


def stop_plan(
    session: Session, *, viewer: Viewer, plan_id: int, seen_version: int, first_on: date, pace: Pace, reason: str,
    now: datetime,
) -> PlanVersion:  # fmt: skip
    """Pause or end a plan (`pace`) from `first_on` on, and say why. Flushes. Raises as `rebind_plan`."""
    today = clock.local_date(now)
    not_of_events(session, keeping.plan(session, viewer, plan_id, today, keeping.KEEP))
    not_far(first_on, today)
    act = planning.end_plan if pace is Pace.ENDED else planning.pause_plan
    return act(session, plan_id=plan_id, seen_version=seen_version, first_on=first_on, reason=reason,
               actor_id=viewer.user_id or 0, now=now)  # fmt: skip


def not_of_events(session: Session, plan: Plan) -> PlanVersion:
    """The last version of `plan`. Raises `Refused` (409) where events bring what is due: those are ended."""
    last = versions_of(session, [plan.id])[plan.id][-1]
    if last.counts is Counts.EVENT:
        raise Refused(N_("Events bring what is due here: the event itself is changed or ended."), status=409)
    return last


def _as_row(version: PlanVersion) -> InspectionSchedule:
    """What a plan said last, where the library says nothing any more: that stays the measure."""
    said = terms_said(version)
    return InspectionSchedule(rule=said.rule, counts_from=said.counts, greatest_gap=said.greatest_gap,
                              tolerance=said.tolerance, early=said.early, on_holidays=said.on_holidays)  # fmt: skip


def choose(kind: InspectionTemplate, choice: Choice, found: Sequence[Candidate]) -> Sequence[Candidate]:
    """What `choice` names of what was `found`, as far as it can be counted. Raises `Refused`."""
    if not choice.types <= set((kind.asset_types or "").split(",")):
        raise Refused(N_("Choose types of parts that this inspection is about."), field="types")
    if not choice.whole and not choice.things <= {one.key for one in found}:
        raise Refused(N_("Choose places and parts of this community."), field="things")
    if choice.whole:
        asked, field = [one for one in found if not choice.types or one.type_code in choice.types], "extent"
    else:
        asked, field = [one for one in found if one.key in choice.things], "things"
    if not asked and choice.whole:
        raise Refused(N_("There is nothing here that this inspection is about."), field=field)
    if not asked:
        raise Refused(N_("Please choose what is inspected."), field=field)
    counted = [one for one in asked if one.counts]
    if not counted or (len(counted) < len(asked) and not choice.whole):
        raise Refused(N_("The papers do not say from which day to count: please enter first when it was accepted, or "
                         "since when it is in use."), field=field)  # fmt: skip
    return counted


def refuse_twice(
    session: Session, community_id: int, kind: InspectionTemplate, schedule: str, chosen: Sequence[Candidate],
    first_on: date,
) -> None:  # fmt: skip
    """Refuse what has a duty of this schedule already on `first_on`; of schedules one of which is taken, of any."""
    there = taken(session, community_id, kind, schedule, first_on)
    for one in chosen:
        if one.key in there:
            raise Refused(N_("%(name)s has such a plan already."), status=409, name=one.name)
