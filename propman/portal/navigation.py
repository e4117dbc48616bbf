"""The links at the head of every page: what this person's roles open, in the order of what they came to do."""

from __future__ import annotations

from functools import lru_cache

from flask import request, url_for
from flask_babel import gettext as _

from propman.roles import GRANTS, Permission, Role
from propman.web import current_viewer
from propman.web.filters import language

NavItem = tuple[str, str, str]
"""Word, address, and as ARIA has it whether it is the "page" that is shown, or the way to it: "true"."""

LINKS: tuple[tuple[str, Permission], ...] = (
    ("tickets.jobs", Permission.OWN_JOBS),
    ("rounds.work", Permission.INSPECT),
    ("tickets.queue", Permission.SEE_TICKETS),
    ("search.search", Permission.SEE_TICKETS),
    ("desk.board", Permission.DISPATCH),
    ("callbacks.waiting", Permission.CALL_BACK),
    ("tickets.referrals", Permission.SEE_REFERRALS),
    ("tickets.intake", Permission.PHONE_INTAKE),
    ("outages.outages", Permission.ANNOUNCE_OUTAGES),
    ("assets.register", Permission.SEE_REGISTER),
    ("projects.projects", Permission.SEE_PROJECTS),
    ("inspections.calendar", Permission.SEE_INSPECTIONS),
    ("communities.seasons", Permission.SEE_REGISTER),
    ("oversight.rates", Permission.SEE_RATES),
    ("portal.readiness", Permission.SEE_READINESS),
    ("backlog.overview", Permission.SEE_BACKLOG),
    ("households.places", Permission.KEEP_HOUSEHOLDS),
    ("tickets.report_here", Permission.REPORT),
    ("households.home", Permission.OWN_ACCOUNT),
    ("tickets.reports", Permission.OWN_REPORTS),
    ("accounts.people", Permission.ADMINISTER),
    ("communities.admin", Permission.ADMINISTER),
    ("notify.outbox", Permission.ADMINISTER),
    ("portal.audit", Permission.SEE_AUDIT),
    ("notify.inbox", Permission.OWN_ACCOUNT),
    ("accounts.me", Permission.OWN_ACCOUNT),
)
"""Endpoint, and the permission that its view declares."""

ROOMS = {
    "assets": "assets.register",
    "register": "assets.register",
    "projects": "projects.projects",
    "catalogue": "communities.admin",
    "rota": "desk.board",
    "callbacks": "callbacks.waiting",
    "outages": "outages.outages",
    "inspections": "inspections.calendar",
    "rounds": "inspections.calendar",
    "spotchecks": "inspections.calendar",
    "oversight": "oversight.rates",
    "backlog": "backlog.overview",
}
"""The link that leads to the pages of a room."""


PAGES = dict.fromkeys(
    (
        "oversight.compliance",
        "oversight.duties_behind",
        "oversight.found_behind",
        "oversight.checked_behind",
        "oversight.week",
    ),
    "inspections.calendar",
)
"""Pages that stand with another room than their own."""


def words() -> dict[str, str]:
    """What each link is called, in the reader's language."""
    return {
        "portal.home": _("Start"),
        "tickets.jobs": _("My jobs"),
        "rounds.work": _("My inspections"),
        "tickets.queue": _("Queue"),
        "search.search": _("Search"),
        "desk.board": _("Board"),
        "callbacks.waiting": _("Call-backs"),
        "tickets.referrals": _("Referrals"),
        "tickets.intake": _("Phone report"),
        "outages.outages": _("Planned outages"),
        "assets.register": _("Register"),
        "projects.projects": _("Renovation projects"),
        "inspections.calendar": _("Inspections"),
        "communities.seasons": _("Heating seasons"),
        "oversight.rates": _("Rates"),
        "portal.readiness": _("Readiness"),
        "backlog.overview": _("Taken over"),
        "households.places": _("Flats and slips"),
        "households.home": _("My flat"),
        "tickets.report_here": _("Report a fault"),
        "tickets.reports": _("My reports"),
        "accounts.people": _("People"),
        "communities.admin": _("Administration"),
        "notify.outbox": _("Outbox"),
        "portal.audit": _("Audit"),
        "notify.inbox": _("Inbox"),
        "accounts.me": _("My account"),
    }


def nav_items() -> list[NavItem]:
    """The links for whoever is looking; none for a visitor."""
    viewer = current_viewer()
    if not viewer.signed_in:
        return []
    return _links(viewer.roles, language(), request.root_path, request.endpoint)


@lru_cache(maxsize=4096)
def _links(roles: frozenset[Role], _language: str, _root: str, shown: str | None) -> list[NavItem]:
    """What `roles` open, on the page of the endpoint `shown`. Nothing else decides: it is written once a language."""
    called, room = words(), PAGES.get(shown or "") or ROOMS.get(request.blueprint or "")
    opened = ["portal.home", *(endpoint for endpoint, needed in LINKS if _wanted(roles, endpoint, needed))]
    standing = {room: "true", shown: "page"}
    return [(called[endpoint], url_for(endpoint), standing.get(endpoint, "")) for endpoint in opened]


def _wanted(roles: frozenset[Role], endpoint: str, needed: Permission) -> bool:
    """Whether the link is for people of these `roles`.

    Staff find their own reports on the start page, not at the head; the seasons stand there for who keeps them.
    """
    at_home = endpoint in {"tickets.report_here", "tickets.reports", "households.home"}
    elsewhere = endpoint == "communities.seasons" and not roles & GRANTS[Permission.KEEP_SEASONS]
    return bool(roles & GRANTS[needed]) and not elsewhere and not (at_home and roles & GRANTS[Permission.SEE_TICKETS])
