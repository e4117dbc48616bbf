"""The worker's page: what is mine, begin and done in place, nothing of others; by HTTP."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Engagement
from propman.communities.queries import engagements_of
from propman.tickets.workflow import State
from tests import stories
from tests.statements import counted
from tests.tickets.buttons import Sign, form_on, hidden_in, press, send, text_of
from tests.tickets.talks import answer, ask
from tests.world import World, new_key, token_of


def test_nearest_deadline_first_with_place_and_telephone(session: Session, world: World, signed_in: Sign) -> None:
    now = clock.now()
    later = stories.assign(session, world, stories.report(session, world))
    late = stories.report(session, world, now=now - timedelta(days=20), spot="东门", name="王奶奶", phone="13912345678")
    stories.assign(session, world, late, now=now - timedelta(days=19))
    others = stories.assign(session, world, stories.report(session, world), to=world.worker_sun)
    page = signed_in("worker_zhao").get("/jobs").text

    assert page.index(late.number) < page.index(later.number)
    assert others.number not in page
    for word in ("河柏小区 3号楼 2单元", "东门", "王奶奶 139 1234 5678", "2 to do"):
        assert word in text_of(page), word
    assert 'href="tel:13912345678"' in page


def test_who_goes_reads_what_the_reporter_said_since(session: Session, world: World, signed_in: Sign) -> None:
    """On the list and on the sheet: a worker who asks what is broken does not open another page for the answer."""
    ticket = stories.assign(session, world, stories.report(session, world, by=world.resident_lin))
    ask(session, world, ticket, note="几楼？")
    answer(session, world, ticket, note="六楼，门铃坏了请打电话")
    zhao = signed_in("worker_zhao")
    for path in ("/jobs", f"/tickets/{ticket.number}/sheet"):
        page = text_of(zhao.get(path).text)
        assert "六楼，门铃坏了请打电话" in page, path
        assert "几楼" not in page, path


def test_job_is_begun_and_done_without_leaving_the_list(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.assign(session, world, stories.report(session, world))
    zhao = signed_in("worker_zhao")

    started = press(zhao, "/jobs", f"/tickets/{ticket.number}/start")
    assert (started.status_code, started.location) == (303, "/jobs")
    refused = press(zhao, "/jobs", f"/tickets/{ticket.number}/complete", note="")
    assert refused.status_code == 422
    photo = (io.BytesIO(stories.picture()), "after.jpg")
    done = press(zhao, "/jobs", f"/tickets/{ticket.number}/complete", note="换了灯泡", after=photo)
    assert (done.status_code, done.location) == (303, "/jobs")

    session.refresh(ticket)
    assert ticket.state is State.COMPLETED
    page = text_of(zhao.get("/jobs").text)
    assert "Done, waiting for the reporter" in page
    assert ticket.number in page


def test_a_refused_move_comes_back_in_the_list_with_what_was_typed(
    session: Session, world: World, signed_in: Sign
) -> None:
    other = stories.start(session, world, stories.report(session, world))
    ticket = stories.start(session, world, stories.report(session, world))
    zhao, action = signed_in("worker_zhao"), f"/tickets/{ticket.number}/complete"
    typed = "长" * 1001
    refused = press(zhao, "/jobs", action, note=typed, after=(io.BytesIO(stories.picture()), "after.jpg"))

    assert refused.status_code == 422
    assert "<h1>My jobs</h1>" in refused.text
    form = form_on(refused.text, action) or ""
    assert typed in form
    field = f"complete-{ticket.number}-note"
    assert f'id="{field}-error"' in form
    assert "Please keep it to 1000 characters." in text_of(form)
    assert "choose them again" in form
    assert f'<a href="#{field}">' in refused.text  # the list at the top leads to the field
    assert re.search(
        r"<details[^>]* open>\s*<summary[^>]*>(?:(?!</?details).)*" + re.escape(action), refused.text, re.DOTALL
    )
    assert typed not in (form_on(refused.text, f"/tickets/{other.number}/complete") or "")

    again = send(zhao, action, hidden_in(form), note="换了灯泡")
    assert (again.status_code, again.location) == (303, "/jobs")


def test_a_step_that_somebody_overtook_comes_back_with_the_version_that_stands(
    session: Session, world: World, signed_in: Sign
) -> None:
    ticket = stories.start(session, world, stories.report(session, world))
    zhao, action = signed_in("worker_zhao"), f"/tickets/{ticket.number}/complete"
    opened = hidden_in(form_on(zhao.get("/jobs").text, action) or "")
    stories.hold(session, world, ticket)
    resumed = press(zhao, "/jobs", f"/tickets/{ticket.number}/resume")
    assert resumed.status_code == 303
    assert press(zhao, "/jobs", f"/tickets/{ticket.number}/start").status_code == 303

    overtaken = send(zhao, action, opened, note="换了灯泡")
    assert overtaken.status_code == 409
    assert "Somebody else changed this in the meantime." in text_of(overtaken.text)
    form = form_on(overtaken.text, action) or ""
    assert "换了灯泡" in form
    assert send(zhao, action, hidden_in(form), note="换了灯泡").status_code == 303


def test_a_step_that_is_gone_keeps_the_words(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.start(session, world, stories.report(session, world))
    zhao, action = signed_in("worker_zhao"), f"/tickets/{ticket.number}/complete"
    opened = hidden_in(form_on(zhao.get("/jobs").text, action) or "")
    stories.hold(session, world, ticket)

    gone = send(zhao, action, opened, note="换了灯泡")
    assert gone.status_code == 409
    assert form_on(gone.text, action) is None
    page = text_of(gone.text)
    assert f"{ticket.number}: your step was not carried out." in page
    assert "This cannot be done any more: the ticket has moved on." in page
    assert "换了灯泡" in page


def test_who_has_no_list_of_jobs_gets_the_page_of_the_step(session: Session, world: World, signed_in: Sign) -> None:
    """Whatever the form says about where it stood."""
    ticket, qian = stories.report(session, world), signed_in("official_qian")
    token = token_of(qian.get("/").text)
    kept = {"csrf_token": token, "key": new_key(), "version": str(ticket.version), "back": "jobs"}
    refused = send(qian, f"/tickets/{ticket.number}/decline", kept, note="不修")
    assert refused.status_code == 403
    assert f"<title>Decline · {ticket.number}" in refused.text
    assert "不修" in refused.text


def test_job_that_changed_hands_is_nobodys_before_the_job_of_the_night_ran(
    session: Session, world: World, signed_in: Sign
) -> None:
    moving = stories.assign(session, world, stories.report(session, world, phone="13912345678"))
    done = stories.complete(session, world, stories.report(session, world))
    engagements_of(session, world.community.id)[0].ends_on = clock.local_date(clock.now())
    page = signed_in("worker_zhao").get("/jobs").text

    assert moving.number not in page
    assert done.number in page


def test_job_of_a_street_office_ends_when_a_company_takes_over(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world, place=world.unmanaged, phone="13912345678")
    stories.assign(session, world, ticket, to=world.clerk_jie, by=world.clerk_jie)
    jie = signed_in("clerk_jie")
    assert "139 1234 5678" in jie.get("/jobs").text

    today = clock.local_date(clock.now())
    session.add(Engagement(community_id=world.unmanaged.id, organisation_id=world.company.id, starts_on=today))
    page = jie.get("/jobs").text
    assert ticket.number not in page
    assert "139 1234 5678" not in page


def test_page_costs_the_same_for_5_and_60_jobs(app: Flask, session: Session, world: World, signed_in: Sign) -> None:
    zhao, costs = signed_in("worker_zhao"), []
    for more in (5, 55):
        for number in range(more):
            words = {"phone": "13912345678"} if number % 2 else {"by": world.resident_lin}
            move = (stories.assign, stories.start, stories.complete)[number % 3]
            move(session, world, stories.report(session, world, **words))
        zhao.get("/jobs")
        with counted(app) as statements:
            assert zhao.get("/jobs").status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1], costs


def test_page_is_for_those_who_can_be_sent(world: World, signed_in: Sign) -> None:
    assert "You have nothing to do at the moment." in text_of(signed_in("worker_sun").get("/jobs").text)
    for person, status in (("dispatcher_mei", 200), ("clerk_jie", 200), ("official_qian", 403), ("resident_lin", 403)):
        assert signed_in(person).get("/jobs").status_code == status, person
