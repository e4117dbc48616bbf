"""Slips: drawn for the flats of a door, valid for a number of days that the installation sets, revoked."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.tokens import hash_token
from propman.audit.operations import record
from propman.catalogue.queries import number_setting
from propman.communities.models import Place
from propman.db import held
from propman.households import queries
from propman.households.models import Household, HouseholdSlip
from propman.households.slips import Keys, code_of


def draw_missing_slips(
    session: Session, *, place_id: int, keys: Keys, actor_id: int | None, now: datetime
) -> list[HouseholdSlip]:
    """Draw a slip for every flat behind a door that has none which lets people in today. Flushes."""
    place, today = held(session, Place, place_id), clock.local_date(now)
    bare = [flat.household for flat in queries.flats_of(session, place, today) if flat.slip is None]
    return draw_slips(session, households=bare, keys=keys, actor_id=actor_id, now=now)


def draw_slips(
    session: Session, *, households: Sequence[Household], keys: Keys, actor_id: int | None, now: datetime
) -> list[HouseholdSlip]:
    """Give each household a new slip; the one it had opens nothing any more. Flushes."""
    places = Counter(household.place_id for household in households)
    for place_id in sorted(places):
        held(session, Place, place_id)  # of two who draw at once the second sees the slips of the first
    for old in queries.slips_not_revoked(session, [one.id for one in households]):
        old.revoked_at = now
    session.flush()
    today, key_id = clock.local_date(now), list(keys)[-1]
    expires_on = today + timedelta(days=number_setting(session, "slip_valid_days", today))
    drawn = []
    for household in households:
        nonce = secrets.token_urlsafe(32)
        code = code_of(nonce, key_id, keys) or ""
        drawn.append(HouseholdSlip(household_id=household.id, key_id=key_id, nonce=nonce, code_hash=hash_token(code),
                                   made_at=now, made_by_id=actor_id, expires_on=expires_on))  # fmt: skip
    session.add_all(drawn)
    session.flush()
    for place_id, count in sorted(places.items()):
        record(session, act="slips_drawn", subject_kind="place", subject_id=place_id, actor_id=actor_id, now=now,
               count=count)  # fmt: skip
    return drawn


def revoke_slip(session: Session, *, household: Household, actor_id: int | None, now: datetime) -> None:
    """Let the slip of the household open nothing any more; a second time changes nothing. Flushes."""
    held(session, Place, household.place_id)
    for slip in queries.slips_not_revoked(session, [household.id]):
        slip.revoked_at = now
        record(session, act="slip_revoked", subject_kind="place", subject_id=household.place_id, actor_id=actor_id,
               now=now)  # fmt: skip
    session.flush()
