"""Who may open which page: `GRANTS`; and who is looking: `Viewer`, a frozen value.

Whether a person may make a *move* on one ticket is another question, answered by `tickets.workflow.MOVES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Role(StrEnum):
    """What a membership makes of a person. VISITOR is anybody without an account."""

    VISITOR = "visitor"
    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"  # 楼长 / 网格员
    DISPATCHER = "dispatcher"
    COMPANY_MANAGER = "company_manager"
    WORKER = "worker"
    CONTRACTOR = "contractor"
    UTILITY = "utility"
    NEIGHBOURHOOD_COMMITTEE = "neighbourhood_committee"  # 居委会
    OWNERS_COMMITTEE = "owners_committee"  # 业委会
    STREET_OFFICE = "street_office"  # 街道办
    OFFICIAL = "official"  # 住建局: county, prefecture or province by the place of the membership
    READONLY_OFFICIAL = "readonly_official"  # 财政, 发改
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a page needs. Every view names exactly one."""

    PUBLIC = "public"  # anybody, signed in or not
    OWN_ACCOUNT = "own_account"  # anybody signed in
    OWN_REPORTS = "own_reports"  # the reports a person sent
    REPORT = "report"  # send a report as a signed-in person
    SEE_TICKETS = "see_tickets"  # lists and pages of tickets in one's scope
    MOVE_TICKETS = "move_tickets"  # press a button on a ticket; which one, the workflow says
    DISPATCH = "dispatch"  # send people: to several reports at once, by board and rota
    PHONE_INTAKE = "phone_intake"  # write down a caller's report
    CALL_BACK = "call_back"  # ask the reporter by telephone how a repair went
    OWN_JOBS = "own_jobs"  # the jobs given to a person
    SEE_REGISTER = "see_register"  # parts, their papers and their condition
    TEND_PARTS = "tend_parts"  # condition, photographs and labels of parts, found on site
    KEEP_REGISTER = "keep_register"  # add, change and remove parts; import them
    SEE_PROJECTS = "see_projects"  # renovation projects and their money
    KEEP_PROJECTS = "keep_projects"
    KEEP_SEASONS = "keep_seasons"  # heating seasons
    SEE_REFERRALS = "see_referrals"  # what was referred to a contractor or utility
    KEEP_HOUSEHOLDS = "keep_households"  # flats, slips, and who lives where: confirms, prints, ends
    ANNOUNCE_OUTAGES = "announce_outages"  # planned outages: announce, move, end
    SEE_BACKLOG = "see_backlog"  # what was taken over from other systems, as figures and lists
    SEE_READINESS = "see_readiness"  # what communities lack before they can go live
    SEE_RATES = "see_rates"  # rates, closed months, and the lists behind their figures
    SEE_INSPECTIONS = "see_inspections"  # what is inspected, how often, by whom
    SEE_EXCUSES = "see_excuses"  # which inspections are to be excused, and which were
    ASK_EXCUSES = "ask_excuses"  # ask that an inspection is excused
    DECIDE_EXCUSES = "decide_excuses"  # excuse one that others have to do
    INSPECT = "inspect"  # go on a round: what of it, the roles of the template say
    SEE_PLANS = "see_plans"  # what comes due where in one's scope
    KEEP_PLANS = "keep_plans"  # make, change, pause and end plans of inspections
    OPEN_EVENTS = "open_events"  # snowfall, storm, flood season: open, date and call off what brings inspections
    SEE_SPOT_CHECKS = "see_spot_checks"  # how spot checks ended, and how often they agreed
    SEE_SPOT_DRAWS = "see_spot_draws"  # what was drawn, also while it waits
    SPOT_CHECK = "spot_check"  # look again at what was drawn; draw by hand
    SEE_AUDIT = "see_audit"
    ADMINISTER = "administer"


_SIGNED_IN = frozenset(Role) - {Role.VISITOR}
_SEES_TICKETS = frozenset(
    {
        Role.GRID_WORKER,
        Role.DISPATCHER,
        Role.COMPANY_MANAGER,
        Role.WORKER,
        Role.NEIGHBOURHOOD_COMMITTEE,
        Role.OWNERS_COMMITTEE,
        Role.STREET_OFFICE,
        Role.OFFICIAL,
        Role.READONLY_OFFICIAL,
        Role.AUDITOR,
    }
)

_KEEPS = frozenset({Role.STREET_OFFICE, Role.OFFICIAL, Role.ADMINISTRATOR})
_ON_SITE = frozenset({Role.GRID_WORKER, Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER})
_OVERSEES = frozenset({Role.NEIGHBOURHOOD_COMMITTEE, Role.OWNERS_COMMITTEE, Role.READONLY_OFFICIAL, Role.AUDITOR})
_DRAWS = frozenset({Role.STREET_OFFICE, Role.OFFICIAL, Role.READONLY_OFFICIAL, Role.AUDITOR})

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.PUBLIC: frozenset(Role),
    Permission.OWN_ACCOUNT: _SIGNED_IN,
    Permission.OWN_REPORTS: _SIGNED_IN,
    Permission.REPORT: _SIGNED_IN,
    Permission.SEE_TICKETS: _SEES_TICKETS,
    Permission.MOVE_TICKETS: _SIGNED_IN,
    Permission.DISPATCH: frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE}),
    Permission.PHONE_INTAKE: frozenset(
        {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.NEIGHBOURHOOD_COMMITTEE, Role.GRID_WORKER}
    ),
    Permission.CALL_BACK: frozenset(
        {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.NEIGHBOURHOOD_COMMITTEE}
    ),
    Permission.OWN_JOBS: frozenset({Role.WORKER, Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE}),
    Permission.SEE_REGISTER: _KEEPS | _ON_SITE | _OVERSEES,
    Permission.TEND_PARTS: _KEEPS | _ON_SITE,
    Permission.KEEP_REGISTER: _KEEPS,
    Permission.SEE_PROJECTS: _KEEPS | _OVERSEES | {Role.COMPANY_MANAGER},
    Permission.KEEP_PROJECTS: _KEEPS,
    Permission.KEEP_SEASONS: frozenset({Role.OFFICIAL, Role.ADMINISTRATOR}),
    Permission.SEE_REFERRALS: frozenset({Role.CONTRACTOR, Role.UTILITY}),
    Permission.KEEP_HOUSEHOLDS: frozenset(
        {Role.GRID_WORKER, Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE}
    ),
    Permission.ANNOUNCE_OUTAGES: frozenset(
        {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.NEIGHBOURHOOD_COMMITTEE, Role.UTILITY}
    ),
    Permission.SEE_BACKLOG: _OVERSEES | {Role.STREET_OFFICE, Role.OFFICIAL, Role.COMPANY_MANAGER, Role.DISPATCHER},
    Permission.SEE_READINESS: _KEEPS | {Role.READONLY_OFFICIAL, Role.AUDITOR},
    Permission.SEE_RATES: frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.OFFICIAL})
    | _OVERSEES,
    Permission.SEE_INSPECTIONS: _KEEPS | _ON_SITE | _OVERSEES | {Role.CONTRACTOR, Role.UTILITY},
    Permission.SEE_EXCUSES: frozenset(
        {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.OFFICIAL, Role.AUDITOR}
    ),
    Permission.ASK_EXCUSES: frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE}),
    Permission.DECIDE_EXCUSES: frozenset({Role.STREET_OFFICE, Role.OFFICIAL}),
    Permission.INSPECT: _ON_SITE
    | {Role.STREET_OFFICE, Role.OFFICIAL, Role.NEIGHBOURHOOD_COMMITTEE, Role.CONTRACTOR, Role.UTILITY},
    Permission.SEE_PLANS: _KEEPS | _OVERSEES | {Role.DISPATCHER, Role.COMPANY_MANAGER, Role.WORKER},
    Permission.KEEP_PLANS: _KEEPS | {Role.COMPANY_MANAGER},
    Permission.OPEN_EVENTS: frozenset({Role.COMPANY_MANAGER, Role.STREET_OFFICE, Role.OFFICIAL}),
    Permission.SEE_SPOT_CHECKS: _DRAWS | {Role.DISPATCHER, Role.COMPANY_MANAGER},
    Permission.SEE_SPOT_DRAWS: _DRAWS,
    Permission.SPOT_CHECK: frozenset({Role.STREET_OFFICE, Role.OFFICIAL}),
    Permission.SEE_AUDIT: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Post:
    """One membership in effect: a role, held in an organisation and/or over a place (its `place_path` is a prefix)."""

    role: Role
    organisation_id: int | None = None
    place_id: int | None = None
    place_path: str | None = None


@dataclass(frozen=True)
class Viewer:
    """Who is looking. Built by accounts for a session, by the portal for the holder of a secret link, else nobody.

    `marks` are what other rooms want known of a person on every page (`accounts.queries.MARKS`); `held_ticket_id` is
    the one ticket that a secret link, or its number and PIN, opened to this viewer.
    """

    user_id: int | None = None
    name: str = ""
    posts: tuple[Post, ...] = ()
    session_id: int | None = None
    marks: frozenset[str] = frozenset()
    held_ticket_id: int | None = None

    @property
    def signed_in(self) -> bool:
        """Whether a person with an account is looking."""
        return self.user_id is not None

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of all posts in effect; a person without an account is a visitor, one without posts a resident."""
        if not self.signed_in:
            return frozenset({Role.VISITOR})
        return frozenset(post.role for post in self.posts) or frozenset({Role.RESIDENT})

    def may(self, permission: Permission) -> bool:
        """Whether any of this viewer's roles opens pages that need `permission`."""
        return bool(self.roles & GRANTS[permission])


NOBODY = Viewer()
