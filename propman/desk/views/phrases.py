"""The ready-made sentences of one's organisation, step by step."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.data.phrases import shipped_phrases
from propman.db import ID_LIMIT, db
from propman.desk.forms import PhraseForm
from propman.desk.views import blueprint
from propman.phrases import operations, queries
from propman.roles import Permission
from propman.rota.queries import own_organisations
from propman.tickets.labels import BUTTONS
from propman.tickets.workflow import Action
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]


@blueprint.route("/phrases", methods=["GET", "POST"])
@requires(Permission.DISPATCH)
def phrases() -> Answer:
    """What is offered at each step, and a form to offer more."""
    session, now, form = db.session(), clock.now(), PhraseForm()
    own = own_organisations(session, current_viewer())
    form.organisation_id.choices = [SelectChoice(str(one.id), one.name) for one in own]
    form.move.choices = [SelectChoice(move, str(BUTTONS[Action(move)])) for move in shipped_phrases()]
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operations.add_phrase(
                session, organisation_id=int(form.organisation_id.data), move=form.move.data, text=form.text.data,
                now=now,
            ).id)  # fmt: skip
            session.commit()
            flash(_("The sentence is offered from now on."), "success")
            return redirect(url_for("desk.phrases"), code=303)
    shown = [(one, queries.kept(session, one.id), queries.offered(session, one.id)) for one in own]
    page = render_template("desk/phrases.html", form=form, shown=shown, moves=form.move.choices)
    return page, page_status() if form.is_submitted() else 200


@blueprint.post(f"/phrases/<int(max={ID_LIMIT - 1}):phrase_id>/delete")
@requires(Permission.DISPATCH)
def delete_phrase(phrase_id: int) -> Response:
    """Offer it no longer. Who comes second finds it gone, so it needs no key."""
    session = db.session()
    own = {one.id for one in own_organisations(session, current_viewer())}
    operations.delete_phrase(session, organisation_ids=own, phrase_id=phrase_id)
    session.commit()
    flash(_("The sentence is offered no longer."), "success")
    return redirect(url_for("desk.phrases"), code=303)
