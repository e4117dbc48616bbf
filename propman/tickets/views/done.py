"""What a move of those who see to a repair has done, as the sentence that stands on the next page."""

from __future__ import annotations

from flask_babel import gettext

from propman.accounts.labels import person_word
from propman.text import N_
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.views.timeline import from_to
from propman.tickets.workflow import Action
from propman.web.filters import day

DONE = {
    Action.ASSIGN: N_("%(person)s was sent."),
    Action.REASSIGN: N_("%(person)s goes now."),
    Action.START: N_("Work on %(number)s has begun."),
    Action.HOLD: N_("On hold until %(day)s."),
    Action.RESUME: N_("%(number)s goes on with %(person)s."),
    Action.COMPLETE: N_("%(number)s is done and waits for the reporter."),
    Action.DECLINE: N_("Declined and closed. The reporter reads the reason."),
    Action.REFER: N_("%(number)s was referred to %(organisation)s."),
    Action.TAKE_BACK: N_("%(number)s was taken back. Nobody has been sent yet."),
    Action.ACCEPT: N_("%(number)s was accepted: you go there."),
    Action.APPOINT: N_("Agreed: %(appointment)s."),
    Action.ARRIVE: N_("%(number)s: you are there."),
    Action.MAKE_SAFE: N_("%(number)s is made safe; the repair is still to come."),
    Action.CORRECT: N_("%(number)s was corrected. What stood there before is among what happened."),
    Action.MERGE: N_("%(number)s is merged with %(lead)s, which moves for both."),
    Action.SEPARATE: N_("%(number)s is on its own again. Nobody has been sent for it yet."),
    Action.REQUEST_EXTENSION: N_("Asked for: somebody else decides on it."),
    Action.GRANT_EXTENSION: N_("Granted: %(number)s is to be repaired by the end of %(extension)s."),
    Action.REFUSE_EXTENSION: N_("Refused: the deadline stands."),
    Action.OBJECT: N_("Objected: somebody above you decides. Until then it stays with you, and its times run on."),
    Action.UPHOLD_OBJECTION: N_("Upheld. Nobody has been sent yet."),
    Action.REJECT_OBJECTION: N_("Rejected: it stays where it is, and whoever objected reads the reason."),
    Action.URGE: N_("Urged: the answer is to come by %(answer_by)s. You will be told."),
    Action.ANSWER_URGE: N_("Answered: who urged it is told."),
    Action.RECHECK_PASS: N_("Passed: %(number)s is confirmed and closed."),
    Action.RECHECK_FAIL: N_("Failed: %(number)s is open again, and whoever repaired it reads what is still wrong."),
    Action.ASK: N_("Asked: the question stands on the page of the report, and waits for its answer."),
    Action.NOTE: N_("Noted. The reporter does not see it."),
    Action.REFUSE: N_("%(number)s was refused. Whoever is in charge reads the reason."),
}
TO_BE_RECHECKED = N_("%(number)s is done. Somebody else looks at it before it is closed.")
FOR_NOBODY_YET = N_("%(number)s goes on. Nobody has been sent yet.")


def done(event: TicketEvent, ticket: Ticket) -> str:
    """The sentence about `event`, which happened to `ticket`."""
    person, number = event.assignee.name if event.assignee else None, ticket.number
    sentence = FOR_NOBODY_YET if event.action is Action.RESUME and event.assignee is None else DONE[event.action]
    if event.action is Action.COMPLETE and ticket.recheck:
        sentence = TO_BE_RECHECKED
    words = {
        "number": number, "person": person_word(person), "day": day(event.hold_until_on),
        "organisation": event.organisation.name, "lead": event.lead.number if event.lead else "",
        "answer_by": day(event.answer_by_on),
        "extension": day(event.extension_until_on),
        "appointment": from_to(event.appointed_from, event.appointed_until) if event.appointed_from else "",
    }  # fmt: skip
    return str(gettext(sentence, **words))
