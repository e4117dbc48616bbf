"""A file is sent, its headings are mapped, and what the dry run showed is applied, undone or thrown away: what people
decide. The work itself is done by a job: `running`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.db import held, insert_if_absent
from propman.errors import NotFound, Refused
from propman.personal import clean
from propman.register.columns import BY_FIELD
from propman.register.mapping import LONGEST_WORD, Dictionary, Mapped, settled
from propman.register.models import HeadingWord, Import, ImportFault, ImportRow, ImportState
from propman.register.outline import outline_of, sheet_in
from propman.register.queries.around import catalogue
from propman.register.queries.imports import SENT_FOR, remembered
from propman.register.queries.references import references
from propman.sheets.headings import heading
from propman.sheets.tables import Workbook, located
from propman.text import N_

LONGEST_NAME = 200
MAPPABLE = frozenset({ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED})
DISCARDABLE = MAPPABLE | {ImportState.CHECKING}


@dataclass(frozen=True)
class File:
    """A file that was read: what it is called, its bytes, and the tables in it."""

    name: str
    data: bytes
    workbook: Workbook


def send_file(session: Session, *, place_id: int, file: File, actor_id: int, now: datetime) -> Import:
    """Keep a file of parts of a place. If all its headings are known, the dry run follows by itself. Flushes.

    Raises `NotFound` for no such place, `Refused` for one that no file can be sent for.
    """
    place = session.get(Place, place_id)
    if place is None:
        raise NotFound()
    if place.kind not in SENT_FOR:
        raise Refused(N_("A file is sent for a community, or for an area in which communities lie."))
    outline = outline_of(file.workbook)
    found = Import(
        place_id=place.id, state=ImportState.UPLOADED, file_name=_file_name(file.name),
        sha256=hashlib.sha256(file.data).hexdigest(), content=file.data, outline=outline, actor_id=actor_id,
        made_at=now,
    )  # fmt: skip
    dictionary = dictionary_for(session, actor_id, now)
    sheet = sheet_in(outline, dictionary)
    mapped = dictionary.mapped(sheet.heading_row.headings) if sheet.heading_row else []
    found.sheet, found.heading_row = sheet.name, sheet.heading_row.row if sheet.heading_row else None
    found.headings = _kept(mapped)
    if settled(sheet.heading_row, mapped, one_community=place.kind is PlaceKind.COMMUNITY) and sheet.alone:
        found.state = ImportState.CHECKING
    session.add(found)
    session.flush()
    return found


def map_headings(
    session: Session,
    *,
    import_id: int,
    sheet: str,
    heading_row: int,
    fields: Mapping[str, str | None],
    actor_id: int,
    now: datetime,
) -> Import:
    """Say what the columns of a sheet are: the field by letter, None to leave a column out. The dry run follows.

    What differs from what the headings say by themselves is remembered for this person's next file. Raises `Refused`
    for an unknown sheet, row or field, a field that is named twice, and a sheet without codes; (409) for an import
    that stands in the register or is at work.
    """
    found = _held(session, import_id, MAPPABLE)
    stands = sheet_in(found.outline, dictionary_for(session, actor_id, now), name=sheet, heading_row=heading_row)
    if stands.heading_row is None:
        raise Refused(N_("The sheet has no such row of headings."), field="heading_row")
    dictionary = dictionary_for(session, actor_id, now)
    _fit_fields(dictionary, fields)
    texts = {each.column: each.text for each in stands.heading_row.headings}
    mapped = []
    for letter, field in fields.items():
        column = located(f"{letter}1")[1]
        over = heading(column, texts.get(column, ""))
        mapped.append(Mapped(column, over.text, field, True, over.unit))
        if over.full and dictionary.ours.get(over.among(dictionary.ours) or "", "") != field:
            _remember(session, over.full, field, actor_id, now)
    found.sheet, found.heading_row, found.headings = stands.name, heading_row, _kept(mapped)
    found.state, found.fault, found.fault_facts, found.plan = ImportState.CHECKING, None, None, None
    session.flush()
    return found


def ask_to_apply(session: Session, *, import_id: int, plan: str, actor_id: int, now: datetime) -> Import:
    """Let what the dry run `plan` showed be applied as a whole. Flushes.

    Raises `Refused` (409) where the dry run is another one by now, or is not done; 422 while a row is wrong, and where
    there is nothing to do.
    """
    found = _held(session, import_id, frozenset({ImportState.CHECKED}))
    if plan != found.plan:
        raise Refused(N_("The dry run was done again in the meantime. Look at what it shows now."), status=409)
    if found.bad_rows:
        raise Refused(N_("%(count)s rows are wrong: nothing is taken before they are mended."), count=found.bad_rows)
    if not found.new_rows + found.changed_rows:
        raise Refused(N_("The file changes nothing."))
    found.state, found.applied_by_id, found.done_rows = ImportState.APPLYING, actor_id, 0
    found.fault, found.fault_facts = None, None
    session.flush()
    record(session, act="register_import_ordered", subject_kind="register_import", subject_id=found.id,
           actor_id=actor_id, now=now, new=found.new_rows, changed=found.changed_rows)  # fmt: skip
    return found


def ask_to_undo(session: Session, *, import_id: int, actor_id: int, now: datetime) -> Import:
    """Let an import be undone: its parts go, changed ones become what they were. Flushes.

    Raises `Refused` (409) where it does not stand in the register, or where anything refers to its parts.
    """
    found = _held(session, import_id, frozenset({ImportState.APPLIED}))
    if references(session, found):
        raise Refused(N_("It cannot be undone any more: its parts are in use."), status=409)
    found.state, found.undone_by_id, found.fault, found.fault_facts = ImportState.UNDOING, actor_id, None, None
    session.flush()
    record(session, act="register_undo_ordered", subject_kind="register_import", subject_id=found.id,
           actor_id=actor_id, now=now)  # fmt: skip
    return found


def discard_import(session: Session, *, import_id: int, actor_id: int, now: datetime) -> None:
    """Throw away a file that was not applied, with all that was found in it. Raises `Refused` (409)."""
    found = _held(session, import_id, DISCARDABLE)
    record(session, act="register_import_discarded", subject_kind="register_import", subject_id=found.id,
           actor_id=actor_id, now=now)  # fmt: skip
    forget_details(session, found.id)
    session.execute(delete(Import).where(Import.id == found.id))


def forget_details(session: Session, import_id: int) -> None:
    """Delete what an import found, row by row."""
    for model in (ImportFault, ImportRow):
        session.execute(delete(model).where(model.import_id == import_id))


def dictionary_for(session: Session, actor_id: int, now: datetime) -> Dictionary:
    """The headings that are known to a person."""
    known = catalogue(session, clock.local_date(now))
    return Dictionary(known.properties, remembered(session, actor_id))


def _held(session: Session, import_id: int, states: frozenset[ImportState]) -> Import:
    found = held(session, Import, import_id)
    if found.state not in states:
        raise Refused(N_("The import has gone on in the meantime. Look at how it stands now."), status=409)
    return found


def _fit_fields(dictionary: Dictionary, fields: Mapping[str, str | None]) -> None:
    known = BY_FIELD.keys() | {each.field for each in dictionary.properties}
    taken: set[str] = set()
    for letter, field in fields.items():
        if field is not None and field not in known:
            raise Refused(N_("Choose one of the columns, or leave it out."), field=f"column_{letter}")
        if field in taken:
            raise Refused(N_("Two columns cannot be the same. Leave one of them out."), field=f"column_{letter}")
        taken |= {field} if field else set()
    if "code" not in taken:
        raise Refused(N_("Say which column holds the code of the part: by it a part is found again."))


def _remember(session: Session, word: str, field: str | None, actor_id: int, now: datetime) -> None:
    if len(word) > LONGEST_WORD:
        return
    values = {"actor_id": actor_id, "word": word, "field": field, "mapped_at": now}
    insert_if_absent(session, HeadingWord, values)
    row = session.query(HeadingWord).filter_by(actor_id=actor_id, word=word).one()
    row.field, row.mapped_at = field, now


def _kept(mapped: list[Mapped]) -> dict[str, Any]:
    """The mapping as it is stored: by letter, in the order of the columns."""
    return {each.letter: {"heading": each.heading[:LONGEST_NAME], "field": each.field, "unit": each.unit,
                          "known": each.known} for each in mapped}  # fmt: skip


def _file_name(name: str) -> str:
    bare = clean(name.replace("\\", "/").rpartition("/")[2])
    return "".join(sign for sign in bare if sign.isprintable())[:LONGEST_NAME] or "?"
