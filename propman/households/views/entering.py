"""Where the address on a slip leads: whoever has no account makes one and joins the household with it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.operations import start_session
from propman.accounts.operations.sessions import Opened
from propman.accounts.tokens import hash_token
from propman.accounts.views import browser
from propman.db import db
from propman.households import operations
from propman.households.forms import NewcomerForm
from propman.households.views import blueprint, trying
from propman.idempotency import once
from propman.roles import Permission
from propman.web import answer_refusals, current_viewer, page_status, requires

Answer = str | Response | tuple[str, int]


@blueprint.route("/join", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def enter() -> Answer:
    """Make an account with a slip, or go and sign in. It shows nothing of what the code opens before it was sent."""
    code = request.args.get("code", "")[:40]
    if current_viewer().signed_in:
        return redirect(url_for("households.home", code=code or None), code=303)
    form = NewcomerForm(code=code)
    if form.validate_on_submit():
        with answer_refusals(form):
            device = browser.device()
            counted = trying.subjects(device)
            trying.count(counted)
            opened = _make(form, device)
            db.session.commit()
            trying.uncount(counted)
            return _welcome(opened, device)
    back = url_for("accounts.sign_in", next=url_for("households.home", code=form.code.data or None))
    page = render_template("households/enter.html", form=form, sign_in=back)
    return page, page_status() if form.is_submitted() else 200


def _make(form: NewcomerForm, device: str) -> list[Opened]:
    """The account is made once for the key of the form, and a session opened for it; a retry opens none."""
    now, cheap = clock.now(), current_app.extensions["propman.settings"].cheap_passwords
    code, particulars, opened = form.code.data or "", form.particulars(), list[Opened]()

    def act() -> dict[str, Any]:
        person = operations.join_as_new_person(
            db.session(), code=code, particulars=particulars, password=form.password.data, cheap=cheap,
            language="en" if str(get_locale()) == "en" else "zh", now=now,
        )  # fmt: skip
        opened.append(start_session(db.session(), person=person, device_hash=hash_token(device),
                                    browser=browser.browser_name(), now=now))  # fmt: skip
        return {"user_id": person.id}

    once(db.session(), principal=f"slip:{hash_token(code)[:40]}", key=form.key.data or "",
         payload={"name": particulars.name, "phone": particulars.phone, "sign_in_name": particulars.sign_in_name},
         now=now, act=act)  # fmt: skip
    return opened


def _welcome(opened: list[Opened], device: str) -> Response:
    if not opened:
        flash(_("Your account is made. Sign in with it."), "success")
        return redirect(url_for("accounts.sign_in"), code=303)
    browser.enter(opened[0])
    flash(_("Your account is made, and you belong to this household now."), "success")
    return browser.remember_device(redirect(url_for("households.home"), code=303), device)
