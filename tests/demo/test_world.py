"""What a visitor finds in the demo world."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from propman import checks, clock
from propman.accounts.models import Invitation, Membership, User
from propman.accounts.passwords import verify
from propman.assets.models import Asset
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries import label, responsible_on, unmanaged
from propman.demo import building, plots, welcome
from propman.files.models import Photo
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.schedule import End
from propman.notify.models import Channel as Way
from propman.notify.models import Notice
from propman.outages.models import OutageEvent
from propman.outages.rules import Move as Step
from propman.oversight.models import InspectionFact
from propman.personal import PersonalText, TextKind
from propman.roles import Role
from propman.rounds.models import RoundAnswer, RoundPoint
from propman.rounds.proof import Level
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.rules import Outcome
from propman.tickets.models import (
    TWO_CLOCKS,
    Attachment,
    Channel,
    ClockKind,
    Referral,
    Stage,
    Ticket,
    TicketClock,
    TicketEvent,
    TicketPayer,
    TicketVerdict,
)
from propman.tickets.queries import public_open_at
from propman.tickets.workflow import Action, State
from tests.conftest import postgresql_database
from tests.demo.conftest import ANCHOR, Built, prepared

EVENING = clock.at_local(ANCHOR, time(20))


def test_tickets_stand_in_every_state(world: Session) -> None:
    assert set(world.scalars(select(Ticket.state))) == set(State)


def test_a_burst_pipe_is_one_incident_of_twenty_households(world: Session) -> None:
    """One of them said that its own fault is another."""
    followers = select(func.count()).where(Ticket.lead_id.is_not(None)).group_by(Ticket.lead_id)
    assert max(world.scalars(followers)) == 18
    separated = select(TicketEvent.ticket_id).where(TicketEvent.action == Action.SEPARATE)
    (own,) = world.scalars(select(Ticket).where(Ticket.id.in_(separated)))
    assert own.lead_id is None


def test_an_outage_runs_one_comes_and_one_was_moved_and_is_over(world: Session) -> None:
    """What two buildings reported of the first, half a day apart, is one incident; who lives there was told."""
    moves = world.execute(select(OutageEvent.outage_id, OutageEvent.move).order_by(OutageEvent.id)).all()
    assert Counter(move for _one, move in moves) == {Step.ANNOUNCED: 3, Step.MOVED: 1, Step.ENDED: 1}
    lead, merged = world.scalars(select(Ticket).where(Ticket.outage_id.is_not(None)).order_by(Ticket.submitted_at))
    assert (lead.lead_id, merged.lead_id) == (None, lead.id)
    assert lead.place.parent_id != merged.place.parent_id
    assert world.scalar(select(func.count()).where(Notice.topic == "outage.announced.power"))


def test_at_least_400_tickets_came_in_by_every_channel_over_120_days(world: Session) -> None:
    found = Counter(world.scalars(select(Ticket.channel)))
    first = world.scalars(select(func.min(Ticket.submitted_at)).where(~Ticket.is_imported())).one()
    assert found.total() >= 400
    assert set(found) == set(Channel)
    assert timedelta(days=110) < clock.at_local(ANCHOR) - first <= timedelta(days=120)


def test_an_older_hotline_left_closed_and_open_reports(world: Session) -> None:
    """Fifteen records, of which one was closed before it was opened."""
    states = Counter(world.scalars(select(Ticket.state).where(Ticket.is_imported())))
    assert states == {State.CONFIRMED: 10, State.SUBMITTED: 4}


def test_every_kind_of_move_happened(world: Session) -> None:
    found = Counter(world.scalars(select(TicketEvent.action)))
    assert set(found) == set(Action)
    assert found[Action.HANDED_OVER] >= 5


def test_everything_happened_before_the_anchor_day(world: Session) -> None:
    end = clock.at_local(ANCHOR)
    # what follows the date happens in its first minute
    late = select(TicketEvent.action).where(TicketEvent.at >= end)
    assert set(world.scalars(late)) <= {Action.HANDED_OVER, Action.CLOSED_BY_SYSTEM}
    assert not world.scalars(select(TicketEvent.id).where(TicketEvent.at > end + timedelta(minutes=1))).all()


def test_a_recount_finds_every_promise_kept_and_none_without_a_thing_to_count(built: Built, world: Session) -> None:
    findings = checks.recount_all(world, store=built.store, now=EVENING)
    assert {finding.id: finding.broken for finding in findings if finding.broken or not finding.checked} == {}
    assert len(findings) >= 8


def test_deadlines_were_met_and_missed(world: Session) -> None:
    for kind in TWO_CLOCKS:
        runs = world.scalars(select(TicketClock).where(TicketClock.kind == kind, TicketClock.answered)).all()
        met = Counter(run.due_at is None or (run.stopped_at or run.due_at) <= run.due_at for run in runs)
        assert met[True] > 200
        assert 10 < met[False] < 120


def test_milestones_were_met_and_missed(world: Session) -> None:
    verdicts = {kind: Counter[bool]() for kind in ClockKind}
    for run in world.scalars(select(TicketClock).where(TicketClock.answered)):
        verdicts[run.kind][run.due_at is None or (run.stopped_at or run.due_at) <= run.due_at] += 1
    assert verdicts[ClockKind.ON_SITE][True] > 100
    assert verdicts[ClockKind.ON_SITE][False] > 10
    assert verdicts[ClockKind.MAKE_SAFE][True] >= 1


def test_one_person_of_every_role_can_sign_in_with_the_printed_password(world: Session) -> None:
    people = welcome.people(world)
    assert {role for role, _, _ in people} == set(Role) - {Role.VISITOR}
    for _, sign_in_name, _ in people:
        person = world.scalars(select(User).where(User.sign_in_name == sign_in_name)).one()
        assert verify(welcome.PASSWORD, person.password_hash, cheap=True)[0]


def test_sixty_people_two_districts_four_streets_and_six_communities(world: Session) -> None:
    places = Counter(world.scalars(select(Place.kind)))
    assert (places[PlaceKind.PREFECTURE], places[PlaceKind.COUNTY]) == (13, 121)
    assert (places[PlaceKind.STREET], places[PlaceKind.COMMUNITY]) == (4, 6)
    streets = select(Place.parent_id).where(Place.kind == PlaceKind.STREET).distinct()
    assert len(world.scalars(streets).all()) == 2
    sizes = sorted(world.scalars(select(Place.households).where(Place.kind == PlaceKind.COMMUNITY)))
    assert (sizes[0], sizes[-1]) == (60, 1200)
    assert 55 <= len(world.scalars(select(User.id)).all()) <= 70
    kinds = Counter(world.scalars(select(Organisation.kind)))
    assert set(kinds) == set(OrganisationKind)
    two = (OrganisationKind.PROPERTY_COMPANY, OrganisationKind.CONTRACTOR, OrganisationKind.UTILITY)
    assert [kinds[kind] for kind in two] == [2, 2, 2]


def test_one_community_has_no_company_and_falls_to_its_street_office(world: Session) -> None:
    community = world.scalars(unmanaged(ANCHOR)).one()
    assert responsible_on(world, community.id, ANCHOR).kind is OrganisationKind.STREET_OFFICE
    held = world.scalars(select(Ticket.organisation_id).where(Ticket.community_id == community.id)).all()
    assert responsible_on(world, community.id, ANCHOR).id in held


def test_pictures_of_every_stage_are_there_and_none_is_left_of_what_was_erased(built: Built, world: Session) -> None:
    assert set(world.scalars(select(Attachment.stage))) == set(Stage)
    photos = world.scalars(select(Photo)).all()
    assert len(photos) > 100
    for photo in photos:
        if photo.erased_at is not None:
            assert photo.files_deleted_at is not None


def test_a_report_of_the_worker_and_an_answer_came_as_voice_notes(world: Session) -> None:
    """Tones that stand for voices."""
    spoken = select(TicketEvent).join(TicketEvent.voice).order_by(TicketEvent.action.desc())
    events = world.scalars(spoken).all()
    assert [(event.action, event.voice.seconds) for event in events if event.voice] == [
        (Action.SUBMIT, 7), (Action.ANSWER, 4),
    ]  # fmt: skip


def test_some_reports_and_one_person_were_erased_and_one_person_is_invited(world: Session) -> None:
    kinds = set(world.scalars(select(PersonalText.kind).where(PersonalText.erased_at.is_not(None))))
    assert {TextKind.DESCRIPTION, TextKind.PHONE} <= kinds
    assert len(world.scalars(select(User).where(User.erased_at.is_not(None))).all()) == 1
    invited = world.scalars(select(Invitation).where(Invitation.used_at.is_(None))).one()
    assert invited.user.password_hash is None


def test_nothing_waits_in_the_outbox_and_only_the_last_days_are_unread(world: Session) -> None:
    assert not world.scalars(select(Notice.id).where(Notice.sent_at.is_(None))).all()
    unread = select(Notice.made_at).where(Notice.channel == Way.INBOX, Notice.read_at.is_(None))
    dates = {clock.local_date(at) for at in world.scalars(unread)}
    assert dates
    assert min(dates) >= ANCHOR - timedelta(days=building.UNREAD_DAYS)
    per_person = Counter(
        world.scalars(select(Notice.recipient_id).where(Notice.read_at.is_(None), Notice.channel == Way.INBOX))
    )
    assert max(per_person.values()) < 40


def test_the_printed_place_page_is_of_an_entrance_with_open_faults(world: Session) -> None:
    found = label(world, welcome.place_code(world))
    assert found is not None
    assert found.place is not None
    assert found.place.kind is PlaceKind.ENTRANCE
    assert public_open_at(world, found.place)


def test_whoever_signs_in_finds_something_to_do(world: Session) -> None:
    def states(column: object, sign_in_name: str) -> set[State]:
        person = select(User.id).where(User.sign_in_name == sign_in_name).scalar_subquery()
        return set(world.scalars(select(Ticket.state).where(column == person)))  # type: ignore[arg-type]

    assert states(Ticket.reporter_id, "resident") >= {State.ASSIGNED, State.COMPLETED, State.CONFIRMED}
    assert states(Ticket.assignee_id, "worker") >= {State.ASSIGNED, State.UNDERWAY, State.COMPLETED}
    office = select(Membership.organisation_id).join(User, User.id == Membership.user_id)
    street = world.scalars(office.where(User.sign_in_name == "street_office")).one()
    held = set(world.scalars(select(Ticket.state).where(Ticket.organisation_id == street)))
    assert held >= {State.SUBMITTED, State.ASSIGNED}


def test_nobody_repaired_after_leaving(world: Session) -> None:
    left = world.scalars(
        select(Membership).where(Membership.role == Role.WORKER, Membership.ends_on.is_not(None))
    ).one()
    acts = select(TicketEvent.at).where(TicketEvent.actor_id == left.user_id)
    assert all(clock.local_date(at) < left.ends_on for at in world.scalars(acts))
    assert world.scalars(acts).first() is not None


@pytest.mark.parametrize(("days", "old"), [(-3, False), (0, False), (6, False), (7, True), (60, True)])
def test_an_old_world_offers_a_fresh_one(world: Session, days: int, old: bool) -> None:
    anchor = clock.local_date(clock.now()) - timedelta(days=days)
    words = "\n".join(welcome.lines(world, anchor=anchor, address="http://127.0.0.1:8000"))
    assert ("demo --fresh" in words) is old


def test_the_same_day_gives_the_same_world_on_both_databases_and_keeps_every_promise(
    tmp_path: Path, postgresql: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "REPORTS", 40)
    with postgresql_database(postgresql, "template0") as url:
        content = []
        for number, address in enumerate((f"sqlite:///{tmp_path / 'demo.sqlite3'}", url)):
            with prepared(address, tmp_path / str(number)) as built:
                content.append(_content(built))
                findings = checks.recount_snapshot(built.engine, store=built.store, now=EVENING)
                assert checks.all_hold(findings)
    assert content[0] == content[1]
    assert len(content[0]) > 900


def _content(built: Built) -> list[tuple[object, ...]]:
    """Everything that happened, in words and moments, without ids, numbers and codes."""
    with Session(built.engine) as session:
        query = select(Ticket, TicketEvent).join(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        return [
            (
                ticket.place.name, ticket.community.name, ticket.category, ticket.channel, ticket.stars,
                ticket.description.body if ticket.description else None, event.version, event.action, event.at,
                event.organisation.name, event.actor.name if event.actor else None,
                event.note.body if event.note else None, event.resolve_due_at, event.notices,
            )
            for ticket, event in session.execute(query.order_by(Ticket.id, TicketEvent.version))
        ] + _answering(session) + _parts(session)  # fmt: skip


def _answering(session: Session) -> list[tuple[object, ...]]:
    """The verdicts, payers and referrals of every report."""
    verdicts = select(TicketVerdict).order_by(TicketVerdict.ticket_id, TicketVerdict.run)
    payers = select(TicketPayer).order_by(TicketPayer.ticket_id, TicketPayer.run)
    return [
        *((each.verdict, each.reason, each.last_on, each.arose_on, each.facts) for each in session.scalars(verdicts)),
        *((each.payer, each.rule, each.flagged, each.decided_at) for each in session.scalars(payers)),
        *(
            (each.organisation.name, each.sent_at, each.answer_due_at, each.accepted_at, each.ended_at, each.end_kind)
            for each in session.scalars(select(Referral).order_by(Referral.id))
        ),
    ]


def _parts(session: Session) -> list[tuple[object, ...]]:
    """Every part with its papers, its warranty and how it was found."""
    query = select(Asset).order_by(Asset.id)
    return [
        (part.community.name, part.place.name, part.code, part.attributes, part.quantity, part.ownership, part.warranty,
         part.warranty_last_on, part.condition, part.condition_on, part.work_item.name if part.work_item else None)
        for part in session.scalars(query)
    ]  # fmt: skip


def test_some_of_what_is_under_way_is_late_and_most_is_not(world: Session) -> None:
    under_way = select(Ticket).where(Ticket.state.in_({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY}))
    late = [ticket.due_at is not None and ticket.due_at < clock.at_local(ANCHOR) for ticket in world.scalars(under_way)]
    assert len(late) >= 15
    assert 0 < sum(late) < len(late)


def test_one_finding_waits_for_its_re_check_and_one_was_cured_after_it_failed(world: Session) -> None:
    found = world.scalars(select(Ticket).where(Ticket.recheck.is_(True)).order_by(Ticket.id)).all()
    assert [(one.channel, one.state, one.reopened) for one in found] == [
        (Channel.INSPECTION, State.CONFIRMED, 1), (Channel.INSPECTION, State.COMPLETED, 0),
        (Channel.INSPECTION, State.CONFIRMED, 0), (Channel.INSPECTION, State.SUBMITTED, 0),
        (Channel.INSPECTION, State.SUBMITTED, 0),
    ]  # fmt: skip


def test_rounds_are_proven_more_or_less_and_one_photograph_came_in_twice(world: Session) -> None:
    """One duty of the patrol was missed; what failed last has its report, and today something is due."""
    levels = Counter(world.scalars(select(RoundPoint.level)))
    assert levels[Level.SCANNED] > 20
    assert levels[Level.NONE] == 1
    assert world.scalar(select(func.count()).where(RoundAnswer.earlier_id.is_not(None)))
    ends = Counter(world.scalars(select(Duty.ended_as).join(Target).join(Plan).where(Plan.template == "T05")))
    assert (ends[End.MISSED], ends[End.DONE]) == (2, 10)
    today = select(func.count()).where(Duty.do_on == ANCHOR, Duty.ended_as.is_(None))
    assert world.scalar(today)


def test_spot_checks_agree_and_disagree_and_some_wait(world: Session) -> None:
    """Months were drawn, and once by hand; what disagreed has its report."""
    drawn = Counter(draw.month is not None for draw in world.scalars(select(SpotDraw)))
    assert drawn[True] >= 2
    assert drawn[False] == 1
    ends = Counter(world.scalars(select(SpotCheck.outcome)))
    assert min(ends[Outcome.AGREED], ends[Outcome.NOT_CHECKED], ends[None]) > 0
    assert world.scalar(select(func.sum(InspectionFact.agreed))), "none agreed in a month that is closed"
    [found] = world.scalars(select(SpotCheck).where(SpotCheck.outcome == Outcome.DISAGREED))
    assert found.led_to is not None
    assert found.led_to.state is State.SUBMITTED
