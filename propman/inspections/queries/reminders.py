"""What an organisation is reminded of on a day, and what one reminder was about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.communities.kinds import MANAGING_KINDS, OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries import managed_by, unmanaged
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.inspections.models import (
    Digest,
    Duty,
    Occasion,
    OccasionMove,
    Pace,
    Plan,
    PlanVersion,
    Reminder,
    SeasonReminder,
    Target,
)
from propman.inspections.reminding import MISSED_SINCE, SOON, Level, reached
from propman.inspections.schedule import LONGEST_LATE, End
from propman.roles import Viewer

NEAR = timedelta(days=60)  # of what is due farther ahead no window opens soon
BACK = timedelta(days=LONGEST_LATE) + MISSED_SINCE + NEAR
MOST = 400


def next_to_tell(session: Session, on: date) -> Organisation | None:
    """The next organisation that was not looked after on the day `on`."""
    told = select(Digest.id).where(Digest.organisation_id == Organisation.id, Digest.day == on)
    kinds = MANAGING_KINDS | {OrganisationKind.STREET_OFFICE}
    query = select(Organisation).where(Organisation.kind.in_(kinds), Organisation.open_on(on), ~told.exists())
    return session.scalars(query.order_by(Organisation.id).limit(1)).one_or_none()


def due_to_tell(session: Session, organisation: Organisation, now: datetime) -> Mapping[Level, Sequence[int]]:
    """By level the duties that have reached it and were not told of at it or a higher one."""
    today, found = clock.local_date(now), defaultdict(list)
    own = _own(organisation, today)
    for duty_id, level in _reached(session, own, now):
        found[level].append(duty_id)
    if organisation.kind is OrganisationKind.STREET_OFFICE:
        of_others = Duty.community_id.in_(_street(organisation, today)) & Duty.community_id.not_in(own)
        query = select(Duty.id).where(of_others, *_missed(now), ~_told(Level.OFFICE)).order_by(Duty.id)
        found[Level.OFFICE] += session.scalars(query)
    return found


def seasons_to_tell(
    session: Session, organisation: Organisation, today: date, within: int
) -> Sequence[tuple[int, date]]:
    """The plans whose season begins within so many days, with its first day, that were not told of."""
    last = select(PlanVersion).join(Plan, (Plan.id == PlanVersion.plan_id) & (Plan.version == PlanVersion.number))
    running = last.where(Plan.community_id.in_(_own(organisation, today)), PlanVersion.pace == Pace.RUNS,
                         PlanVersion.season_starts.is_not(None))  # fmt: skip
    days = {f"{day:%m-%d}": day for day in (today + timedelta(days=number) for number in range(1, within + 1))}
    begins = [(one.plan_id, days[one.season_starts or ""]) for one in session.scalars(running.order_by(Plan.id))
              if one.season_starts in days]  # fmt: skip
    told = select(SeasonReminder.plan_id, SeasonReminder.season_on).where(
        SeasonReminder.plan_id.in_([plan_id for plan_id, _day in begins])
    )  # fmt: skip
    before = {(plan_id, day) for plan_id, day in session.execute(told)}
    return [one for one in begins if one not in before]


def digest(session: Session, viewer: Viewer, digest_id: int) -> Digest:
    """What the viewer's organisation was told on a day. Raises `NotFound` for what others were told."""
    found = session.get(Digest, digest_id) if 0 < digest_id < ID_LIMIT else None
    if found is None or all(post.organisation_id != found.organisation_id for post in viewer.posts):
        raise NotFound()
    return found


def told_of(session: Session, found: Digest) -> Mapping[Level, Sequence[Duty]]:
    """The duties that a digest was about, by level, the highest first."""
    whole = (
        joinedload(Duty.community),
        joinedload(Duty.organisation),
        joinedload(Duty.target).options(joinedload(Target.plan), joinedload(Target.place), joinedload(Target.asset)),
    )
    query = select(Reminder.level, Duty).join(Duty, Duty.id == Reminder.duty_id).options(*whole)
    by_level = defaultdict(list)
    for level, duty in session.execute(
        query.where(Reminder.digest_id == found.id).order_by(Duty.due_on, Duty.id).limit(MOST)
    ):
        by_level[level].append(duty)
    return {level: by_level[level] for level in reversed(Level) if by_level[level]}


def seasons_of(session: Session, found: Digest) -> Sequence[SeasonReminder]:
    """The seasons that a digest was about."""
    query = select(SeasonReminder).where(SeasonReminder.digest_id == found.id)
    whole = joinedload(SeasonReminder.plan).joinedload(Plan.community)
    return session.scalars(query.options(whole).order_by(SeasonReminder.season_on, SeasonReminder.plan_id)).all()


def without_end(session: Session, until: date) -> Sequence[tuple[Occasion, int]]:
    """The events that began on `until` or before and have no end, each with who wrote it down last."""
    last = (OccasionMove.occasion_id == Occasion.id) & (OccasionMove.version == Occasion.version)
    query = select(Occasion, OccasionMove.actor_id).join(OccasionMove, last).where(
        Occasion.ends_on.is_(None), Occasion.called_off_at.is_(None), Occasion.starts_on <= until
    )  # fmt: skip
    return [(one, person) for one, person in session.execute(query.order_by(Occasion.id))]


def _reached(session: Session, own: Select[int], now: datetime) -> Iterator[tuple[int, Level]]:
    today = clock.local_date(now)
    near = (Duty.community_id.in_(own), Duty.due_on >= today - BACK, Duty.due_on <= today + NEAR,
            Duty.superseded_by.is_(None))  # fmt: skip
    open_ = Duty.ended_as.is_(None) & (Duty.opens_on <= today + SOON)
    columns = (Duty.id, Duty.opens_on, Duty.do_on, Duty.closes_on, Duty.cut_off_on, Duty.ended_as)
    rows = session.execute(select(*columns).where(*near, or_(open_, _all(_missed(now)))).order_by(Duty.id)).all()
    told = defaultdict[int, int](lambda: -1)
    said = select(Reminder.duty_id, Reminder.level).where(
        Reminder.duty_id.in_([row.id for row in rows]), Reminder.level != Level.OFFICE
    )
    for duty_id, before in session.execute(said) if rows else ():
        told[duty_id] = max(told[duty_id], before.rank)
    for duty_id, opens_on, do_on, closes_on, cut_off_on, ended_as in rows:
        level = reached(opens_on, do_on, closes_on, cut_off_on, ended_as, today)
        if level is not None and level.rank > told[duty_id]:
            yield duty_id, level


def _missed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Duty.ended_as == End.MISSED, Duty.ended_at >= now - MISSED_SINCE


def _all(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *rest = conditions
    for one in rest:
        first = first & one
    return first


def _told(level: Level) -> ColumnElement[bool]:
    return select(Reminder.duty_id).where(Reminder.duty_id == Duty.id, Reminder.level == level).exists()


def _street(office: Organisation, on: date) -> Select[int]:
    return select(Place.id).where(
        Place.kind == PlaceKind.COMMUNITY, Place.parent_id == office.place_id, Place.open_on(on)
    )


def _own(organisation: Organisation, on: date) -> Select[int]:
    """The communities of which it is in charge: of an office, those of its street that nobody manages."""
    if organisation.kind is OrganisationKind.STREET_OFFICE:
        return unmanaged(on).where(Place.parent_id == organisation.place_id).with_only_columns(Place.id)
    return managed_by(organisation.id, on)
