"""The people of one organisation who are told of its reports, and who of them is reachable: in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Date, ScalarSelect, Table, bindparam, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.queries import active
from propman.accounts.role_rules import CAN_BE_SENT
from propman.db import Packing, read
from propman.roles import Role
from propman.rota.duty import Duty, Hours, Period, duty
from propman.rota.models import Departure, Shift
from propman.rota.queries.plans import plans

_USER, _MEMBER, _SHIFT, _DEPARTURE = (
    cast(Table, model.__table__) for model in (User, Membership, Shift, Departure)
)  # fmt: skip
_PEOPLE = Packing((_USER.c.id, _USER.c.email, _MEMBER.c.role, _USER.c.sort_key))
_SHIFTS = Packing((_SHIFT.c.user_id, _SHIFT.c.weekday, _SHIFT.c.begins, _SHIFT.c.ends))
_SPANS = Packing((_DEPARTURE.c.user_id, _DEPARTURE.c.kind, _DEPARTURE.c.starts_at, _DEPARTURE.c.ends_at))


STAFF_COLUMNS = 3


def staff_columns(organisation: ColumnElement[int]) -> tuple[ScalarSelect[Any], ...]:
    """What `read_staff` reads, as columns of a statement that knows the id of the `organisation`; its parameters are
    `today` and `now`.
    """
    people = _MEMBER.join(_USER, _USER.c.id == _MEMBER.c.user_id)
    held = Membership.in_force(bindparam("today", type_=Date))  # type: ignore[arg-type]
    later = _DEPARTURE.c.ends_at > bindparam("now", type_=_DEPARTURE.c.ends_at.type)
    return (
        _PEOPLE.rows(people, (_MEMBER.c.organisation_id == organisation) & held & active()),
        _SHIFTS.rows(_SHIFT, _SHIFT.c.organisation_id == organisation),
        _SPANS.rows(_DEPARTURE, (_DEPARTURE.c.organisation_id == organisation) & later),
    )


_STAFF = select(*staff_columns(bindparam("organisation", type_=_MEMBER.c.organisation_id.type)))


@dataclass(frozen=True)
class Staff:
    """Whoever can sign in and holds a post in the organisation today, by name; who of them is reachable."""

    people: tuple[tuple[int, Role], ...]
    addresses: Mapping[int, str]  # of those who have one
    duty: Duty

    def holding(self, role: Role) -> list[int]:
        """Who holds a post of `role`, by name."""
        return list(dict.fromkeys(person for person, held in self.people if held is role))


def staff_of(session: Session, organisation_id: int, now: datetime) -> Staff:
    """The people of an organisation at `now`."""
    asked = {"organisation": organisation_id, "today": clock.local_date(now), "now": now}
    return read_staff(read(session, _STAFF, asked).one(), now)


def read_staff(columns: Sequence[Any], now: datetime) -> Staff:
    """The people at `now`, from `staff_columns`."""
    people, shifts, spans = columns
    found = sorted(_PEOPLE.read_all(people), key=lambda row: (row[3] or "", row[0]))
    sent = {person for person, _address, role, _name in found if role in CAN_BE_SENT}
    weekly = ((person, Hours(*hours)) for person, *hours in _SHIFTS.read_all(shifts))
    others = ((person, kind, Period(*span)) for person, kind, *span in _SPANS.read_all(spans))
    planned = {person: plan for person, plan in plans(weekly, others).items() if person in sent}
    return Staff(
        people=tuple((person, role) for person, _address, role, _name in found),
        addresses={person: address for person, address, _role, _name in found if address},
        duty=duty(planned, now),
    )
