"""The same moves made by propman itself, in a community of its own; and how a report then stands in the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Engagement, Organisation, Place
from propman.communities.operations import add_place, end_engagement, engage
from propman.errors import Refused
from propman.files.operations import Upload
from propman.roles import NOBODY, Viewer
from propman.tickets import operations, queries
from propman.tickets.models import Channel, Objection, Ticket, TicketEvent, Urge
from propman.tickets.workflow import CallOutcome, HoldReason, Party
from tests import stories, world
from tests.moves.oracle import Asked
from tests.world import World

NAMES = {
    "mei": "dispatcher_mei", "zhao": "worker_zhao", "sun": "worker_sun", "fan": "far_dispatcher",
    "fang": "far_worker", "jie": "clerk_jie", "deng": "contractor_deng", "shui": "utility_shui",
    "lin": "resident_lin", "gao": "grid_worker_gao",
    "qian": "official_qian",
}  # fmt: skip
PICTURE = stories.picture(size=(8, 8))


@dataclass
class Ground:
    """One community and its reports; `viewers` are all people as they look at the pages."""

    session: Session
    town: World
    community: Place
    places: dict[str, Place]
    organisations: dict[str, Organisation]
    viewers: dict[str, Viewer]
    ids: dict[str, int]
    tickets: list[int] = field(default_factory=list)

    @classmethod
    def lay(cls, session: Session, town: World, name: str, now: datetime) -> Ground:
        """A new community, managed by the company at home since the world began. Flushes."""
        since = now - world.SET_UP
        community = add_place(session, parent_id=town.street.id, name=name, name_en=None, actor_id=None, now=since)
        places = {
            each: add_place(session, parent_id=community.id, name=each, name_en=None, actor_id=None, now=since)
            for each in ("entrance", "yard")
        }
        engage(session, community_id=community.id, organisation_id=town.company.id,
               starts_on=clock.local_date(since), actor_id=None, now=since)  # fmt: skip
        organisations = {"A": town.company, "B": town.far_company, "S": town.street_office, "C": town.contractor,
                         "U": town.utility}  # fmt: skip
        people = {who: getattr(town, attribute) for who, attribute in NAMES.items()}
        viewers = {who: world.viewer(session, person, now=now) for who, person in people.items()}
        ids = {who: person.id for who, person in people.items()}
        return cls(session, town, community, places, organisations, viewers, ids)

    def viewer(self, who: str, ticket: Ticket) -> Viewer:
        """Somebody before this report; `link` is whoever holds its link."""
        return Viewer(held_ticket_id=ticket.id) if who == "link" else self.viewers[who]

    def submit(self, reporter: str, category: str, now: datetime) -> str:
        """A report comes in; its number."""
        ticket = operations.open_ticket(
            self.session, report=operations.Report(category=category, description="坏了", apart=True),
            place=self.places["entrance"], channel=Channel.CODE if reporter == "link" else Channel.ACCOUNT,
            viewer=NOBODY if reporter == "link" else self.viewers[reporter], tracking_key_id="t1",
            store=self.town.store, now=now,
        )  # fmt: skip
        self.tickets.append(ticket.id)
        return ticket.number

    def change_hands(self, to: str, now: datetime) -> None:
        """From today on the community is managed by another company, or by none."""
        today = clock.local_date(now)
        query = select(Engagement).where(Engagement.community_id == self.community.id, Engagement.in_force(today))
        present = self.session.scalars(query).one_or_none()
        if present is not None:
            end_engagement(self.session, engagement_id=present.id, ends_on=today, actor_id=None, now=now)
        if to != "S":
            engage(self.session, community_id=self.community.id, organisation_id=self.organisations[to].id,
                   starts_on=today, actor_id=None, now=now)  # fmt: skip

    # --- moves ---

    def ask(self, ticket: Ticket, asked: Asked) -> int:
        """The status of the answer; what was refused leaves no trace."""
        try:
            with self.session.begin_nested():
                self.act(ticket, asked)
        except Refused as no:
            return no.status
        return 200

    def act(self, ticket: Ticket, asked: Asked) -> TicketEvent:
        """Make the move. Raises `Refused`."""
        given: dict[str, Any] = {
            "ticket": ticket, "viewer": self.viewer(asked.who, ticket), "seen_version": asked.seen, "now": asked.now,
        }  # fmt: skip
        return ACTS[asked.action](self, given, asked)

    # --- how it stands ---

    def stands(self, ticket_id: int) -> dict[str, Any]:
        """A report as it is stored, in the words of the oracle."""
        session = self.session
        ticket = session.get_one(Ticket, ticket_id, populate_existing=True)
        organisation = {row.id: name for name, row in self.organisations.items()}
        person = {user_id: who for who, user_id in self.ids.items()}
        place = {row.id: name for name, row in self.places.items()}
        clocks: dict[str, list[Any]] = {kind: [] for kind in ("respond", "on_site", "make_safe", "resolve")}
        for run in sorted(queries.clocks_of(session, ticket), key=lambda one: one.run):
            clocks[run.kind.value].append(
                (run.started_at, run.due_at, run.paused_at, run.stopped_at, run.answered, run.extended_on)
            )
        referrals = queries.referrals_of(session, ticket)
        open_one = next((one for one in referrals if one.ended_at is None), None)
        urges = session.scalars(select(Urge).where(Urge.ticket_id == ticket.id).order_by(Urge.id)).all()
        objections = session.scalars(
            select(Objection).where(Objection.ticket_id == ticket.id).order_by(Objection.id)
        ).all()
        until, by = ticket.extension_until_on, ticket.extension_by_id
        begins, ends = ticket.appointed_from, ticket.appointed_until
        return {
            "state": ticket.state.value, "version": ticket.version, "holder": organisation[ticket.organisation_id],
            "person": person[ticket.assignee_id] if ticket.assignee_id else None,
            "category": ticket.category, "priority": ticket.priority, "place": place[ticket.place_id],
            "hold_until": ticket.hold_until_on, "cause": ticket.hold_reason.value if ticket.hold_reason else None,
            "placed": organisation[ticket.placed_with_id] if ticket.placed_with_id else None,
            "objections": [(one.party.value, one.end_kind.value if one.end_kind else None) for one in objections],
            "urges": [one.end_kind.value if one.end_kind else None for one in urges], "asked": ticket.asked_at,
            "extension": (until, person[by]) if until and by else None,
            "appointment": (begins, ends) if begins and ends else None, "reopened": ticket.reopened,
            "stars": ticket.stars, "completed": ticket.completed_at, "confirmed": ticket.confirmed_at,
            "presses": (ticket.due_kind.value, ticket.due_at) if ticket.due_kind else None,
            "referrals": [(organisation[one.organisation_id], one.end_kind.value if one.end_kind else None)
                          for one in referrals],
            "lead": ticket.lead.number if ticket.lead else None,
            "accepted": open_one is not None and open_one.accepted_at is not None,
            "clocks": clocks, "story": [event.action.value for event in queries.timeline(session, ticket)],
        }  # fmt: skip


Act = Callable[[Ground, dict[str, Any], Asked], TicketEvent]


def _plain(operation: Callable[..., TicketEvent], *more: str) -> Act:
    """An operation that takes the usual things, and of what is brought these."""

    def act(ground: Ground, given: dict[str, Any], asked: Asked) -> TicketEvent:
        brought = {
            "note": asked.note, "until_on": asked.until, "answer_by_on": asked.answer_by,
            "cause": HoldReason(asked.cause) if asked.cause else None, "stars": asked.stars, "store": ground.town.store,
            "assignee_id": ground.ids[asked.person] if asked.person else None,
            "organisation_id": ground.organisations[asked.organisation].id if asked.organisation else None,
            "after": [Upload(PICTURE, "a.jpg")] * asked.photos, "number": asked.lead,
            "outcome": CallOutcome(asked.outcome) if asked.outcome else None,
            "acting_as": Party.CALLER if asked.for_reporter else Party.REPORTER,
        }  # fmt: skip
        return operation(ground.session, **given, **{name: brought[name] for name in more})

    return act


def _appoint(ground: Ground, given: dict[str, Any], asked: Asked) -> TicketEvent:
    begins, ends = (clock.local(at) for at in asked.appointment) if asked.appointment else (None, None)
    return operations.appoint(ground.session, **given, on=begins.date() if begins else None,
                              begins=begins.time() if begins else None, ends=ends.time() if ends else None)  # fmt: skip


def _correct(ground: Ground, given: dict[str, Any], asked: Asked) -> TicketEvent:
    right = operations.Correction(asked.category, asked.priority, ground.places[asked.place].id, None)
    return operations.correct(ground.session, **given, correction=right, note=asked.note)


ACTS: dict[str, Act] = {
    "assign": _plain(operations.assign, "assignee_id"),
    "reassign": _plain(operations.reassign, "assignee_id"),
    "accept": _plain(operations.accept),
    "refuse": _plain(operations.refuse, "note"),
    "start": _plain(operations.start, "store"),
    "hold": _plain(operations.hold, "until_on", "cause", "note"),
    "resume": _plain(operations.resume),
    "complete": _plain(operations.complete, "note", "store", "after"),
    "refer": _plain(operations.refer, "organisation_id", "note"),
    "take_back": _plain(operations.take_back),
    "decline": _plain(operations.decline, "note"),
    "withdraw": _plain(operations.withdraw),
    "confirm": _plain(operations.confirm, "stars", "acting_as"),
    "reopen": _plain(operations.reopen, "note", "store", "acting_as"),
    "appoint": _appoint,
    "arrive": _plain(operations.arrive),
    "make_safe": _plain(operations.make_safe),
    "correct": _correct,
    "request_extension": _plain(operations.request_extension, "until_on", "note"),
    "grant_extension": _plain(operations.grant_extension, "note"),
    "refuse_extension": _plain(operations.refuse_extension, "note"),
    "object": _plain(operations.object_to_dispatch, "note", "organisation_id"),
    "uphold_objection": _plain(operations.uphold_objection, "note", "organisation_id"),
    "reject_objection": _plain(operations.reject_objection, "note"),
    "urge": _plain(operations.urge, "answer_by_on", "note"),
    "answer_urge": _plain(operations.answer_urge, "note"),
    "ask": _plain(operations.ask, "note"),
    "answer": _plain(operations.answer, "note", "store"),
    "note": _plain(operations.note_down, "note"),
    "add": _plain(operations.add, "note", "store"),
    "merge": _plain(operations.merge, "number"),
    "separate": _plain(operations.separate, "note"),
    "agree": _plain(operations.agree, "stars"),
    "call": _plain(operations.call, "outcome"),
}
"""How the oracle's words are done: one line for each move that somebody asks for."""
