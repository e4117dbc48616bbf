"""One call: what was reported and done, the script, the number once the call is taken on, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.callbacks import operations, queries, rules
from propman.callbacks.forms import EndForm, ResultForm, TakeForm
from propman.callbacks.models import CallAttempt, CallBack
from propman.callbacks.script import LANGUAGES, script
from propman.callbacks.views import blueprint
from propman.catalogue.queries import category
from propman.communities.queries import address, line, organisation
from propman.db import db
from propman.errors import Refused
from propman.roles import Permission
from propman.tickets import queries as tickets
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import CallOutcome
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import name_of
from propman.web.forms import KeyedForm
from propman.web.photographs import store

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Call:
    """Everything that the page shows."""

    ticket: Ticket
    what: str
    where: str
    completion: TicketEvent | None
    appointed: TicketEvent | None  # the last move before the completion under which an appointment stood
    call_back: CallBack | None
    attempts: Sequence[CallAttempt]
    answer: rules.Given | None  # the one that counts
    refused: Refused | None  # why this person may not call now
    phone: str | None
    claimed: bool  # by whoever looks
    calling: str | None  # somebody else's name, while they call
    too_early: Refused | None  # why "not reached" may not be said yet
    script: Sequence[str]
    other_script: Sequence[str]
    other_language: str


@blueprint.get("/call-backs/<number>")
@requires(Permission.CALL_BACK)
def call(number: str) -> Answer:
    """The page of one call."""
    return _page(_load(number))


@blueprint.post("/call-backs/<number>/take")
@requires(Permission.CALL_BACK)
def take(number: str) -> Answer:
    """Take the call on: the number is shown, and others are told."""
    ticket = _load(number)
    return _acted(ticket, TakeForm(), lambda now: operations.claim(
        db.session(), ticket=ticket, viewer=current_viewer(), now=now).id)  # fmt: skip


@blueprint.post("/call-backs/<number>/leave")
@requires(Permission.CALL_BACK)
def leave(number: str) -> Answer:
    """Not now after all."""
    ticket = _load(number)

    def act(now: datetime) -> int:
        operations.release(db.session(), ticket=ticket, viewer=current_viewer(), now=now)
        return ticket.id

    return _acted(ticket, TakeForm(), act)


@blueprint.post("/call-backs/<number>/result")
@requires(Permission.CALL_BACK)
def result(number: str) -> Answer:
    """Write down how the call went."""
    ticket, form = _load(number), ResultForm()

    def act(now: datetime) -> int:
        return operations.record(db.session(), ticket=ticket, viewer=current_viewer(), now=now, result=form.result(),
                                 seen_version=form.seen_version, store=store()).id  # fmt: skip

    return _acted(ticket, form, act, url_for("callbacks.waiting"))


@blueprint.post("/call-backs/<number>/end")
@requires(Permission.CALL_BACK)
def end(number: str) -> Answer:
    """Not reached: no more attempts."""
    ticket, form = _load(number), EndForm()

    def act(now: datetime) -> int:
        return operations.give_up(db.session(), ticket=ticket, viewer=current_viewer(), now=now,
                                  seen_version=form.seen_version).id  # fmt: skip

    return _acted(ticket, form, act, url_for("callbacks.waiting"))


def _load(number: str) -> Ticket:
    return tickets.load(db.session(), number, current_viewer(), clock.now(), as_staff=True)


def _acted(ticket: Ticket, form: KeyedForm, act: Callable[[datetime], int], then: str | None = None) -> Answer:
    """Act once for the key of `form` and go on; a refusal comes back on the page, with what was typed."""
    number = ticket.number
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: act(clock.now()))
            db.session.commit()
            if then is not None:
                flash(_("Noted: call-back about %(number)s.", number=number), "success")
            return redirect(then or url_for("callbacks.call", number=number), code=303)
    return _page(_load(number), tried=form), page_status()


def _page(ticket: Ticket, tried: KeyedForm | None = None) -> str:
    shown = _shown(ticket, clock.now())
    form = tried if isinstance(tried, ResultForm) else ResultForm(formdata=None, version=ticket.version)
    form.version.data = ticket.version
    return render_template(
        "callbacks/call.html", call=shown, ticket=ticket, form=form, tried=tried,
        end=EndForm(formdata=None, version=ticket.version), take=TakeForm(formdata=None),
        tries=rules.LEAST_ATTEMPTS, days=rules.LEAST_DAYS, refreshed=page_status() == 409 and tried is not None,
        LATER=CallOutcome.LATER,
    )  # fmt: skip


def _shown(ticket: Ticket, now: datetime) -> Call:
    session, viewer = db.session(), current_viewer()
    kind = category(session, ticket.category, tickets.known_on(session, ticket))
    completion, row = queries.last_completion(session, ticket), queries.call_back_of(session, ticket)
    attempts = queries.attempts_of(session, row) if row else []
    refused = queries.refused(session, ticket, viewer, now)
    held = row is not None and row.claimed(now)
    mine = held and row is not None and row.claimed_by_id == viewer.user_id
    given = queries.answers_about(session, [completion.id]).get(completion.id, []) if completion else []
    what, where = name_of(kind) if kind else ticket.category, address(line(session, ticket.place))
    own = queries.calls_for(session, ticket, viewer, now)
    caller = organisation(session, own) if own else None
    facts = {"organisation": caller.name if caller else "propman", "what": what, "where": where,
             "number": ticket.number}  # fmt: skip
    language = str(get_locale() or "zh")
    other = next(each for each in LANGUAGES if each != language)
    return Call(
        ticket=ticket, what=what, where=where, completion=completion, call_back=row, attempts=attempts,
        appointed=_appointed(tickets.timeline(session, ticket), completion),
        answer=rules.counted(given), refused=refused, phone=queries.phone_of(ticket), claimed=mine,
        calling=_name(row) if held and not mine else None,
        too_early=rules.too_early([attempt.facts for attempt in attempts]),
        script=script(language, **facts), other_script=script(other, **facts), other_language=other,
    )  # fmt: skip


def _appointed(events: Sequence[TicketEvent], completion: TicketEvent | None) -> TicketEvent | None:
    before = [event for event in events if completion is not None and event.version < completion.version]
    return next((event for event in reversed(before) if event.appointed_from is not None), None)


def _name(row: CallBack | None) -> str:
    return (row.claimed_by.name if row and row.claimed_by else None) or "–"
