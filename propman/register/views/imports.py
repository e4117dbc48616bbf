"""The imports so far, a new one, and the page of each: how far it is, what the dry run found, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities.queries import address, find_places, lines, reach
from propman.db import db
from propman.register import operations
from propman.register.forms import FindAreaForm, UploadForm
from propman.register.judging import Outcome
from propman.register.labels import OUTCOMES, STATES, TONES, fault_word, field_word, reference_word, value_word
from propman.register.models import WAITING, Import, ImportFault, ImportRow, ImportState
from propman.register.queries import imports as queries
from propman.register.queries.around import catalogue
from propman.register.queries.references import references
from propman.register.rows import Catalogue
from propman.register.views import blueprint
from propman.register.views.loading import ID, IMPORT, KEEPS, load_import, page_of, where
from propman.sheets.gate import MOST_BYTES
from propman.sheets.reading import read
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

SECONDS = "2"  # after which a page that waits asks again, without a script


@dataclass(frozen=True)
class Line:
    """One wrong value, or one row that would do something, in words."""

    row: int
    cell: str
    heading: str
    value: str
    words: str
    code: str = ""
    told: Sequence[tuple[str, str]] = ()


@blueprint.get("/register/imports")
@requires(KEEPS)
def imports() -> str:
    """The imports in reach, the latest first; and where a new one begins."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    find = FindAreaForm(request.args)
    text, today = find.q.data or "", clock.local_date(now)
    found = queries.imports(session, viewer, now, before=_number("before"))
    shown = found[: queries.MOST_IMPORTS]
    prefixes = reach(viewer, KEEPS, today).prefixes(session)
    places = [place for place in find_places(session, prefixes, text, on=today, limit=40)
              if place.kind in queries.SENT_FOR]  # fmt: skip
    own = queries.own_areas(session, viewer, now)
    named = lines(session, [*places, *own, *(each.place for each in shown)])
    return render_template(
        "register/imports.html",
        imports=shown,
        find=find,
        text=text,
        places=places,
        own=own,
        where={place_id: address(line) for place_id, line in named.items()},
        states=STATES,
        tones=TONES,
        next=url_for("register.imports", before=shown[-1].id) if len(found) > len(shown) else None,
    )


@blueprint.route(f"/register/places/<{ID}:place_id>/import", methods=["GET", "POST"])
@requires(KEEPS, uploads=True)
def upload(place_id: int) -> tuple[str, int] | Response:
    """Send a table of parts for this community or area."""
    place, form = queries.load_area(db.session(), place_id, current_viewer(), clock.now()), UploadForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            name, data = form.file.data.filename, form.file.data.read(MOST_BYTES + 1)
            db.session.rollback()  # reading takes seconds, and nobody is to wait for it
            file = operations.File(name, data, read(data, name))
            sent = act_once(form, lambda: _send(place_id, file), content=data)["id"]
            db.session.commit()
            return redirect(page_of(sent), code=303)
        place = queries.load_area(db.session(), place_id, current_viewer(), clock.now())
    shown = render_template("register/upload.html", form=form, place=place, where=where(place))
    return shown, page_status() if form.is_submitted() else 200


def _send(place_id: int, file: operations.File) -> int:
    actor_id = current_viewer().user_id or 0
    return operations.send_file(db.session(), place_id=place_id, file=file, actor_id=actor_id, now=clock.now()).id


@blueprint.get(IMPORT)
@requires(KEEPS)
def import_page(import_id: int) -> Response:
    """How an import stands: its progress, what the dry run found, or what came of it."""
    session, found = db.session(), load_import(import_id)
    outcome = _outcome(found)
    shown = render_template(
        "register/import.html",
        found=found,
        where=where(found.place),
        states=STATES,
        tones=TONES,
        working=found.state in WAITING,
        fault=_(found.fault, **(found.fault_facts or {})) if found.fault else None,
        remarks=[_(sentence, **params) for sentence, params in found.outline.get("remarks", ())],
        before=queries.applied_before(session, found) if found.applied_at is None else None,
        unnamed=[each["heading"] for each in found.headings.values() if not each["field"]],
        references=_references(found),
        ImportState=ImportState,
        outcome=outcome.value if outcome else None,
        counts=_counts(found),
        **_rows(found, outcome),
    )
    response = make_response(shown)
    if found.state in WAITING:
        response.headers["Refresh"] = SECONDS
    return response


def _outcome(found: Import) -> Outcome | None:
    """Which rows are shown: those that the address asks for, else what hurts most."""
    if found.state in {ImportState.UPLOADED, *WAITING}:
        return None
    there = {each: count for each, count in _by_outcome(found).items() if count and each is not Outcome.SAME}
    asked = request.args.get("show", "")
    if asked in set(Outcome) and Outcome(asked) in there:
        return Outcome(asked)
    return next((each for each in (Outcome.BAD, Outcome.CHANGED, Outcome.NEW) if each in there), None)


def _by_outcome(found: Import) -> dict[Outcome, int]:
    return {Outcome.BAD: found.bad_rows, Outcome.CHANGED: found.changed_rows, Outcome.NEW: found.new_rows,
            Outcome.SAME: found.same_rows}  # fmt: skip


def _counts(found: Import) -> list[tuple[str, str, int]]:
    """How many rows are what: code, word, number."""
    return [(each.value, str(OUTCOMES[each]), count) for each, count in _by_outcome(found).items()]


def _references(found: Import) -> list[str]:
    """What stands in the way of undoing it, in words."""
    if found.state is not ImportState.APPLIED:
        return []
    return [reference_word(each.what, each.count) for each in references(db.session(), found)]


def _rows(found: Import, outcome: Outcome | None) -> dict[str, Any]:
    """A page of the wrong values, or of the rows of an outcome; and the address of the next."""
    if outcome is None:
        return {"lines": [], "next": None, "first": None}
    known = catalogue(db.session(), clock.local_date(clock.now()))
    after = request.args.get("after", "")
    if outcome is Outcome.BAD:
        key = tuple(map(_bounded, after.split("-"))) if after.count("-") == 1 else None
        faults = queries.faults_page(db.session(), found.id, after=(key[0], key[1]) if key else None)
        lines_ = [_fault(found, each, known) for each in faults[: queries.PAGE]]
        last = faults[queries.PAGE - 1] if len(faults) > queries.PAGE else None
        further = f"{last.row}-{last.id}" if last else None
    else:
        rows = queries.rows_page(db.session(), found.id, outcome, after=_bounded(after))
        lines_ = [_told(each, known) for each in rows[: queries.PAGE]]
        further = str(rows[queries.PAGE - 1].row) if len(rows) > queries.PAGE else None
    here: dict[str, Any] = {"import_id": found.id, "show": outcome.value}
    return {
        "lines": lines_,
        "next": url_for("register.import_page", **here, after=further) if further else None,
        "first": url_for("register.import_page", **here) if after else None,
    }


def _fault(found: Import, fault: ImportFault, known: Catalogue) -> Line:
    over = found.headings.get(fault.column or "", {}).get("heading")
    heading = over or field_word(fault.field, known.properties)
    cell = f"{fault.column}{fault.row}" if fault.column else ""
    return Line(fault.row, cell, heading, fault.value, fault_word(fault))


def _told(row: ImportRow, known: Catalogue) -> Line:
    """What a row would do: of a new part what it has, of a changed one from what to what."""
    changed = row.outcome is Outcome.CHANGED
    told = []
    for field, value in row.told.items():
        if not changed and field in {"code", "name"}:
            continue
        before, after = value if changed else (None, value)
        words = value_word(field, after, known)
        if changed:
            words = _("%(before)s → %(after)s", before=value_word(field, before, known), after=words)
        told.append((field_word(field, known.properties), words))
    return Line(row.row, "", "", row.name, "", row.code, told)


def _number(name: str) -> int | None:
    return _bounded(request.args.get(name, "")) or None


def _bounded(text: str) -> int:
    """The number that the address says; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
