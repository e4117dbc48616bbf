"""What must always be true of the stored rows of this room. Reads only."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman.accounts.models import User
from propman.communities.models import Place
from propman.households.models import Household, JoinWish, Occupant
from propman.invariants import Finding, Promises
from propman.personal import PersonalText
from propman.spans import lasts_beyond


def promises(session: Session) -> Promises:
    """H01: flats lie in their community; nobody lives twice in one flat, nor anywhere once erased; wishes answered
    or of erased people hold no words.
    """
    return {"H01": lambda: _households(session)}


def _households(session: Session) -> Finding:
    count = session.scalar(select(func.count()).select_from(Household)) or 0
    broken = [*_misplaced(session), *_twice(session), *_gone(session), *_words(session)]
    return Finding("H01", count, tuple(broken))


def _misplaced(session: Session) -> list[str]:
    community = aliased(Place)
    query = (
        select(Household.id)
        .join(Place, Place.id == Household.place_id)
        .join(community, community.id == Household.community_id)
        .where(~Place.path.startswith(community.path))
    )
    return [f"household {one} lies in another community" for one in session.scalars(query)]


def _twice(session: Session) -> list[str]:
    one, other = aliased(Occupant), aliased(Occupant)
    query = select(one.id, other.id).where(
        one.household_id == other.household_id, one.user_id == other.user_id, one.id < other.id,
        lasts_beyond(one.ends_on, other.starts_on), lasts_beyond(other.ends_on, one.starts_on),
    )  # fmt: skip
    return [f"occupants {first} and {second} are one person at one time" for first, second in session.execute(query)]


def _gone(session: Session) -> list[str]:
    query = select(Occupant.id).join(User, User.id == Occupant.user_id).where(
        User.erased_at.is_not(None), Occupant.ends_on.is_(None)
    )  # fmt: skip
    return [f"occupant {one} was erased and still lives there" for one in session.scalars(query)]


def _words(session: Session) -> list[str]:
    query = select(JoinWish.id).join(PersonalText, PersonalText.id == JoinWish.flat_id).where(
        JoinWish.answered_at.is_not(None), PersonalText.body.is_not(None)
    )  # fmt: skip
    return [f"wish {one} is answered and keeps its words" for one in session.scalars(query)]
