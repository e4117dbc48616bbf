"""Entering flats, printing and revoking slips, joining by code or by confirmation, moving out. None commits."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.tokens import hash_token
from propman.audit.operations import record
from propman.communities import numbering
from propman.communities.codes import normal
from propman.communities.models import Place
from propman.communities.queries import community_of
from propman.db import held
from propman.errors import Refused
from propman.households import queries
from propman.households.models import Household, HouseholdSlip, Joined, JoinWish, Occupant
from propman.households.slips import Keys, code_of
from propman.personal import TextKind, clean, erase, write
from propman.text import N_

MOST_FLATS = 200  # in one step
FLAT_LENGTH = 20
MOST_WISHES = 5  # open ones of one person
OPENS_NOTHING = N_("This code opens nothing. Look at the slip once more, or ask for a new one.")
_FLOOR = re.compile(r"[^0-9]*([0-9]{1,2})[0-9]{2}[^0-9]*")


def add_households(
    session: Session, *, place_id: int, numbers: str, actor_id: int | None, now: datetime
) -> list[Household]:
    """Enter the flats of an entrance or building by their numbers: "101-103, 201"; the floor is read from them.

    Raises `Refused` for what is no number, too many, a flat that is there, and a place that is closed or holds none.
    """
    place, today = held(session, Place, place_id), clock.local_date(now)
    community = community_of(session, place)
    if community is None or not (place.open_on(today) and community.open_on(today)):
        raise Refused(N_("This place is closed."))
    if place not in queries.holding_flats(session, place, today):
        raise Refused(N_("The flats of this building stand under its entrances."))
    found = numbering.numbers(numbers, unit="室", most=MOST_FLATS)
    there = set(session.scalars(select(Household.number).where(Household.place_id == place.id)))
    if taken := [number for number in found if number in there]:
        raise Refused(N_("Already there: %(numbers)s."), field="numbers", status=409, numbers=", ".join(taken)[:40])
    added = [Household(community_id=community.id, place_id=place.id, number=one, floor=_floor(one)) for one in found]
    session.add_all(added)
    session.flush()
    record(session, act="households_added", subject_kind="place", subject_id=place.id, actor_id=actor_id, now=now,
           count=len(added))  # fmt: skip
    return added


def draw_slips(
    session: Session, *, households: Sequence[Household], keys: Keys, actor_id: int | None, now: datetime
) -> list[HouseholdSlip]:
    """Give each household a new slip; the one it had opens nothing any more. Flushes."""
    key_id = list(keys)[-1]
    for old in queries.slips_in_use(session, [one.id for one in households]):
        old.revoked_at = now
    session.flush()
    drawn = []
    for household in households:
        nonce = secrets.token_urlsafe(32)
        code = code_of(nonce, key_id, keys) or ""
        drawn.append(HouseholdSlip(household_id=household.id, key_id=key_id, nonce=nonce, code_hash=hash_token(code),
                                   made_at=now, made_by_id=actor_id))  # fmt: skip
    session.add_all(drawn)
    session.flush()
    for place_id in sorted({household.place_id for household in households}):
        record(session, act="slips_drawn", subject_kind="place", subject_id=place_id, actor_id=actor_id, now=now,
               count=len(drawn))  # fmt: skip
    return drawn


def revoke_slip(session: Session, *, household: Household, actor_id: int | None, now: datetime) -> None:
    """Let the slip of the household open nothing any more; a second time changes nothing. Flushes."""
    for slip in queries.slips_in_use(session, [household.id]):
        slip.revoked_at = now
        record(session, act="slip_revoked", subject_kind="place", subject_id=household.place_id, actor_id=actor_id,
               now=now)  # fmt: skip
    session.flush()


def join_by_code(session: Session, *, code: str, user_id: int, now: datetime) -> Occupant:
    """Let a person into the household whose slip carries `code`; who lives there already stays as they are.

    Raises `Refused` with one sentence for a code that is none, unknown or revoked, and for a flat in a closed place.
    The caller counts the tries.
    """
    right = normal(code)
    slip = queries.slip_by_hash(session, hash_token(right)) if right else None
    today = clock.local_date(now)
    if slip is None or not slip.household.place.open_on(today):
        raise Refused(OPENS_NOTHING, field="code")
    held(session, Household, slip.household_id)
    if slip.revoked_at is not None:
        raise Refused(OPENS_NOTHING, field="code")
    return _move_in(session, slip.household, user_id, None, now)


def ask_to_join(session: Session, *, place: Place, flat: str, user_id: int, now: datetime) -> JoinWish:
    """Ask to be let into a flat that is named in words, whether there is such a flat or not. Flushes.

    A second wish for the same place takes the place of the first. Raises `Refused` for nothing said and too much.
    """
    words = " ".join(clean(flat).split())
    if not words or not words.isprintable():
        raise Refused(N_("Say the number of the flat."), field="flat")
    if len(words) > FLAT_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field="flat", most=FLAT_LENGTH)
    held(session, User, user_id)
    before = queries.open_wishes(session, user_id)
    for wish in before:
        if wish.place_id == place.id:
            erase(wish.flat, now=now)
            session.delete(wish)
    session.flush()
    if sum(wish.place_id != place.id for wish in before) >= MOST_WISHES:
        raise Refused(N_("You wait for %(most)s answers already."), status=429, most=MOST_WISHES)
    text = write(session, kind=TextKind.SPOT, body=words, now=now)
    wish = JoinWish(user_id=user_id, place_id=place.id, flat_id=text.id if text else None, asked_at=now)
    session.add(wish)
    session.flush()
    return wish


def answer_wish(
    session: Session, *, wish: JoinWish, household: Household | None, actor_id: int, now: datetime
) -> Occupant | None:
    """Let the person into `household`, or, without one, say no; what they had typed is emptied. Flushes.

    Raises `Refused` for one's own wish, one that is answered, and a flat of another place.
    """
    wish = held(session, JoinWish, wish.id)
    if wish.answered_at is not None:
        raise Refused(N_("Somebody has answered this already."), status=409)
    if wish.user_id == actor_id:
        raise Refused(N_("Somebody else must confirm you."), status=403)
    if household is not None and household.place_id != wish.place_id:
        raise Refused(N_("Choose one of the flats."), field="household_id")
    wish.answered_at, wish.granted, wish.answered_by_id = now, household is not None, actor_id
    erase(wish.flat, now=now)
    session.flush()
    if household is None:
        return None
    return _move_in(session, held(session, Household, household.id), wish.user_id, actor_id, now)


def move_out(session: Session, *, occupant: Occupant, actor_id: int | None, now: datetime) -> None:
    """Somebody moves out today; the row stays on record. A second time changes nothing. Flushes."""
    occupant, today = held(session, Occupant, occupant.id), clock.local_date(now)
    if not occupant.lasts_beyond(today):
        return
    occupant.ends_on = max(today, occupant.starts_on)
    session.flush()
    record(session, act="moved_out", subject_kind="user", subject_id=occupant.user_id, actor_id=actor_id, now=now)


def forget_person(session: Session, person: User, now: datetime) -> None:
    """Of a person who is erased: moves out everywhere today, and what was typed in wishes is emptied. Flushes."""
    today: date = clock.local_date(now)
    for occupant in session.scalars(
        select(Occupant).where(Occupant.user_id == person.id, Occupant.lasts_beyond(today))
    ):
        occupant.ends_on = max(today, occupant.starts_on)
    for wish in session.scalars(select(JoinWish).where(JoinWish.user_id == person.id)):
        erase(wish.flat, now=now)
        if wish.answered_at is None:
            wish.answered_at, wish.granted = now, False
    session.flush()


def _move_in(
    session: Session, household: Household, user_id: int, confirmed_by_id: int | None, now: datetime
) -> Occupant:
    today = clock.local_date(now)
    lives = select(Occupant).where(
        Occupant.household_id == household.id, Occupant.user_id == user_id, Occupant.lasts_beyond(today)
    )
    there = session.scalars(lives).first()
    if there is not None:
        return there
    occupant = Occupant(
        household_id=household.id, user_id=user_id, starts_on=today, confirmed_by_id=confirmed_by_id,
        joined=Joined.CODE if confirmed_by_id is None else Joined.CONFIRMED,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(occupant)
            session.flush()
    except IntegrityError:
        return session.scalars(lives).one()
    record(session, act="moved_in", subject_kind="user", subject_id=user_id, actor_id=confirmed_by_id or user_id,
           now=now, joined=occupant.joined.value)  # fmt: skip
    return occupant


def _floor(number: str) -> int | None:
    """The floor that a number says: 301 lies on the third, 1203 on the twelfth."""
    found = _FLOOR.fullmatch(number)
    return int(found[1]) if found else None
