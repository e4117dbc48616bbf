"""Writing down a caller's report on one screen, and the number and PIN to read out afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from propman import clock, idempotency
from propman.catalogue.models import Category
from propman.catalogue.queries import categories, category, emergency_numbers, questions
from propman.communities.models import Place
from propman.communities.queries import address, divisions_among, line
from propman.db import db
from propman.errors import NotFound
from propman.outages.queries import shown_in
from propman.roles import Permission
from propman.tickets import queries, tracking
from propman.tickets.forms.answers import asking
from propman.tickets.forms.intake import APART, IntakeForm
from propman.tickets.labels import STATES
from propman.tickets.models import Channel, Ticket
from propman.tickets.operations import open_ticket
from propman.tickets.views import blueprint
from propman.tickets.views.clock_lines import clock_lines
from propman.tickets.views.held import key_id, pin_of
from propman.tickets.views.known import known_at
from propman.web import answer_refusals, current_viewer, page_status, requires
from propman.web.filters import ago, name_of
from propman.web.photographs import store

Answer = str | Response | tuple[str, int]


@blueprint.route("/intake", methods=["GET", "POST"])
@requires(Permission.PHONE_INTAKE)
def intake() -> Answer:
    """Write down what a caller says about a place in the viewer's reach; `?community=` says which community."""
    session, now = db.session(), clock.now()
    communities = queries.intake_communities(session, current_viewer(), now)
    community = _community(communities, now)
    kinds = categories(session, clock.local_date(now))
    form = _form(community, kinds, now)
    if community is not None and form is not None:
        if not form.is_submitted():
            _choose_place(form, request.args.get("place", ""))
        _ask_whether_known(community, form, kinds, now)
    if community is not None and form is not None and form.validate_on_submit():
        with answer_refusals(form):
            ticket = _write_down(community, form, now)
            target = url_for("tickets.caller", number=ticket.number)
            session.commit()
            return redirect(target, code=303)
    page = _page(communities, community, kinds, form, now)
    return page, page_status() if form is not None and form.is_submitted() else 200


def prefilled(community_id: int | None, given: Mapping[str, str], now: datetime, **more: object) -> str:
    """The page with an empty form in which stands what is `given`; `more` is for its template.

    A community that is out of the viewer's reach is left to be chosen, and so is a place.
    """
    communities = queries.intake_communities(db.session(), current_viewer(), now)
    named = next((one for one in communities if one.id == community_id), None)
    community = named or (communities[0] if len(communities) == 1 else None)
    kinds = categories(db.session(), clock.local_date(now))
    form = _form(community, kinds, now, given)
    if community is not None and form is not None:
        _choose_place(form, given.get("place", ""))
        _ask_whether_known(community, form, kinds, now)
    return _page(communities, community, kinds, form, now, **more)


def _page(
    communities: Sequence[Place], community: Place | None, kinds: Sequence[Category], form: IntakeForm | None,
    now: datetime, **more: object,
) -> str:  # fmt: skip
    return render_template(
        "tickets/intake.html",
        communities=communities,
        community=community,
        form=form,
        kinds=kinds,
        numbers=emergency_numbers(db.session(), clock.local_date(now), areas=_divisions(community)),
        outages=shown_in(db.session(), community, now) if community and form else (),
        now=now,
        **more,
    )


def _choose_place(form: IntakeForm, place_id: str) -> None:
    """Choose the place, if it is offered; else nothing is proposed."""
    form.place.data = place_id if place_id in {choice.value for choice in form.place.choices} else ""


def _ask_whether_known(community: Place, form: IntakeForm, kinds: Sequence[Category], now: datetime) -> None:
    """Offer to follow what is known at the chosen place, in the chosen category once there is one; or none of it.

    Whoever follows a report says the same of what is broken, so that its category is the chosen one.
    """
    form.known.choices = [SelectChoice(APART, _("Another fault: keep it apart"))]
    followed = queries.to_follow(db.session(), community.id, form.follows, now) if form.follows else None
    if followed is not None:
        form.category.data = followed.category
    if not form.place.data or form.place.data not in {choice.value for choice in form.place.choices}:
        return
    place = db.session.get_one(Place, int(form.place.data))
    named = form.category.data if form.category.data in {kind.code for kind in kinds} else None
    for one in reversed(known_at(place, kinds, now, named)):
        where = one.where.removeprefix(community.name).strip() or one.where
        told = (one.what, where, STATES[one.ticket.state], ago(one.ticket.submitted_at), one.ticket.number)
        form.known.choices.insert(0, SelectChoice(one.ticket.number, " · ".join(map(str, told))))


@blueprint.get("/tickets/<number>/caller")
@requires(Permission.PHONE_INTAKE)
def caller(number: str) -> str:
    """Number and PIN to read out: for the clerk who wrote the ticket down, within hours, and for nobody else."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    ticket = queries.load(session, number, viewer, now, as_staff=True)
    first, *_later = queries.story_of(session, ticket)
    in_time = tracking.may_be_read_out(ticket.submitted_at, now)
    if ticket.channel is not Channel.PHONE or first.actor_id != viewer.user_id or not in_time:
        raise NotFound()
    kind = category(session, ticket.category, clock.local_date(ticket.submitted_at))
    above, stands = line(session, ticket.place), ticket.lead or ticket
    return render_template(
        "tickets/caller.html",
        ticket=ticket,
        pin=pin_of(ticket),
        what=name_of(kind) if kind else ticket.category,
        where=address(above),
        hours=tracking.READ_OUT // timedelta(hours=1),
        emergency=kind is not None and kind.emergency,
        numbers=emergency_numbers(session, clock.local_date(now), ticket.category, divisions_among(above)),
        households=queries.households(session, [stands]).get(stands.id, 1),
        clocks=clock_lines(session, queries.runs_of(session, stands), queries.story_of(session, stands), now),
    )


def _community(communities: Sequence[Place], now: datetime) -> Place | None:
    """The community that the address names, or the only one there is. Raises `NotFound` for one out of reach."""
    named = request.args.get("community")
    if not named:
        return communities[0] if len(communities) == 1 else None
    if not (named.isascii() and named.isdigit() and len(named) < 20):
        raise NotFound()
    return queries.intake_community(db.session(), current_viewer(), int(named), now)


def _divisions(community: Place | None) -> tuple[str, ...]:
    """The divisions in which `community` lies, while it is known."""
    return divisions_among(line(db.session(), community)) if community else ()


def _form(
    community: Place | None, kinds: Sequence[Category], now: datetime, given: Mapping[str, str] | None = None
) -> IntakeForm | None:
    """The form for a report about `community`; none while that is not known. `given` fills one that nobody sent."""
    if community is None:
        return None
    reach = queries.intake_reach(db.session(), current_viewer(), community, now)
    places = places_in(community, clock.local_date(now), reach)
    asked = questions(db.session(), clock.local_date(now))
    kind_of_form = asking(IntakeForm, asked, kinds)
    form = kind_of_form() if given is None else kind_of_form(formdata=None, data=given)
    form.category.choices = [SelectChoice(kind.code, name_of(kind)) for kind in kinds]
    # Nothing is proposed where there is a choice: a wrong address is seen only when nobody finds the fault there.
    form.place.choices = places if len(places) == 1 else [SelectChoice("", _("Choose…")), *places]
    return form


def places_in(community: Place, on: date, reach: Sequence[str]) -> list[SelectChoice]:
    """What of `community` the clerk may name: all of it as one, buildings, entrances."""
    choices = []
    if community.path.startswith(tuple(reach)):
        choices.append(SelectChoice(str(community.id), _("%(community)s: outdoors, shared", community=community.name)))
    for one in queries.open_buildings(db.session(), community, on):
        if one.building.path.startswith(tuple(reach)):
            whole = _("%(building)s: the whole building", building=one.building.name)
            choices.append(SelectChoice(str(one.building.id), whole, optgroup=one.building.name))
        choices += [
            SelectChoice(str(place.id), f"{one.building.name} {place.name}", optgroup=one.building.name)
            for place in one.entrances
            if place.path.startswith(tuple(reach))
        ]
    return choices


def _write_down(community: Place, form: IntakeForm, now: datetime) -> Ticket:
    """Record the report once for its key."""
    session, viewer = db.session(), current_viewer()

    def act() -> dict[str, int]:
        place = session.get_one(Place, int(form.place.data))
        ticket = open_ticket(session, report=form.report(), place=place, channel=Channel.PHONE, viewer=viewer,
                             tracking_key_id=key_id(), store=store(), now=now)  # fmt: skip
        return {"ticket_id": ticket.id}

    answer = idempotency.once(
        session, principal=f"user:{viewer.user_id}", key=form.key.data or "", now=now, act=act,
        payload={**form.payload(), "community": community.id},
    )  # fmt: skip
    return session.get_one(Ticket, answer["ticket_id"])
