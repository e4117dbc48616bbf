"""A small world for tests, built through the operations that the program itself uses.

Two districts of one city. Everything at home is near; everything `far_` is another street, company and people, for
tests of what must not be seen. People bear names that say their level: `resident_lin`, `dispatcher_mei`.

    world = build(session)
    sign_in(session, client, world.dispatcher_mei)

What happens in it to tickets is in `tests/stories.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock, idempotency
from propman.accounts.models import User
from propman.accounts.operations import Particulars, add_membership, create_person
from propman.accounts.passwords import hash_password
from propman.accounts.queries import viewer_of
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.operations import add_organisation, add_place, draw_code, engage
from propman.communities.sorting import sort_key
from propman.data.reading import Trade
from propman.db import Base
from propman.files.store import FileStore
from propman.roles import NOBODY, Role, Viewer
from tests.replica import Replica

PASSWORD = "long enough 7"
SET_UP = timedelta(days=60)  # how long before `now` the world was set up


@dataclass
class World:
    """Who and what there is. `code` and `far_code` are on labels; `store` is where `report` puts photographs."""

    province: Place
    city: Place
    county: Place
    street: Place
    community: Place
    building: Place
    entrance: Place
    other_entrance: Place
    unmanaged: Place  # a community without a company: its street office answers
    code: str
    unmanaged_code: str
    street_office: Organisation
    company: Organisation
    utility: Organisation
    contractor: Organisation
    resident_lin: User  # lives in `entrance`
    neighbour_wu: User  # lives in `other_entrance`
    grid_worker_gao: User
    dispatcher_mei: User
    manager_han: User
    worker_zhao: User
    worker_sun: User
    contractor_deng: User
    utility_shui: User
    committee_ju: User
    owner_ye: User
    clerk_jie: User  # of the street office
    official_qian: User  # of the county
    official_sheng: User  # of the province
    readonly_cai: User
    auditor_shen: User
    administrator_guan: User
    far_county: Place
    far_street: Place
    far_community: Place
    far_building: Place
    far_entrance: Place
    far_code: str
    far_company: Organisation
    far_resident: User
    far_dispatcher: User
    far_worker: User
    far_clerk: User
    far_official: User
    store: FileStore

    @property
    def people(self) -> dict[str, User]:
        """Everybody by name of the attribute."""
        return {field.name: person for field in fields(self) if isinstance(person := getattr(self, field.name), User)}


def build(session: Session, *, now: datetime | None = None, files: Path | None = None) -> World:
    """Build the world as it stands at `now` (aware; the present moment), commit it and give it.

    The first world of a day is kept, and put into each further fresh database as it is.
    """
    since = (now or clock.now()) - SET_UP
    kept = _kept.get((session.get_bind().dialect.name, now or clock.local_date(since)))
    if kept is not None and kept[0].fits(session):
        replica, parts = kept
        replica.put(session)
        models = {part[0] for part in parts.values() if isinstance(part, tuple)}
        present = {(model, row.id): row for model in models for row in session.scalars(select(model))}
        found = {name: present.get(part, part) for name, part in parts.items()}
    else:
        replica = Replica.begin(session)
        found = _build(session, since)
        parts = {name: (type(part), part.id) if isinstance(part, Base) else part for name, part in found.items()}
        if not replica.before["place"]:
            _kept[session.get_bind().dialect.name, now or clock.local_date(since)] = replica.keep(session), parts
    session.commit()
    return World(**found, store=FileStore(files or Path("/nowhere")))


_kept: dict[tuple[str, date | datetime], tuple[Replica, dict[str, Any]]] = {}


def _build(session: Session, since: datetime) -> dict[str, Any]:
    made = _Maker(session, since)
    places = _places(made)
    organisations = _organisations(made, places)
    return {**places, **organisations, **_people(made, places, organisations)}


class _Maker:
    """Remembers who sets up and when."""

    def __init__(self, session: Session, since: datetime) -> None:
        self.session, self.since, self.today = session, since, clock.local_date(since)
        self.phones = iter(range(13800000001, 13800001000))
        self.password_hash = hash_password(PASSWORD, cheap=True)

    def division(self, kind: PlaceKind, code: str, name: str, name_en: str, parent: Place | None) -> Place:
        place = Place(kind=kind, parent_id=parent.id if parent else None, path="", division_code=code, name=name,
                      name_en=name_en, sort_key=sort_key(name))  # fmt: skip
        self.session.add(place)
        self.session.flush()
        place.path = f"{parent.path if parent else '/'}{place.id}/"
        return place

    def place(self, parent: Place, name: str, name_en: str | None = None) -> Place:
        return add_place(self.session, parent_id=parent.id, name=name, name_en=name_en, actor_id=None, now=self.since)

    def organisation(self, kind: OrganisationKind, name: str, place: Place, trade: Trade | None = None,
                     phone: str | None = None) -> Organisation:  # fmt: skip
        return add_organisation(self.session, kind=kind, name=name, place_id=place.id, trade=trade, phone=phone,
                                actor_id=None, now=self.since)  # fmt: skip

    def engage(self, community: Place, company: Organisation) -> None:
        engage(self.session, community_id=community.id, organisation_id=company.id, starts_on=self.today,
               actor_id=None, now=self.since)  # fmt: skip

    def code(self, place: Place) -> str:
        return draw_code(self.session, place_id=place.id, actor_id=None, now=self.since).code

    def person(self, name: str, role: Role, organisation: Organisation | None = None, place: Place | None = None,
               email: str = "") -> User:  # fmt: skip
        particulars = Particulars(name=name, phone=str(next(self.phones)), email=email)
        person = create_person(self.session, particulars=particulars, viewer=NOBODY, now=self.since)
        person.password_hash = self.password_hash
        self.session.flush()  # the next operation reads the person afresh
        add_membership(self.session, person=person, role=role, organisation=organisation, place=place,
                       starts_on=self.today, viewer=NOBODY, now=self.since)  # fmt: skip
        return person


def _places(made: _Maker) -> dict[str, Any]:
    province = made.division(PlaceKind.PROVINCE, "230000", "黑龙江省", "Heilongjiang", None)
    city = made.division(PlaceKind.PREFECTURE, "230100", "哈尔滨市", "Harbin", province)
    county = made.division(PlaceKind.COUNTY, "230102", "道里区", "Daoli District", city)
    far_county = made.division(PlaceKind.COUNTY, "230103", "南岗区", "Nangang District", city)
    street, far_street = made.place(county, "兆麟街道"), made.place(far_county, "花园街道")
    community, far_community = made.place(street, "河柏小区"), made.place(far_street, "远景小区")
    building, far_building = made.place(community, "3号楼"), made.place(far_community, "1号楼")
    entrance, far_entrance = made.place(building, "2单元"), made.place(far_building, "1单元")
    unmanaged = made.place(street, "无主小区")
    return {
        "province": province, "city": city, "county": county, "street": street, "community": community,
        "building": building, "entrance": entrance, "other_entrance": made.place(building, "3单元"),
        "unmanaged": unmanaged, "code": made.code(entrance), "unmanaged_code": made.code(unmanaged),
        "far_county": far_county, "far_street": far_street, "far_community": far_community,
        "far_building": far_building, "far_entrance": far_entrance, "far_code": made.code(far_entrance),
    }  # fmt: skip


def _organisations(made: _Maker, places: dict[str, Any]) -> dict[str, Any]:
    from propman.communities.queries import street_office_of

    kinds = OrganisationKind
    company = made.organisation(kinds.PROPERTY_COMPANY, "安居物业", places["county"], phone="0451-84660001")
    far_company = made.organisation(kinds.PROPERTY_COMPANY, "远景物业", places["far_county"], phone="0451-84660002")
    made.engage(places["community"], company)
    made.engage(places["far_community"], far_company)
    return {
        "street_office": street_office_of(made.session, places["street"].id, made.today),
        "company": company,
        "far_company": far_company,
        "utility": made.organisation(kinds.UTILITY, "城市供热公司", places["city"], trade=Trade.HEAT),
        "contractor": made.organisation(kinds.CONTRACTOR, "龙江防水工程公司", places["city"]),
    }


def _people(made: _Maker, places: dict[str, Any], organisations: dict[str, Any]) -> dict[str, User]:
    from propman.communities.queries import street_office_of

    kinds, company, far = OrganisationKind, organisations["company"], organisations["far_company"]
    committee = made.organisation(kinds.NEIGHBOURHOOD_COMMITTEE, "河柏社区居委会", places["street"])
    owners = made.organisation(kinds.OWNERS_COMMITTEE, "河柏小区业委会", places["community"])
    bureau = made.organisation(kinds.HOUSING_BUREAU, "道里区住建局", places["county"])
    finance = made.organisation(kinds.FINANCE_OFFICE, "道里区财政局", places["county"])
    far_office = street_office_of(made.session, places["far_street"].id, made.today)
    far_bureau = made.organisation(kinds.HOUSING_BUREAU, "南岗区住建局", places["far_county"])
    return {
        "resident_lin": made.person("林秀英", Role.RESIDENT, place=places["entrance"], email="lin@example.org"),
        "neighbour_wu": made.person("吴建国", Role.RESIDENT, place=places["other_entrance"]),
        "grid_worker_gao": made.person("高楼长", Role.GRID_WORKER, place=places["building"]),
        "dispatcher_mei": made.person("梅调度", Role.DISPATCHER, company, email="mei@example.org"),
        "manager_han": made.person("韩经理", Role.COMPANY_MANAGER, company),
        "worker_zhao": made.person("赵师傅", Role.WORKER, company, email="zhao@example.org"),
        "worker_sun": made.person("孙师傅", Role.WORKER, company),
        "contractor_deng": made.person("邓承建", Role.CONTRACTOR, organisations["contractor"]),
        "utility_shui": made.person("税供热", Role.UTILITY, organisations["utility"]),
        "committee_ju": made.person("居主任", Role.NEIGHBOURHOOD_COMMITTEE, committee),
        "owner_ye": made.person("叶业委", Role.OWNERS_COMMITTEE, owners),
        "clerk_jie": made.person("解街道", Role.STREET_OFFICE, organisations["street_office"]),
        "official_qian": made.person("钱科长", Role.OFFICIAL, bureau, places["county"]),
        "official_sheng": made.person("盛处长", Role.OFFICIAL, place=places["province"]),
        "readonly_cai": made.person("蔡科员", Role.READONLY_OFFICIAL, finance, places["county"]),
        "auditor_shen": made.person("沈审计", Role.AUDITOR),
        "administrator_guan": made.person("管理员", Role.ADMINISTRATOR),
        "far_resident": made.person("袁居民", Role.RESIDENT, place=places["far_entrance"]),
        "far_dispatcher": made.person("范调度", Role.DISPATCHER, far),
        "far_worker": made.person("方师傅", Role.WORKER, far),
        "far_clerk": made.person("费街道", Role.STREET_OFFICE, far_office),
        "far_official": made.person("冯科长", Role.OFFICIAL, far_bureau, places["far_county"]),
    }


# --- looking and signing in ---


def viewer(session: Session, person: User, *, now: datetime | None = None) -> Viewer:
    """`person` as a viewer with the posts in effect."""
    return viewer_of(session, user_id=person.id, now=now or clock.now())


# --- what a browser sends ---


def new_key() -> str:
    """A fresh idempotency key for a form that no page was asked for."""
    return idempotency.new_key(clock.now())


def in_english(client: FlaskClient) -> FlaskClient:
    """Let `client` choose English pages, signed in or not; gives the client."""
    with client.session_transaction() as cookie:
        cookie["language"] = "en"
    return client


def sign_in(session: Session, client: FlaskClient, person: User) -> FlaskClient:
    """Let `person` sign in with `client` by the page itself; gives the client."""
    page = client.get("/sign-in")
    data = {"who": person.phone, "password": PASSWORD, "csrf_token": token_of(page.text)}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 303, answer.text
    return client


def token_of(page: str) -> str:
    """The CSRF token that a page carries."""
    return value_of(page, "csrf_token")


def value_of(page: str, name: str) -> str:
    """The value of the first hidden field `name` on a page."""
    for tag in re.findall(r"<input[^>]*>", page):
        if f'name="{name}"' in tag:
            found = re.search(r'value="([^"]*)"', tag)
            return found.group(1) if found else ""
    raise AssertionError(f"no hidden field {name} on the page")
