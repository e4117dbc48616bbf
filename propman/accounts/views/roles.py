"""Roles of a person: given, ended."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.forms import EndRoleForm, FindForRole, RoleForm
from propman.accounts.labels import role_word
from propman.accounts.models import Membership
from propman.accounts.operations import add_membership, end_membership
from propman.accounts.queries import addresses_of
from propman.accounts.role_rules import RULES, Rule
from propman.accounts.views import blueprint
from propman.accounts.views.answers import Answer, shown
from propman.accounts.views.person import PERSON, load
from propman.communities import queries as communities
from propman.communities.models import Organisation, Place
from propman.db import ID_LIMIT, db
from propman.errors import NotFound, Refused
from propman.roles import Permission, Role
from propman.text import N_
from propman.web import act_once, answer_refusals, current_viewer, requires

MOST_FOUND = 20


@blueprint.route(f"{PERSON}/roles/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_role(person_id: int) -> Answer | Response:
    """Choose a role, find its organisation or place, and give it from a day on. The search stays in the address."""
    person, search = load(person_id), FindForRole(request.args)
    search.role.choices = {role.value: role_word(role) for role in RULES}
    role = _role(search.role.data)
    search.role.data = role.value  # the list shows the role that the form below gives
    rule = RULES[role]
    form = RoleForm(starts_on=clock.local_date(clock.now()))
    _offer(form, rule, search.q.data or "")

    def act() -> None:
        add_membership(
            db.session(), person=person, role=role, organisation=_organisation(form), place=_place(form),
            starts_on=form.starts_on.data, viewer=current_viewer(), now=clock.now(),
        )  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act, role=role.value)
            db.session.commit()
            flash(_("The role is given."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    page = render_template(
        "accounts/new_role.html", person=load(person_id), search=search, form=form, role=role, rule=rule
    )
    return shown(page, form)


@blueprint.route(f"{PERSON}/roles/<int:membership_id>/end", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def end_role(person_id: int, membership_id: int) -> Answer | Response:
    """End a role from a day on; what was done with it stays."""
    membership = _membership(person_id, membership_id)
    form = EndRoleForm.proposing(max(clock.local_date(clock.now()), membership.starts_on))

    def act() -> None:
        end_membership(db.session(), membership=membership, ends_on=form.ends_on.data, viewer=current_viewer(),
                       now=clock.now())  # fmt: skip

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The end of the role is kept."), "success")
            return redirect(url_for("accounts.person", person_id=person_id), code=303)
    membership = _membership(person_id, membership_id)
    where = addresses_of(db.session(), [membership])
    page = render_template("accounts/end_role.html", membership=membership, where=where, form=form)
    return shown(page, form)


def _role(value: str | None) -> Role:
    """The role asked for; whatever is none is a worker, the role given most."""
    return Role(value) if value in {role.value for role in RULES} else Role.WORKER


def _offer(form: RoleForm, rule: Rule, text: str) -> None:
    """Show on `form` the organisations and places that `rule` allows and `text` finds, and what was chosen already."""
    session, today = db.session(), clock.local_date(clock.now())
    organisations: dict[int, str] = {}
    places: dict[int, str] = {}
    if rule.organisations:
        found = communities.organisations(session, on=today, kinds=rule.organisations, text=text, limit=MOST_FOUND)
        organisations = {one.id: f"{one.name} · {one.place.name}" for one in found.rows}
    if rule.places:
        root = communities.province(session)
        named = communities.find_places(session, [root.path] if root else [], text, on=today, limit=5 * MOST_FOUND)
        fitting = [place for place in named if place.kind in rule.places][:MOST_FOUND]
        places = {place_id: _where(line) for place_id, line in communities.lines(session, fitting).items()}
    if form.organisation_id.data and (body := communities.organisation(session, form.organisation_id.data)):
        organisations.setdefault(body.id, f"{body.name} · {body.place.name}")
    if form.place_id.data and (place := communities.place(session, form.place_id.data)):
        places.setdefault(place.id, _where(communities.line(session, place)))
    form.offer(organisations, places)


def _where(line: tuple[Place, ...]) -> str:
    """A place with everything it lies in below the province, so that two of one name can be told apart."""
    return " ".join(place.name for place in line[1:] or line)


def _organisation(form: RoleForm) -> Organisation | None:
    """The organisation chosen, or None. Raises `Refused` for an id that names none."""
    if form.organisation_id.data is None:
        return None
    found = communities.organisation(db.session(), form.organisation_id.data)
    if found is None:
        raise Refused(N_("There is no such organisation."), field="organisation_id")
    return found


def _place(form: RoleForm) -> Place | None:
    """The place chosen, or None. Raises `Refused` for an id that names none."""
    if form.place_id.data is None:
        return None
    found = communities.place(db.session(), form.place_id.data)
    if found is None:
        raise Refused(N_("There is no such place."), field="place_id")
    return found


def _membership(person_id: int, membership_id: int) -> Membership:
    """One of the person's memberships. Raises `NotFound` for anybody else's."""
    found = db.session.get(Membership, membership_id) if membership_id < ID_LIMIT else None
    if found is None or found.user_id != load(person_id).id:
        raise NotFound
    return found
