"""Going on with an import: applying what the dry run showed, undoing it, throwing a file away."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.register import operations
from propman.register.forms import OrderForm, SureForm
from propman.register.labels import reference_word
from propman.register.queries.references import references
from propman.register.views import blueprint
from propman.register.views.loading import IMPORT, KEEPS, load_import, page_of, where
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires


@blueprint.route(f"{IMPORT}/apply", methods=["GET", "POST"])
@requires(KEEPS)
def apply(import_id: int) -> tuple[str, int] | Response:
    """Let what the dry run showed be applied as a whole."""
    found, form = load_import(import_id), OrderForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: _order(import_id, form.plan.data))
            db.session.commit()
            return redirect(page_of(import_id), code=303)
        found = load_import(import_id)
    if not form.is_submitted():
        form.plan.data = found.plan or ""
    shown = render_template("register/apply.html", found=found, where=where(found.place), form=form)
    return shown, page_status() if form.is_submitted() else 200


@blueprint.route(f"{IMPORT}/undo", methods=["GET", "POST"])
@requires(KEEPS)
def undo(import_id: int) -> tuple[str, int] | Response:
    """Take an import back, unless something refers to its parts."""
    found, form = load_import(import_id), SureForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: _undo(import_id))
            db.session.commit()
            return redirect(page_of(import_id), code=303)
        found = load_import(import_id)
    refer = [reference_word(each.what, each.count) for each in references(db.session(), found)]
    shown = render_template("register/undo.html", found=found, where=where(found.place), form=form, references=refer)
    return shown, page_status() if form.is_submitted() else 200


@blueprint.route(f"{IMPORT}/discard", methods=["GET", "POST"])
@requires(KEEPS)
def discard(import_id: int) -> tuple[str, int] | Response:
    """Throw away a file that was not applied."""
    found, form = load_import(import_id), SureForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: _discard(import_id))
            db.session.commit()
            flash(_("The file is thrown away."), "success")
            return redirect(url_for("register.imports"), code=303)
        found = load_import(import_id)
    shown = render_template("register/discard.html", found=found, where=where(found.place), form=form)
    return shown, page_status() if form.is_submitted() else 200


def _order(import_id: int, plan: str) -> int:
    return operations.ask_to_apply(db.session(), import_id=import_id, plan=plan, actor_id=_actor(), now=clock.now()).id


def _undo(import_id: int) -> int:
    return operations.ask_to_undo(db.session(), import_id=import_id, actor_id=_actor(), now=clock.now()).id


def _discard(import_id: int) -> int:
    operations.discard_import(db.session(), import_id=import_id, actor_id=_actor(), now=clock.now())
    return import_id


def _actor() -> int:
    return current_viewer().user_id or 0
