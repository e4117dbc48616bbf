"""The province in which the ruler measures: 1,439 communities in the divisions that propman ships, who manages them,
and people. The same at every size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.passwords import hash_password
from propman.communities import sorting
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Place
from propman.communities.operations import load_divisions
from propman.roles import Role

COMMUNITIES, STREETS_OF_A_COUNTY, COMPANIES = 1439, 3, 30
BUILDINGS, ENTRANCES, WORKERS = 4, 3, 4
SET_UP = timedelta(days=4 * 365)
RESERVED = 0  # the community in which nothing is reported but by the ruler itself
Rows = dict[str, list[Mapping[str, Any]]]


@dataclass(frozen=True)
class Company:
    """A company and who works there: ids."""

    id: int
    dispatcher: int
    workers: Sequence[int]


@dataclass(frozen=True)
class Community:
    """A community: ids of its places, of whoever manages it, of the clerk of its street and of one who lives there."""

    id: int
    entrances: Sequence[int]
    company: Company
    clerk: int
    office: int
    resident: int


@dataclass(frozen=True)
class Province:
    """Everything that reports can be about."""

    communities: Sequence[Community]
    official_of_a_county: int
    official_of_the_province: int


def copy_in(connection: psycopg.Connection[Any], rows: Rows) -> None:
    """Put `rows`, by table, into the database as it takes them fastest; those of one table name the same columns."""
    for table, its in rows.items():
        if not its:
            continue
        columns = list(its[0])
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in its:
                copy.write_row([row[name] for name in columns])


def count_on(connection: psycopg.Connection[Any], tables: Iterable[str]) -> None:
    """Let the ids of `tables` go on after those that were copied in."""
    for table in tables:
        connection.execute(f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'),
                               (SELECT coalesce(max(id), 1) FROM "{table}"))""")  # type: ignore[arg-type]


def build(session: Session, connection: psycopg.Connection[Any], now: datetime) -> Province:
    """Lay the province out, as it has stood for four years at `now`. `connection` writes what is much."""
    load_divisions(session, now=now)
    session.commit()
    places: dict[PlaceKind, list[Place]] = defaultdict(list)
    for place in session.scalars(select(Place).order_by(Place.id)):
        places[place.kind].append(place)
    layout = _Layout(now - SET_UP, max(place.id for each in places.values() for place in each))
    found = layout.of(places[PlaceKind.PREFECTURE], places[PlaceKind.COUNTY], places[PlaceKind.PROVINCE][0])
    copy_in(connection, layout.rows)
    return found


@cache
def sort_key(name: str) -> str:
    """Pinyin of a name, of which there are few."""
    return sorting.sort_key(name)


class _Layout:
    """Gives out ids and keeps the rows."""

    def __init__(self, since: datetime, last_place: int) -> None:
        self.since, self.on = since, clock.local_date(since)
        self.rows: Rows = {"place": [], "organisation": [], "user": [], "membership": [], "engagement": []}
        self.last = {"place": last_place, "organisation": 0, "user": 0, "membership": 0, "engagement": 0}
        self.password = hash_password("long enough 7", cheap=True)

    def of(self, prefectures: Sequence[Place], counties: Sequence[Place], province: Place) -> Province:
        """Everything below the `counties`."""
        companies = [self._company(number, prefectures[number % len(prefectures)]) for number in range(COMPANIES)]
        streets = [self._street(number, county) for county in counties for number in range(STREETS_OF_A_COUNTY)]
        communities = [
            self._community(number, *streets[number % len(streets)], companies[number % COMPANIES])
            for number in range(COMMUNITIES)
        ]
        bureau = self._organisation(OrganisationKind.HOUSING_BUREAU, "住建局", counties[0].id)
        return Province(
            communities,
            self._person("钱科长", Role.OFFICIAL, organisation=bureau, place=counties[0].id),
            self._person("盛处长", Role.OFFICIAL, place=province.id),
        )

    def _company(self, number: int, prefecture: Place) -> Company:
        own = self._organisation(OrganisationKind.PROPERTY_COMPANY, f"安居物业{number + 1}公司", prefecture.id)
        workers = [self._person("赵师傅", Role.WORKER, organisation=own) for _ in range(WORKERS)]
        return Company(own, self._person("梅调度", Role.DISPATCHER, organisation=own), workers)

    def _street(self, number: int, county: Place) -> tuple[int, str, int, int]:
        """Its id and path, its office and the clerk there."""
        street, path = self._place(PlaceKind.STREET, f"第{number + 1}街道", county.id, county.path)
        office = self._organisation(OrganisationKind.STREET_OFFICE, f"第{number + 1}街道办", street)
        return street, path, office, self._person("解街道", Role.STREET_OFFICE, organisation=office)

    def _community(self, number: int, street: int, above: str, office: int, clerk: int, company: Company) -> Community:
        community, path = self._place(PlaceKind.COMMUNITY, f"河柏{number + 1}小区", street, above)
        entrances = list(self._entrances(community, path))
        self._add("engagement", community_id=community, organisation_id=company.id, starts_on=self.on, ends_on=None)
        resident = self._person("林秀英", Role.RESIDENT, place=entrances[0])
        return Community(community, entrances, company, clerk, office, resident)

    def _entrances(self, community: int, path: str) -> Iterator[int]:
        for building in range(1, BUILDINGS + 1):
            place, above = self._place(PlaceKind.BUILDING, f"{building}号楼", community, path)
            for entrance in range(1, ENTRANCES + 1):
                yield self._place(PlaceKind.ENTRANCE, f"{entrance}单元", place, above)[0]

    def _place(self, kind: PlaceKind, name: str, parent: int, above: str) -> tuple[int, str]:
        path = f"{above}{self.last['place'] + 1}/"
        made = self._add("place", kind=kind.value, parent_id=parent, path=path, name=name, sort_key=sort_key(name))
        return made, path

    def _organisation(self, kind: OrganisationKind, name: str, place: int) -> int:
        return self._add("organisation", kind=kind.value, name=name, sort_key=sort_key(name), phone="0451-84660001",
                         place_id=place)  # fmt: skip

    def _person(self, name: str, role: Role, *, organisation: int | None = None, place: int | None = None) -> int:
        number = self.last["user"] + 1
        person = self._add("user", name=name, sort_key=sort_key(name), phone=f"+86138{number:08}", language="zh",
                           password_hash=self.password, created_at=self.since)  # fmt: skip
        self._add("membership", user_id=person, role=role.value, organisation_id=organisation, place_id=place,
                  starts_on=self.on)  # fmt: skip
        return person

    def _add(self, table: str, **values: Any) -> int:
        self.last[table] += 1
        self.rows[table].append({"id": self.last[table], **values})
        return self.last[table]
