"""The pages on which one step is taken for a ticket: a move, a verdict, a payer, erasing. Each holds one form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.accounts.queries import eligible_assignees
from propman.communities.models import Organisation
from propman.communities.queries import address, line
from propman.db import db
from propman.errors import Refused
from propman.rota.labels import choices
from propman.rota.queries import duties
from propman.tickets import queries
from propman.tickets.forms.between import CorrectForm
from propman.tickets.forms.incident import MergeForm
from propman.tickets.forms.objections import ObjectForm, UpholdForm
from propman.tickets.forms.resident import MoveForm
from propman.tickets.forms.staff import FORMS, AssignForm, ReferForm
from propman.tickets.models import Ticket
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.staff.correcting import offer_corrections
from propman.tickets.views.staff.incident import offer_leads
from propman.tickets.views.staff.objecting import offer_takers
from propman.tickets.views.staff.recourse_shown import offer_referees
from propman.tickets.views.staff.told import story_told
from propman.tickets.views.words import what
from propman.tickets.workflow import FINAL, Action, Party, Standing, refusal
from propman.web import current_viewer, page_status
from propman.web.timeline import Line


@dataclass(frozen=True)
class Ground:
    """How a ticket stands for whoever is about to take a step: who is in charge, and what the viewer is to it."""

    ticket: Ticket
    holder: Organisation
    parties: frozenset[Party]
    standing: Standing
    now: datetime

    @classmethod
    def of(cls, session: Session, ticket: Ticket, now: datetime) -> Ground:
        """As it stands for the present viewer."""
        viewer, holder = current_viewer(), queries.holder_today(session, ticket, now)
        parties = queries.parties_of(session, ticket, viewer, holder)
        return cls(ticket, holder, parties, queries.standing(session, ticket, now, holder, viewer), now)

    @property
    def dispatches(self) -> bool:
        """Whether the viewer dispatches it."""
        return Party.DISPATCHER in self.parties

    @property
    def erases(self) -> bool:
        """Whether the viewer may erase what is personal of it."""
        return self.dispatches and self.ticket.state in FINAL

    def refusal(self, action: Action) -> Refused | None:
        """Why the viewer may not make the move `action` now; None if they may."""
        return refusal(action, standing=self.standing, parties=self.parties, now=self.now)


def ground_of(number: str, now: datetime) -> Ground:
    """How the ticket with `number` stands for the present viewer. Raises `NotFound` as `queries.load`."""
    session = db.session()
    return Ground.of(session, queries.load(session, number, current_viewer(), now, as_staff=True), now)


def fresh_move(number: str, action: Action, now: datetime) -> str:
    """The page of a move with its empty form. Raises `Refused` where the viewer may not make it."""
    ground = ground_of(number, now)
    refused = ground.refusal(action)
    if refused is not None:
        raise refused
    form = prepared(action, ground.ticket, now, empty_for=ground.holder)
    return step_page("tickets/move.html", ground, form, action=action)


def refused_move(number: str, action: Action, form: MoveForm, now: datetime) -> str:
    """The page of a move that was refused, as the ticket stands now, with what was typed. Where nobody can make it any
    more, there is no form, and what was typed stands there to be copied.
    """
    ground = ground_of(number, now)
    form.version.data = ground.ticket.version
    return step_page("tickets/move.html", ground, form, action=action, possible=ground.refusal(action) is None)


def step_page(template: str, ground: Ground, form: FlaskForm, *, possible: bool = True, **more: Any) -> str:
    """A page with one form about the ticket of `ground`. `possible`: whether the step can still be taken."""
    session, ticket = db.session(), ground.ticket
    outdated = bool(form.errors or form.form_errors) and page_status() == 409
    return render_template(
        template, ticket=ticket, form=form, stands=ground.standing.state, possible=possible, outdated=outdated,
        what=what(session, ticket), where=address(line(session, ticket.place)),
        last=_last_told(session, ground) if outdated else None, **more,
    )  # fmt: skip


def _last_told(session: Session, ground: Ground) -> Line:
    """What happened last, as the viewer may know it."""
    events = queries.story_of(session, ground.ticket)
    sees = queries.sees_contact(session, ground.ticket, ground.parties)
    return story_told(session, ground.ticket, events, ground.parties, sees_contact=sees)[-1]


def prepared(action: Action, ticket: Ticket, now: datetime, *, empty_for: Organisation | None = None) -> MoveForm:
    """The form of a move on `ticket`, filled from the request, with the people who can be sent.

    `empty_for` gives an empty one; it is `queries.holder_today`, whose people are offered.
    """
    kind = FORMS[action]
    form = kind(formdata=None, version=ticket.version) if empty_for else kind()
    if isinstance(form, ReferForm):
        offer_referees(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, CorrectForm):
        offer_corrections(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, ObjectForm | UpholdForm):
        offer_takers(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, MergeForm):
        offer_leads(db.session(), form, ticket, now)
    if "note" not in form:  # nothing to say, and nobody to send
        return form
    holder = empty_for or queries.holder_today(db.session(), ticket, now)
    offer_phrases(form, action, holder.id)
    if isinstance(form, AssignForm):
        people = eligible_assignees(db.session(), organisation_id=holder.id, on=clock.local_date(now))
        duty = duties(db.session(), [holder.id], now)[holder.id]
        form.assignee_id.choices = [
            SelectChoice("", _("Choose…")),
            *choices((one for one in people if one.id != ticket.assignee_id), duty),
        ]
    return form
