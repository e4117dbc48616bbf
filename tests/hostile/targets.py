"""Every field of every address, as the role that may open it: the table that the hostile values are fed to.

A line: endpoint, who opens it, the parts of its address, what stands after the question mark, and its form with a legal
value for each field, which must be accepted once everything hostile was refused. The legal values are those at the
edge: rare characters, full-width digits, the leap day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from propman import clock
from propman.accounts.models import Membership, SignInSession, User
from propman.accounts.operations import Particulars, create_person, disable_person, invite
from propman.catalogue.queries import questions
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Engagement, Place
from propman.communities.operations import (
    add_organisation,
    add_place,
    close_organisation,
    close_place,
    draw_code,
    engage,
)
from propman.files.operations import Upload
from propman.notify.models import Channel as NoticeChannel
from propman.notify.models import Notice
from propman.roles import NOBODY
from propman.tickets import queries, tracking
from propman.tickets.models import Channel, Ticket
from propman.tickets.operations.answers import field_of
from tests import stories
from tests import world as worlds
from tests.hostile import values as v
from tests.hostile.conftest import House
from tests.hostile.values import Kind
from tests.tickets import extensions, findings, incidents, objections, referrals, talks, urges
from tests.voice.samples import spoken

RARE = "𠮷田 🏠 é مرحبا"
ALL_AT_ONCE = f"{RARE} ' OR 1=1 -- {{{{7*7}}}} %s%n <b>=1+1</b>\r\n第二行"
FULL_WIDTH = "１３８ ９９９９ {:04d}"
LEAP_DAY = "2024-02-29"

Fields = Mapping[str, tuple[Kind, Any]]


@dataclass(frozen=True)
class Target:
    """One address with one form, or with none. `accepted` is the answer to the legal form, which holds a file in the
    field `proof`, if there is one: what is `enclosed`, by name and bytes.
    """

    endpoint: str
    who: str = ""  # a name of the world; "" is a visitor with a browser of their own
    args: Mapping[str, Any] = field(default_factory=dict)
    query: Fields = field(default_factory=dict)
    form: Fields | None = None
    files: tuple[str, ...] = ()
    keyed: bool = True
    accepted: int = 303
    note: str = ""
    proof: str = ""
    enclosed: tuple[str, bytes] = field(default=("x.jpg", stories.picture()), repr=False)

    def __str__(self) -> str:
        return f"{self.endpoint} {self.note}".strip()


class Maker:
    """Makes for each target a thing of its own, so that what one does to its thing is nothing to the others."""

    def __init__(self, house: House) -> None:
        self.house, self.session, self.world, self.now = house, house.session, house.world, clock.now()
        self.today = clock.local_date(self.now)
        self.numbers = count(1)

    def by_nobody(self) -> dict[str, Any]:
        return {"actor_id": None, "now": self.now}

    def ticket(self, tell: Any = stories.report, **words: Any) -> Ticket:
        if tell is stories.report:
            return stories.report(self.session, self.world, **words)
        told = stories.report(self.session, self.world, **words)
        return tell(self.session, self.world, told)

    def link(self, ticket: Ticket, **more: Any) -> dict[str, Any]:
        keys = self.house.settings.tracking_keys
        return {"number": ticket.number, "secret": tracking.secret(ticket.id, ticket.tracking_key_id, keys), **more}

    def building(self) -> Place:
        return add_place(self.session, parent_id=self.world.far_community.id, name=f"{next(self.numbers)}0号楼",
                         **self.by_nobody())  # fmt: skip

    def community(self) -> Place:
        return add_place(self.session, parent_id=self.world.far_street.id, name=f"试{next(self.numbers)}小区",
                         **self.by_nobody())  # fmt: skip

    def contractor(self) -> Any:
        return add_organisation(self.session, kind=OrganisationKind.CONTRACTOR, name=f"试{next(self.numbers)}公司",
                                place_id=self.world.city.id, **self.by_nobody())  # fmt: skip

    def engagement(self, days: int) -> Engagement:
        return engage(self.session, community_id=self.community().id, organisation_id=self.world.company.id,
                      starts_on=self.today + timedelta(days=days), **self.by_nobody())  # fmt: skip

    def person(self) -> User:
        named = Particulars(name=f"试{next(self.numbers)}", sign_in_name=f"trial_{next(self.numbers)}")
        return create_person(self.session, particulars=named, viewer=NOBODY, now=self.now)

    def session_of(self, name: str) -> int:
        worlds.sign_in(self.session, self.house.visitor(), self.world.people[name])
        own = select(SignInSession.id).where(SignInSession.user_id == self.world.people[name].id)
        found = self.session.scalars(own.order_by(SignInSession.id.desc())).first()
        self.session.commit()
        return found or 0


def targets(house: House) -> list[Target]:
    """All of them, the ones that take something away from others last."""
    from tests.hostile.backlog import backlog
    from tests.hostile.calls import calls
    from tests.hostile.desk import desk
    from tests.hostile.duties import duties
    from tests.hostile.households import households
    from tests.hostile.outages import outages
    from tests.hostile.oversight import oversight
    from tests.hostile.plans import plans
    from tests.hostile.projects import projects
    from tests.hostile.register import register
    from tests.hostile.rounds import rounds
    from tests.hostile.spotchecks import spotchecks

    make = Maker(house)
    found = [*_public(make), *_own(make), *_tickets(make), *_moves(make), *_recourse(make), *_people(make),
             *_places(make), *_organisations(make), *projects(make), *register(make), *desk(make),
             *calls(make), *households(make), *outages(make), *oversight(make), *backlog(make),
             *duties(make), *plans(make), *rounds(make), *spotchecks(make)]  # fmt: skip
    house.session.commit()
    return found


FOLLOWED: Fields = {"follow": (v.CHOICE_OR_NONE, ""), "apart": (v.ANYTHING, "")}
"""Which report is followed in place of one's own, or that it is none of them: residents have this choice."""


def report_form(make: Maker, place: Place, category: str = "lights", **answers: tuple[Kind, Any]) -> Fields:
    """The form by which residents report, with `answers` by the codes of questions; no other question counts."""
    asked = {field_of(one.id): answers.get(one.code, (v.ANYTHING, "")) for one in questions(make.session, make.today)}
    return asked | {
        "category": (v.CHOICE, category),
        "place": (v.CHOICE, str(place.id)),
        "spot": (v.WORDS, RARE),
        "description": (v.TOLD, ALL_AT_ONCE),
        "name": (v.WORDS, "𠮷"),
        "phone": (v.PHONE, "１３９ ９９９９ ０００１"),
        "call_back": (v.ANYTHING, ""),
    }


def _public(make: Maker) -> Iterator[Target]:
    world = make.world
    ticket = make.ticket()
    pin = tracking.pin(ticket.id, ticket.tracking_key_id, make.house.settings.tracking_keys)
    for endpoint in ("health.alive", "health.ready", "portal.glossary", "portal.workflow", "portal.emergency"):
        yield Target(endpoint)
    yield Target("static", args={"filename": "favicon.svg"})
    yield Target("portal.home", query={"code": (v.ANYTHING, "")})
    asked = dict.fromkeys(("kind", "who", "day", "request", "before"), (v.ANYTHING, ""))
    yield Target("portal.audit", "auditor_shen", query=asked)
    yield Target("portal.home", "dispatcher_mei", note="signed in")
    yield Target("portal.place", args={"code": world.code})
    for name, right in (("lang", "en"), ("view", "elder")):
        endpoint = {"lang": "web.set_language", "view": "web.set_view"}[name]
        yield Target(endpoint, form={name: (v.ANYTHING, right), "next": (v.ANYTHING, "/track")}, keyed=False)
    who = "１３８０００００００２"
    form = {"who": (v.SECRET, who), "password": (v.SECRET, worlds.PASSWORD), "next": (v.ANYTHING, "/me")}
    yield Target("accounts.sign_in", query={"next": (v.ANYTHING, "/me")}, form=form, keyed=False)
    yield Target("accounts.sign_out", "committee_ju", form={}, keyed=False)
    _, token = invite(make.session, person=make.person(), viewer=NOBODY, now=make.now)
    chosen = "𠮷田さんの 🏠 house"
    form = {"password": (v.SECRET, chosen), "again": (v.SECRET, chosen)}
    yield Target("accounts.accept_invitation", args={"token": token}, form=form)
    yield Target("tickets.report", args={"code": world.code}, query={"category": (v.ANYTHING, "lights")},
                 form=report_form(make, world.entrance) | FOLLOWED, files=("photos", "voice"))  # fmt: skip
    told = v.Kind(v.EVERYTHING - {"empty", "nothing visible"})
    answers = {"room_temperature": (told, "１９.５"), "how_many": (told, "1")}
    heat = report_form(make, world.entrance, "heat", **answers) | FOLLOWED
    yield Target(
        "tickets.report", args={"code": world.code}, form=heat, files=("photos", "voice"), note="with questions"
    )
    number = ticket.number.replace("-", "－").translate({ord("0") + d: ord("０") + d for d in range(10)})
    form = {"number": (v.SECRET, number), "pin": (v.SECRET, f" {pin[:3]} {pin[3:]}")}
    yield Target("tickets.track", form=form, keyed=False)


def _own(make: Maker) -> Iterator[Target]:
    world = make.world
    yield Target("accounts.me", "resident_lin")
    yield Target("accounts.change_language", "resident_lin", form={"language": (v.CHOICE, "en")})
    chosen = "another long one ８"
    form = {"current": (v.SECRET, worlds.PASSWORD), "password": (v.SECRET, chosen), "again": (v.SECRET, chosen)}
    yield Target("accounts.change_password", "owner_ye", form=form)
    yield Target("accounts.revoke_session", "resident_lin", {"session_id": make.session_of("resident_lin")}, form={},
                 keyed=False)  # fmt: skip
    yield Target("notify.inbox", "resident_lin", query={"before": (v.ANYTHING, "1")})
    make.ticket(stories.complete, by=world.resident_lin)
    mine = select(Notice).where(Notice.recipient_id == world.resident_lin.id)
    notice = make.session.scalars(mine.where(Notice.channel == NoticeChannel.INBOX)).first()
    assert notice is not None
    yield Target("notify.open_notice", "resident_lin", {"notice_id": notice.id}, form={}, keyed=False)
    yield Target("notify.read_all", "resident_lin", form={"newest_id": (v.CHOICE, str(notice.id))}, keyed=False)
    yield Target("notify.outbox", "administrator_guan", query={"before": (v.ANYTHING, "1")})
    dead = make.session.scalars(mine.where(Notice.channel == NoticeChannel.EMAIL)).first()
    assert dead is not None
    dead.dead_at, dead.due_at = make.now, make.now
    yield Target("notify.retry", "administrator_guan", {"notice_id": dead.id}, form={}, keyed=False)
    asked = {"place": (v.ANYTHING, str(world.entrance.id)), "category": (v.ANYTHING, "lights")}
    yield Target(
        "tickets.report_here",
        "resident_lin",
        query=asked,
        form=report_form(make, world.entrance) | FOLLOWED,
        files=("photos", "voice"),
    )
    yield Target("tickets.report_here", "auditor_shen", query={"code": (v.ANYTHING, "")}, note="without a home")
    yield Target("tickets.reports", "resident_lin", query={"before": (v.ANYTHING, "1")})


def _tickets(make: Maker) -> Iterator[Target]:
    world, session = make.world, make.session
    picture = Upload(file_name="漏水.jpg", data=stories.picture())
    with_photo = stories.report(session, world, by=world.resident_lin, photos=(picture,), voice=spoken())
    stories.assign(session, world, with_photo)
    key = queries.attachments_of(session, with_photo)[0].photo.key
    number, size = {"number": with_photo.number}, {"size": (v.ANYTHING, "thumb")}
    heard = queries.timeline(session, with_photo)[0].voice
    voice = heard.key if heard else ""
    yield Target("tickets.held_voice", args=make.link(with_photo, key=voice))
    yield Target("tickets.report_voice", "resident_lin", number | {"key": voice})
    yield Target("tickets.staff_voice", "dispatcher_mei", number | {"key": voice})
    yield Target("tickets.tracking", args=make.link(with_photo))
    yield Target("tickets.receipt", args=make.link(with_photo))
    yield Target("tickets.held_photo", args=make.link(with_photo, key=key), query=size)
    yield Target("tickets.report_page", "resident_lin", number)
    yield Target("tickets.report_receipt", "resident_lin", number)
    yield Target("tickets.report_photo", "resident_lin", number | {"key": key}, size)
    yield Target("tickets.ticket", "dispatcher_mei", number)
    yield Target("tickets.times", "dispatcher_mei", number)
    yield Target("tickets.staff_photo", "dispatcher_mei", number | {"key": key}, size)
    yield Target("tickets.jobs", "worker_zhao")
    names = ("state", "waits", "urged", "urge_late", "objected", "added", "community", "category", "priority",
             "assignee", "mine", "due_today", "warranty", "late", "reopened", "recheck", "referred", "flagged", "part",
             "place", "after")  # fmt: skip
    yield Target("tickets.queue", "dispatcher_mei", query=dict.fromkeys(names, (v.ANYTHING, "")))
    call = stories.report(session, world, by=world.dispatcher_mei, channel=Channel.PHONE)
    yield Target("tickets.caller", "dispatcher_mei", {"number": call.number})
    community = {"community": (v.ANYTHING, str(world.community.id)), "place": (v.ANYTHING, "")}
    calling = report_form(make, world.entrance) | {"known": (v.CHOICE_OR_NONE, "apart")}
    yield Target("tickets.intake", "dispatcher_mei", query=community, form=calling)


def _merged(session: Any, world: Any, ticket: Ticket) -> Ticket:
    """`ticket` merged with another report of that fault."""
    lead = stories.report(session, world)
    incidents.merge(session, world, ticket, lead)
    return ticket


def _repaired(session: Any, world: Any, ticket: Ticket) -> Ticket:
    """As `_merged`, and the lead is repaired."""
    _merged(session, world, ticket)
    stories.complete(session, world, session.get_one(Ticket, ticket.lead_id))
    return ticket


TOOK: Fields = {
    "minutes": (v.COUNT, "９０"),
    "other_fen": (v.AMOUNT_OR_NONE, "0.01"),
    **{
        f"parts-{row}-{name}": kind_and_legal
        for row in range(4)
        for name, kind_and_legal in {
            "what": (v.WORDS, "𠮷田の弁"), "pieces": (v.COUNT, "2"), "unit_fen": (v.AMOUNT_OR_NONE, "１２.５"),
        }.items()
    },
}  # fmt: skip
"""What a repair took: the minutes, the parts, other cost."""


def _moves(make: Maker) -> Iterator[Target]:
    """Every move with a ticket of its own, in a state from which it is legal."""
    world, note = make.world, (v.WORDS, ALL_AT_ONCE)
    reason = (v.TOLD, ALL_AT_ONCE)
    person = (v.CHOICE, str(world.worker_sun.id))
    until = (v.A_DAY, (make.today + timedelta(days=3)).isoformat())
    agreed = {"on": until, "begins": (v.CHOICE, "09:00"), "ends": (v.CHOICE, "11:30")}
    office = str(world.street_office.id)
    far_off = (v.A_DAY, (make.today + timedelta(days=90)).isoformat())
    corrected = {"category": (v.CHOICE, "water"), "priority": (v.CHOICE, "P1"), "asset_id": (v.CHOICE_OR_NONE, ""),
                 "place": (v.CHOICE, str(world.building.id))}  # fmt: skip
    another = {"category": (v.CHOICE_OR_NONE, "water"), "place": (v.CHOICE_OR_NONE, str(world.building.id))}
    staff = [
        ("assign", stories.report, {"assignee_id": person, "note": note}, ()),
        ("reassign", stories.assign, {"assignee_id": person, "note": note}, ()),
        ("start", stories.assign, {}, ("before",)),
        ("complete", stories.start, {"note": reason, **TOOK}, ("after", "before")),
        ("hold", stories.assign, {"note": reason, "until_on": until, "cause": (v.CHOICE, "parts")}, ()),
        ("resume", stories.hold, {"note": note}, ()),
        ("urge", stories.assign, {"note": reason, "answer_by_on": until}, ()),
        ("answer_urge", urges.urge, {"note": reason}, ()),
        ("recheck_pass", findings.repaired, {"note": note}, ()),
        ("recheck_fail", findings.repaired, {"note": reason}, ()),
        ("object", stories.assign, {"note": reason, "taker": (v.CHOICE_OR_NONE, office)}, ()),
        ("uphold_objection", objections.object_to, {"note": reason, "taker": (v.CHOICE, office), **another}, ()),
        ("reject_objection", objections.object_to, {"note": reason}, ()),
        ("appoint", stories.assign, {"note": note, **agreed}, ()),
        ("arrive", stories.assign, {}, ()),
        ("make_safe", stories.assign, {"note": note}, ()),
        ("correct", stories.assign, {"note": reason, **corrected}, ()),
        ("request_extension", stories.assign, {"note": reason, "until_on": far_off}, ()),
        ("grant_extension", extensions.request, {"note": reason}, ()),
        ("refuse_extension", extensions.request, {"note": reason}, ()),
        (
            "merge",
            stories.report,
            {"note": note, "lead": (v.CHOICE_OR_NONE, ""), "number": (v.SECRET, make.ticket(stories.report).number)},
            (),
        ),
        ("separate", _merged, {"note": note}, ()),
        ("ask", stories.report, {"note": reason, "phrase": (v.ANYTHING, "")}, ()),
        ("note", stories.report, {"note": reason}, ()),
        ("decline", stories.report, {"note": reason}, ()),
    ]
    for action, tell, form, files in staff:
        deciders = {"urge": "official_qian", "uphold_objection": "clerk_jie", "reject_objection": "clerk_jie"}
        workers = dict.fromkeys(("arrive", "start", "complete"), "worker_zhao")
        who = {**workers, **deciders}.get(action, "dispatcher_mei")
        ticket = make.ticket(tell)
        form = {"version": (v.CHOICE, str(ticket.version)), "back": (v.ANYTHING, "jobs"), **form}
        yield Target("tickets.move", who, {"number": ticket.number, "action": action}, form=form, files=files,
                     note=action)  # fmt: skip
    closed = make.ticket(stories.confirm)
    yield Target("tickets.erase", "dispatcher_mei", {"number": closed.number}, form={"sure": (v.TICK, "y")})
    reporter = [
        ("withdraw", stories.report, {"note": note}, ()),
        ("separate", _repaired, {"note": reason}, ()),
        ("agree", _repaired, {"note": note, "stars": (v.CHOICE, "5")}, ()),
        (
            "confirm",
            stories.complete,
            {"note": note, "stars": (v.CHOICE, "5"), "in_time": (v.CHOICE_OR_NONE, "no")},
            (),
        ),
        ("reopen", stories.complete, {"note": reason, "in_time": (v.CHOICE_OR_NONE, "yes")}, ("photos", "voice")),
        ("answer", talks.ask, {"note": reason}, ("photos", "voice")),
        ("add", stories.report, {"note": reason}, ("photos", "voice")),
    ]
    for action, tell, form, files in reporter:
        held, own = make.ticket(tell), make.ticket(tell, by=world.resident_lin)
        form = {"version": (v.CHOICE, str(held.version)), **form}
        yield Target("tickets.tracking_move", "", make.link(held, action=action), form=form, files=files, note=action)
        yield Target("tickets.report_move", "resident_lin", {"number": own.number, "action": action}, form=form,
                     files=files, note=action)  # fmt: skip


def _recourse(make: Maker) -> Iterator[Target]:
    """Verdict, payer, and every move of a referral with a ticket of its own."""
    session, world, note, reason = make.session, make.world, (v.WORDS, ALL_AT_ONCE), (v.TOLD, ALL_AT_ONCE)
    now = {"now": make.now}

    def leak(*steps: Any) -> Ticket:
        ticket = referrals.leak(session, world, photos=[Upload(stories.picture(), "漏.jpg")], voice=spoken(), **now)
        for step in steps:
            step(session, world, ticket, **now)
        return ticket

    form = {"run": (v.CHOICE, "1"), "asset_id": (v.CHOICE_OR_NONE, ""), "arose_on": (v.DAY_OR_NONE, LEAP_DAY),
            "misuse": (v.ANYTHING, ""), "note": note}  # fmt: skip
    yield Target("tickets.judge", "dispatcher_mei", {"number": leak().number}, form=form)
    ticked = dict.fromkeys(("culprit_known", "in_fee", "fund", "common_revenue"), (v.ANYTHING, ""))
    form = {"run": (v.CHOICE, "1"), **ticked, "payer": (v.CHOICE_OR_NONE, "culprit"), "reason": reason}
    yield Target("tickets.pay", "dispatcher_mei", {"number": leak().number}, form=form)
    to = {"organisation_id": (v.CHOICE, str(world.contractor.id)), "note": note, "back": (v.ANYTHING, "jobs")}
    until = (v.A_DAY, (make.today + timedelta(days=3)).isoformat())
    far_off = (v.A_DAY, (make.today + timedelta(days=90)).isoformat())
    refer, accept, start = referrals.refer, referrals.accept, referrals.start
    for action, steps, fields in (("refer", (), to), ("take_back", (refer,), {"note": note, "back": to["back"]})):
        ticket = leak(*steps)
        form = {"version": (v.CHOICE, str(ticket.version)), **fields}
        yield Target(
            "tickets.move", "dispatcher_mei", {"number": ticket.number, "action": action}, form=form, note=action
        )
    answers: list[tuple[str, tuple[Any, ...], Any, tuple[str, ...]]] = [
        ("accept", (refer,), {}, ()),
        ("refuse", (refer,), {"note": reason}, ()),
        ("arrive", (refer, accept), {}, ()),
        ("make_safe", (refer, accept), {"note": note}, ()),
        ("request_extension", (extensions.correct, refer, accept), {"note": reason, "until_on": far_off}, ()),
        (
            "appoint",
            (refer, accept),
            {"note": note, "on": until, "begins": (v.CHOICE, "09:00"), "ends": (v.CHOICE, "10:00")},
            (),
        ),
        ("ask", (refer,), {"note": reason, "phrase": (v.ANYTHING, "")}, ()),
        ("note", (refer, accept), {"note": reason}, ()),
        ("start", (refer, accept), {}, ("before",)),
        ("hold", (refer, accept), {"note": reason, "until_on": until, "cause": (v.CHOICE, "parts")}, ()),
        ("resume", (refer, accept, stories.hold), {"note": note}, ()),
        ("complete", (refer, accept, start), {"note": reason, **TOOK}, ("after", "before")),
    ]
    for action, steps, fields, files in answers:
        ticket = leak(*steps)
        form = {"version": (v.CHOICE, str(ticket.version)), **fields}
        yield Target("tickets.referral_move", "contractor_deng", {"number": ticket.number, "action": action}, form=form,
                     files=files, note=action, proof="after" if action == "complete" else "")  # fmt: skip
    yield Target("tickets.referrals", "contractor_deng")
    yield Target("tickets.referral", "contractor_deng", {"number": ticket.number})
    photo = {"number": ticket.number, "key": queries.attachments_of(session, ticket)[0].photo.key}
    heard = queries.timeline(session, ticket)[0].voice
    yield Target("tickets.referral_voice", "contractor_deng", photo | {"key": heard.key if heard else ""})
    yield Target("tickets.referral_photo", "contractor_deng", photo, {"size": (v.ANYTHING, "thumb")})


def _people(make: Maker) -> Iterator[Target]:
    admin, world = "administrator_guan", make.world

    def of(person: User, **more: Any) -> dict[str, Any]:
        return {"person_id": person.id, **more}

    written = {
        "name": (v.NAME, "𠮷田・é"),
        "phone": (v.PHONE, lambda: FULL_WIDTH.format(next(make.numbers))),
        "sign_in_name": (v.SIGN_IN_NAME, lambda: f"Ｙoshida_{next(make.numbers)}"),
        "email": (v.EMAIL, "a+b@example.org"),
    }

    search = dict.fromkeys(("q", "after", "before"), (v.ANYTHING, ""))
    yield Target("accounts.people", admin, query=search)
    yield Target("accounts.new_person", admin, form=written)
    yield Target("accounts.person", admin, of(make.person()), form=written)
    yield Target("accounts.invite", admin, of(make.person()), form={})
    yield Target("accounts.disable", admin, of(make.person()), form={})
    disabled = make.person()
    disable_person(make.session, person=disabled, viewer=NOBODY, now=make.now)
    yield Target("accounts.enable", admin, of(disabled), form={})
    yield Target("accounts.sign_person_out", admin, of(make.person()), form={})
    yield Target("accounts.erase", admin, of(make.person()), form={"sure": (v.TICK, "y")})
    form = {"organisation_id": (v.CHOICE, str(world.company.id)), "starts_on": (v.A_DAY, LEAP_DAY)}
    asked = {"role": (v.ANYTHING, "worker"), "q": (v.ANYTHING, "")}
    yield Target("accounts.new_role", admin, of(make.person()), asked, form, note="in an organisation")
    form = {"place_id": (v.CHOICE, str(world.entrance.id)), "starts_on": (v.A_DAY, LEAP_DAY)}
    asked = {"role": (v.ANYTHING, "resident"), "q": (v.ANYTHING, "")}
    yield Target("accounts.new_role", admin, of(make.person()), asked, form, note="over a place")
    post = make.session.scalars(select(Membership).where(Membership.user_id == world.utility_shui.id)).one()
    form = {"ends_on": (v.A_DAY, make.today.isoformat())}
    yield Target("accounts.end_role", admin, of(world.utility_shui, membership_id=post.id), form=form)


def _places(make: Maker) -> Iterator[Target]:
    admin, world = "administrator_guan", make.world

    def at(place: Place, **more: Any) -> dict[str, Any]:
        return {"place_id": place.id, **more}

    yield Target("communities.admin", admin)
    yield Target("communities.places", admin, query={"q": (v.ANYTHING, ""), "lack": (v.ANYTHING, "")})
    yield Target("communities.place", admin, at(world.community), {"closed": (v.ANYTHING, "1")})
    words = {
        "name": (v.NAME, lambda: f"𠮷楼 🏠 {next(make.numbers)}"),
        "name_en": (v.ENGLISH_NAME, "Yoshi’s house"),
        "households": (v.COUNT, "１２"),
    }
    yield Target("communities.add_place", admin, at(make.community()), form=words)
    numbers = {"numbers": (v.NUMBERS, lambda: f"１～３、 甲{next(make.numbers)}号楼"), "entrances": (v.COUNT, "１")}
    yield Target("communities.add_places", admin, at(make.community()), form=numbers)
    yield Target("communities.change_place", admin, at(make.building()), form=words)
    yield Target("communities.close_place", admin, at(make.building()), form={"closes_on": (v.A_DAY, LEAP_DAY)})
    closed = make.building()
    close_place(make.session, place_id=closed.id, on=make.today, **make.by_nobody())
    yield Target("communities.reopen_place", admin, at(closed), form={})
    yield Target("communities.draw_code", admin, at(make.building()), form={})
    for endpoint in ("communities.replace_code", "communities.revoke_code"):
        labelled = make.building()
        code = draw_code(make.session, place_id=labelled.id, **make.by_nobody()).code
        yield Target(endpoint, admin, at(labelled, code=code) if "revoke" in endpoint else at(labelled), form={})
    company, day = (v.CHOICE, str(world.far_company.id)), (v.A_DAY, "2028-02-29")
    form = {"organisation_id": company, "starts_on": day, "ends_on": (v.DAY_OR_NONE, "2028-03-01")}
    yield Target("communities.engage", admin, at(make.community()), form=form)
    form = {"organisation_id": company, "starts_on": day}
    managed = make.session.get_one(Place, make.engagement(0).community_id)
    yield Target("communities.change_over", admin, at(managed), form=form)
    engagement = {"engagement_id": make.engagement(0).id}
    yield Target("communities.end_engagement", admin, engagement, form={"ends_on": day})
    yield Target("communities.withdraw_engagement", admin, {"engagement_id": make.engagement(9).id}, form={})


def _organisations(make: Maker) -> Iterator[Target]:
    admin, world = "administrator_guan", make.world

    def of(organisation: Any) -> dict[str, Any]:
        return {"organisation_id": organisation.id}

    narrowed = dict.fromkeys(("q", "kind", "closed", "after", "before"), (v.ANYTHING, ""))
    yield Target("communities.organisations", admin, query=narrowed)
    yield Target("communities.new_organisation", admin, query={"q": (v.ANYTHING, "")})
    words = {
        "name": (v.NAME, lambda: f"𠮷田设备 🏠 {next(make.numbers)}"),
        "phone": (v.PUBLIC_PHONE, "+86 138 0000 0000"),
        "trade": (v.CHOICE_OR_NONE, "lift"),
    }
    form = {**words, "kind": (v.CHOICE, "contractor")}
    yield Target("communities.add_organisation", admin, {"place_id": world.city.id}, form=form)
    yield Target("communities.organisation", admin, of(make.contractor()))
    form = {**words, "kind": (v.ANYTHING, "")}  # asked once, when it is added; never listened to afterwards
    yield Target("communities.change_organisation", admin, of(make.contractor()), form=form)
    form = {"closes_on": (v.A_DAY, LEAP_DAY)}
    yield Target("communities.close_organisation", admin, of(make.contractor()), form=form)
    closed = make.contractor()
    close_organisation(make.session, organisation_id=closed.id, on=make.today, **make.by_nobody())
    yield Target("communities.reopen_organisation", admin, of(closed), form={})
