"""Reading accounts: viewers, people, sessions, and the lists of the administration."""

from propman.accounts.queries.administration import (
    PeoplePage,
    ids_named,
    names_shown,
    people_page,
    person_for,
    visible_people,
)
from propman.accounts.queries.people import (
    Sendable,
    active,
    addresses_of,
    administrators,
    eligible_assignees,
    emails_of,
    find_by_sign_in,
    holds_post,
    member_ids,
    members,
    memberships_of,
    names_of,
    officials_over,
    reachable_by_organisation,
    reachable_by_sms,
    sendable,
)
from propman.accounts.queries.sessions import knows_device, live_session, live_sessions, open_invitation
from propman.accounts.queries.viewers import entered, viewer_of
from propman.accounts.queries.ways import ways_to

__all__ = [
    "PeoplePage",
    "Sendable",
    "active",
    "addresses_of",
    "administrators",
    "eligible_assignees",
    "emails_of",
    "entered",
    "find_by_sign_in",
    "holds_post",
    "ids_named",
    "knows_device",
    "live_session",
    "live_sessions",
    "member_ids",
    "members",
    "memberships_of",
    "names_of",
    "reachable_by_organisation",
    "names_shown",
    "officials_over",
    "reachable_by_sms",
    "open_invitation",
    "people_page",
    "person_for",
    "viewer_of",
    "sendable",
    "visible_people",
    "ways_to",
]
