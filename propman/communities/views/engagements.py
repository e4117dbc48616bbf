"""Who manages a community: engaging, ending, changing over, withdrawing what has not begun."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.communities import operations, queries
from propman.communities.forms import ActForm, ChangeOverForm, EndForm, EngageForm
from propman.communities.kinds import PlaceKind
from propman.communities.views import blueprint, first_report_on
from propman.communities.views.acting import ID, Answer, asked, by_whom, load_engagement, load_place
from propman.communities.views.places import PLACE, page_of, where
from propman.db import db
from propman.roles import Permission
from propman.web import act_once, answer_refusals, requires

ENGAGEMENT = f"/admin/engagements/<{ID}:engagement_id>"


@blueprint.route(f"{PLACE}/engage", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def engage(place_id: int) -> Answer | Response:
    """Engage a company to manage this community."""
    form = EngageForm(starts_on=clock.local_date(clock.now()))
    _offer(form, place_id)

    def act() -> int:
        days = {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data}
        return operations.engage(
            db.session(),
            community_id=place_id,
            organisation_id=form.organisation_id.data,
            first_report_on=first_report_on,
            **days,
            **by_whom(),
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The engagement is kept."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Engage a company"), send=_("Engage"), above=where(place_id), back=page_of(place_id),
                 lead=_("From its first day on the company sees and answers what is reported here."))  # fmt: skip


@blueprint.route(f"{PLACE}/change-over", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def change_over(place_id: int) -> Answer | Response:
    """End the engagement of whoever manages this community, and let another begin on the same day."""
    form = ChangeOverForm()
    _offer(form, place_id)

    def act() -> int:
        return operations.change_over(
            db.session(),
            community_id=place_id,
            organisation_id=form.organisation_id.data,
            starts_on=form.starts_on.data,
            **by_whom(),
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change of company is kept."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Change the company"), send=_("Change over"), above=where(place_id),
                 back=page_of(place_id),
                 lead=_("Open reports pass to the new company at the start of its first day."))  # fmt: skip


@blueprint.route(f"{ENGAGEMENT}/end", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def end_engagement(engagement_id: int) -> Answer | Response:
    """Give an engagement its end, or move it."""
    engagement = load_engagement(engagement_id)
    form, place_id = EndForm(ends_on=engagement.ends_on), engagement.community_id

    def act() -> int:
        return operations.end_engagement(
            db.session(), engagement_id=engagement_id, ends_on=form.ends_on.data, **by_whom()
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The end is kept."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("End an engagement"), send=_("End"), back=page_of(place_id),
                 above=f"{where(place_id)} · {load_engagement(engagement_id).organisation.name}",
                 lead=_("While nobody follows, the community falls to its street office."))  # fmt: skip


@blueprint.post(f"{ENGAGEMENT}/withdraw")
@requires(Permission.ADMINISTER)
def withdraw_engagement(engagement_id: int) -> Answer | Response:
    """Take back an engagement that has not begun."""
    place_id, form = load_engagement(engagement_id).community_id, ActForm()

    def act() -> int:
        return operations.withdraw_engagement(db.session(), engagement_id=engagement_id, **by_whom())

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The engagement is withdrawn."), "success")
            return redirect(page_of(place_id), code=303)
    return asked(form, title=_("Withdraw an engagement"), send=_("Withdraw"), above=where(place_id),
                 back=page_of(place_id))  # fmt: skip


def _offer(form: ChangeOverForm, place_id: int) -> None:
    community = load_place(place_id, kinds={PlaceKind.COMMUNITY})
    form.offer(queries.companies_for(db.session(), community, clock.local_date(clock.now())))
