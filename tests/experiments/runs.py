"""The experiments: each does its worst to a running installation, then counts what is stored. Gives its figures."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import func, select

from propman.checks import recount
from propman.notify.models import Channel, Notice
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action
from tests.experiments.house import House
from tests.experiments.phone import Phone, number_in
from tests.world import new_key, token_of

SEED = 20261124
MOST_SUBMISSIONS = 700  # what the labels of the house take in a day


@dataclass
class Figures:
    """What was counted, by name, and every sentence that says a promise was broken."""

    counted: dict[str, object] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def must(self, true: bool, sentence: str) -> None:
        """Note `sentence` if what it denies is not `true`."""
        if not true:
            self.broken.append(sentence)


def retries(house: House, *, keys: int, times: int) -> Figures:
    """Each of `keys` forms is sent `times` times at once: one ticket, one number in every answer (I01-I03)."""
    figures, statuses, numbers = Figures(), Counter[int](), dict[int, set[str]]()
    with ThreadPoolExecutor(times) as pool:
        for key in range(keys):
            phone = Phone(house)
            path, form = phone.report_form(house.codes[key % len(house.codes)], f"楼道灯不亮 第{key}盏")
            again = [Phone(house, dict(phone.cookies)) for _ in range(times)]
            answers = list(pool.map(lambda each, path=path, form=form: each.insist("POST", path, form), again))
            statuses.update(answer.status for answer in answers)
            numbers[key] = {number_in(answer.location) for answer in answers if answer.status == 303}
            if key == 0:
                other = phone.insist("POST", path, form | {"description": "另一件事"})
                figures.must(other.status == 422, f"the same key with other words was answered {other.status}")
    with house.session() as session:
        tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
    figures.counted = {"keys": keys, "requests": keys * times, "answers": dict(statuses), "tickets": tickets}
    figures.must(tickets == keys, f"{keys} keys made {tickets} tickets")
    figures.must(set(statuses) == {303}, f"answers were {dict(statuses)}")
    figures.must(all(len(found) == 1 for found in numbers.values()), "retries of one key got different numbers")
    return _recounted(house, figures)


def racers(house: House, *, tickets: int, racing: int) -> Figures:
    """`racing` dispatchers' browsers press one button of one ticket at once: one wins, the others are told (I09)."""
    figures, outcomes = Figures(), Counter[tuple[int, int]]()
    browsers = [Phone(house).sign_in(house.world.dispatcher_mei.phone or "") for _ in range(racing)]
    with ThreadPoolExecutor(racing) as pool:
        for round_ in range(tickets):
            phone = Phone(house)
            path, form = phone.report_form(house.codes[round_ % len(house.codes)], "大门关不上")
            number = number_in(phone.insist("POST", path, form).location)
            page = browsers[0].get(f"/tickets/{number}").text
            assert "/assign" in page
            sent = {"version": "1", "assignee_id": str(house.world.worker_zhao.id)}
            forms = [
                sent | {"key": new_key(), "csrf_token": token_of(browser.get("/track").text)} for browser in browsers
            ]
            start = threading.Barrier(racing)

            def press(
                each: tuple[Phone, dict[str, str]], number: str = number, start: threading.Barrier = start
            ) -> int:
                start.wait()
                return each[0].insist("POST", f"/tickets/{number}/assign", each[1]).status

            answers = Counter(pool.map(press, zip(browsers, forms, strict=True)))
            outcomes[answers[303], answers[409]] += 1
    with house.session() as session:
        moves = session.scalar(select(func.count()).select_from(TicketEvent).where(TicketEvent.action == Action.ASSIGN))
    figures.counted = {"tickets": tickets, "racing": racing, "(won, told)": dict(outcomes), "assign events": moves}
    figures.must(set(outcomes) == {(1, racing - 1)}, f"won and told: {dict(outcomes)}")
    figures.must(moves == tickets, f"{tickets} races left {moves} assignments")
    return _recounted(house, figures)


def kills(house: House, *, submissions: int, clients: int, every: float) -> Figures:
    """kill -9 of web workers and the job process while reports come in: none lost, none doubled, every notice sent.

    A fast machine sends more than `submissions`, until something of each kind was killed twice.
    """
    chance, figures = random.Random(SEED), Figures()
    acknowledged: list[str] = []
    over = threading.Event()

    def submit(number: int) -> None:
        phone = Phone(house)
        path, form = phone.report_form(house.codes[number % len(house.codes)], f"水管漏水 第{number}处")
        answer = phone.insist("POST", path, form)
        if answer.status == 303:
            acknowledged.append(number_in(answer.location))
        else:
            figures.broken.append(f"a submission was answered {answer.status}")

    def kill() -> None:
        house.start_jobs()
        while not over.wait(every * chance.uniform(0.7, 1.3)):
            (house.kill_a_worker if chance.random() < 0.7 else house.kill_jobs)()
            house.start_jobs()

    killer = threading.Thread(target=kill)
    killer.start()
    began = time.monotonic()
    sent = 0
    try:
        with ThreadPoolExecutor(clients) as pool:
            while sent < submissions or (min(house.kills.values()) < 2 and sent < MOST_SUBMISSIONS):
                list(pool.map(submit, range(sent, sent + clients)))
                sent += clients
    finally:
        over.set()
        killer.join()
    took = time.monotonic() - began
    house.start_jobs()
    waiting = _drain(house)
    with house.session() as session:
        stored = set(session.scalars(select(Ticket.number)))
        notices = session.scalars(select(Notice)).all()
        mailed = {notice.dedupe_id for notice in notices if notice.channel is Channel.EMAIL}
    arrived = Counter(house.mail.dedupe_ids)
    lost, doubled = set(acknowledged) - stored, len(stored) - sent
    figures.counted = {
        "submissions": sent, "acknowledged": len(acknowledged), "kills": dict(house.kills),
        "lost": len(lost), "doubled": doubled, "notices": len(notices), "unsent": waiting,
        "mails expected": len(mailed), "arrived": len(arrived), "arrived twice": sum(n > 1 for n in arrived.values()),
        "seconds": round(took, 1),
    }  # fmt: skip
    figures.must(len(acknowledged) == sent and not lost, f"{len(lost)} acknowledged reports are not stored")
    figures.must(doubled == 0, f"{sent} submissions made {len(stored)} tickets")
    figures.must(waiting == 0, f"{waiting} notices were not sent")
    figures.must(mailed == set(arrived), f"{len(mailed - set(arrived))} mails did not arrive")
    figures.must(min(house.kills.values()) > 0, f"killed only {house.kills}")
    return _recounted(house, figures)


def _drain(house: House, seconds: float = 150) -> int:
    """Wait until nothing waits in the outbox; how many still do."""
    end = time.monotonic() + seconds
    while True:
        with house.session() as session:
            waiting = session.scalar(select(func.count()).select_from(Notice).where(Notice.sent_at.is_(None))) or 0
        if not waiting or time.monotonic() > end:
            return waiting
        time.sleep(1)


def _recounted(house: House, figures: Figures) -> Figures:
    with house.session() as session:
        found = recount(session, promises(session))
        figures.broken += [f"{finding.id}: {line}" for finding in found for line in finding.broken]
    return figures
