"""Following a report without an account: by its secret link, or by its number and PIN."""

from __future__ import annotations

from functools import partial

from flask import make_response, redirect, render_template, url_for

from propman import clock
from propman.accounts.views import browser
from propman.errors import Refused
from propman.roles import Permission
from propman.text import N_
from propman.tickets.forms.resident import TrackForm
from propman.tickets.models import Ticket
from propman.tickets.views import blueprint, held
from propman.tickets.views.resident.reporter import Answer, Door, make_move, receipt_page, story_page
from propman.web import answer_refusals, page_status, requires

NO_MATCH = N_("Number and PIN do not belong together. Both are on the receipt.")


@blueprint.get("/t/<number>/<secret>")
@requires(Permission.PUBLIC)
def tracking(number: str, secret: str) -> Answer:
    """What became of a report, for whoever holds its link."""
    ticket = held.opened_by(number, secret)
    return story_page(ticket, held.holder_of(ticket), _door(ticket))


@blueprint.get("/t/<number>/<secret>/receipt")
@requires(Permission.PUBLIC)
def receipt(number: str, secret: str) -> Answer:
    """Number, PIN and link to keep, and what happens next."""
    ticket = held.opened_by(number, secret)
    return receipt_page(ticket, held.holder_of(ticket), _door(ticket))


@blueprint.post("/t/<number>/<secret>/<action>")
@requires(Permission.PUBLIC, uploads=True)
def tracking_move(number: str, secret: str, action: str) -> Answer:
    """Confirm, reopen or withdraw, as the holder of the link."""
    ticket = held.opened_by(number, secret)
    return make_move(ticket, held.holder_of(ticket), _door(ticket), action, principal=f"ticket:{ticket.id}")


@blueprint.route("/track", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def track() -> Answer:
    """Number and PIN lead to the page of the report."""
    form, device = TrackForm(), browser.device()
    if form.validate_on_submit():
        with answer_refusals(form):
            ticket = _open(*form.answer(), device)
            return redirect(url_for("tickets.tracking", number=ticket.number, secret=held.secret_of(ticket)), code=303)
    page = render_template("tickets/track.html", form=form)
    answer = make_response(page, page_status() if form.is_submitted() else 200)
    return browser.remember_device(answer, device) if form.is_submitted() else answer


def _open(number: str, pin: str, device: str) -> Ticket:
    """The ticket that number and PIN open. Raises `Refused`, the same for a wrong PIN and for a missing number, and as
    `held.count_try`.
    """
    now = clock.now()
    held.count_try(number, device=device, now=now)
    ticket = held.opened_by_pin(number, pin)
    if ticket is None:
        raise Refused(NO_MATCH)
    held.give_back_try(number, device=device, now=now)
    return ticket


def _door(ticket: Ticket) -> Door:
    """How the pages of `ticket` are reached by its link."""
    address = partial(url_for, number=ticket.number, secret=held.secret_of(ticket))
    return Door(
        page=address("tickets.tracking"),
        receipt=address("tickets.receipt"),
        photo=lambda key, **names: address("tickets.held_photo", key=key, **names),
        voice=lambda key: address("tickets.held_voice", key=key),
        move=lambda action: address("tickets.tracking_move", action=action),
    )
