"""The people of this installation: found, and entered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.forms import FindPeople, PersonForm
from propman.accounts.operations import Particulars, create_person
from propman.accounts.queries import addresses_of, memberships_of, people_page
from propman.accounts.views import blueprint
from propman.accounts.views.answers import Answer, shown
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, current_viewer, requires


@blueprint.get("/admin/people")
@requires(Permission.ADMINISTER)
def people() -> str:
    """Everybody by name, page by page, with what they are today; `q` finds somebody."""
    form = FindPeople(request.args)
    page = people_page(db.session(), current_viewer(), search=(form.q.data or "")[:60], after=_id("after"),
                       before=_id("before"))  # fmt: skip
    today = clock.local_date(clock.now())
    roles: dict[int, list[Any]] = {person.id: [] for person in page.people}
    held = [one for one in memberships_of(db.session(), user_ids=list(roles)) if one.in_force(today)]
    for membership in held:
        roles[membership.user_id].append(membership)
    where = addresses_of(db.session(), held)
    return render_template("accounts/people.html", page=page, roles=roles, where=where, form=form)


@blueprint.route("/admin/people/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_person() -> Answer | Response:
    """Enter a person. What they are, and their invitation, follow on their page."""
    form, viewer, now = PersonForm(), current_viewer(), clock.now()

    def act() -> int:
        return create_person(db.session(), particulars=particulars(form), viewer=viewer, now=now).id

    if form.validate_on_submit():
        with answer_refusals(form):
            answer = act_once(form, act)
            db.session.commit()
            flash(_("The person is entered. Now give them a role, then invite them."), "success")
            return redirect(url_for("accounts.person", person_id=answer["id"]), code=303)
    return shown(render_template("accounts/new_person.html", form=form), form)


def particulars(form: PersonForm) -> Particulars:
    """What was typed about a person."""
    return Particulars(
        name=form.name.data or "",
        phone=form.phone.data or "",
        sign_in_name=form.sign_in_name.data or "",
        email=form.email.data or "",
    )


def _id(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
