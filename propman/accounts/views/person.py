"""One person for administration: particulars, access, erasing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts import operations, phones
from propman.accounts.forms import ActForm, EraseForm, PersonForm
from propman.accounts.models import User
from propman.accounts.queries import addresses_of, live_sessions, memberships_of, names_of, person_for
from propman.accounts.views import blueprint, browser
from propman.accounts.views.answers import Answer, shown
from propman.accounts.views.people import particulars
from propman.audit.queries import history_of
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, requires

LINK = "invitation_link"  # in the cookie of the administrator, until their next page

PERSON = "/admin/people/<int:person_id>"


@blueprint.route(PERSON, methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def person(person_id: int) -> Answer | Response:
    """Everything about one person; a POST changes name, telephone, sign-in name or mail address."""
    found = load(person_id)
    form = PersonForm(data=written_down(found))

    def act() -> None:
        operations.change_person(db.session(), person=found, particulars=particulars(form), viewer=current_viewer(),
                                 now=clock.now())  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return page(person_id, form=form)


@blueprint.post(f"{PERSON}/invite")
@requires(Permission.ADMINISTER)
def invite(person_id: int) -> Answer | Response:
    """Make a one-time link and show it on the next page, once; older links are void from now on."""
    found, form = load(person_id), ActForm()
    token: list[str] = []

    def act() -> None:
        made = operations.invite(db.session(), person=found, viewer=current_viewer(), now=clock.now())
        token.append(made[1])

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            if token:
                cookie[LINK] = [person_id, token[0]]
            else:
                flash(
                    _("The link was made, but can be shown only once. Make a new one if it did not arrive."), "warning"
                )
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return page(person_id, act=form)


@blueprint.post(f"{PERSON}/disable")
@requires(Permission.ADMINISTER)
def disable(person_id: int) -> Answer | Response:
    """Shut the person out, at once and everywhere."""
    found, form = load(person_id), ActForm()

    def act() -> None:
        operations.disable_person(db.session(), person=found, viewer=current_viewer(), now=clock.now())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The account is shut. The person was signed out everywhere."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return page(person_id, act=form)


@blueprint.post(f"{PERSON}/enable")
@requires(Permission.ADMINISTER)
def enable(person_id: int) -> Answer | Response:
    """Let the person in again."""
    found, form = load(person_id), ActForm()

    def act() -> None:
        operations.enable_person(db.session(), person=found, viewer=current_viewer(), now=clock.now())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The account is open again."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return page(person_id, act=form)


@blueprint.post(f"{PERSON}/sign-out")
@requires(Permission.ADMINISTER)
def sign_person_out(person_id: int) -> Answer | Response:
    """Sign the person out everywhere: a telephone was lost."""
    found, form = load(person_id), ActForm()

    def act() -> None:
        operations.revoke_sessions(db.session(), user_id=found.id, actor_id=current_viewer().user_id, now=clock.now())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The person was signed out everywhere."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    return page(person_id, act=form)


@blueprint.route(f"{PERSON}/erase", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def erase(person_id: int) -> Answer | Response:
    """Erase the person, after a tick: nothing personal is left, and there is no way back."""
    found, form = load(person_id), EraseForm()

    def act() -> None:
        operations.erase_person(db.session(), person=found, viewer=current_viewer(), now=clock.now())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The person is erased."), "success")
            return redirect(url_for("accounts.people"), code=303)
    return shown(render_template("accounts/erase.html", person=found, form=form), form)


def load(person_id: int) -> User:
    """The person of this address, in the scope of who is looking. Raises `NotFound`."""
    return person_for(db.session(), current_viewer(), person_id)


def written_down(person: User) -> dict[str, str | None]:
    """What the form shows of a person before anybody typed."""
    return {"name": person.name, "phone": phones.shown(person.phone), "sign_in_name": person.sign_in_name,
            "email": person.email}  # fmt: skip


def page(person_id: int, *, form: PersonForm | None = None, act: ActForm | None = None) -> Answer:
    """The person's page, with the form that was just refused."""
    found, now = load(person_id), clock.now()
    if form is None:
        form = PersonForm(formdata=None, data=written_down(found))
    history = history_of(db.session(), subject_kind="user", subject_id=found.id)
    memberships = memberships_of(db.session(), user_ids=[found.id])
    html = render_template(
        "accounts/person.html",
        person=found,
        form=form,
        act=act or ActForm(formdata=None),
        link=_link_once(person_id),
        memberships=memberships,
        where=addresses_of(db.session(), memberships),
        sessions=live_sessions(db.session(), user_id=found.id, now=now),
        history=history,
        names=names_of(db.session(), {line.actor_id for line in history if line.actor_id}),
        today=clock.local_date(now),
    )
    return shown(html, act or form)


def _link_once(person_id: int) -> str | None:
    """The invitation link made by the request before this one, if it was for this person."""
    whose, token = cookie.pop(LINK, None) or (None, "")
    if whose != person_id:
        return None
    return browser.settings().public_base_url + url_for("accounts.accept_invitation", token=token)
