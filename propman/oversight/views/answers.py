"""One answer, whether it is left out, asking for that and deciding on it; and all of these."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.oversight import operations
from propman.oversight.forms import AskForm, DecideForm
from propman.oversight.labels import REASONS
from propman.oversight.models import Reason
from propman.oversight.queries import answers
from propman.oversight.views import blueprint
from propman.oversight.views.asked import asked
from propman.oversight.views.rates import title_of
from propman.roles import Permission
from propman.tickets.labels import HAPPENED
from propman.tickets.queries import seen
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.forms import KeyedForm
from propman.web.months import month_text

ANSWER = f"/rates/answers/<int(max={ID_LIMIT - 1}):event_id>"
Shown = Response | tuple[str, int]


@blueprint.get(ANSWER)
@requires(Permission.SEE_RATES)
def answer(event_id: int) -> Shown:
    """What was answered, and what became of it."""
    return _page(event_id)


@blueprint.post(f"{ANSWER}/ask")
@requires(Permission.SEE_RATES)
def ask(event_id: int) -> Shown:
    """Ask that it is left out."""
    form = AskForm()

    def act() -> Any:
        return operations.ask(db.session(), event_id=event_id, viewer=current_viewer(), now=clock.now(),
                              reason=Reason(form.reason.data)).id  # fmt: skip

    return _done(event_id, form, act, _("It is asked. Somebody of another organisation above decides."))


@blueprint.post(f"{ANSWER}/decide")
@requires(Permission.SEE_RATES)
def decide(event_id: int) -> Shown:
    """Approve it or not."""
    form = DecideForm()

    def act() -> Any:
        return operations.decide(db.session(), event_id=event_id, viewer=current_viewer(), now=clock.now(),
                                 approved=form.approved.data == "yes").id  # fmt: skip

    return _done(event_id, form, act, _("It is decided."))


def _done(event_id: int, form: KeyedForm, act: Any, sentence: str) -> Shown:
    """Do it once and go back to the answer, or show it with what was wrong."""
    if answers.answer(db.session(), event_id, current_viewer(), clock.now()) is None:
        raise NotFound()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(sentence, "success")
            return redirect(url_for("oversight.answer", event_id=event_id), code=303)
    return _page(event_id, form)


def _page(event_id: int, form: KeyedForm | None = None) -> tuple[str, int]:
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found = answers.answer(session, event_id, viewer, now)
    if found is None:
        raise NotFound()
    exclusion = answers.exclusion_of(session, event_id)
    waits = exclusion is not None and exclusion.decided_at is None
    may_decide = waits and exclusion is not None and found.decider(viewer, exclusion.asked_by_id)[0]
    page = render_template(
        "oversight/answer.html", answer=found, exclusion=exclusion, happened=HAPPENED, reasons=REASONS,
        month=month_text(found.month), form=form, seen=seen(session, {found.ticket_id}, viewer, now),
        ask=form if isinstance(form, AskForm) else AskForm(formdata=None)
        if exclusion is None and found.counted and found.judges(viewer) else None,
        decide=form if isinstance(form, DecideForm) else DecideForm(formdata=None) if may_decide else None,
    )  # fmt: skip
    return page, page_status() if form is not None else 200


@blueprint.get("/rates/exclusions")
@requires(Permission.SEE_RATES)
def exclusions() -> tuple[str, int]:
    """The answers that somebody wants left out."""
    question = asked()
    found = answers.exclusions(db.session(), question.selected)
    page = render_template(
        "oversight/exclusions.html", asked=question, rows=found, title=title_of(question), reasons=REASONS,
        reports=answers.reports_of(db.session(), found), month=month_text,
        back=url_for("oversight.rates", **question.names),
    )  # fmt: skip
    return page, question.status
