"""The pages that the ruler measures: a row each. Each gives request after request, ready to be sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, product
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations.sessions import start_session
from propman.catalogue.queries import categories
from propman.oversight.rules import preceding
from propman.tickets.models import Ticket
from tests.performance import lives
from tests.performance.province import RESERVED, Company, Province
from tests.world import new_key, token_of

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    """One request: a POST if there is a form, which a browser has encoded before it counts."""

    path: str
    form: str | None = None

    def send(self, client: FlaskClient) -> int:
        """Ask it, read the whole answer, and give its status."""
        if self.form is None:
            return client.get(self.path).status_code
        client.delete_cookie("propman-device")  # a device of its own: one may send some reports a day, and no more
        return client.post(self.path, data=self.form, content_type=FORM).status_code


@dataclass(frozen=True)
class Ground:
    """Where it is measured: the application on a seeded database."""

    app: Flask
    session: Session
    province: Province

    @property
    def company(self) -> Company:
        """The one at whose desk is measured; it does not manage the reserved community."""
        return self.province.communities[RESERVED + 1].company

    def client(self, user_id: int) -> FlaskClient:
        """A browser in which somebody is signed in, with Chinese pages."""
        now = clock.now()
        person = self.session.get_one(User, user_id)
        opened = start_session(self.session, person=person, device_hash="", browser="ruler", now=now)
        self.session.commit()
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["language"] = opened.token, True, "zh"
        return client


@dataclass(frozen=True)
class Page:
    """A row of the ruler: who asks for what, and the least and the wished share of the null route's speed."""

    name: str
    who: Callable[[Ground], int]
    asks: Callable[[Ground, FlaskClient], Iterator[Asked]]
    status: int
    reach: int  # a page costs at most so many null routes
    aim: int


def _reports(ground: Ground, client: FlaskClient) -> Iterator[Asked]:
    """Reports about ever other things and places, each said to be another fault than what is known there."""
    community = ground.province.communities[RESERVED]
    kinds = [kind.code for kind in categories(ground.session, clock.local_date(clock.now())) if not kind.emergency]
    page = client.get("/report").text
    csrf, action = token_of(page), re.search(r'action="(/report\?place=\d+)"', page)[1]  # type: ignore[index]
    for place, kind in cycle(product(community.entrances, kinds)):
        yield Asked(action, urlencode({
            "csrf_token": csrf, "key": new_key(), "category": kind, "place": str(place), "spot": "三楼",
            "description": "楼道灯不亮，晚上看不见路", "phone": "", "name": "", "apart": "y",
        }))  # fmt: skip


def _ordinary(ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    """Open reports of the company that somebody works on, each with eight moves."""
    query = select(Ticket.number).where(
        Ticket.organisation_id == ground.company.id, Ticket.is_open(), Ticket.version == len(lives.BUSY)
    )
    yield from cycle([Asked(f"/tickets/{number}") for number in ground.session.scalars(query.limit(20))])


def _queue(_ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    yield from cycle([Asked("/queue")])


def _searched(_ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    """The word that one report in a hundred has; the first page of what the company may see."""
    yield from cycle([Asked(f"/search?q={lives.WORD}")])


def _district(_ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    """The last closed month of the official's own district, street by street."""
    yield from cycle([Asked("/rates")])


def _open_month(_ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    """The present month of the same district, counted from the moves."""
    present = clock.month_of(clock.now())
    yield from cycle([Asked(f"/rates?from={present:%Y-%m}&to={present:%Y-%m}")])


def _province(_ground: Ground, _client: FlaskClient) -> Iterator[Asked]:
    """The last twelve closed months of the whole province, prefecture by prefecture."""
    present = clock.month_of(clock.now())
    first, last = present.replace(year=present.year - 1), preceding(present)
    yield from cycle([Asked(f"/rates?from={first:%Y-%m}&to={last:%Y-%m}")])


def _dispatcher(ground: Ground) -> int:
    return ground.company.dispatcher


def _resident(ground: Ground) -> int:
    return ground.province.communities[RESERVED].resident


def _official_of_a_county(ground: Ground) -> int:
    return ground.province.official_of_a_county


def _official_of_the_province(ground: Ground) -> int:
    return ground.province.official_of_the_province


REPORTS = Page("submit a report", _resident, _reports, 303, 30, 15)
PAGES = (
    REPORTS,
    Page("queue, 50 rows", _dispatcher, _queue, 200, 45, 20),
    Page("ticket page", _dispatcher, _ordinary, 200, 25, 12),
    Page("search, newest 50", _dispatcher, _searched, 200, 150, 60),
    Page("rates, a district's month", _official_of_a_county, _district, 200, 40, 20),
    Page("rates, its open month", _official_of_a_county, _open_month, 200, 40, 20),
    Page("rates, the province's year", _official_of_the_province, _province, 200, 80, 40),
)
