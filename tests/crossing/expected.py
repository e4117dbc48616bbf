"""Who may open what, written from the specification. Imports nothing of the program; reviewers read it as a table.

A line: endpoint, the roles that may open it, what its address names, and for which of these roles the *near* thing of
that kind is their own. For everybody else a near thing is foreign; a far thing is foreign to all but the far people.
"""

from __future__ import annotations

from dataclasses import dataclass

ANYBODY = [
    "visitor", "resident", "grid_worker", "dispatcher", "company_manager", "worker", "contractor", "utility",
    "neighbourhood_committee", "owners_committee", "street_office", "official", "readonly_official", "auditor",
    "administrator",
]  # fmt: skip
SIGNED_IN = [role for role in ANYBODY if role != "visitor"]
SEES_TICKETS = [r for r in SIGNED_IN if r not in {"resident", "contractor", "utility", "administrator"}]
TAKES_CALLS = ["dispatcher", "company_manager", "street_office", "neighbourhood_committee", "grid_worker"]
GOES = ["worker", "dispatcher", "company_manager", "street_office"]
ADMINISTRATOR = ["administrator"]


@dataclass(frozen=True)
class Row:
    """`who` may open it; `names` is the kind of thing in its address ("" for none); for `own` the near one is there."""

    who: list[str]
    names: str = ""
    own: tuple[str, ...] = ()


def _admin(*endpoints: str, names: str = "") -> dict[str, Row]:
    return {endpoint: Row(ADMINISTRATOR, names, ("administrator",)) for endpoint in endpoints}


TABLE: dict[str, Row] = {
    # pages for everybody
    "static": Row(ANYBODY, "file", tuple(ANYBODY)),
    "health.alive": Row(ANYBODY),
    "health.ready": Row(ANYBODY),
    "portal.home": Row(ANYBODY),
    "portal.glossary": Row(ANYBODY),
    "portal.workflow": Row(ANYBODY),
    "portal.emergency": Row(ANYBODY),
    "web.set_language": Row(ANYBODY),
    "web.set_view": Row(ANYBODY),
    "accounts.sign_in": Row(ANYBODY),
    "accounts.sign_out": Row(ANYBODY),
    "accounts.accept_invitation": Row(ANYBODY, "invitation", tuple(ANYBODY)),
    # whoever scans a label or holds a secret link
    "portal.place": Row(ANYBODY, "code", tuple(ANYBODY)),
    "tickets.report": Row(ANYBODY, "code", tuple(ANYBODY)),
    "tickets.track": Row(ANYBODY),
    "tickets.receipt": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.tracking": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.tracking_move": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.held_photo": Row(ANYBODY, "link", tuple(ANYBODY)),
    # one's own things
    "accounts.me": Row(SIGNED_IN),
    "accounts.change_language": Row(SIGNED_IN),
    "accounts.change_password": Row(SIGNED_IN),
    "accounts.revoke_session": Row(SIGNED_IN, "session", ("resident",)),
    "notify.inbox": Row(SIGNED_IN),
    "notify.read_all": Row(SIGNED_IN),
    "notify.open_notice": Row(SIGNED_IN, "notice", ("resident",)),
    "tickets.report_here": Row(SIGNED_IN),
    "tickets.reports": Row(SIGNED_IN),
    "tickets.report_page": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_receipt": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_photo": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_move": Row(SIGNED_IN, "ticket", ("resident",)),
    # staff
    "tickets.queue": Row(SEES_TICKETS),
    "tickets.ticket": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS)),
    "tickets.staff_photo": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS)),
    "tickets.move": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS)),
    "tickets.erase": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS)),
    "tickets.jobs": Row(GOES),
    "tickets.intake": Row(TAKES_CALLS),
    "tickets.caller": Row(TAKES_CALLS, "call", ("dispatcher",)),
    # whoever looks over it
    "portal.audit": Row(["auditor", "administrator"]),
    # administration
    **_admin("communities.admin", "communities.places", "communities.organisations", "communities.new_organisation"),
    **_admin("accounts.people", "accounts.new_person", "notify.outbox"),
    **_admin("accounts.person", "accounts.disable", "accounts.enable", "accounts.erase", names="person"),
    **_admin("accounts.invite", "accounts.new_role", "accounts.sign_person_out", names="person"),
    **_admin("accounts.end_role", names="role"),
    **_admin("notify.retry", names="message"),
    **_admin("communities.place", "communities.add_place", "communities.add_places", names="place"),
    **_admin("communities.change_place", "communities.close_place", "communities.reopen_place", names="place"),
    **_admin("communities.draw_code", "communities.replace_code", names="place"),
    **_admin("communities.engage", "communities.change_over", names="place"),
    **_admin("communities.add_organisation", names="street"),
    **_admin("communities.revoke_code", names="label"),
    **_admin("communities.organisation", "communities.change_organisation", names="organisation"),
    **_admin("communities.close_organisation", "communities.reopen_organisation", names="organisation"),
    **_admin("communities.end_engagement", "communities.withdraw_engagement", names="engagement"),
}
