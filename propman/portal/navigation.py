"""The links at the head of every page: what this person's roles open, in the order of what they came to do."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from propman.roles import Permission, Viewer
from propman.web import current_viewer

NavItem = tuple[str, str, str]
"""Word, address, and as ARIA has it whether it is the "page" that is shown, or the way to it: "true"."""

LINKS: tuple[tuple[str, Permission], ...] = (
    ("tickets.jobs", Permission.OWN_JOBS),
    ("tickets.queue", Permission.SEE_TICKETS),
    ("desk.board", Permission.DISPATCH),
    ("callbacks.waiting", Permission.CALL_BACK),
    ("tickets.referrals", Permission.SEE_REFERRALS),
    ("tickets.intake", Permission.PHONE_INTAKE),
    ("outages.outages", Permission.ANNOUNCE_OUTAGES),
    ("assets.register", Permission.SEE_REGISTER),
    ("projects.projects", Permission.SEE_PROJECTS),
    ("communities.seasons", Permission.SEE_REGISTER),
    ("portal.readiness", Permission.SEE_READINESS),
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
}
"""The link that leads to the pages of a room."""


def words() -> dict[str, str]:
    """What each link is called, in the reader's language."""
    return {
        "portal.home": _("Start"),
        "tickets.jobs": _("My jobs"),
        "tickets.queue": _("Queue"),
        "desk.board": _("Board"),
        "callbacks.waiting": _("Call-backs"),
        "tickets.referrals": _("Referrals"),
        "tickets.intake": _("Phone report"),
        "outages.outages": _("Planned outages"),
        "assets.register": _("Register"),
        "projects.projects": _("Renovation projects"),
        "communities.seasons": _("Heating seasons"),
        "portal.readiness": _("Readiness"),
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
    viewer, called = current_viewer(), words()
    if not viewer.signed_in:
        return []
    opened = ["portal.home", *(endpoint for endpoint, needed in LINKS if _wanted(viewer, endpoint, needed))]
    return [(called[endpoint], url_for(endpoint), _current(endpoint)) for endpoint in opened]


def _current(endpoint: str) -> str:
    if request.endpoint == endpoint:
        return "page"
    return "true" if ROOMS.get(request.blueprint or "") == endpoint else ""


def _wanted(viewer: Viewer, endpoint: str, needed: Permission) -> bool:
    """Whether the link is for this person.

    Staff find their own reports on the start page, not at the head; the seasons stand there for who keeps them.
    """
    at_home = endpoint in {"tickets.report_here", "tickets.reports", "households.home"}
    elsewhere = endpoint == "communities.seasons" and not viewer.may(Permission.KEEP_SEASONS)
    return viewer.may(needed) and not elsewhere and not (at_home and viewer.may(Permission.SEE_TICKETS))
