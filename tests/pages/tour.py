"""A walk through every page, by somebody who may open it: for tests that look at all of them.

`furnish` lets something of every kind happen in the small world and gives the names that addresses hold in braces.
A page that is missing here fails `test_words.py`: the walk must lead past every address that answers GET.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.accounts.operations import Particulars, create_person, erase_person, invite
from propman.communities import operations as communities
from propman.communities.models import Engagement
from propman.config import Settings
from propman.files.operations import Upload
from propman.notify.models import Channel as Way
from propman.notify.models import Notice
from propman.roles import NOBODY
from propman.tickets import operations, tracking
from propman.tickets.models import Channel, Ticket
from tests import stories
from tests.assets import works as renovated
from tests.pages import (
    backlog,
    calls,
    desk,
    due,
    duties,
    households,
    imports,
    inspections,
    outages,
    oversight,
    plans,
    projects,
    referrals,
    register,
    rounds,
    rules,
    spotchecks,
)
from tests.pages.stops import Stop
from tests.pages.stops import every as _all
from tests.pages.stops import refused as _refused
from tests.tickets import extensions, findings, incidents, objections, talks, urges, visits
from tests.voice.samples import spoken
from tests.world import World, viewer

RESIDENT = (
    *_all("", "/", "/sign-in", "/track", "/emergency", "/glossary", "/workflow", "/p/{code}", "/p/{code}/report"),
    *_all("", "/p/{unmanaged_code}", "/p/{closed_code}", "/invite/{invitation}"),
    *_all("", *(f"/t/{{{name}}}/{{secret_of_{name}}}" for name in (
        "submitted", "assigned", "underway", "on_hold", "completed", "confirmed", "declined", "withdrawn", "reopened",
        "closed_by_system", "late", "emergency", "erased", "late_done", "asked", "added",
        "safe", "corrected", "extended", "wanting", "leading", "merged", "agreed",
    ))),
    *_all("", "/t/{submitted}/{secret_of_submitted}/receipt", "/t/{merged}/{secret_of_merged}/receipt",
          "/t/{emergency}/{secret_of_emergency}/receipt"),
    *_all("resident_lin", "/", "/reports", "/reports/{own}", "/reports/{own}/receipt", "/report", "/inbox",
          "/inbox/wishes", "/me"),
    *_all("auditor_shen", "/report", "/reports"),
    *_all("grid_worker_gao", "/report"),
)  # fmt: skip
STAFF = (
    *_all("dispatcher_mei", "/", "/queue", "/queue?state=all", "/search", "/search?q=楼道", "/search?q=灯",
          "/search?q=没有的词",
          "/intake", "/intake?community={community}", "/tickets/{call}/caller", "/tickets/{call_emergency}/caller",
          "/jobs", "/inbox"),
    *_all("dispatcher_mei", *(f"/tickets/{{{name}}}" for name in (
        "submitted", "assigned", "underway", "on_hold", "completed", "confirmed", "declined", "withdrawn", "reopened",
        "closed_by_system", "late", "emergency", "erased", "call", "handed_over", "asked", "added",
        "safe", "corrected", "extended", "wanting", "leading", "merged", "agreed",
    ))),
    *_all("dispatcher_mei", *(f"/tickets/{{submitted}}/{step}" for step in ("assign", "correct", "verdict", "payer")),
          "/tickets/{confirmed}/erase"),
    *_all("worker_zhao", "/", "/jobs", "/tickets/{underway}"),
    *_all("worker_sun", "/jobs"),
    *_all("far_dispatcher", "/tickets/{left_behind}", "/queue", "/intake"),
    *_all("clerk_jie", "/", "/intake", "/intake?community={unmanaged}", "/tickets/{nobodys}"),
    *_all("official_qian", "/", "/queue"),
    *_all("auditor_shen", "/", "/tickets/{completed}", "/audit", "/audit?kind=changed:place", "/audit?kind=denied",
          "/audit?who=nobody", "/audit?request=abcdef0123456789"),
    *_all("contractor_deng", "/"),
)  # fmt: skip
ADMINISTRATION = _all(
    "administrator_guan", "/", "/admin", "/admin/places", "/admin/places?q=河柏", "/admin/places?q=nowhere",
    "/admin/places?lack=code", "/admin/places?lack=manager", "/admin/places/{province}", "/admin/places/{county}",
    "/admin/places/{street}", "/admin/places/{community}", "/admin/places/{building}", "/admin/places/{entrance}",
    "/admin/places/{closed}",
    "/admin/places/{street}/add", "/admin/places/{community}/add", "/admin/places/{community}/add-many",
    "/admin/places/{building}/add-many", "/admin/places/{building}/change",
    "/admin/places/{entrance}/close", "/admin/places/{unmanaged}/engage", "/admin/places/{community}/change-over",
    "/admin/places/{entrance}/code/replace", "/admin/places/{entrance}/code/{code}/revoke",
    "/admin/engagements/{engagement}/end", "/admin/organisations", "/admin/organisations?q=nobody",
    "/admin/organisations?closed=y", "/admin/organisations/new", "/admin/organisations/new?q=道里",
    "/admin/organisations/new?q=nowhere", "/admin/places/{county}/organisations/new",
    "/admin/organisations/{company}", "/admin/organisations/{utility}", "/admin/organisations/{utility}/change",
    "/admin/organisations/{contractor}/close", "/admin/people", "/admin/people?q=nobody", "/admin/people/new",
    "/admin/people/{neighbour_wu}", "/admin/people/{newcomer}", "/admin/people/{shut_out}", "/admin/people/{gone}",
    "/admin/people/{neighbour_wu}/roles/new", "/admin/people/{neighbour_wu}/roles/new?role=official&q=道里",
    "/admin/people/{neighbour_wu}/roles/{role}/end", "/admin/people/{neighbour_wu}/erase", "/admin/outbox", "/audit",
)  # fmt: skip
"""What is opened at its address."""

_GUAN = "administrator_guan"
_MEI_AT = Stop("/tickets/{submitted}", "dispatcher_mei")
_HELD = Stop("/t/{completed}/{secret_of_completed}")
REFUSED = (
    _refused(Stop("/sign-in"), who="", password=""),
    _refused(Stop("/sign-in"), who="13900000000", password="wrong"),
    _refused(Stop("/track"), number="1", pin="2"),
    _refused(Stop("/track"), number="2601-0000000", pin="000000"),
    _refused(Stop("/invite/{invitation}"), password="short", again="other"),
    _refused(Stop("/invite/{invitation}"), password="", again=""),
    _refused(Stop("/p/{code}/report"), phone="12", spot="长" * 81, name="长" * 61, description="长" * 2001),
    _refused(Stop("/p/{code}/report"), category="lights", description=""),
    _refused(Stop("/report", "resident_lin"), "/report?place={entrance}", place="0"),
    Stop("/report?code=WRONG", "auditor_shen", 422),
    _refused(_HELD, "/t/{completed}/{secret_of_completed}/confirm", note="长" * 1001),
    _refused(_HELD, "/t/{completed}/{secret_of_completed}/reopen", note=""),
    _refused(_HELD, "/t/{completed}/{secret_of_completed}/add", note=""),
    _refused(Stop("/t/{asked}/{secret_of_asked}"), "/t/{asked}/{secret_of_asked}/answer", note=""),
    _refused(_HELD, "/t/{completed}/{secret_of_completed}/reopen", 409, note="还漏", version="1"),
    _refused(Stop("/reports/{own}", "resident_lin"), "/reports/{own}/confirm"),
    _refused(Stop("/me", "resident_lin"), "/me/password", current="", password="", again=""),
    _refused(Stop("/me", "resident_lin"), "/me/password", current="wrong", password="short", again="short"),
    _refused(Stop("/me", "resident_lin"), "/me/language", language="xx"),
    _refused(Stop("/inbox/wishes", "resident_lin"), digest_hour="24", quiet_from="late", quiet_until="25:00"),
    _refused(Stop("/inbox/wishes", "resident_lin"), quiet_from="22:00"),
    _refused(_MEI_AT, "/tickets/{submitted}/assign", assignee_id=""),
    _refused(_MEI_AT, "/tickets/{submitted}/assign", assignee_id="0"),
    _refused(_MEI_AT, "/tickets/{submitted}/hold", until_on="soon", note=""),
    _refused(_MEI_AT, "/tickets/{submitted}/hold", until_on="2020-01-01", cause="parts", note="等"),
    _refused(_MEI_AT, "/tickets/{submitted}/object", note="", taker=""),
    Stop("/tickets/{contested}", "dispatcher_mei"),
    _refused(Stop("/tickets/{contested}", "clerk_jie"), "/tickets/{contested}/uphold_objection", taker="", note="是"),
    _refused(Stop("/tickets/{contested}", "clerk_jie"), "/tickets/{contested}/reject_objection", note=""),
    _refused(Stop("/tickets/{assigned}", "official_qian"), "/tickets/{assigned}/urge", answer_by_on="2020-01-01"),
    _refused(Stop("/tickets/{recheck}", "official_qian"), "/tickets/{recheck}/recheck_fail", note=""),
    *_all("dispatcher_mei", "/tickets/{found}", "/tickets/{recheck}/recheck_pass", "/queue?recheck=1"),
    Stop("/queue?state=on_hold", "dispatcher_mei"),
    _refused(_MEI_AT, "/tickets/{submitted}/ask", note=""),
    _refused(_MEI_AT, "/tickets/{submitted}/correct", category="", priority="", place="0", note="x"),
    _refused(_MEI_AT, "/tickets/{submitted}/correct", note="一样"),
    _refused(_MEI_AT, "/tickets/{submitted}/merge", lead="", number="12"),
    _refused(_MEI_AT, "/tickets/{submitted}/merge", lead="", number="2601-0000000"),
    _refused(Stop("/t/{agreed}/{secret_of_agreed}"), "/t/{agreed}/{secret_of_agreed}/separate", note=""),
    _refused(_MEI_AT, "/tickets/{submitted}/request_extension", until_on="2020-01-01", note="等"),
    _refused(Stop("/tickets/{wanting}", "dispatcher_mei"), "/tickets/{wanting}/grant_extension", note=""),
    _refused(_MEI_AT, "/tickets/{submitted}/appoint", on=""),
    _refused(_MEI_AT, "/tickets/{submitted}/appoint", on="2020-01-01", begins="11:00", ends="10:00"),
    _refused(_MEI_AT, "/tickets/{submitted}/note", note="长" * 1001),
    _refused(_MEI_AT, "/tickets/{submitted}/decline", note=""),
    _refused(_MEI_AT, "/tickets/{submitted}/decline", 409, note="不修", version="9"),
    _refused(Stop("/tickets/{assigned}", "dispatcher_mei"), "/tickets/{assigned}/reassign", assignee_id=""),
    _refused(Stop("/tickets/{on_hold}", "dispatcher_mei"), "/tickets/{on_hold}/resume", note="长" * 1001),
    _refused(Stop("/tickets/{underway}", "worker_zhao"), "/tickets/{underway}/complete", note=""),
    _refused(Stop("/jobs", "worker_zhao"), "/tickets/{underway}/complete", note="好了", minutes="9999", back="jobs",
             **{"parts-0-what": "灯泡", "parts-0-pieces": "", "parts-1-pieces": "many"}),
    _refused(Stop("/jobs", "worker_zhao"), "/tickets/{assigned}/start", 409, version="9"),
    _refused(Stop("/jobs", "worker_zhao"), "/tickets/{underway}/complete", note=""),
    _refused(Stop("/tickets/{confirmed}", "dispatcher_mei"), "/tickets/{confirmed}/erase"),
    _refused(Stop("/intake?community={community}", "dispatcher_mei"), place="0", phone="12"),
    _refused(Stop("/intake?community={community}", "dispatcher_mei"), place="{entrance}", category="water",
             description="三楼漏水"),
    _refused(Stop("/admin/people/new", _GUAN), name="", phone="12", sign_in_name="", email="x"),
    _refused(Stop("/admin/people/new", _GUAN), name="新人", phone="", sign_in_name="", email=""),
    _refused(Stop("/admin/people/{neighbour_wu}", _GUAN), name="", phone="13800000001"),
    _refused(Stop("/admin/people/{neighbour_wu}/roles/new", _GUAN),
             "/admin/people/{neighbour_wu}/roles/new?role=worker", starts_on="soon"),
    _refused(Stop("/admin/people/{neighbour_wu}/roles/{role}/end", _GUAN), ends_on=""),
    _refused(Stop("/admin/people/{neighbour_wu}/erase", _GUAN)),
    _refused(Stop("/admin/places/{street}/add", _GUAN), name="", name_en="x" * 81),
    _refused(Stop("/admin/places/{community}/add", _GUAN), name="3号楼", households="many"),
    _refused(Stop("/admin/places/{community}/add-many", _GUAN), numbers="", entrances="many"),
    _refused(Stop("/admin/places/{community}/add-many", _GUAN), numbers="1-5, 5"),
    _refused(Stop("/admin/places/{community}/add-many", _GUAN), numbers="1-9"),
    _refused(Stop("/admin/places/{community}/add-many", _GUAN), numbers="1-99", entrances="9"),
    _refused(Stop("/admin/places/{building}/add-many", _GUAN), numbers="9-1"),
    _refused(Stop("/admin/places/{building}/change", _GUAN), name="", households="0"),
    _refused(Stop("/admin/places/{entrance}/close", _GUAN), closes_on="soon"),
    _refused(Stop("/admin/places/{unmanaged}/engage", _GUAN), organisation_id="", starts_on="soon"),
    _refused(Stop("/admin/places/{community}/change-over", _GUAN), organisation_id="{company}", starts_on="{today}"),
    _refused(Stop("/admin/engagements/{engagement}/end", _GUAN), ends_on="2020-01-01"),
    _refused(Stop("/admin/places/{county}/organisations/new", _GUAN), name="", trade="magic"),
    _refused(Stop("/admin/organisations/{utility}/change", _GUAN), name="", trade=""),
    _refused(Stop("/admin/organisations/{contractor}/close", _GUAN), closes_on=""),
)  # fmt: skip
"""What a form says that cannot be taken."""

ERRORS = (
    Stop("/nothing", status=404),
    Stop("/p/0000000000000", status=404),
    Stop("/invite/0", status=404),
    Stop("/queue", "resident_lin", 403),
    Stop("/settings/language", status=405),
    Stop("/?code=%00", status=400),
    Stop("/search?q=13912345678", "dispatcher_mei", 400),
    Stop("/queue?state=nothing&community=0", "dispatcher_mei", 400),
    Stop("/audit?kind=nothing&day=soon", "auditor_shen", 400),
)
"""What is not there, not allowed or not understood."""

_ROOMS = (register, imports, projects, referrals, desk, rules, calls, households, outages, oversight, backlog,
          inspections, duties, due, plans, rounds, spotchecks)  # fmt: skip
PAGES = (*RESIDENT, *STAFF, *ADMINISTRATION, *ERRORS, *(stop for room in _ROOMS for stop in room.PAGES))
REFUSED = (*REFUSED, *(stop for room in _ROOMS for stop in room.REFUSED))
FILES = (*imports.FILES, *backlog.FILES)
NO_PAGES = {
    "static", "health.alive", "health.ready", "tickets.held_photo", "tickets.report_photo", "tickets.staff_photo",
    "tickets.held_voice", "tickets.report_voice", "tickets.staff_voice", "tickets.referral_voice",
    "assets.photo", "projects.photo", "tickets.referral_photo", "register.template_file", "register.faults_file",
    "desk.find", "desk.find_place", "oversight.table", "oversight.list_table", "backlog.table",
    "rounds.round_photo",
    "oversight.compliance_table", "oversight.duties_table", "oversight.found_table", "oversight.checked_table",
    "spotchecks.checks_table", "spotchecks.agreement_table", "spotchecks.frame",
}  # fmt: skip
"""Endpoints that answer GET with something other than a page."""
ONE_BUTTON = {
    "communities.replace_code",
    "communities.revoke_code",
    *register.ONE_BUTTON,
    *projects.ONE_BUTTON,
    *rounds.ONE_BUTTON,
}
"""Forms in which nothing can be wrong: their page asks for one touch."""


def furnish(session: Session, world: World, settings: Settings) -> dict[str, Any]:
    """Let something of every kind happen in `world`, commit it, and give what stands in braces in the addresses."""
    tickets = _tickets(session, world)
    session.flush()
    secrets = {
        f"secret_of_{name}": tracking.secret(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
        for name, ticket in tickets.items()
        if ticket.tracking_key_id  # nobody holds a link to what an inspection found
    }
    numbers = {name: ticket.number for name, ticket in tickets.items()}
    things = {**numbers, **secrets, **_places(session, world), **_people(session, world)}
    works = renovated.furnish(session, world)
    things |= referrals.furnish(session, world, works) | register.furnish(session, world, works)
    things |= imports.furnish(session, works, things["part"]) | projects.furnish(session, world)
    things |= desk.furnish(session, world) | backlog.furnish(session, world)
    things |= rules.furnish(session) | households.furnish(session, world)
    things |= calls.furnish(session, world) | outages.furnish(session, world)
    things |= oversight.furnish(session, world) | inspections.furnish(session)
    things |= duties.furnish(session, world) | due.furnish(session, world)
    things |= plans.furnish(session, world) | rounds.furnish(session, world) | spotchecks.furnish(session, world)
    _dead_letter(session, world)
    session.commit()
    return things


def _tickets(session: Session, world: World) -> dict[str, Ticket]:
    now = clock.now()
    long_ago, shot = now - timedelta(days=20), Upload(data=stories.picture(), file_name="漏水.jpg")

    def told(**words: Any) -> Ticket:
        return stories.report(session, world, **words)

    made = {
        "submitted": told(
            photos=(shot,), voice=spoken(), spot="301", name="王奶奶", phone="13912345678", call_back=True
        ),
        "assigned": stories.assign(session, world, told()),
        "underway": stories.start(session, world, told(category="water", photos=(shot,), voice=spoken())),
        "on_hold": stories.hold(session, world, stories.start(session, world, told())),
        "completed": stories.complete(session, world, told()),
        "confirmed": stories.confirm(session, world, told(photos=(shot,)), note="谢谢师傅"),
        "declined": told(),
        "withdrawn": told(),
        "reopened": stories.complete(session, world, told()),
        "closed_by_system": stories.complete(session, world, told(now=long_ago), now=long_ago),
        "late": told(now=long_ago),
        "late_done": stories.complete(session, world, told(now=long_ago)),
        "emergency": told(category="lift_trapped"),
        "erased": stories.confirm(session, world, told(photos=(shot,), voice=spoken())),
        "asked": talks.ask(session, world, stories.assign(session, world, told(by=world.resident_lin))),
        "corrected": extensions.correct(session, world, told()),
        "wanting": extensions.request(session, world, told()),
        "extended": extensions.grant(session, world, told()),
        "safe": visits.safe(session, world, stories.assign(session, world, told(category="missing_cover"))),
        "added": talks.add(session, world, stories.confirm(session, world, talks.note(session, world, told()))),
        "contested": urges.urge(session, world, objections.object_to(session, world, told())),
        "found": findings.find(session, world),
        "recheck": findings.repaired(session, world),
        **_incident(session, world),
        "own": stories.complete(session, world, told(by=world.resident_lin)),
        "call": told(by=world.dispatcher_mei, channel=Channel.PHONE, name="王奶奶", phone="13912345678"),
        "call_emergency": told(by=world.dispatcher_mei, channel=Channel.PHONE, category="gas_leak"),
        "nobodys": told(place=world.unmanaged),
        "handed_over": told(place=world.far_entrance),
        "left_behind": told(place=world.far_entrance),
    }
    _moves(session, world, made)
    return made


def _incident(session: Session, world: World) -> dict[str, Ticket]:
    """A burst pipe that three households reported; where it is repaired already, one of them has said so."""
    leading, merged, _third = incidents.burst(session, world, 3, spot="地下室", phone="13912345678")
    repaired, agreed = incidents.burst(session, world, 2, place=world.building, category="power")
    stories.complete(session, world, repaired)
    operations.agree(session, ticket=agreed, viewer=stories.holder(agreed), seen_version=agreed.version,
                     now=clock.now(), stars=4)  # fmt: skip
    return {"leading": leading, "merged": merged, "agreed": agreed}


def _moves(session: Session, world: World, made: dict[str, Ticket]) -> None:
    """What happened after the first steps of the stories."""
    now = clock.now()
    mei, far = viewer(session, world.dispatcher_mei), viewer(session, world.far_dispatcher)

    def seen(name: str) -> dict[str, Any]:
        return {"ticket": made[name], "seen_version": made[name].version, "now": now}

    operations.decline(session, viewer=mei, note="属于专营单位", **seen("declined"))
    operations.decline(session, viewer=far, note="不归我们管", **seen("left_behind"))
    operations.withdraw(session, viewer=stories.holder(made["withdrawn"]), **seen("withdrawn"))
    operations.reopen(
        session, viewer=stories.holder(made["reopened"]), note="还是不亮", store=world.store, **seen("reopened")
    )
    operations.reassign(session, viewer=mei, assignee_id=world.worker_sun.id, note="赵师傅请假", **seen("reopened"))
    operations.erase_ticket(session, ticket=made["erased"], actor_id=world.dispatcher_mei.id, now=now)
    communities.change_over(session, community_id=world.far_community.id, organisation_id=world.company.id,
                            starts_on=clock.local_date(now), actor_id=world.administrator_guan.id, now=now)  # fmt: skip
    operations.hand_over_due(session, now=now)
    operations.close_unanswered(session, now=now)


def _places(session: Session, world: World) -> dict[str, Any]:
    now, guan = clock.now(), world.administrator_guan.id
    closed = communities.add_place(session, parent_id=world.street.id, name="拆迁小区", actor_id=guan, now=now)
    code = communities.draw_code(session, place_id=closed.id, actor_id=guan, now=now)
    communities.close_place(session, place_id=closed.id, on=clock.local_date(now), actor_id=guan, now=now)
    communities.change_place(session, place_id=world.building.id, name="3号楼", name_en="Building 3", households=36,
                             actor_id=guan, now=now)  # fmt: skip
    communities.change_organisation(
        session, organisation_id=world.utility.id, name="城市供热公司", phone="0451-84660003",
        trade=world.utility.trade, actor_id=guan, now=now,
    )  # fmt: skip
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    names = ("province", "county", "street", "community", "building", "entrance", "unmanaged", "company", "utility",
             "contractor")  # fmt: skip
    return {
        **{name: getattr(world, name).id for name in names},
        "code": world.code, "unmanaged_code": world.unmanaged_code, "closed_code": code.code, "closed": closed.id,
        "engagement": engagement.id, "today": clock.local_date(now).isoformat(),
    }  # fmt: skip


def _people(session: Session, world: World) -> dict[str, Any]:
    now, guan = clock.now(), viewer(session, world.administrator_guan)

    def person(name: str, phone: str) -> Any:
        particulars = Particulars(name=name, phone=phone)
        return create_person(session, particulars=particulars, viewer=guan, now=now)

    newcomer, shut_out, gone = (
        person("新来的", "13800009001"),
        person("离职的", "13800009002"),
        person("走了的", "13800009003"),
    )
    shut_out.disabled_at = now
    erase_person(session, person=gone, viewer=guan, now=now)
    _, token = invite(session, person=newcomer, viewer=NOBODY, now=now)
    role = select(Membership.id).where(Membership.user_id == world.neighbour_wu.id)
    return {
        "newcomer": newcomer.id, "shut_out": shut_out.id, "gone": gone.id, "invitation": token,
        "neighbour_wu": world.neighbour_wu.id, "role": session.scalars(role).one(),
    }  # fmt: skip


def _dead_letter(session: Session, world: World) -> None:
    """One message that was given up."""
    mail = select(Notice).where(Notice.channel == Way.EMAIL).order_by(Notice.id).limit(1)
    letter = session.scalars(mail).one()
    letter.attempts, letter.dead_at, letter.last_fault = 8, clock.now(), "no_address"
