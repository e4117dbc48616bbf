"""What the page of a ticket shows of who answers for its repair, with the forms to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.assets.models import Asset
from propman.assets.warranty import Reason
from propman.communities.models import Organisation
from propman.roles import Role, Viewer
from propman.tickets import queries
from propman.tickets.forms.recourse import PayerForm, VerdictForm
from propman.tickets.forms.staff import ReferForm
from propman.tickets.models import ReferralEnd, Ticket, TicketPayer, TicketVerdict
from propman.tickets.operations import Answers
from propman.tickets.operations.paying import SETTLED
from propman.tickets.payer import Payer
from propman.tickets.queries import Beside, Referee, Why
from propman.tickets.queries.rows import AnyTicket, Holder
from propman.tickets.views.recourse_words import PayerLine, VerdictLine, payer_line, payer_word, verdict_line
from propman.tickets.views.referral_words import ReferralLine, referral_line
from propman.tickets.workflow import Party

ANSWERS = tuple(each.name for each in fields(Answers))
SEES_FLAGS = frozenset(
    {
        Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.OFFICIAL, Role.READONLY_OFFICIAL, Role.AUDITOR,
    }
)  # fmt: skip
"""Who is told that somebody pays for what the warranty covers."""


@dataclass(frozen=True)
class Recourse:
    """Verdict, payer and referrals of a ticket, as its page shows them."""

    verdict: VerdictLine | None
    payer: PayerLine | None
    flagged: bool
    decides: bool  # whether the viewer may decide on both
    referrals: Sequence[ReferralLine]  # the last one first
    in_charge: Holder | None  # while it is referred: who dispatches it
    of_the_part: Sequence[Ticket]  # what else was reported about it

    @property
    def referral(self) -> ReferralLine | None:
        """The open one."""
        return next((line for line in self.referrals if line.row.ended_at is None), None)


def recourse_of(
    session: Session, ticket: AnyTicket, viewer: Viewer, now: datetime, *, parties: frozenset[Party],
    holder: Holder, beside: Beside,
) -> Recourse:  # fmt: skip
    """Put together what the page of `ticket` shows; `holder` is `queries.holder_today`."""
    verdict, payer = beside.verdict, beside.payer
    referrals = queries.referrals_of(session, ticket) if beside.referrals else ()
    lines = [referral_line(row, now) for row in reversed(referrals)]
    return Recourse(
        verdict=verdict_line(verdict, clock.local_date(now)) if verdict else None,
        payer=payer_line(payer) if payer else None,
        flagged=payer is not None and payer.flagged and bool(viewer.roles & SEES_FLAGS),
        decides=Party.DISPATCHER in parties and ticket.state not in SETTLED,
        referrals=lines,
        in_charge=holder if lines and lines[0].row.ended_at is None else None,
        of_the_part=_others(session, ticket, viewer, now),
    )


def _others(session: Session, ticket: AnyTicket, viewer: Viewer, now: datetime) -> Sequence[Ticket]:
    if ticket.asset_id is None:
        return ()
    return queries.tickets_of_part(session, ticket.asset_id, viewer, now, but=ticket.id)


def verdict_form(
    session: Session, ticket: Ticket, now: datetime, *, shown: TicketVerdict | None = None, sent: bool = False
) -> VerdictForm:
    """The form about part and day: as it was `sent`, else filled from the verdict that is `shown`."""
    form = VerdictForm() if sent else VerdictForm(
        formdata=None, run=shown.run if shown else 0, asset_id=str(ticket.asset_id or ""),
        arose_on=shown.arose_on if shown else clock.local_date(ticket.submitted_at),
        misuse=shown is not None and shown.reason is Reason.MISUSE,
    )  # fmt: skip
    parts = {part.id: part for part in queries.parts_near(session, ticket, clock.local_date(now))}
    if ticket.asset is not None:
        parts.setdefault(ticket.asset.id, ticket.asset)
    unknown = SelectChoice("", _("Not known: all that could be meant"))
    form.asset_id.choices = [unknown, *(SelectChoice(str(part.id), named_part(part)) for part in parts.values())]
    return form


def payer_form(*, shown: TicketPayer | None = None, sent: bool = False) -> PayerForm:
    """The form about who pays: as it was `sent`, else filled from the decision that is `shown`."""
    known = {name: shown.facts[name] for name in ANSWERS} if shown else {}
    against = shown is not None and shown.payer is not shown.proposed
    form = PayerForm() if sent else PayerForm(
        formdata=None, run=shown.run if shown else 0, payer=shown.payer.value if shown and against else "", **known
    )  # fmt: skip
    as_said = SelectChoice("", _("Whom the table names"))
    form.payer.choices = [as_said, *(SelectChoice(payer.value, payer_word(payer)) for payer in Payer)]
    return form


def named_part(part: Asset) -> str:
    """A part as it is chosen among others: name, place, code."""
    return str(_("%(name)s, %(place)s (%(code)s)", name=part.name, place=part.place.name, code=part.code))


@dataclass(frozen=True)
class Proposed:
    """An organisation that a repair is best referred to, and why."""

    organisation: Organisation
    why: str


def offer_referees(session: Session, form: ReferForm, ticket: Ticket, now: datetime, *, fresh: bool) -> None:
    """Let `form` offer whom `ticket` can be referred to, with `form.proposed`, whom propman proposes; on a `fresh` form
    the first of them is chosen already.
    """
    found = queries.referees(session, ticket, now)
    form.proposed = [Proposed(each.organisation, _why(each)) for each in found.proposed]
    form.refused_before = [
        row.organisation.name for row in queries.referrals_of(session, ticket) if row.end_kind is ReferralEnd.REFUSED
    ]
    form.organisation_id.choices = [
        SelectChoice("", _("Choose…")),
        *(
            SelectChoice(each.organisation.id, each.organisation.name, optgroup=_("Proposed"))
            for each in found.proposed
        ),
        *(SelectChoice(each.id, each.name, optgroup=_("Others around")) for each in found.others),
    ]
    if fresh and found.proposed:
        form.organisation_id.data = found.proposed[0].organisation.id


def _why(referee: Referee) -> str:
    """Why somebody is proposed, and through whom the claim goes."""
    name = referee.organisation.name
    built = {"organisation": name, "item": referee.work_item.name if referee.work_item else ""}
    reasons = {
        Why.BUILT: lambda: _("%(organisation)s built it (%(item)s), and the warranty covers it.", **built),
        Why.BUILT_ONCE: lambda: _("%(organisation)s built it (%(item)s); whether the warranty holds cannot be told.",
                                  **built),
        Why.TAKEN_OVER: lambda: _("%(organisation)s has taken it over.", organisation=name),
        Why.MAINTAINS: lambda: _("%(organisation)s keeps it in repair.", organisation=name),
        Why.TRADE: lambda: _("%(organisation)s is of the trade.", organisation=name),
    }  # fmt: skip
    why = str(reasons[referee.why]())
    if referee.claimant is None or referee.why not in {Why.BUILT, Why.BUILT_ONCE}:
        return why
    return str(_("%(why)s The claim is held by %(claimant)s, who is told.", why=why, claimant=referee.claimant.name))
