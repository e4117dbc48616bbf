"""Who should go, in words, as the page of a ticket shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from propman.catalogue.words import TRADE_WORDS
from propman.communities.kinds import ORGANISATION_WORDS, OrganisationKind
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.queries.rows import AnyTicket, Holder
from propman.web.filters import in_language


@dataclass(frozen=True)
class Proposed:
    """Who should go, in words: names or, where nobody is on file, the kind; telephones; why, and after which rule."""

    who: str
    phones: Sequence[str]
    reason: str
    source: str


def proposed(session: Session, ticket: AnyTicket, viewer: Viewer, now: datetime, holder: Holder) -> list[Proposed]:
    """Who should go for `ticket`, first choice first; `holder` is `queries.holder_today`."""
    own = {post.organisation_id for post in viewer.posts}
    return [_proposed(one, own) for one in queries.proposals(session, ticket, now, holder)]


def _proposed(proposal: queries.Proposal, own: Collection[int | None]) -> Proposed:
    """`proposal` in words; nobody needs the telephone of their `own` organisations."""
    rule = proposal.rule
    kind = gettext(ORGANISATION_WORDS[OrganisationKind(rule.goes_to.value)])
    if rule.trade is not None:
        kind = gettext("%(kind)s, %(trade)s", kind=kind, trade=gettext(TRADE_WORDS[rule.trade]))
    return Proposed(
        who=" · ".join(one.name for one in proposal.organisations) or kind,
        phones=[one.phone for one in proposal.organisations if one.phone and one.id not in own],
        reason=in_language(rule, "reason"),
        source=rule.source if rule.verified_on else gettext("%(source)s (not checked yet)", source=rule.source),
    )
