"""Signing in and out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.forms import SignInForm
from propman.accounts.operations import sign_in as signing
from propman.accounts.operations.sessions import sign_out as end_session
from propman.accounts.passwords import verify
from propman.accounts.tokens import hash_token
from propman.accounts.views import blueprint, browser
from propman.accounts.views.answers import Answer, shown, too_soon
from propman.db import db
from propman.errors import Refused
from propman.roles import Permission
from propman.web import answer_refusals, apart, current_viewer, requires
from propman.web.forms import blame
from propman.web.pages import local_path

LONGEST_PATH = 2000


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> Answer | Response:
    """Ask who somebody is; one answer for a wrong password, an unknown account and a disabled one."""
    form = SignInForm(next=request.args.get("next", ""))
    target = local_path(form.next.data if len(form.next.data or "") <= LONGEST_PATH else None)
    if current_viewer().signed_in and not form.is_submitted():
        return redirect(target, code=303)
    now = clock.now()
    if form.validate_on_submit() and (proved := _prove(form)):
        claim, better_hash = proved
        with answer_refusals(form):
            device = browser.device()
            _leave()
            opened = signing.open_session(
                db.session(), claim=claim, better_hash=better_hash, device_hash=hash_token(device),
                browser=browser.browser_name(), now=now,
            )  # fmt: skip
            db.session.commit()
            browser.enter(opened)
            return browser.remember_device(redirect(target, code=303), device)
    return shown(render_template("accounts/sign_in.html", form=form), form)


def _prove(form: SignInForm) -> tuple[signing.Claim, str | None] | None:
    """The claim of a person whose password is right, with a better hash to store; else None, and why on `form`.

    No transaction is open while the password is looked at: that takes long, and SQLite has a single writer.
    """
    now, settings = clock.now(), browser.settings()
    claim = signing.claim(db.session(), typed=form.who.data, device_hash=browser.device_hash(), key=settings.secret_key)
    db.session.rollback()
    address = browser.address_pseudonym()
    until = apart(lambda session: signing.take_turn(session, claim=claim, address=address, now=now))
    if until is not None:
        too_soon(form, until=until, now=now)
        return None
    right, better_hash = verify(form.password.data, claim.password_hash, cheap=settings.cheap_passwords)
    if right:
        apart(lambda session: signing.give_back_turn(session, claim=claim, address=address, now=now))
        return claim, better_hash
    apart(lambda session: signing.note_failure(session, claim=claim, now=now))
    blame(form, Refused(signing.NOT_RIGHT))
    return None


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> Response:
    """End the session of this browser. Repeating it changes nothing, so it needs no key."""
    _leave()
    db.session.commit()
    browser.forget()
    flash(_("You are signed out."))
    return redirect(local_path(None), code=303)


def _leave() -> None:
    """End the session that this browser held until now, whoever signs in next."""
    token = browser.session_token()
    if token is not None:
        end_session(db.session(), token=token, now=clock.now())
