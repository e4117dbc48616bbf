"""Joining a household: by the code on its slip, with or without an account, or by asking and being confirmed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations import Particulars, register_person
from propman.accounts.passwords import hash_password
from propman.accounts.tokens import hash_token
from propman.audit.operations import record
from propman.communities.codes import normal
from propman.communities.models import Place
from propman.communities.queries import community_of
from propman.db import held
from propman.errors import Refused
from propman.households import queries
from propman.households.models import Household, Joined, JoinWish, Occupant
from propman.households.operations.telling import tell_asker, tell_keepers
from propman.personal import TextKind, clean, erase, write
from propman.text import N_

FLAT_LENGTH = 20
MOST_WISHES = 5  # open ones of one person
MOST_PEOPLE = 20  # at once in one household: a slip that goes from hand to hand fills no more accounts
OPENS_NOTHING = N_("This code opens nothing. Look at the slip once more, or ask for a new one.")


def join_by_code(session: Session, *, code: str, user_id: int, now: datetime) -> Occupant:
    """Let a person into the household whose slip carries `code`; who lives there already stays as they are. Flushes.

    Raises `Refused` with one sentence for a code that is none, unknown, revoked or too old, and for a flat in a closed
    place; and where too many live there. The caller counts the tries.
    """
    household = _household_of(session, code, now)
    held(session, User, user_id)
    return _move_in(session, _still(session, household, code, now), user_id, None, now)


def join_as_new_person(
    session: Session,
    *,
    code: str,
    particulars: Particulars,
    password: str,
    cheap: bool,
    language: str,
    now: datetime,
) -> User:
    """Make an account for somebody who has a slip, and let them into its household. Flushes.

    Raises `Refused` as `join_by_code`, before anything is said of what was typed; then for a password that is none,
    and as `register_person`. `cheap` is for tests and the demo alone.
    """
    household = _household_of(session, code, now)
    password_hash = hash_password(password, cheap=cheap)
    person = register_person(session, particulars=particulars, password_hash=password_hash, language=language, now=now)
    _move_in(session, _still(session, household, code, now), person.id, None, now)
    return person


def ask_to_join(session: Session, *, place: Place, flat: str, user_id: int, now: datetime) -> JoinWish:
    """Ask to be let into a flat that is named in words, whether there is such a flat or not. Flushes.

    A second wish for the same place takes the place of the first. Raises `Refused` for nothing said and too much.
    """
    words = " ".join(clean(flat).split())
    if not words or not words.isprintable():
        raise Refused(N_("Say the number of the flat."), field="flat")
    if len(words) > FLAT_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field="flat", most=FLAT_LENGTH)
    community = community_of(session, place)
    if community is None:
        raise Refused(N_("This place is closed."), field="label")
    held(session, User, user_id)
    before = queries.open_wishes(session, user_id)
    if sum(wish.place_id != place.id for wish in before) >= MOST_WISHES:
        raise Refused(N_("You wait for %(most)s answers already."), status=429, most=MOST_WISHES)
    for wish in before:
        if wish.place_id == place.id:
            erase(wish.flat, now=now)
            wish.answered_at, wish.granted, wish.answered_by_id = now, False, user_id
    session.flush()
    text = write(session, kind=TextKind.SPOT, body=words, now=now)
    wish = JoinWish(user_id=user_id, community_id=community.id, place_id=place.id, flat_id=text.id if text else None,
                    asked_at=now)  # fmt: skip
    session.add(wish)
    session.flush()
    if all(each.place_id != place.id for each in before):  # who asks again and again is told of once
        tell_keepers(session, wish=wish, place=place, community=community, now=now)
    return wish


def answer_wish(
    session: Session, *, wish: JoinWish, household: Household | None, actor_id: int, now: datetime
) -> Occupant | None:
    """Let the person into `household`, or, without one, say no; what they had typed is emptied. Flushes.

    Raises `Refused` for one's own wish, one that is answered, and a flat of another place.
    """
    held(session, User, wish.user_id)
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
    tell_asker(session, wish=wish, now=now)
    if household is None:
        return None
    return _move_in(session, held(session, Household, household.id), wish.user_id, actor_id, now)


def _household_of(session: Session, code: str, now: datetime) -> Household:
    """The household whose slip lets people in today by `code`. Raises `Refused`."""
    right, today = normal(code), clock.local_date(now)
    slip = queries.slip_by_hash(session, hash_token(right), today) if right else None
    if slip is None or not slip.household.place.open_on(today):
        raise Refused(OPENS_NOTHING, field="code")
    return slip.household


def _still(session: Session, household: Household, code: str, now: datetime) -> Household:
    """The household, held, once its slip is seen to let people in even now: somebody may have revoked it meanwhile."""
    held(session, Household, household.id)
    return _household_of(session, code, now)


def _move_in(
    session: Session, household: Household, user_id: int, confirmed_by_id: int | None, now: datetime
) -> Occupant:
    """Let a person into the household, which is held; who lives there already stays as they are."""
    today = clock.local_date(now)
    living = select(Occupant).where(Occupant.household_id == household.id, Occupant.lasts_beyond(today))
    there = session.scalars(living.where(Occupant.user_id == user_id)).first()
    if there is not None:
        return there
    if not session.get_one(User, user_id).active:
        raise Refused(N_("This person cannot sign in any more."), status=409)
    if (session.scalar(select(func.count()).select_from(living.subquery())) or 0) >= MOST_PEOPLE:
        raise Refused(N_("Too many people live there already. Ask whoever looks after the house."), status=409)
    occupant = Occupant(
        household_id=household.id, user_id=user_id, starts_on=today, confirmed_by_id=confirmed_by_id,
        joined=Joined.CODE if confirmed_by_id is None else Joined.CONFIRMED,
    )  # fmt: skip
    session.add(occupant)
    session.flush()
    record(session, act="moved_in", subject_kind="user", subject_id=user_id, actor_id=confirmed_by_id or user_id,
           now=now, joined=occupant.joined.value)  # fmt: skip
    return occupant
