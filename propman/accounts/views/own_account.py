"""One's own account: password, language, the browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.forms import ChangePassword, ChooseLanguage
from propman.accounts.models import User
from propman.accounts.operations import change_language as set_language
from propman.accounts.operations import change_password as set_password
from propman.accounts.operations import revoke_session as end_session
from propman.accounts.operations.own_account import give_back_password_turn, take_password_turn
from propman.accounts.queries import addresses_of, live_sessions, memberships_of
from propman.accounts.views import blueprint, browser
from propman.accounts.views.answers import Answer, shown, too_soon
from propman.db import ID_LIMIT, db
from propman.idempotency import once
from propman.roles import Permission
from propman.web import KeyedForm, answer_refusals, apart, current_viewer, requires


@blueprint.get("/me")
@requires(Permission.OWN_ACCOUNT)
def me() -> Answer:
    """Who I am here, where I am signed in, my language and password."""
    return _page()


@blueprint.post("/me/password")
@requires(Permission.OWN_ACCOUNT)
def change_password() -> Answer | Response:
    """Change the password; every other browser is signed out."""
    form, viewer, now = ChangePassword(), current_viewer(), clock.now()

    def act() -> dict[str, Any]:
        set_password(db.session(), viewer=viewer, current=form.current.data, new=form.password.data,
                     cheap=browser.settings().cheap_passwords, now=now)  # fmt: skip
        give_back_password_turn(db.session(), viewer=viewer, now=now)
        return {}

    if form.validate_on_submit():
        db.session.rollback()
        until = apart(lambda session: take_password_turn(session, viewer=viewer, now=now))
        if until is not None:
            too_soon(form, until=until, now=now)
            return _page(password=form)
        with answer_refusals(form):
            _once(form, {}, act)
            db.session.commit()
            flash(_("Your password is changed. Other browsers were signed out."), "success")
            return redirect(url_for("accounts.me"), code=303)
    return _page(password=form)


@blueprint.post("/me/language")
@requires(Permission.OWN_ACCOUNT)
def change_language() -> Answer | Response:
    """Choose the language of pages and mails, here and on every other device."""
    form, viewer = ChooseLanguage(), current_viewer()

    def act() -> dict[str, Any]:
        set_language(db.session(), viewer=viewer, language=form.language.data, now=clock.now())
        return {}

    if form.validate_on_submit():
        with answer_refusals(form):
            _once(form, form.payload(), act)
            db.session.commit()
            cookie["language"] = form.language.data
            with force_locale(form.language.data):
                flash(_("Pages and mails now speak this language."), "success")
            return redirect(url_for("accounts.me"), code=303)
    return _page(language=form)


@blueprint.post(f"/me/sessions/<int(max={ID_LIMIT - 1}):session_id>/revoke")
@requires(Permission.OWN_ACCOUNT)
def revoke_session(session_id: int) -> Response:
    """Sign one of my browsers out. Repeating it changes nothing, so it needs no key."""
    end_session(db.session(), session_id=session_id, viewer=current_viewer(), now=clock.now())
    db.session.commit()
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.me"), code=303)


def _once(form: KeyedForm, payload: dict[str, object], act: Callable[[], dict[str, Any]]) -> None:
    once(db.session(), principal=f"user:{current_viewer().user_id}", key=form.key.data or "", payload=payload,
         now=clock.now(), act=act)  # fmt: skip


def _page(password: ChangePassword | None = None, language: ChooseLanguage | None = None) -> Answer:
    viewer, now = current_viewer(), clock.now()
    person = db.session.get_one(User, viewer.user_id)
    today = clock.local_date(now)
    roles = [one for one in memberships_of(db.session(), user_ids=[person.id]) if one.in_force(today)]
    page = render_template(
        "accounts/me.html",
        person=person,
        roles=roles,
        where=addresses_of(db.session(), roles),
        sessions=live_sessions(db.session(), user_id=person.id, now=now),
        password=password or ChangePassword(formdata=None),
        language=language or ChooseLanguage(formdata=None, language=person.language),
    )
    sent = password or language
    return shown(page, sent) if sent else (page, 200)
