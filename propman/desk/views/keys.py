"""The keys by which a day at the desk goes without a mouse; and the switch that turns them off."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import db
from propman.desk import operations, queries
from propman.desk.views import blueprint
from propman.roles import Permission
from propman.web import current_viewer, requires


@blueprint.get("/help/keys")
@requires(Permission.OWN_ACCOUNT)
def keys() -> str:
    """Every key and what it does."""
    return render_template("desk/keys.html", on=queries.uses_keys(current_viewer()))


@blueprint.post("/help/keys/switch")
@requires(Permission.OWN_ACCOUNT)
def switch_keys() -> Response:
    """Let single keys do something, or nothing. Repeating it changes nothing, so it needs no key of its own."""
    switch = request.form.get("switch")
    operations.use_keys(db.session(), viewer=current_viewer(), on=switch == "on", now=clock.now())
    db.session.commit()
    flash(_("Single keys are on.") if switch == "on" else _("Single keys are off."), "success")
    return redirect(url_for("desk.keys"), code=303)
