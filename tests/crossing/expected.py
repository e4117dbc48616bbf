"""Who may open what, written from the specification. Imports nothing of the program; reviewers read it as a table.

A line: endpoint, the roles that may open it, what its address names, and for which of these roles the *near* thing of
that kind is their own. For everybody else a near thing is foreign; a far thing is foreign to all but the far people and
to those for whom the line says that it is there too.
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
DISPATCHES = ["dispatcher", "company_manager", "street_office"]
OF_COMPANY = ("dispatcher", "company_manager")
TAKES_CALLS = ["dispatcher", "company_manager", "street_office", "neighbourhood_committee", "grid_worker"]
CALLS_BACK = ["dispatcher", "company_manager", "street_office", "neighbourhood_committee"]
ANNOUNCES = ["dispatcher", "company_manager", "street_office", "neighbourhood_committee", "utility"]
GOES = ["worker", "dispatcher", "company_manager", "street_office"]
SEES_REGISTER = [r for r in SIGNED_IN if r not in {"resident", "contractor", "utility"}]
REFERRED_TO = ["contractor", "utility"]
ADMINISTRATOR = ["administrator"]
AUDITOR = ("auditor",)  # reads everything of the installation, so that a far thing is not foreign
KEEPS_SEASONS = ["official", "administrator"]
SEES_PROJECTS = [
    "company_manager", "neighbourhood_committee", "owners_committee", "street_office", "official", "readonly_official",
    "auditor", "administrator",
]  # fmt: skip
SEES_BACKLOG = [
    "dispatcher", "company_manager", "neighbourhood_committee", "owners_committee", "street_office", "official",
    "readonly_official", "auditor",
]  # fmt: skip
SEES_READINESS = ["street_office", "official", "readonly_official", "auditor", "administrator"]
SEES_RATES = [
    "dispatcher", "company_manager", "neighbourhood_committee", "owners_committee", "street_office", "official",
    "readonly_official", "auditor",
]  # fmt: skip
INSPECTS = [
    "grid_worker", "dispatcher", "company_manager", "worker", "contractor", "utility", "neighbourhood_committee",
    "street_office", "official",
]  # fmt: skip
SEES_INSPECTIONS = [role for role in SIGNED_IN if role != "resident"]
DECIDES_EXCUSES = ["street_office", "official"]
OPENS_EVENTS = ["company_manager", "street_office", "official"]
SEES_EXCUSES = ["dispatcher", "company_manager", *DECIDES_EXCUSES, "auditor"]
SEES_DRAWS = ["street_office", "official", "readonly_official", "auditor"]
SEES_SPOT_CHECKS = [*SEES_DRAWS, "dispatcher", "company_manager"]
CHECKS_SPOTS = ["street_office", "official"]
SEES_PLANS = [r for r in SIGNED_IN if r not in {"resident", "grid_worker", "contractor", "utility"}]
KEEPS_PLANS = ["company_manager", "street_office", "official", "administrator"]
KEEPS_HOUSEHOLDS = ["grid_worker", "dispatcher", "company_manager", "street_office"]
KEEPS_PROJECTS = ["street_office", "official", "administrator"]
EVERYWHERE = ("auditor", "administrator")
KEEPS_REGISTER = ["street_office", "official", "administrator"]
ON_SITE = ["dispatcher", "company_manager", "worker"]
BUILDING_HEAD = ["grid_worker"]  # reaches a building, and nothing of its community
TENDS_PARTS = [*KEEPS_REGISTER, *ON_SITE, *BUILDING_HEAD]
EVERYWHERE = ("auditor", "administrator")  # nothing of the register is foreign to them


@dataclass(frozen=True)
class Row:
    """`who` may open it; `names` is the kind of thing in its address ("" for none); for `own` the near one is there,
    for `far` the far one.
    """

    who: list[str]
    names: str = ""
    own: tuple[str, ...] = ()
    far: tuple[str, ...] = ()


def _admin(*endpoints: str, names: str = "") -> dict[str, Row]:
    return {endpoint: Row(ADMINISTRATOR, names, ("administrator",)) for endpoint in endpoints}


def _parts(who: list[str], *endpoints: str, names: str, but: list[str] | None = None) -> dict[str, Row]:
    """Pages about things of the register: who may open them owns the near thing, all of them `but` some."""
    own = tuple(role for role in who if role not in (but or []))
    far = tuple(role for role in EVERYWHERE if role in who)
    return {endpoint: Row(who, names, own, far) for endpoint in endpoints}


def _seen(*endpoints: str, names: str) -> dict[str, Row]:
    return {endpoint: Row(SEES_PROJECTS, names, tuple(SEES_PROJECTS), EVERYWHERE) for endpoint in endpoints}


def _kept(*endpoints: str, names: str) -> dict[str, Row]:
    return {endpoint: Row(KEEPS_PROJECTS, names, tuple(KEEPS_PROJECTS), ("administrator",)) for endpoint in endpoints}


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
    "households.enter": Row(ANYBODY),
    "tickets.receipt": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.tracking": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.tracking_move": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.held_photo": Row(ANYBODY, "link", tuple(ANYBODY)),
    "tickets.held_voice": Row(ANYBODY, "spoken link", tuple(ANYBODY)),
    # one's own things
    "accounts.me": Row(SIGNED_IN),
    "accounts.change_language": Row(SIGNED_IN),
    "accounts.change_password": Row(SIGNED_IN),
    "accounts.revoke_session": Row(SIGNED_IN, "session", ("resident",)),
    "notify.inbox": Row(SIGNED_IN),
    "notify.read_all": Row(SIGNED_IN),
    "notify.wishes": Row(SIGNED_IN),
    "notify.open_notice": Row(SIGNED_IN, "notice", ("resident",)),
    "tickets.report_here": Row(SIGNED_IN),
    "tickets.reports": Row(SIGNED_IN),
    "tickets.report_page": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_receipt": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_photo": Row(SIGNED_IN, "ticket", ("resident",)),
    "tickets.report_voice": Row(SIGNED_IN, "spoken", ("resident",)),
    "tickets.report_move": Row(SIGNED_IN, "ticket", ("resident",)),
    "households.home": Row(SIGNED_IN),
    "households.join": Row(SIGNED_IN),
    "households.ask": Row(SIGNED_IN),
    "households.leave": Row(SIGNED_IN, "own flat", ("resident",)),
    # staff
    "tickets.queue": Row(SEES_TICKETS),
    "desk.filters": Row(SEES_TICKETS),
    "desk.saved_filter": Row(SEES_TICKETS, "filter", ("dispatcher",)),
    "desk.delete_filter": Row(SEES_TICKETS, "filter", ("dispatcher",)),
    "desk.send_many": Row(DISPATCHES),
    "desk.board": Row(DISPATCHES),
    "desk.phrases": Row(DISPATCHES),
    "desk.delete_phrase": Row(DISPATCHES, "phrase", OF_COMPANY),
    "desk.sheet": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "desk.find": Row(SEES_TICKETS),
    "search.search": Row(SEES_TICKETS),
    "search.ask": Row(SEES_TICKETS),
    "desk.find_place": Row(TAKES_CALLS),
    "desk.caller": Row(TAKES_CALLS),
    "rota.rota": Row(DISPATCHES),
    "rota.person": Row(DISPATCHES, "hours", OF_COMPANY),
    "rota.add_shifts": Row(DISPATCHES, "hours", OF_COMPANY),
    "rota.delete_shift": Row(DISPATCHES, "hours", OF_COMPANY),
    "rota.add_departure": Row(DISPATCHES, "away", OF_COMPANY),
    "rota.delete_departure": Row(DISPATCHES, "away", OF_COMPANY),
    "desk.keys": Row(SIGNED_IN),
    "desk.switch_keys": Row(SIGNED_IN),
    "tickets.ticket": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.times": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.staff_photo": Row(SEES_TICKETS, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.staff_voice": Row(SEES_TICKETS, "spoken", tuple(SEES_TICKETS), AUDITOR),
    "tickets.move": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.erase": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.judge": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.pay": Row(SIGNED_IN, "ticket", tuple(SEES_TICKETS), AUDITOR),
    "tickets.referrals": Row(REFERRED_TO),
    "tickets.referral": Row(REFERRED_TO, "referral", ("contractor",)),
    "tickets.referral_photo": Row(REFERRED_TO, "referral", ("contractor",)),
    "tickets.referral_voice": Row(REFERRED_TO, "spoken referral", ("contractor",)),
    "tickets.referral_move": Row(REFERRED_TO, "referral", ("contractor",)),
    "tickets.jobs": Row(GOES),
    "callbacks.waiting": Row(CALLS_BACK),
    **{
        f"callbacks.{page}": Row(CALLS_BACK, "ticket", tuple(CALLS_BACK))
        for page in ("call", "take", "leave", "result", "end")
    },
    # what was taken over from other systems
    "backlog.overview": Row(SEES_BACKLOG),
    "backlog.reports": Row(SEES_BACKLOG),
    "backlog.table": Row(SEES_BACKLOG, "table", tuple(SEES_BACKLOG), tuple(SEES_BACKLOG)),
    # planned outages: a utility supplies the whole city
    "outages.outages": Row(ANNOUNCES),
    "outages.choose": Row(ANNOUNCES),
    "outages.announce": Row(ANNOUNCES, "supplied", tuple(ANNOUNCES), ("utility",)),
    "outages.outage": Row(ANYBODY, "outage", tuple(ANYBODY), tuple(ANYBODY)),
    **{
        f"outages.{page}": Row(ANNOUNCES, "outage", (*OF_COMPANY, "street_office"))
        for page in ("move", "end", "call_off")
    },
    "outages.follow": Row(SIGNED_IN, "outage", tuple(SIGNED_IN), tuple(SIGNED_IN)),
    # who lives where
    "households.places": Row(KEEPS_HOUSEHOLDS),
    **_parts(KEEPS_HOUSEHOLDS, "households.place", "households.add", names="door"),
    **_parts(KEEPS_HOUSEHOLDS, "households.print_slips", "households.draw_slips", names="door"),
    **_parts(KEEPS_HOUSEHOLDS, "households.household", "households.end", names="flat"),
    **_parts(KEEPS_HOUSEHOLDS, "households.renew_slip", "households.revoke_slip", names="flat"),
    **_parts(KEEPS_HOUSEHOLDS, "households.answer", names="wish"),
    "tickets.intake": Row(TAKES_CALLS),
    "tickets.caller": Row(TAKES_CALLS, "call", ("dispatcher",)),
    # whoever looks over it
    "portal.audit": Row(["auditor", "administrator"]),
    # the register
    "communities.seasons": Row(SEES_REGISTER),
    "communities.add_season": Row(KEEPS_SEASONS, "heated", tuple(KEEPS_SEASONS), ("administrator",)),
    "communities.verify_season": Row(KEEPS_SEASONS, "season", tuple(KEEPS_SEASONS), ("administrator",)),
    "communities.withdraw_season": Row(KEEPS_SEASONS, "season", tuple(KEEPS_SEASONS), ("administrator",)),
    **_parts(SEES_REGISTER, "assets.part", "assets.photo", names="part"),
    **_parts(TENDS_PARTS, "assets.record_condition", "assets.add_pictures", "assets.erase_photo", names="part"),
    **_parts(TENDS_PARTS, "assets.draw_label", "assets.replace_label", "assets.revoke_label", names="part"),
    **_parts(KEEPS_REGISTER, "assets.change_part", "assets.remove_part", "assets.restore_part", names="part"),
    "assets.register": Row(SEES_REGISTER),
    "assets.parts": Row(SEES_REGISTER),
    "assets.unwatched": Row(SEES_REGISTER),
    "assets.take_overs": Row(SEES_REGISTER),
    **_parts(SEES_REGISTER, "assets.place", names="building"),
    **_parts(KEEPS_REGISTER, "assets.add_part", names="building"),
    **_parts(TENDS_PARTS, "assets.labels", "assets.print_places", "assets.print_parts", names="building"),
    **_parts(TENDS_PARTS, "assets.draw_labels", names="building"),
    **_parts(TENDS_PARTS, "assets.poster", names="door"),
    **_parts(TENDS_PARTS, "assets.bind_label", names="blank"),
    **_parts(TENDS_PARTS, "assets.draw_blanks", names="estate", but=BUILDING_HEAD),
    **_parts(TENDS_PARTS, "assets.print_blanks", "assets.revoke_blanks", names="sheet", but=BUILDING_HEAD),
    **_parts(SEES_REGISTER, "assets.take_over", names="take_over", but=BUILDING_HEAD),
    **_parts(TENDS_PARTS, "assets.check_line", "assets.close_take_over", names="take_over", but=BUILDING_HEAD),
    **_parts(TENDS_PARTS, "assets.open_take_over", names="beginning", but=BUILDING_HEAD),
    "register.imports": Row(KEEPS_REGISTER),
    "register.template_file": Row(KEEPS_REGISTER),
    "register.export": Row(SEES_REGISTER),
    **_parts(KEEPS_REGISTER, "register.upload", names="estate"),
    **_parts(KEEPS_REGISTER, "register.import_page", "register.headings", "register.faults_file", names="import"),
    **_parts(KEEPS_REGISTER, "register.apply", "register.undo", "register.discard", names="import"),
    "projects.projects": Row(SEES_PROJECTS),
    "projects.new_project": Row(KEEPS_PROJECTS),
    "projects.add_project": Row(KEEPS_PROJECTS, "community", tuple(KEEPS_PROJECTS), ("administrator",)),
    **_seen("projects.project", names="project"),
    **_seen("projects.work_item", names="item"),
    **_seen("projects.photo", names="item photo"),
    **_kept("projects.change_project", "projects.set_funding", "projects.add_payment", names="project"),
    **_kept("projects.add_work_item", names="project"),
    **_kept("projects.record_paid", "projects.withdraw_payment", names="payment"),
    **_kept("projects.change_work_item", "projects.accept_work_item", "projects.add_photographs", names="item"),
    **_kept("projects.set_retention", "projects.deduct", "projects.release_retention", names="item"),
    **_kept("projects.record_transfer", names="item"),
    **_kept("projects.erase_photograph", names="item photo"),
    # rates: what is asked for stands after the question mark (tests/oversight)
    "oversight.rates": Row(SEES_RATES),
    "oversight.behind": Row(SEES_RATES),
    "oversight.table": Row(SEES_RATES),
    "oversight.list_table": Row(SEES_RATES),
    "oversight.exclusions": Row(SEES_RATES),
    **{
        f"oversight.{page}": Row(SEES_RATES, "rated", tuple(SEES_RATES), AUDITOR)
        for page in ("answer", "ask", "decide")
    },
    # readiness
    "portal.readiness": Row(SEES_READINESS),
    "portal.community_readiness": Row(SEES_READINESS, "community", tuple(SEES_READINESS), EVERYWHERE),
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
    **_admin("catalogue.asset_types", "catalogue.asset_attributes", "catalogue.warranty_rules"),
    **_admin("catalogue.add_asset_type", "catalogue.add_asset_attribute"),
    **_admin("catalogue.asset_type", "catalogue.change_asset_type", names="type"),
    **_admin("catalogue.asset_attribute", "catalogue.change_asset_attribute", names="attribute"),
    **_admin("catalogue.warranty_rule", "catalogue.change_warranty_rule", names="rule"),
    **_admin("catalogue.settings"),
    **_admin("catalogue.setting", "catalogue.change_setting", names="setting"),
    **_admin("catalogue.escalation_rules", "catalogue.add_escalation_rule"),
    **_admin("catalogue.escalation_rule", "catalogue.change_escalation_rule", names="escalation"),
    **_admin("catalogue.check_row", "catalogue.end_row", names="row"),
    **_admin("catalogue.rules", "catalogue.add_rule", names="kind of rule"),
    **_admin("catalogue.rule", "catalogue.change_rule", names="dated rule"),
    **_admin("catalogue.add_holiday"),
    "inspections.calendar": Row(SEES_INSPECTIONS),
    "inspections.agenda": Row(SEES_INSPECTIONS),
    "inspections.missed": Row(SEES_INSPECTIONS),
    **_parts(SEES_INSPECTIONS, "inspections.duty", names="duty", but=REFERRED_TO),
    "inspections.plans": Row(SEES_PLANS),
    **_parts(SEES_PLANS, "inspections.plan", names="plan"),
    "inspections.choose_community": Row(KEEPS_PLANS),
    **_parts(KEEPS_PLANS, "inspections.choose_template", "inspections.make_plan", names="planned"),
    **_parts(
        KEEPS_PLANS, "inspections.change_plan", "inspections.stop_plan", "inspections.choose_targets", names="plan"
    ),
    "rounds.work": Row(INSPECTS),
    "rounds.begin": Row(INSPECTS, "worked", (*ON_SITE, *BUILDING_HEAD)),  # whom the fire patrol names
    **_parts(SEES_INSPECTIONS, "rounds.round_page", names="round", but=REFERRED_TO),
    **_parts(SEES_INSPECTIONS, "rounds.round_photo", names="round photo", but=REFERRED_TO),
    **{f"rounds.{page}": Row(INSPECTS, "round", ("worker",)) for page in ("load_again", "close_round")},
    "rounds.erase_round_photo": Row(INSPECTS, "round photo", (*ON_SITE, "street_office")),  # it is evidence
    "rounds.point": Row(INSPECTS, "point", ("worker",)),
    **{
        endpoint: Row(SEES_RATES)
        for endpoint in (
            "oversight.compliance",
            "oversight.duties_behind",
            "oversight.compliance_table",
            "oversight.duties_table",
            "oversight.found_behind",
            "oversight.found_table",
            "oversight.checked_behind",
            "oversight.checked_table",
            "oversight.week",
        )
    },
    "inspections.library": Row(SEES_INSPECTIONS),
    "inspections.template": Row(SEES_INSPECTIONS, "inspection", tuple(SEES_INSPECTIONS)),
    "inspections.excuses": Row(SEES_EXCUSES),
    "inspections.excuse": Row(SEES_EXCUSES, "excuse", tuple(SEES_EXCUSES), AUDITOR),
    "inspections.decide_excuse": Row(DECIDES_EXCUSES, "excuse", tuple(DECIDES_EXCUSES)),
    "inspections.events": Row(SEES_INSPECTIONS),
    "inspections.reminders": Row(SEES_INSPECTIONS, "reminder", ("dispatcher", "company_manager", "worker")),
    "inspections.choose_event": Row(OPENS_EVENTS),
    "inspections.open_event": Row(OPENS_EVENTS, "kind of event", tuple(OPENS_EVENTS)),
    **_parts(SEES_INSPECTIONS, "inspections.event", names="event", but=[*REFERRED_TO, *BUILDING_HEAD]),
    **{
        f"inspections.{page}": Row(OPENS_EVENTS, "event", tuple(OPENS_EVENTS))
        for page in ("date_event", "class_event", "call_off_event")
    },
    # spot checks: a company sees what was ended, and draws nothing
    "spotchecks.checks": Row(SEES_SPOT_CHECKS),
    "spotchecks.checks_table": Row(SEES_SPOT_CHECKS),
    "spotchecks.agreement": Row(SEES_SPOT_CHECKS),
    "spotchecks.agreement_table": Row(SEES_SPOT_CHECKS),
    "spotchecks.check": Row(SEES_SPOT_CHECKS, "spot check", tuple(SEES_SPOT_CHECKS), AUDITOR),
    "spotchecks.end_check": Row(CHECKS_SPOTS, "open spot check", tuple(CHECKS_SPOTS)),
    "spotchecks.draws": Row(SEES_DRAWS),
    "spotchecks.draw": Row(SEES_DRAWS, "draw", tuple(SEES_DRAWS), AUDITOR),
    "spotchecks.frame": Row(SEES_DRAWS, "draw", tuple(SEES_DRAWS), AUDITOR),
    "spotchecks.choose_community": Row(CHECKS_SPOTS),
    "spotchecks.draw_by_hand": Row(CHECKS_SPOTS, "sampled", tuple(CHECKS_SPOTS)),
    "inspections.ask_excuse": Row(DISPATCHES, "duty", OF_COMPANY),
    **_admin("inspections.add_template"),
    **_admin("inspections.add_part", names="part of an inspection"),
    **_admin("inspections.change_row", names="inspected row"),
    **_admin("communities.end_engagement", "communities.withdraw_engagement", names="engagement"),
}
