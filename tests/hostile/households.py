"""What is typed about flats, codes of slips and wishes."""

from __future__ import annotations

from collections.abc import Iterator

from propman.households import operations
from propman.households.models import Household, JoinWish
from propman.households.slips import code_of
from tests import world as worlds
from tests.hostile import values as v
from tests.hostile.targets import FULL_WIDTH, RARE, Maker, Target

MEI = "dispatcher_mei"


def households(make: Maker) -> Iterator[Target]:
    """The pages for those who confirm, and one's own."""
    door, flat = {"place_id": make.world.entrance.id}, {"household_id": _flat(make).id}
    yield Target("households.places", MEI)
    yield Target("households.place", MEI, door)
    numbers = {"numbers": (v.NUMBERS, lambda: f"甲{next(make.numbers)}－{next(make.numbers)}室")}
    yield Target("households.add", MEI, door, form=numbers)
    yield Target("households.print_slips", MEI, door)
    yield Target("households.draw_slips", MEI, door, form={})
    yield Target("households.household", MEI, flat)
    yield Target("households.renew_slip", MEI, flat, form={})
    yield Target("households.revoke_slip", MEI, flat, form={})
    lives = operations.join_by_code(make.session, code=_code(make, _flat(make)), user_id=make.world.resident_lin.id,
                                    now=make.now)  # fmt: skip
    yield Target("households.end", MEI, {"household_id": lives.household_id, "occupant_id": lives.id}, form={})
    form = {"household_id": (v.CHOICE, str(_flat(make).id))}
    yield Target("households.answer", MEI, {"wish_id": _wish(make).id}, form=form)
    yield from _own(make)


def _own(make: Maker) -> Iterator[Target]:
    lin = "resident_lin"
    yield Target("households.home", lin, query={"code": (v.ANYTHING, ""), "label": (v.ANYTHING, "")})
    yield Target("households.join", lin, form={"code": (v.SECRET, _code(make, _flat(make)))})
    asked = {"label": (v.CHOICE, make.world.code), "flat": (v.NAME, RARE)}
    yield Target("households.ask", lin, form=asked)
    lives = operations.join_by_code(make.session, code=_code(make, _flat(make)), user_id=make.world.resident_lin.id,
                                    now=make.now)  # fmt: skip
    yield Target("households.leave", lin, {"occupant_id": lives.id}, form={})
    form = {
        "code": (v.SECRET, _code(make, _flat(make))), "name": (v.NAME, RARE),
        "phone": (v.PHONE, lambda: FULL_WIDTH.format(next(make.numbers))), "sign_in_name": (v.SIGN_IN_NAME, ""),
        "password": (v.SECRET, worlds.PASSWORD), "again": (v.SECRET, worlds.PASSWORD),
    }  # fmt: skip
    yield Target("households.enter", query={"code": (v.ANYTHING, "")}, form=form)


def _flat(make: Maker) -> Household:
    [flat] = operations.add_households(make.session, place_id=make.world.entrance.id, numbers=str(next(make.numbers)),
                                       actor_id=None, now=make.now)  # fmt: skip
    return flat


def _code(make: Maker, flat: Household) -> str:
    keys = make.house.settings.tracking_keys
    [slip] = operations.draw_slips(make.session, households=[flat], keys=keys, actor_id=None, now=make.now)
    return code_of(slip.nonce, slip.key_id, keys) or ""


def _wish(make: Maker) -> JoinWish:
    return operations.ask_to_join(make.session, place=make.world.entrance, flat="301",
                                  user_id=make.world.neighbour_wu.id, now=make.now)  # fmt: skip
