"""The codes on printed labels: drawn, revoked, replaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities import codes
from propman.communities.kinds import LABELLED_KINDS
from propman.communities.models import Place, PlaceCode
from propman.communities.queries import code_in_use
from propman.db import held, insert_if_absent
from propman.errors import NotFound, Refused
from propman.text import N_

ATTEMPTS = 8


def draw_code(
    session: Session,
    *,
    place_id: int,
    actor_id: int | None,
    now: datetime,
    draw: Callable[[], str] = codes.draw,
) -> PlaceCode:
    """Give a place a fresh code from `draw`, drawn again on a collision: no code ever comes back.

    Raises `Refused` for a kind of place that carries no label, a closed one, and one that has a code in use.
    """
    place = held(session, Place, place_id)
    if place.kind not in LABELLED_KINDS:
        raise Refused(N_("Only communities, buildings and entrances carry a label."))
    if not place.open_on(clock.local_date(now)):
        raise Refused(N_("%(place)s is closed."), place=place.name)
    if code_in_use(session, place.id) is not None:
        raise Refused(
            N_("%(place)s has a code already. Replace it if its label is lost."), status=409, place=place.name
        )
    for _ in range(ATTEMPTS):
        values = {"code": draw(), "place_id": place.id, "made_at": now}
        if session.execute(insert_if_absent(session, PlaceCode, values)).rowcount:  # type: ignore[attr-defined]
            _record(session, place.id, None, str(values["code"]), actor_id, now)
            return session.get_one(PlaceCode, values["code"])
    raise RuntimeError(f"{ATTEMPTS} codes in a row were taken: the source of chance is broken")


def revoke_code(session: Session, *, code: str, actor_id: int | None, now: datetime) -> PlaceCode:
    """Take a code out of use for good. Raises `NotFound` for no such code, `Refused` for one revoked before."""
    row = session.get(PlaceCode, code)
    if row is None:
        raise NotFound()
    held(session, Place, row.place_id)
    session.refresh(row)
    if row.revoked_at is not None:
        raise Refused(N_("This code has been revoked already."), status=409)
    row.revoked_at = now
    _record(session, row.place_id, row.code, None, actor_id, now)
    session.flush()
    return row


def replace_code(
    session: Session,
    *,
    place_id: int,
    actor_id: int | None,
    now: datetime,
    draw: Callable[[], str] = codes.draw,
) -> PlaceCode:
    """Revoke the code in use at a place, where there is one, and give it a fresh one. Raises as `draw_code`."""
    held(session, Place, place_id)
    old = code_in_use(session, place_id)
    if old is not None:
        revoke_code(session, code=old.code, actor_id=actor_id, now=now)
    return draw_code(session, place_id=place_id, actor_id=actor_id, now=now, draw=draw)


def _record(
    session: Session, place_id: int, old: str | None, new: str | None, actor_id: int | None, now: datetime
) -> None:
    record_change(
        session, subject_kind="place", subject_id=place_id, field="code", old=old, new=new, actor_id=actor_id, now=now
    )
