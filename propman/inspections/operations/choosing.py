"""What a plan of chosen places and parts is about: another joins, one is taken out, from a day on, by name.

As with its versions: what was due before that day stays due, and what is laid from it on is superseded or laid. The
history of the plan keeps who, when and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.models import Place
from propman.communities.operations.guards import no_slip
from propman.db import held
from propman.errors import Refused, Stale
from propman.inspections.models import Counts, Pace, Plan, PlanVersion
from propman.inspections.operations.binding import Choice, choose, not_far, not_of_events, refuse_twice, was_before
from propman.inspections.operations.gaps import refuse_gap_anew
from propman.inspections.operations.planning import add_targets
from propman.inspections.operations.versions import Aim, judge, leave, targets_of, terms_said
from propman.inspections.queries import keeping, version_on, versions_of
from propman.inspections.queries.candidates import candidates, key_of
from propman.inspections.queries.wanted import template_of
from propman.personal import TextKind, clean
from propman.roles import Viewer
from propman.text import N_


def add_chosen(
    session: Session, *, viewer: Viewer, plan_id: int, things: Collection[str], first_on: date, now: datetime,
    counted_on: date | None = None, reason: str | None = None,
) -> Plan:  # fmt: skip
    """Let `things` (`Candidate.key`) join a plan from `first_on` on, counted from their last inspection, if it is known
    (`counted_on`); by the calendar else from the day from which the others are. Flushes.

    Raises `NotFound`, and `Refused` (422) for a day that has passed, nothing chosen, what cannot be counted, or comes
    round too late after what was due (`gaps`); (409) for what has such a plan, and for a plan of everything there is,
    which nobody adds to.
    """
    plan, last = _of_chosen(session, viewer, plan_id, now)
    today = clock.local_date(now)
    if first_on < today:
        raise Refused(N_("It joins today at the earliest: what nobody was told of is not missed."), field="first_on")
    not_far(first_on, today)
    was_before(counted_on, today)
    kind = template_of(session, plan.template, today)
    found = candidates(session, plan.community, kind, last.counts, today) if kind else ()
    if kind is None or not found:
        raise Refused(N_("There is nothing here that this inspection is about."), field="things")
    chosen = choose(kind, Choice(whole=False, things=frozenset(things)), found)
    refuse_twice(session, plan.community_id, kind, plan.schedule, chosen, first_on)
    since = counted_on or (plan.counted_on if last.counts is Counts.CALENDAR else first_on)
    aims = [Aim(one.place_id, one.anchor_on or since, one.asset_id) for one in chosen]
    holds = version_on(versions_of(session, [plan.id])[plan.id], first_on)
    for said in {holds.number: holds, last.number: last}.values():
        terms = replace(terms_said(said), first_on=max(first_on, said.first_on))
        for anchor in {aim.anchor_on for aim in aims}:
            judge(terms, anchor)
        if said is holds and said.pace is Pace.RUNS:
            refuse_gap_anew(session, plan.template, plan.schedule, aims, terms)
    add_targets(session, plan, aims, first_on, now)
    _note(session, plan, "joined", [one.name for one in chosen], first_on, reason, viewer, now)
    return plan


def take_out(
    session: Session, *, viewer: Viewer, plan_id: int, things: Collection[str], first_on: date, reason: str,
    now: datetime,
) -> Plan:  # fmt: skip
    """Let `things` leave a plan from `first_on` on, for a reason: nothing of them comes due any more. Flushes.

    Raises `NotFound`, and `Refused` (422) for today and days that have passed, no reason, nothing chosen, all there is,
    or a day before which an inspection of a later one has its end; (409) as `add_chosen`.
    """
    plan, _last = _of_chosen(session, viewer, plan_id, now)
    today, targets = clock.local_date(now), targets_of(session, plan)
    there = {key_of(one.place_id, one.asset_id): one for one in targets if one.ends_on is None}
    if first_on <= today:
        raise Refused(N_("It leaves tomorrow at the earliest: what is due today stays due."), field="first_on")
    no_slip(first_on, today, field="first_on")
    if not things:
        raise Refused(N_("Please choose what is taken out."), field="things")
    if not set(things) <= there.keys():
        raise Refused(N_("Choose of what is in the plan."), field="things")
    if not clean(reason).strip():
        raise Refused(N_("Please say why."), field="reason")
    if set(things) == there.keys():
        raise Refused(N_("Nothing would be left to inspect: please end the plan."), field="things")
    leaving = [one for one in targets if key_of(one.place_id, one.asset_id) in things and one.lasts_beyond(first_on)]
    for target in leaving:
        leave(session, plan, target, first_on, reason, now, viewer.user_id)
        if target.ends_on is not None and target.ends_on > max(first_on, target.starts_on):
            raise Refused(N_("An inspection of a later day has its end already. Please choose a day after it."),
                          field="first_on")  # fmt: skip
    names = [one.asset.name if one.asset else one.place.name for one in (there[key] for key in sorted(things))]
    _note(session, plan, "left", names, first_on, reason, viewer, now)
    return plan


def _of_chosen(session: Session, viewer: Viewer, plan_id: int, now: datetime) -> tuple[Plan, PlanVersion]:
    """The plan, held after its community, so that of two who choose one thing the second is refused; what it says."""
    seen = keeping.plan(session, viewer, plan_id, clock.local_date(now), keeping.KEEP)
    held(session, Place, seen.community_id)
    plan = held(session, Plan, plan_id)
    last = not_of_events(session, plan)
    if plan.whole:
        raise Refused(N_("This plan is about all there is: what is added joins by itself."), status=409)
    if last.pace is Pace.ENDED:
        raise Stale()
    return plan, last


def _note(
    session: Session, plan: Plan, field: str, names: Iterable[str], first_on: date, reason: str | None, viewer: Viewer,
    now: datetime,
) -> None:  # fmt: skip
    """Keep who joined or left from which day on, and why."""
    for name in names:
        record_change(session, subject_kind="inspection_plan", subject_id=plan.id, field=field, old=None,
                      new=f"{name}, {first_on.isoformat()}", actor_id=viewer.user_id, now=now)  # fmt: skip
    record_change(session, subject_kind="inspection_plan", subject_id=plan.id, field="reason", old=None,
                  new=clean(reason or "").strip() or None, actor_id=viewer.user_id, now=now,
                  personal=TextKind.NOTE)  # fmt: skip
    session.flush()
