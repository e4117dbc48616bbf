"""The one-time link by which a person sets a password."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.forms import NewPassword
from propman.accounts.operations import accept_invitation as accept
from propman.accounts.operations.invitations import VALID_FOR
from propman.accounts.operations.sessions import Opened, start_session
from propman.accounts.queries import open_invitation
from propman.accounts.tokens import hash_token
from propman.accounts.views import blueprint, browser
from propman.accounts.views.answers import Answer, shown
from propman.db import db
from propman.idempotency import once
from propman.roles import Permission
from propman.web import answer_refusals, page_status, requires
from propman.web.pages import local_path


@blueprint.route("/invite/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def accept_invitation(token: str) -> Answer | Response:
    """Let the person choose a password, and sign them in on this device, which is theirs from then on.

    A retry of a form whose answer was lost finds the password set, and leads to the sign-in page.
    """
    form = NewPassword()
    device = browser.device()
    opened: list[Opened] = []

    def act() -> dict[str, Any]:
        person = accept(db.session(), token=token, password=form.password.data,
                        cheap=browser.settings().cheap_passwords, now=clock.now())  # fmt: skip
        opened.append(start_session(db.session(), person=person, device_hash=hash_token(device),
                                    browser=browser.browser_name(), now=clock.now()))  # fmt: skip
        return {"user_id": person.id}

    if form.validate_on_submit():
        with answer_refusals(form):
            once(db.session(), principal=f"invite:{hash_token(token)[:40]}", key=form.key.data or "", payload={},
                 now=clock.now(), act=act)  # fmt: skip
            db.session.commit()
            return _welcome(opened, device)
    return _page(token, form)


def _welcome(opened: list[Opened], device: str) -> Response:
    if not opened:
        flash(_("Your password is set. Sign in with it."), "success")
        return redirect(url_for("accounts.sign_in"), code=303)
    browser.enter(opened[0])
    flash(_("Your password is set, and you are signed in."), "success")
    return browser.remember_device(redirect(local_path(None), code=303), device)


def _page(token: str, form: NewPassword) -> Answer:
    invitation = open_invitation(db.session(), token=token, now=clock.now())
    if invitation is None or (form.is_submitted() and page_status() == 404):
        return render_template("accounts/invitation_gone.html", days=VALID_FOR.days), 404
    page = render_template("accounts/invitation.html", form=form, person=invitation.user, token=token)
    return shown(page, form)
