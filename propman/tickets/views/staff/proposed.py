"""Who should go, in words, as the page of a ticket shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from propman.catalogue.models import RoutingRule
from propman.catalogue.words import TRADE_WORDS
from propman.communities.kinds import ORGANISATION_WORDS, OrganisationKind
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.queries.rows import AnyTicket, Holder
from propman.web.speech import Speech, speech


class Proposed(NamedTuple):
    """Who should go, in words: names or, where nobody is on file, the kind; telephones; why, and after which rule."""

    who: str
    phones: Sequence[str]
    reason: str
    source: str


def proposed(
    session: Session, ticket: AnyTicket, viewer: Viewer, now: datetime, holder: Holder
) -> list[Proposed]:  # fmt: skip
    """Who should go for `ticket`, first choice first; `holder` is `queries.holder_today`."""
    own, speak = {post.organisation_id for post in viewer.posts}, speech()
    return [_proposed(one, own, speak) for one in queries.proposals(session, ticket, now, holder)]


def _proposed(proposal: queries.Proposal, own: Collection[int | None], speak: Speech) -> Proposed:
    """`proposal` in words; nobody needs the telephone of their `own` organisations."""
    rule = proposal.rule
    return Proposed(
        who=" · ".join(one.name for one in proposal.organisations) or _kind(rule, speak),
        phones=[one.phone for one in proposal.organisations if one.phone and one.id not in own],
        reason=speak.text_of(rule, "reason"),
        source=rule.source if rule.verified_on else speak("%(source)s (not checked yet)", source=rule.source),
    )


def _kind(rule: RoutingRule, speak: Speech) -> str:
    kind = speak(ORGANISATION_WORDS[OrganisationKind(rule.goes_to.value)])
    return speak("%(kind)s, %(trade)s", kind=kind, trade=speak(TRADE_WORDS[rule.trade])) if rule.trade else kind
