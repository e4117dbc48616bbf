"""The codes on printed labels: drawn, revoked, replaced; drawn blank in sheets, and bound on site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record, record_change
from propman.communities import codes
from propman.communities.kinds import LABELLED_KINDS, PlaceKind
from propman.communities.models import Carrier, LabelSheet, Place, PlaceCode
from propman.communities.queries import blank_labels, code_in_use
from propman.db import held, insert_if_absent
from propman.errors import NotFound, Refused
from propman.text import N_

ATTEMPTS = 8
MOST_BLANK = 210  # ten sheets of paper at once

Draw = Callable[[], str]


def draw_code(
    session: Session, *, place_id: int, actor_id: int | None, now: datetime, draw: Draw = codes.draw
) -> PlaceCode:
    """Give a place a fresh code from `draw`, drawn again on a collision: no code ever comes back.

    Raises `Refused` for a kind of place that carries no label, a closed one, and one that has a code in use.
    """
    place = _held_without_code(session, place_id, now)
    label = new_label(
        session, place_id=place.id, carrier=Carrier.PLACE, made_at=now, bound_at=now, draw=draw
    )  # fmt: skip
    _record(session, place.id, None, label.code, actor_id, now)
    return label


def new_label(session: Session, *, draw: Draw = codes.draw, **columns: Any) -> PlaceCode:
    """Add a label with a code that never was, for who has made sure that it may be. Raises RuntimeError where `draw`
    gives only codes that are taken.
    """
    for _ in range(ATTEMPTS):
        values: Mapping[str, Any] = {"code": draw(), **columns}
        if insert_if_absent(session, PlaceCode, values):
            return session.get_one(PlaceCode, values["code"])
    raise RuntimeError(f"{ATTEMPTS} codes in a row were taken: the source of chance is broken")


def revoke_code(session: Session, *, code: str, actor_id: int | None, now: datetime) -> PlaceCode:
    """Take a place's code out of use for good. Raises `NotFound` for no such code, `Refused` for one revoked before."""
    row = session.get(PlaceCode, code)
    if row is None or row.place_id is None or row.carrier is not Carrier.PLACE:
        raise NotFound()
    held(session, Place, row.place_id)
    session.refresh(row)
    retire_label(row, now=now)
    _record(session, row.place_id, row.code, None, actor_id, now)
    session.flush()
    return row


def retire_label(label: PlaceCode, *, now: datetime) -> None:
    """Take a label out of use, whatever it hangs on. Raises `Refused` (409) for one revoked before."""
    if label.revoked_at is not None:
        raise Refused(N_("This code has been revoked already."), status=409)
    label.revoked_at = now


def replace_code(
    session: Session, *, place_id: int, actor_id: int | None, now: datetime, draw: Draw = codes.draw
) -> PlaceCode:
    """Revoke the code in use at a place, where there is one, and give it a fresh one. Raises as `draw_code`."""
    held(session, Place, place_id)
    old = code_in_use(session, place_id)
    if old is not None:
        revoke_code(session, code=old.code, actor_id=actor_id, now=now)
    return draw_code(session, place_id=place_id, actor_id=actor_id, now=now, draw=draw)


def draw_blanks(
    session: Session, *, community_id: int, count: int, actor_id: int | None, now: datetime, draw: Draw = codes.draw
) -> LabelSheet:
    """Draw `count` labels that hang on nothing yet, for the people of a community to print, hang up and bind.

    Raises `Refused` for a place that is no community, a closed one, and a count below 1 or above 210.
    """
    community = held(session, Place, community_id)
    if community.kind is not PlaceKind.COMMUNITY:
        raise Refused(N_("Blank labels are drawn for a community."))
    if not community.open_on(clock.local_date(now)):
        raise Refused(N_("%(place)s is closed."), place=community.name)
    if not 1 <= count <= MOST_BLANK:
        raise Refused(N_("Draw 1 to %(most)s labels at once."), field="count", most=MOST_BLANK)
    sheet = LabelSheet(community_id=community.id, drawn_at=now, actor_id=actor_id)
    session.add(sheet)
    session.flush()
    for _ in range(count):
        new_label(session, sheet_id=sheet.id, made_at=now, draw=draw)
    record(session, act="blank_labels_drawn", subject_kind="label_sheet", subject_id=sheet.id, actor_id=actor_id,
           now=now, count=count)  # fmt: skip
    return sheet


def revoke_blanks(session: Session, *, sheet_id: int, actor_id: int | None, now: datetime) -> int:
    """Take the labels of a sheet that are still blank out of use, the paper being lost; how many. Raises `NotFound`."""
    sheet = held(session, LabelSheet, sheet_id)
    revoked = 0
    for label in blank_labels(session, sheet.id):
        label = held_label(session, label.code)
        if label.place_id is None and label.revoked_at is None:
            label.revoked_at = now
            revoked += 1
    if revoked:
        record(session, act="blank_labels_revoked", subject_kind="label_sheet", subject_id=sheet.id,
               actor_id=actor_id, now=now, count=revoked)  # fmt: skip
    session.flush()
    return revoked


def bind_label(session: Session, *, code: str, place_id: int, actor_id: int | None, now: datetime) -> PlaceCode:
    """Let a blank label hang on a place from now on. Flushes.

    Raises `NotFound` for no such label and a revoked one, `Refused` (409) for one that somebody has bound in the
    meantime, and as `draw_code` for the place.
    """
    label = held_blank(session, code)
    place = _held_without_code(session, place_id, now)
    label.place_id, label.carrier, label.bound_at = place.id, Carrier.PLACE, now
    _record(session, place.id, None, label.code, actor_id, now)
    session.flush()
    return label


def held_blank(session: Session, code: str) -> PlaceCode:
    """The blank label with `code`, held until the transaction ends, so that of two who bind it one wins.

    Raises `NotFound` for no such label and a revoked one, `Refused` (409) for one that is bound.
    """
    label = held_label(session, code)
    if label.revoked_at is not None:
        raise NotFound()
    if label.place_id is not None:
        raise Refused(N_("This label has been bound in the meantime. Scan it again to see to what."), status=409)
    return label


def held_label(session: Session, code: str) -> PlaceCode:
    """The label with `code` as it stands now, held. Raises `NotFound`."""
    session.flush()
    label = session.get(PlaceCode, code, with_for_update={"key_share": True}, populate_existing=True)
    if label is None:
        raise NotFound()
    return label


def _held_without_code(session: Session, place_id: int, now: datetime) -> Place:
    """The place, held; refused where no label can hang on it, or one does already."""
    place = held(session, Place, place_id)
    if place.kind not in LABELLED_KINDS:
        raise Refused(N_("Only communities, buildings and entrances carry a label."))
    if not place.open_on(clock.local_date(now)):
        raise Refused(N_("%(place)s is closed."), place=place.name)
    if code_in_use(session, place.id) is not None:
        raise Refused(
            N_("%(place)s has a code already. Replace it if its label is lost."), status=409, place=place.name
        )
    return place


def _record(
    session: Session, place_id: int, old: str | None, new: str | None, actor_id: int | None, now: datetime
) -> None:
    record_change(
        session, subject_kind="place", subject_id=place_id, field="code", old=old, new=new, actor_id=actor_id, now=now
    )
