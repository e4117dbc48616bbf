"""Calling back: who may, what an attempt leaves behind, how it ends, and which answer counts afterwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.callbacks import operations, queries
from propman.callbacks.invariants import promises
from propman.callbacks.models import CallAttempt, CallBack
from propman.callbacks.queries import Wanted
from propman.callbacks.rules import Ending, Source, counted
from propman.checks import recount
from propman.errors import Refused
from propman.tickets import operations as tickets
from propman.tickets.invariants import promises as promises_of_tickets
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action, Party, State
from tests import stories
from tests import world as small
from tests.callbacks.calls import call, completed, give_up
from tests.conftest import engine_at
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def nothing_is_broken(session: Session) -> None:
    findings = recount(session, {**promises(session), **promises_of_tickets(session)})
    assert [line for finding in findings for line in finding.broken] == []


def answers(session: Session, ticket: Ticket) -> list:  # type: ignore[type-arg]
    """What was answered about the last completion."""
    completion = queries.last_completion(session, ticket)
    assert completion is not None
    return queries.answers_about(session, [completion.id]).get(completion.id, [])


@pytest.mark.parametrize(
    ("who", "status"),
    [("dispatcher_mei", None), ("manager_han", None), ("clerk_jie", None), ("committee_ju", None),
     ("worker_zhao", 403), ("worker_sun", 403), ("official_qian", 403), ("owner_ye", 403), ("grid_worker_gao", 403),
     ("far_dispatcher", 403), ("far_clerk", 403)],
)  # fmt: skip
def test_who_calls_is_in_charge_or_above_and_never_the_repairer(
    session: Session, world: World, who: str, status: int | None
) -> None:
    ticket = completed(session, world, now=TUESDAY)
    refused = queries.refused(session, ticket, viewer(session, world.people[who], now=TUESDAY), TUESDAY)
    assert (refused.status if refused else None) == status


def test_a_dispatcher_who_went_or_completed_it_does_not_call(session: Session, world: World) -> None:
    went = stories.report(session, world, now=TUESDAY)
    stories.assign(session, world, went, to=world.worker_zhao, now=TUESDAY)
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
    tickets.start(session, ticket=went, viewer=viewer(session, world.worker_zhao, now=TUESDAY), now=TUESDAY,
                  seen_version=went.version, store=world.store)  # fmt: skip
    tickets.complete(session, ticket=went, viewer=mei, seen_version=went.version, now=TUESDAY, note="好了",
                     store=world.store)  # fmt: skip
    refused = queries.refused(session, went, mei, TUESDAY)
    assert refused is not None
    assert refused.status == 403
    assert went not in [line.ticket for line in queries.call_list(session, mei, Wanted.NO_PHONE, TUESDAY)]
    assert queries.refused(session, went, viewer(session, world.manager_han, now=TUESDAY), TUESDAY) is None


def test_solved_with_stars_confirms_as_said_on_the_telephone(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "reached", now=TUESDAY + HOUR, contacted_in_time=True, solved=True, stars=5,
         words="很快")  # fmt: skip
    told = [(event.action, event.party) for event in tickets_of(session, ticket)][-2:]
    assert told == [(Action.CALL, Party.CALLER), (Action.CONFIRM, Party.CALLER)]
    assert (ticket.state, ticket.stars) == (State.CONFIRMED, 5)
    [given] = answers(session, ticket)
    assert (given.source, given.contacted_in_time, given.solved, given.stars) == (Source.CALL, True, True, 5)
    assert given.own_company
    nothing_is_broken(session)


def tickets_of(session: Session, ticket: Ticket) -> list[TicketEvent]:
    """The moves of `ticket`."""
    return list(session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)))


def test_not_solved_reopens_with_the_words_also_after_the_system_has_closed_it(session: Session, world: World) -> None:
    for closed in (False, True):
        now = TUESDAY + 8 * DAY
        ticket = completed(session, world, now=TUESDAY if closed else now)
        if closed:
            assert tickets.close_unanswered(session, now=now) == 1
        call(session, world, ticket, "reached", now=now, by=world.clerk_jie, solved=False, words="还是漏水")
        assert ticket.state in {State.ASSIGNED, State.SUBMITTED}
        event = tickets_of(session, ticket)[-1]
        assert (event.action, event.note.body if event.note else None) == (Action.REOPEN, "还是漏水")
        [given] = answers(session, ticket)
        assert (given.solved, given.stars, given.own_company) == (False, None, False)
    nothing_is_broken(session)


def test_solved_after_the_system_closed_it_is_an_answer_and_leaves_it_closed_by_the_system(
    session: Session, world: World
) -> None:
    ticket, later = completed(session, world, now=TUESDAY), TUESDAY + 8 * DAY
    tickets.close_unanswered(session, now=later)
    assert answers(session, ticket) == []
    call(session, world, ticket, "reached", now=later + HOUR, solved=True, stars=4)
    assert (ticket.state, ticket.stars, ticket.closed_by_system) == (State.CONFIRMED, None, True)
    assert counted(answers(session, ticket)).stars == 4  # type: ignore[union-attr]
    nothing_is_broken(session)
    other = completed(session, world, now=TUESDAY)
    tickets.close_unanswered(session, now=later)
    with pytest.raises(Refused) as late:
        call(session, world, other, "reached", now=later + 14 * DAY, solved=True, stars=4)
    assert late.value.status == 422


def test_not_reached_comes_after_three_attempts_on_two_days_and_answers_nothing(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    for hours, outcome in ((1, "no_answer"), (2, "busy"), (3, "no_answer")):
        call(session, world, ticket, outcome, now=TUESDAY + hours * HOUR)
        with pytest.raises(Refused) as early:
            give_up(session, world, ticket, now=TUESDAY + hours * HOUR)
        assert early.value.status == 422
    call(session, world, ticket, "no_answer", now=TUESDAY + DAY)
    give_up(session, world, ticket, now=TUESDAY + DAY)
    row = queries.call_back_of(session, ticket)
    assert row is not None
    assert (row.ending, row.attempts, row.days) == (Ending.NOT_REACHED, 4, 2)
    assert (ticket.state, answers(session, ticket)) == (State.COMPLETED, [])
    with pytest.raises(Refused) as ended:
        call(session, world, ticket, "reached", now=TUESDAY + 2 * DAY, solved=True)
    assert ended.value.status == 409
    nothing_is_broken(session)


def test_the_database_itself_refuses_a_not_reached_that_comes_too_early(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "no_answer", now=TUESDAY)
    with pytest.raises(IntegrityError):
        session.execute(update(CallBack).values(ending=Ending.NOT_REACHED, ended_at=TUESDAY))


def test_the_reporters_own_answer_ends_the_call_back_and_counts(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "no_answer", now=TUESDAY)
    tickets.confirm(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version, now=TUESDAY,
                    stars=2, contacted_in_time=False)  # fmt: skip
    with pytest.raises(Refused) as over:
        call(session, world, ticket, "reached", now=TUESDAY, solved=True, stars=5)
    assert over.value.status == 409
    [given] = answers(session, ticket)
    assert (given.source, given.contacted_in_time, given.stars) == (Source.REPORTER, False, 2)
    nothing_is_broken(session)


def test_an_own_answer_after_the_call_is_listed_beside_it(session: Session, world: World) -> None:
    """Answered on the telephone without stars, so that it stays open for the reporter; who then answers on the page."""
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "reached", now=TUESDAY, solved=True)
    assert ticket.state is State.COMPLETED
    tickets.confirm(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version,
                    now=TUESDAY + HOUR, stars=3)  # fmt: skip
    given = answers(session, ticket)
    assert {one.source for one in given} == {Source.REPORTER, Source.CALL}
    assert counted(given).source is Source.REPORTER  # type: ignore[union-attr]


def test_each_completion_has_a_call_back_and_an_answer_of_its_own(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    first = queries.last_completion(session, ticket)
    call(session, world, ticket, "reached", now=TUESDAY + HOUR, solved=False, words="还漏")
    zhao = viewer(session, world.worker_zhao, now=TUESDAY)
    tickets.start(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=TUESDAY + 2 * HOUR,
                  store=world.store)  # fmt: skip
    tickets.complete(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=TUESDAY + 3 * HOUR,
                     note="重做", store=world.store)  # fmt: skip
    call(session, world, ticket, "reached", now=TUESDAY + 4 * HOUR, solved=True, stars=4)
    second = queries.last_completion(session, ticket)
    assert first is not None
    assert second is not None
    given = queries.answers_about(session, [first.id, second.id])
    assert [(given[each.id][0].solved, given[each.id][0].stars) for each in (first, second)] == [
        (False, None),
        (True, 4),
    ]
    nothing_is_broken(session)


def test_whoever_wants_a_call_later_is_in_another_list_until_that_day(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "later", now=TUESDAY, later_at=TUESDAY + 2 * DAY)
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)

    def listed(wanted: Wanted, now: datetime) -> list[str]:
        return [line.ticket.number for line in queries.call_list(session, mei, wanted, now)]

    assert (listed(Wanted.NOW, TUESDAY), listed(Wanted.LATER, TUESDAY)) == ([], [ticket.number])
    on_the_day = TUESDAY + 2 * DAY - HOUR
    assert (listed(Wanted.NOW, on_the_day), listed(Wanted.LATER, on_the_day)) == ([ticket.number], [])


def test_the_list_holds_who_may_be_called_and_no_foreign_one(session: Session, world: World) -> None:
    older = completed(session, world, now=TUESDAY)
    newer = completed(session, world, now=TUESDAY + HOUR)
    silent = stories.complete(session, world, stories.report(session, world, now=TUESDAY), now=TUESDAY)
    answered = stories.confirm(session, world, stories.report(session, world, now=TUESDAY), now=TUESDAY)
    now = TUESDAY + 2 * HOUR

    def listed(who: str, wanted: Wanted = Wanted.NOW) -> list[str]:
        found = queries.call_list(session, viewer(session, world.people[who], now=now), wanted, now)
        return [line.ticket.number for line in found]

    for who in ("dispatcher_mei", "clerk_jie", "committee_ju"):
        assert listed(who) == [older.number, newer.number]
        assert listed(who, Wanted.NO_PHONE) == [silent.number]
    for who in ("far_dispatcher", "far_clerk", "worker_zhao", "official_qian"):
        assert listed(who) == listed(who, Wanted.NO_PHONE) == []
    assert answered.number not in listed("dispatcher_mei", Wanted.ENDED)
    assert queries.waiting_count(session, viewer(session, world.dispatcher_mei, now=now), now) == 2


def test_a_claim_tells_the_second_who_is_calling_and_runs_out(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    mei, jie = (viewer(session, each, now=TUESDAY) for each in (world.dispatcher_mei, world.clerk_jie))
    operations.claim(session, ticket=ticket, viewer=mei, now=TUESDAY)
    operations.claim(session, ticket=ticket, viewer=mei, now=TUESDAY)
    for act in (operations.claim, operations.release):
        with pytest.raises(Refused, match="梅调度") as taken:
            act(session, ticket=ticket, viewer=jie, now=TUESDAY + timedelta(minutes=9))
        assert taken.value.status == 409
    with pytest.raises(Refused):
        call(session, world, ticket, "no_answer", now=TUESDAY, by=world.clerk_jie)
    assert operations.claim(session, ticket=ticket, viewer=jie, now=TUESDAY + timedelta(minutes=10)) is not None
    operations.release(session, ticket=ticket, viewer=jie, now=TUESDAY + timedelta(minutes=11))
    call(session, world, ticket, "no_answer", now=TUESDAY + timedelta(minutes=12))


def test_of_two_callers_at_once_one_gets_the_call(session: Session, database_url: str, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    callers = [viewer(session, each, now=TUESDAY) for each in (world.dispatcher_mei, world.clerk_jie)]
    ticket_id, both, won, lost = ticket.id, Barrier(2), [], []
    session.commit()
    engine = engine_at(database_url)

    def run(index: int) -> None:
        with Session(engine) as own:
            mine = own.get_one(Ticket, ticket_id)
            own.rollback()
            both.wait()
            try:
                operations.claim(own, ticket=mine, viewer=callers[index], now=TUESDAY)
                own.commit()
                won.append(index)
            except Refused as refusal:
                own.rollback()
                lost.append(refusal.status)

    racers = [Thread(target=run, args=(index,)) for index in range(2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=30)
    assert (len(won), lost) == (1, [409])


def test_the_reporter_is_told_of_what_was_said_for_them_and_no_phone_is_shown_to_who_only_calls(
    session: Session, world: World
) -> None:
    from propman.notify.models import Notice
    from propman.tickets import queries as of_tickets

    ticket = completed(session, world, now=TUESDAY, by=world.resident_lin)
    ju = viewer(session, world.committee_ju, now=TUESDAY)
    parties = of_tickets.parties_of(session, ticket, ju, world.company)
    assert parties == {Party.CALLER}
    assert not of_tickets.sees_contact(session, ticket, parties)
    call(session, world, ticket, "reached", now=TUESDAY, by=world.committee_ju, solved=True, stars=4)
    topics = set(session.scalars(select(Notice.topic).where(Notice.recipient_id == world.resident_lin.id)))
    assert "ticket.reporter.confirm" in topics


def test_a_broken_row_is_found(session: Session, world: World) -> None:
    ticket = completed(session, world, now=TUESDAY)
    call(session, world, ticket, "no_answer", now=TUESDAY)
    session.execute(update(CallBack).values(attempts=2))
    session.execute(update(CallAttempt).values(outcome="busy"))
    session.execute(update(TicketEvent).where(TicketEvent.action == Action.CALL).values(actor_id=world.worker_zhao.id))
    session.expire_all()
    assert [name for name, count in promises(session).items() if count().broken] == ["C01", "C02", "C03"]
