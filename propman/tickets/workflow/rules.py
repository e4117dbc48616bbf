"""Whether a move may be made now: the row that holds, or the sentence that refuses it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from propman.errors import Refused
from propman.text import N_
from propman.tickets.workflow.rows import MOVES, Move
from propman.tickets.workflow.terms import Action, Party, State

DECIDES_ON_OBJECTION = frozenset({Action.UPHOLD_OBJECTION, Action.REJECT_OBJECTION})
DECIDES_ON_EXTENSION = frozenset({Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION})
NOT_IMPORTED = {
    Action.MERGE: N_("It was taken over from another system, and is merged with no other report."),
    Action.ASK: N_("It was taken over from another system: nobody is there who could answer."),
    Action.REQUEST_EXTENSION: N_("There is no deadline to extend."),
}
"""What nobody does with a ticket that was taken over, and why."""


@dataclass(frozen=True)
class Standing:
    """What the rules must know of one ticket: nothing but these facts decides."""

    state: State
    priority: str
    confirmed_at: datetime | None = None
    reopen_within: timedelta = timedelta(days=14)
    referred: bool = False  # there is an open referral
    asked: bool = False  # a question waits for the reporter
    extension: bool = False  # a later deadline was asked for and not decided on
    objection: Party | None = None  # as what somebody objects to the dispatch now
    own_objection: bool = False  # it is the person who is looking
    objected: frozenset[Party] = frozenset()  # who has had an objection decided on while it stood with this holder
    office_in_charge: bool = False  # the street office itself dispatches it
    urged: bool = False  # an official waits for an answer
    own_extension: bool = False  # by the person who is looking
    lead: State | None = None  # of a merged one: where the report stands that it is merged with
    agreed: bool = False  # its household has said that it is fixed there too
    closed_by_system: bool = False  # confirmed, but by nobody
    imported: bool = False  # taken over from another system
    found: bool = False  # on a round: nobody reported it
    recheck: bool = False  # a re-check by another than the repairer ends it, and nothing else
    answered: bool = False  # its reporter has said that it is fixed


def legal(action: Action, state: State, *, referred: bool = False, recheck: bool = False) -> Move | None:
    """The row that leads away from `state` by `action`, or None."""
    return next((move for move in _leaving(state, referred, recheck) if move.action is action), None)


@cache
def _leaving(state: State, referred: bool, recheck: bool) -> tuple[Move, ...]:
    """The rows that lead away from `state`, in the order of the table."""
    return tuple(move for move in MOVES if move.leaves(state, referred=referred, recheck=recheck))


def refusal(action: Action, *, standing: Standing, parties: frozenset[Party], now: datetime) -> Refused | None:
    """Why these `parties` may not make `action` at `now` (aware), or None if they may.

    Order: a move this state does not know is 409 (somebody moved first); a stranger's is 403; a rule's is 422.
    """
    move = legal(action, standing.state, referred=standing.referred, recheck=standing.recheck)
    if move is None:
        return Refused(_why_not(action, standing), status=409)
    if not move.parties & parties:
        return Refused(N_("This step is for somebody else to take."), status=403)
    if action is Action.HOLD and standing.priority == "P0":
        return Refused(N_("An emergency cannot be put on hold."))
    if standing.imported and action in NOT_IMPORTED:
        return Refused(NOT_IMPORTED[action])
    if move.parties & parties == {Party.CALLER} and standing.state is State.CONFIRMED:
        return _nobody_to_call(standing, now)
    if action is Action.REOPEN and standing.state is State.CONFIRMED and not _still_reopens(standing, now):
        days = standing.reopen_within.days
        return Refused(N_("A confirmed repair can be reopened for %(days)s days. Please send a new report."), days=days)
    return (
        _not_of_its_lead(action, standing, now)
        or _asked_before(action, standing)
        or _nothing_waits(action, standing)
        or _objections(action, standing, parties)
    )


def _objections(action: Action, standing: Standing, parties: frozenset[Party]) -> Refused | None:
    """One objection at a time, once for each who has the ticket, and decided on by somebody above who objects."""
    if action is Action.HOLD and standing.objection:
        return Refused(N_("There is an objection to the dispatch. It has to be decided on first."), status=409)
    if action is Action.OBJECT:
        return _may_not_object(standing, Party.DISPATCHER if Party.DISPATCHER in parties else Party.ASSIGNEE)
    if action not in DECIDES_ON_OBJECTION:
        return None
    if standing.objection is None:
        return Refused(N_("Nobody objects to the dispatch now."), status=409)
    if standing.own_objection:
        return Refused(N_("Somebody else than who objected decides on it."), status=403)
    decides = Party.STREET_OFFICE if standing.objection is Party.DISPATCHER else Party.DISPATCHER
    return None if decides in parties else Refused(N_("This step is for somebody else to take."), status=403)


def _may_not_object(standing: Standing, party: Party) -> Refused | None:
    if standing.objection:
        return Refused(N_("There is an objection to the dispatch. It has to be decided on first."), status=409)
    if party in standing.objected:
        return Refused(N_("An objection was decided on already: the decision stands."), status=409)
    if party is Party.DISPATCHER and standing.office_in_charge:
        return Refused(N_("Your office is in charge itself: refer it, correct it or decline it."))
    return None


def _not_of_its_lead(action: Action, standing: Standing, now: datetime) -> Refused | None:
    """What the household of a merged report says of the repair, it says once it is done, and not long after its end."""
    if action is Action.AGREE and standing.lead not in {State.COMPLETED, State.CONFIRMED}:
        return Refused(N_("Nobody has said yet that it is repaired."), status=409)
    if action is Action.AGREE and standing.agreed:
        return Refused(N_("You have said already that it is fixed."), status=409)
    if action is Action.SEPARATE and standing.lead is State.CONFIRMED and not _still_reopens(standing, now):
        days = standing.reopen_within.days
        return Refused(N_("A confirmed repair can be reopened for %(days)s days. Please send a new report."), days=days)
    return None


def _asked_before(action: Action, standing: Standing) -> Refused | None:
    """The reporter of what waits for a re-check says once how it went; of what was found on a round nobody is asked."""
    asks = action in {Action.CONFIRM, Action.CALL} and standing.state is State.COMPLETED and standing.recheck
    if asks and standing.answered:
        return Refused(N_("The reporter has said already how it went."), status=409)
    if standing.found and action in {Action.CALL, Action.ASK}:
        return Refused(N_("It was found on an inspection: there is nobody who could answer."))
    return None


def _nothing_waits(action: Action, standing: Standing) -> Refused | None:
    """What is asked for is answered once, and by somebody else than who asked."""
    if action is Action.ANSWER and not standing.asked:
        return Refused(N_("No question waits for an answer. What is new can be added."), status=409)
    if action is Action.REQUEST_EXTENSION and standing.extension:
        return Refused(N_("A later deadline was asked for already. Somebody has to decide on it first."), status=409)
    if action in DECIDES_ON_EXTENSION and not standing.extension:
        return Refused(N_("Nobody asks for a later deadline now."), status=409)
    if action in DECIDES_ON_EXTENSION and standing.own_extension:
        return Refused(N_("Somebody else than who asked for it decides on it."), status=403)
    if action is Action.URGE and standing.urged:
        return Refused(N_("It is urged already. The answer comes first."), status=409)
    if action is Action.ANSWER_URGE and not standing.urged:
        return Refused(N_("Nobody urges it now."), status=409)
    return None


def _nobody_to_call(standing: Standing, now: datetime) -> Refused | None:
    """Why nobody is called about a confirmed repair, or None: the system closed it, and that is not long ago."""
    if standing.recheck:
        return Refused(N_("A re-check confirmed it: nobody is called about it now."), status=409)
    if not standing.closed_by_system:
        return Refused(N_("The reporter has said already how it went."), status=409)
    if not _still_reopens(standing, now):
        days = standing.reopen_within.days
        return Refused(
            N_("The system closed it more than %(days)s days ago: nobody is called about it now."), days=days
        )
    return None


def allowed(*, standing: Standing, parties: frozenset[Party], now: datetime) -> tuple[Move, ...]:
    """The moves that these `parties` may make now, in the order of the table: the buttons of the page."""
    return tuple(
        move
        for move in _leaving(standing.state, standing.referred, standing.recheck)
        if move.parties & parties and refusal(move.action, standing=standing, parties=parties, now=now) is None
    )


def _why_not(action: Action, standing: Standing) -> str:
    """The sentence for a move that no row allows: a re-check or the referral is in its way, or the ticket moved on."""
    if standing.recheck and legal(action, standing.state, referred=standing.referred):
        return N_("It needs a re-check: once repaired, somebody else looks at it, and only that ends it.")
    if legal(action, standing.state, referred=not standing.referred, recheck=standing.recheck) is None:
        return N_("This cannot be done any more: the ticket has moved on.")
    if standing.referred:
        return N_("It is referred to somebody else. Take it back first.")
    return N_("This cannot be done any more: it is not referred to anybody now.")


def _still_reopens(standing: Standing, now: datetime) -> bool:
    return standing.confirmed_at is not None and now < standing.confirmed_at + standing.reopen_within
