"""A small place with people in it, for the tests of accounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman.accounts.models import Membership, User
from propman.accounts.operations import Particulars, add_membership, create_person
from propman.accounts.passwords import hash_password
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.sorting import sort_key
from propman.roles import NOBODY, Role

NOON = datetime(2026, 3, 9, 4, tzinfo=UTC)  # a Monday, 12:00 in Harbin
TODAY = date(2026, 3, 9)
PASSWORD = "a short sentence"


@dataclass(frozen=True)
class World:
    """Province, prefecture, county, street, community, building; and the organisations around them."""

    province: Place
    county: Place
    other_county: Place
    street: Place
    community: Place
    building: Place
    company: Organisation
    other_company: Organisation
    office: Organisation
    owners: Organisation
    bureau: Organisation
    finance: Organisation


def make_world(session: Session) -> World:
    """Lay it out, or find it laid out already."""
    province = add_place(session, PlaceKind.PROVINCE, "黑龙江省", None)
    prefecture = add_place(session, PlaceKind.PREFECTURE, "哈尔滨市", province)
    county = add_place(session, PlaceKind.COUNTY, "道里区", prefecture)
    other_county = add_place(session, PlaceKind.COUNTY, "南岗区", prefecture)
    street = add_place(session, PlaceKind.STREET, "花园街道", county)
    community = add_place(session, PlaceKind.COMMUNITY, "红旗小区", street)
    return World(
        province=province,
        county=county,
        other_county=other_county,
        street=street,
        community=community,
        building=add_place(session, PlaceKind.BUILDING, "3号楼", community),
        company=add_organisation(session, OrganisationKind.PROPERTY_COMPANY, "安居物业", county),
        other_company=add_organisation(session, OrganisationKind.PROPERTY_COMPANY, "乐业物业", county),
        office=add_organisation(session, OrganisationKind.STREET_OFFICE, "花园街道办事处", street),
        owners=add_organisation(session, OrganisationKind.OWNERS_COMMITTEE, "红旗小区业委会", community),
        bureau=add_organisation(session, OrganisationKind.HOUSING_BUREAU, "道里区住建局", county),
        finance=add_organisation(session, OrganisationKind.FINANCE_OFFICE, "道里区财政局", county),
    )


def add_place(session: Session, kind: PlaceKind, name: str, parent: Place | None) -> Place:
    """One place below `parent`."""
    place = Place(kind=kind, name=name, sort_key=sort_key(name), parent=parent, path="")
    session.add(place)
    session.flush()
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    session.flush()
    return place


def add_organisation(session: Session, kind: OrganisationKind, name: str, place: Place) -> Organisation:
    """One organisation whose area is `place`."""
    organisation = Organisation(kind=kind, name=name, sort_key=sort_key(name), place_id=place.id)
    session.add(organisation)
    session.flush()
    return organisation


def add_person(
    session: Session, name: str = "林秀英", *, phone: str = "", sign_in_name: str = "", email: str = "",
    password: str | None = PASSWORD, now: datetime = NOON,
) -> User:  # fmt: skip
    """A person, by default with a password."""
    typed = Particulars(name=name, phone=phone, sign_in_name=sign_in_name, email=email)
    person = create_person(session, particulars=typed, viewer=NOBODY, now=now, language="en")
    if password is not None:
        person.password_hash = hash_password(password, cheap=True)
        session.flush()
    return person


def give_role(
    session: Session, person: User, role: Role, *, organisation: Organisation | None = None, place: Place | None = None,
    starts_on: date = date(2020, 1, 1), now: datetime = NOON,
) -> Membership:  # fmt: skip
    """Give `person` a role, since long ago unless said otherwise."""
    return add_membership(session, person=person, role=role, organisation=organisation, place=place,
                          starts_on=starts_on, viewer=NOBODY, now=now)  # fmt: skip


def add_administrator(session: Session, sign_in_name: str = "administrator_he") -> User:
    """An administrator with a password."""
    person = add_person(session, "何管理", sign_in_name=sign_in_name)
    give_role(session, person, Role.ADMINISTRATOR)
    return person


# --- what a browser does ---


def hidden(page: TestResponse, name: str) -> str:
    """The value of the first hidden field `name` on a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, f"no hidden field {name}"
    return found[1]


def send(client: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Open `page` (or `path`), and send its first form with these fields to `path`."""
    opened = client.get(page or path)
    key = re.search(r'name="key"[^>]*value="([^"]*)"', opened.text)
    values = {"csrf_token": hidden(opened, "csrf_token"), **({"key": key[1]} if key else {}), **fields}
    return client.post(path, data=values)


def sign_in(client: FlaskClient, who: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    """Sign in through the page."""
    return send(client, "/sign-in", who=who, password=password, **fields)


def value_of(page: str, name: str) -> str:
    """The value of the input `name`."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""
