"""Drawing: once for each street and month that is over, and by hand for a community, with a reason.

The seed comes first, from the machine, and then what there is to draw from: nobody can choose a sample, or draw a
month again until one pleases.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import number_setting
from propman.communities.models import Place
from propman.db import held
from propman.errors import NotFound, Refused
from propman.personal import TextKind, clean, write
from propman.roles import Viewer
from propman.spotchecks import queries, rules
from propman.spotchecks.models import SpotCheck, SpotDraw, SpotFrame
from propman.spotchecks.notices import tell_drawn
from propman.spotchecks.rules import Kind
from propman.text import N_

SETTLED = timedelta(minutes=10)  # after the end of a month nothing of it is still on its way
LONGEST_REASON = 500


def draw_next(session: Session, *, now: datetime) -> int:
    """Draw a month that is over in a street where it was not drawn yet; how many were dealt with, 0 for none. Flushes.

    Of rivals one draws: the month of a street is unique.
    """
    found = queries.street_to_draw(session, clock.month_of(now - SETTLED))
    if found is None:
        return 0
    street, month = found
    held(session, Place, street.id)
    there = select(SpotDraw.id).where(SpotDraw.area_id == street.id, SpotDraw.month == month)
    if session.scalar(there) is None:
        begins_at = clock.at_local(month)
        ends_at = clock.at_local((month + timedelta(days=31)).replace(day=1))
        draw = _begin(session, street, begins_at, ends_at, now)
        draw.month = month
        _take(session, draw, now)
    return 1


def draw_by_hand(session: Session, *, community_id: int, viewer: Viewer, reason: str, now: datetime) -> SpotDraw:
    """Draw of what did not fail or was closed in a community within thirty days and was not drawn before. Flushes.

    Raises `NotFound` for a community out of reach, `Refused` for no reason, or where there is nothing to draw from.
    """
    community = queries.community_to_draw(session, viewer, community_id, clock.local_date(now))
    if viewer.user_id is None:
        raise NotFound()
    said = clean(reason)
    if not said:
        raise Refused(N_("Please say why."), field="reason")
    if len(said) > LONGEST_REASON:
        raise Refused(N_("Please keep it to %(most)s characters."), field="reason", most=LONGEST_REASON)
    held(session, Place, queries.street_of(community))
    draw = _begin(session, community, now - rules.BY_HAND, now, now)
    words = write(session, kind=TextKind.NOTE, body=said, now=now)
    draw.asked_by_id, draw.reason_id = viewer.user_id, words.id if words else None
    if not _take(session, draw, now):
        raise Refused(N_("There is nothing to draw: what did not fail or was closed there within %(days)s days was "
                         "drawn already."), days=rules.BY_HAND.days)  # fmt: skip
    return draw


def _begin(session: Session, area: Place, begins_at: datetime, ends_at: datetime, now: datetime) -> SpotDraw:
    """A draw with its seed, before anything of what there is to draw from is read."""
    today = clock.local_date(now)
    return SpotDraw(
        area_id=area.id, area=area, seed=secrets.token_hex(rules.SEED_BYTES), begins_at=begins_at, ends_at=ends_at,
        drawn_at=now, share=number_setting(session, "spot_check_percent", today),
        most=number_setting(session, "spot_check_most", today),
        due_on=_due_on(session, today),
    )  # fmt: skip


def _due_on(session: Session, today: date) -> date:
    return today + timedelta(days=number_setting(session, "spot_check_days", today))


def _take(session: Session, draw: SpotDraw, now: datetime) -> int:
    """Store from what was drawn, and what was drawn, and tell who looks again; how many things those are."""
    session.add(draw)
    session.flush()
    found = queries.frame(session, draw)
    of = {whose: sorted(things) for whose, things in found.items()}
    session.add_all(
        SpotFrame(draw_id=draw.id, kind=whose.kind, person_id=whose.person_id, ids=",".join(map(str, ids)))
        for whose, ids in of.items()
    )
    checks = [
        SpotCheck(
            draw_id=draw.id, kind=whose.kind, point_id=thing_id if whose.kind is Kind.POINT else None,
            completion_id=thing_id if whose.kind is Kind.REPAIR else None, person_id=whose.person_id,
            **vars(found[whose][thing_id]),
        )
        for whose, ids in rules.sample(draw.seed, of, draw.share, draw.most).items() for thing_id in ids
    ]  # fmt: skip
    session.add_all(checks)
    session.flush()
    if checks:
        tell_drawn(session, draw=draw, number=len(checks), now=now)
    return len(checks)
