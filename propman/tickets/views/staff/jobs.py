"""The worker's page, for a telephone in one hand: what is mine, the nearest deadline first, begin, done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.db import db
from propman.roles import Permission, Viewer
from propman.tickets import queries
from propman.tickets.forms.resident import MoveForm
from propman.tickets.forms.staff import FORMS
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.views import blueprint
from propman.tickets.views.answer_words import answers_told
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.staff.pressing import Pressing, milestone, pressing
from propman.tickets.views.timeline import SIGNS, from_to, staff_voice, title_of
from propman.tickets.workflow import Action, Party, Standing, State, allowed
from propman.web import current_viewer, requires
from propman.web.filters import language, name_of

HERE = (Action.ARRIVE, Action.START, Action.MAKE_SAFE, Action.COMPLETE, Action.RESUME)
"""The moves with a button on this page; the others are on the page of the ticket."""

REACHED_BY = {ClockKind.ON_SITE: Action.ARRIVE, ClockKind.MAKE_SAFE: Action.MAKE_SAFE}
"""The move that reaches a milestone; its button goes once it is reached, or where none is set."""


@dataclass(frozen=True)
class Job:
    """One job in words, with the moves that its person can make at once."""

    ticket: Ticket
    what: str
    where: str
    clock: Pressing | None
    milestones: Sequence[Pressing]
    appointment: str | None
    name: str | None
    phone: str | None
    households: int  # for how many reports of one fault it stands
    moves: dict[Action, MoveForm]
    answers: list[tuple[str, str]]
    voice: Mapping[str, object] | None  # what was spoken with the report
    said: Sequence[Mapping[str, object]]  # since, by who reported it: title, at, words


@dataclass(frozen=True)
class Tried:
    """A move that was refused: on which ticket, and its form with what was typed."""

    number: str
    action: Action
    form: MoveForm


@blueprint.get("/jobs")
@requires(Permission.OWN_JOBS)
def jobs() -> str:
    """The jobs given to the viewer; those that wait for the reporter stand apart."""
    return jobs_page()


def jobs_page(tried: Tried | None = None) -> str:
    """The page of the viewer's jobs, with a move that was `tried` in vain.

    Its form stands where it was, with the version that holds now; where its job or its step is gone, the page says so
    and shows what was typed.
    """
    found = _jobs(db.session(), current_viewer(), clock.now())
    done = [job for job in found if job.ticket.state is State.COMPLETED]
    todo = [job for job in found if job not in done]
    there = tried is not None and _put_back(tried, found)
    return render_template("tickets/jobs.html", jobs=todo, done=done, move_signs=SIGNS, tried=tried, there=there)


def _put_back(tried: Tried, jobs: Iterable[Job]) -> bool:
    """Put the form of `tried` in the place of the empty one, if that is still there."""
    for job in jobs:
        if job.ticket.number == tried.number and tried.action in job.moves:
            tried.form.version.data = job.ticket.version
            job.moves[tried.action] = tried.form
            return True
    return False


def _jobs(session: Session, viewer: Viewer, now: datetime) -> list[Job]:
    tickets = queries.jobs_of(session, viewer, now)
    places = lines(session, [ticket.place for ticket in tickets])
    what = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(now))}
    clocks, households = queries.milestones_of(session, tickets), queries.households(session, tickets)
    answers, spoken = queries.answers_of(session, tickets), queries.first_voices(session, tickets)
    said = queries.said_since(session, tickets)
    return [
        _job(
            ticket,
            what.get(ticket.category, ticket.category),
            address(places[ticket.place_id]),
            answers_told(answers[ticket.id]),
            now,
            clocks[ticket.id],
            households.get(ticket.id, 1),
            staff_voice(spoken.get(ticket.id), ticket),
            said[ticket.id],
        )
        for ticket in tickets
    ]  # fmt: skip


def _job(
    ticket: Ticket, what: str, where: str, answers: list[tuple[str, str]], now: datetime, clocks: Sequence[TicketClock],
    households: int, voice: Mapping[str, object] | None, said: Iterable[TicketEvent],
) -> Job:  # fmt: skip
    """`ticket` as a job. Whoever is sent sees name and telephone of the person who reported."""
    reporter, name, phone = ticket.reporter, ticket.caller_name, ticket.caller_phone
    state = State.ASSIGNED if queries.hold_is_over(ticket, now) else ticket.state
    rows = allowed(standing=Standing(state, ticket.priority), parties=frozenset({Party.ASSIGNEE}), now=now)
    reached = {REACHED_BY[run.kind] for run in clocks if run.stopped_at is not None}
    needless = reached if any(run.kind is ClockKind.MAKE_SAFE for run in clocks) else {*reached, Action.MAKE_SAFE}
    moves = [row.action for row in rows if row.action in HERE and row.action not in needless]
    return Job(
        ticket=ticket,
        what=what,
        where=where,
        clock=pressing(ticket, now, language()),
        milestones=[milestone(run, now) for run in clocks if run.paused_at is None],
        appointment=from_to(ticket.appointed_from, ticket.appointed_until) if ticket.appointed_from else None,
        name=name.body if name else reporter.name if reporter else None,
        phone=phone.body if phone else reporter.phone if reporter else None,
        households=households,
        moves={action: _form(action, ticket) for action in moves},
        answers=answers,
        voice=voice,
        said=[{"title": title_of(one), "at": one.at, "words": one.note.body if one.note else None} for one in said],
    )


def _form(action: Action, ticket: Ticket) -> MoveForm:
    """The empty form of a move."""
    form = FORMS[action](formdata=None, version=ticket.version)
    offer_phrases(form, action, ticket.organisation_id)
    return form
