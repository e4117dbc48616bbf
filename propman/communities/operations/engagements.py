"""Who manages a community from when to when. Rights follow these rows by the day, open reports by a job.

Every act holds the community's row, so that two of them cannot both find the same days free.

What was done on a day was done by who was in charge on it, so no day changes hands afterwards on which somebody had
something to answer for: none from the first report of the community on, whatever became of that report. Before it,
or as long as there is none, an engagement may begin in the past (not before 1949), and a city that is set up today can
say who has managed it since 2023. So no open report passes to another by an engagement entered late, and nobody is
found to have sent people while another was in charge (I10).

This room knows no reports: the caller hands in `first_report_on`. Where nobody does, the past stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.kinds import MANAGING_KINDS, PlaceKind
from propman.communities.models import Engagement, Organisation, Place
from propman.communities.operations.guards import no_slip
from propman.db import ID_LIMIT, held
from propman.errors import NotFound, Refused
from propman.text import N_

FirstReportOn = Callable[[int], date | None]
"""The id of a community -> the local day on which the first report came from there, or None for none so far."""


def engage(
    session: Session,
    *,
    community_id: int,
    organisation_id: int,
    starts_on: date,
    ends_on: date | None = None,
    actor_id: int | None,
    now: datetime,
    first_report_on: FirstReportOn | None = None,
) -> Engagement:
    """Let an organisation manage a community from `starts_on` up to, not including, `ends_on`.

    It begins today or later; in the past only while nothing was reported from there, or where it ends by the day of
    the first report. Raises `Refused` for another day that has passed, for days on which somebody else is engaged, a
    place that is no community, an organisation that manages none (`kinds.MANAGING_KINDS`), and one of the two closing.
    """
    community, today = _held_community(session, community_id), clock.local_date(now)
    organisation = _held_manager(session, organisation_id)
    no_slip(starts_on, today, field="starts_on")
    if ends_on is not None:
        no_slip(ends_on, today, field="ends_on")
        if ends_on <= starts_on:
            raise Refused(N_("It must end after it starts."), field="ends_on")
    if starts_on < today and first_report_on is not None:
        _refuse_rewriting(community, ends_on, first_report_on(community.id))
    else:
        _refuse_past(starts_on, today, field="starts_on")
    _refuse_overlap(session, community.id, starts_on, ends_on, field="starts_on")
    engagement = Engagement(organisation_id=organisation.id, starts_on=starts_on, ends_on=ends_on)
    engagement.community_id = community.id
    session.add(engagement)
    session.flush()
    _record(session, community.id, None, _in_words(engagement), actor_id, now)
    return engagement


def end_engagement(
    session: Session, *, engagement_id: int, ends_on: date, actor_id: int | None, now: datetime
) -> Engagement:
    """Let an engagement end: `ends_on` (today or later) is the first day without it. Given again, the day moves.

    Raises `Refused` for a day that has passed, one on which it has not begun, and one on which another is engaged.
    """
    engagement = _held_engagement(session, engagement_id)
    today = clock.local_date(now)
    if engagement.ends_on is not None and engagement.ends_on <= today:
        raise Refused(N_("It has ended already."), status=409)
    _refuse_past(ends_on, today, field="ends_on")
    if ends_on <= engagement.starts_on:
        raise Refused(
            N_("It starts only on %(day)s. If it is not to start at all, withdraw it."),
            field="ends_on",
            day=engagement.starts_on.isoformat(),
        )
    _refuse_overlap(session, engagement.community_id, engagement.starts_on, ends_on, field="ends_on", but=engagement.id)
    _end(session, engagement, ends_on, actor_id, now)
    return engagement


def withdraw_engagement(session: Session, *, engagement_id: int, actor_id: int | None, now: datetime) -> int:
    """Take back an engagement that has not begun; gives the community's id. Raises `Refused` once it has."""
    engagement = _held_engagement(session, engagement_id)
    if engagement.starts_on <= clock.local_date(now):
        raise Refused(N_("It has begun. Give it an end instead."), status=409)
    community_id = engagement.community_id
    _record(session, community_id, _in_words(engagement), None, actor_id, now)
    session.delete(engagement)
    session.flush()
    return community_id


def change_over(
    session: Session,
    *,
    community_id: int,
    organisation_id: int,
    starts_on: date,
    actor_id: int | None,
    now: datetime,
) -> Engagement:
    """Let another organisation take over on `starts_on` from the one in charge then, in one act; gives the new row.

    Raises as `engage`, and where nobody is in charge on that day, where it is the same organisation, and where the
    one in charge would begin on that very day.
    """
    community = _held_community(session, community_id)
    _refuse_past(starts_on, clock.local_date(now), field="starts_on")
    present = _in_charge(session, community, starts_on)
    if present.organisation_id == organisation_id:
        raise Refused(
            N_("%(organisation)s manages it already."), field="organisation_id", organisation=present.organisation.name
        )
    if present.starts_on == starts_on:
        raise Refused(
            N_("%(organisation)s starts on that very day."), field="starts_on", organisation=present.organisation.name
        )
    _end(session, present, starts_on, actor_id, now)
    return engage(
        session,
        community_id=community.id,
        organisation_id=organisation_id,
        starts_on=starts_on,
        actor_id=actor_id,
        now=now,
    )


def _in_charge(session: Session, community: Place, on: date) -> Engagement:
    query = select(Engagement).where(Engagement.community_id == community.id, Engagement.in_force(on))
    present = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if present is None:
        raise Refused(N_("Nobody manages it on that day: engage somebody instead."), field="starts_on")
    return present


def _held_community(session: Session, community_id: int) -> Place:
    community = held(session, Place, community_id)
    if community.kind is not PlaceKind.COMMUNITY:
        raise Refused(N_("Only a community is managed by somebody."))
    if community.closed_on is not None:
        raise Refused(N_("%(place)s is closed or about to close."), place=community.name)
    return community


def _held_manager(session: Session, organisation_id: int) -> Organisation:
    organisation = held(session, Organisation, organisation_id)
    if organisation.kind not in MANAGING_KINDS:
        raise Refused(N_("%(organisation)s is not a property company."), field="organisation_id",
                      organisation=organisation.name)  # fmt: skip
    if organisation.closed_on is not None:
        raise Refused(N_("%(organisation)s is closed or about to close."), field="organisation_id",
                      organisation=organisation.name)  # fmt: skip
    return organisation


def _held_engagement(session: Session, engagement_id: int) -> Engagement:
    """The engagement as it stands once its community is held."""
    engagement = session.get(Engagement, engagement_id) if 0 < engagement_id < ID_LIMIT else None
    if engagement is None:
        raise NotFound()
    held(session, Place, engagement.community_id)
    return held(session, Engagement, engagement_id)


def _refuse_past(on: date, today: date, *, field: str) -> None:
    no_slip(on, today, field=field)
    if on < today:
        raise Refused(N_("%(day)s has passed. Choose today or a later day."), field=field, day=on.isoformat())


def _refuse_rewriting(community: Place, ends_on: date | None, first: date | None) -> None:
    """Refuse a beginning in the past, unless every day up to `ends_on` lies before the day of the `first` report."""
    if first is not None and (ends_on is None or ends_on > first):
        raise Refused(
            N_("Reports have come from %(place)s since %(first)s, and who answered for them stays as it was. Choose "
               "today or a later day, or an end by %(first)s."),
            field="starts_on", place=community.name, first=first.isoformat(),
        )  # fmt: skip


def _refuse_overlap(
    session: Session, community_id: int, starts_on: date, ends_on: date | None, *, field: str, but: int = 0
) -> None:
    query = select(Engagement).where(
        Engagement.community_id == community_id,
        Engagement.id != but,
        Engagement.lasts_beyond(starts_on),
    )
    if ends_on is not None:
        query = query.where(Engagement.starts_on < ends_on)
    other = session.scalars(query.order_by(Engagement.starts_on).limit(1)).one_or_none()
    if other is not None:
        raise Refused(
            N_("%(organisation)s is engaged here from %(day)s. Two cannot manage it on the same day."),
            field=field,
            day=other.starts_on.isoformat(),
            organisation=other.organisation.name,
        )


def _end(session: Session, engagement: Engagement, ends_on: date, actor_id: int | None, now: datetime) -> None:
    before = _in_words(engagement)
    engagement.ends_on = ends_on
    _record(session, engagement.community_id, before, _in_words(engagement), actor_id, now)
    session.flush()


def _in_words(engagement: Engagement) -> str:
    """The engagement as its community's history keeps it: 红旗物业 2026-01-01 – 2027-01-01."""
    days = f"{engagement.starts_on} – {engagement.ends_on or ''}".rstrip()
    return f"{engagement.organisation.name} {days}"


def _record(
    session: Session, community_id: int, old: str | None, new: str | None, actor_id: int | None, now: datetime
) -> None:
    record_change(
        session,
        subject_kind="place",
        subject_id=community_id,
        field="engagement",
        old=old,
        new=new,
        actor_id=actor_id,
        now=now,
    )
