"""Flats, wishes and who lives where, for the crossing: near ones, far ones, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.households import operations
from propman.households.slips import code_of
from tests.world import World

Parts = dict[str, dict[str, Any]]
KEYS = {"t1": b"only for tests: a key of slips"}


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near = _of(session, world.entrance, world.resident_lin, world.neighbour_wu)
    far = _of(session, world.far_entrance, world.far_resident, world.far_clerk)
    absent = {kind: dict.fromkeys(parts, 10**9) for kind, parts in near.items()}
    return near, far, absent


def _of(session: Session, entrance: Place, lives: User, asks: User) -> Parts:
    now = clock.now()
    [flat] = operations.add_households(session, place_id=entrance.id, numbers="301", actor_id=None, now=now)
    [slip] = operations.draw_slips(session, households=[flat], keys=KEYS, actor_id=None, now=now)
    code = code_of(slip.nonce, slip.key_id, KEYS) or ""
    occupant = operations.join_by_code(session, code=code, user_id=lives.id, now=now)
    wish = operations.ask_to_join(session, place=entrance, flat="302", user_id=asks.id, now=now)
    return {
        "flat": {"household_id": flat.id, "occupant_id": occupant.id},
        "wish": {"wish_id": wish.id},
        "own flat": {"occupant_id": occupant.id},
    }
