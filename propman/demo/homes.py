"""The households of the demo world: flats and their slips, who lives where, who moved, and who asks to be confirmed."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from propman.communities.kinds import PlaceKind
from propman.demo.people import Cast, Post
from propman.demo.world import World
from propman.households import operations
from propman.households.models import Household
from propman.households.slips import Keys, code_of
from propman.roles import Role

NUMBERS = "101-103, 201-203, 301-303, 401-403, 501-503, 601-603"
ENTERED = 60  # days before the anchor day
MOVED = 12


def build_homes(session: Session, world: World, cast: Cast, keys: Keys) -> None:
    """Enter the flats behind the doors of everybody who reports with an account, print slips, and let people in.

    Behind every third door nobody drew slips yet: who lives there asks, and the last one waits for the answer.
    """
    living = [
        post for post in cast.posts if post.role is Role.RESIDENT and post.until is None and post.home is not None
    ]
    doors = [post for post in living if post.home is not None and post.home.kind is PlaceKind.ENTRANCE]
    by_door = groupby(sorted(doors, key=_door), key=_door)
    codes: list[str] = []
    for number, (_, group) in enumerate(by_door, start=1):
        people = list(group)
        flats = _enter(session, world, cast, people[0])
        if number % 3:
            codes += _join(session, world, people, flats, keys)
        else:
            _ask(session, world, cast, people, flats)
    _move(session, world, doors, codes)


def _door(post: Post) -> int:
    return post.home.id if post.home is not None else 0


def _enter(session: Session, world: World, cast: Cast, post: Post) -> list[Household]:
    return operations.add_households(session, place_id=_door(post), numbers=NUMBERS, actor_id=cast.administrator_id,
                                     now=world.morning(ENTERED))  # fmt: skip


def _join(session: Session, world: World, people: list[Post], flats: list[Household], keys: Keys) -> list[str]:
    """Slips for all flats; each person joins one of their own. The codes that were used."""
    slips = operations.draw_slips(session, households=flats, keys=keys, actor_id=None, now=world.morning(ENTERED - 1))
    codes = [code_of(slip.nonce, slip.key_id, keys) or "" for slip in slips]
    used = codes[7 : 7 + len(people)]
    for days, (post, code) in enumerate(zip(people, used, strict=True)):
        operations.join_by_code(session, code=code, user_id=post.user_id, now=world.morning(ENTERED - 9 - days))
    return used


def _ask(session: Session, world: World, cast: Cast, people: list[Post], flats: list[Household]) -> None:
    """Whoever has no slip asks; the company says yes the day after, but on the last day nobody has answered yet."""
    for number, post in enumerate(people):
        days = number * 20 + 1
        place = flats[0].place
        wish = operations.ask_to_join(session, place=place, flat="502室", user_id=post.user_id, now=world.morning(days))
        if number:
            operations.answer_wish(session, wish=wish, household=flats[13], actor_id=cast.administrator_id,
                                   now=world.morning(days) + timedelta(hours=3))  # fmt: skip


def _move(session: Session, world: World, people: list[Post], codes: list[str]) -> None:
    """Of the first flat: a second person joined it, and somebody who lived there has moved out."""
    if len(people) < 3 or not codes:
        return
    for post in people[1:3]:
        lives = operations.join_by_code(session, code=codes[0], user_id=post.user_id, now=world.morning(ENTERED - 20))
    operations.move_out(session, occupant=lives, actor_id=lives.user_id, now=world.morning(MOVED))
