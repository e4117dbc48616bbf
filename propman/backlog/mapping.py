"""The map: which columns of a foreign table are what, what their values mean here, and who answers where. Pure.

A map is read as strictly as a form: what is unknown, missing or of another kind is a sentence that names it. README.md
says what stands in one; `propman/data/maps` holds one that is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from propman import clock
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.tickets.workflow import State

LEVELS: Final = (PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY)
STATES: Final = (State.SUBMITTED, State.CONFIRMED)
ANSWERS: Final = (OrganisationKind.PROPERTY_COMPANY, OrganisationKind.STREET_OFFICE)
LONGEST_SOURCE: Final = 40
LONGEST_NAME: Final = 80


class BadMap(Exception):  # noqa: N818 - said to a person as it is
    """The map, or the table it is for, cannot be used; the text is the sentence that says why."""


@dataclass(frozen=True)
class Columns:
    """The headings of the columns; what may be missing is empty. `words` are joined to what was reported."""

    id: str
    opened: str
    closed: str
    status: str
    category: str
    place: str
    words: tuple[str, ...]
    address: str = ""
    result: str = ""
    channel: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every heading that must be there."""
        own = (self.id, self.opened, self.closed, self.status, self.category, self.place, self.address, self.result)
        return tuple(dict.fromkeys(filter(None, (*own, self.channel, *self.words))))


@dataclass(frozen=True)
class Where:
    """What a value of the place column means: a community of the street, or a building in it."""

    community: str
    building: str = ""


@dataclass(frozen=True)
class Division:
    """One level of the divisions, by its code."""

    kind: PlaceKind
    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Map:
    """A map that can be used. `company` is empty where the street office answers."""

    source: str
    zone: tzinfo
    format: str
    columns: Columns
    states: Mapping[str, State]
    categories: Mapping[str, str]
    places: Mapping[str, Where]
    divisions: tuple[Division, ...]
    street: str
    street_en: str
    company: str


def read_map(text: str) -> Map:
    """The map that `text` holds as TOML. Raises `BadMap`, naming the table and the key."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMap(f"The map is no TOML: {error}") from None
    tables = {"source", "time", "columns", "status", "category", "place", "area", "responsible"}
    _only("The map", content, tables, needed=tables)
    for name in tables:
        if not isinstance(content[name], dict):
            raise BadMap(f"[{name}] must be a table.")
    source = _texts("[source]", content["source"], needed=("name",), also=("title", "page", "licence"))
    time = _texts("[time]", content["time"], needed=("zone",), also=("format",))
    street = {key: value for key, value in content["area"].items() if key != "divisions"}
    area = _texts("[area]", street, needed=("street",), also=("street_en",))
    return Map(
        source=_short(source["name"], "[source] name", LONGEST_SOURCE),
        zone=_zone(time["zone"]),
        format=time.get("format", ""),
        columns=_columns(content["columns"]),
        states=_values("[status]", content["status"], {str(state): state for state in STATES}),
        categories=_values("[category]", content["category"], None),
        places=_places(content["place"]),
        divisions=_divisions(content["area"].get("divisions")),
        street=_short(area["street"], "[area] street"),
        street_en=_short(area.get("street_en", ""), "[area] street_en"),
        company=_company(content["responsible"]),
    )


def _only(what: str, found: Mapping[str, Any], known: set[str], *, needed: set[str]) -> None:
    """Raises `BadMap` for a key that nobody knows, and for one that is missing."""
    if unknown := sorted(set(found) - known):
        raise BadMap(f"{what} holds {', '.join(map(repr, unknown))}, which means nothing here.")
    if missing := sorted(needed - set(found)):
        raise BadMap(f"{what} does not say {', '.join(map(repr, missing))}.")


def _texts(
    what: str, found: Mapping[str, Any], *, needed: tuple[str, ...], also: tuple[str, ...] = ()
) -> dict[str, str]:  # fmt: skip
    """A table of texts, none of them empty."""
    _only(what, found, {*needed, *also}, needed=set(needed))
    for key, value in found.items():
        if not isinstance(value, str) or not value.strip():
            raise BadMap(f"{what} {key} must be a text, not {value!r}.")
    return dict(found)


def _short(text: str, what: str, most: int = LONGEST_NAME) -> str:
    if len(text) > most:
        raise BadMap(f"{what} is longer than {most} characters.")
    return text


def _zone(name: str) -> tzinfo:
    try:
        return clock.zone(name)
    except ValueError as error:
        raise BadMap(f'[time] zone: {error}; write "Asia/Shanghai" or "+08:00".') from None


def _columns(found: Mapping[str, Any]) -> Columns:
    words = found.get("words")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise BadMap("[columns] words must be a list of headings.")
    rest = {key: value for key, value in found.items() if key != "words"}
    needed = ("id", "opened", "closed", "status", "category", "place")
    return Columns(
        **_texts("[columns]", rest, needed=needed, also=("address", "result", "channel")), words=tuple(words)
    )


def _values(what: str, found: Mapping[str, Any], meanings: Mapping[str, Any] | None) -> dict[str, Any]:
    """A table from the values of a column to what they mean here; any text where there are no `meanings`."""
    if not found:
        raise BadMap(f"{what} says nothing.")
    for key, value in found.items():
        if not isinstance(value, str) or not value or (meanings is not None and value not in meanings):
            choice = f" one of {', '.join(meanings)}" if meanings else " a text"
            raise BadMap(f"{what} {key!r} must be{choice}, not {value!r}.")
    return {key.strip(): meanings[value] if meanings else value for key, value in found.items()}


def _places(found: Mapping[str, Any]) -> dict[str, Where]:
    if not found:
        raise BadMap("[place] says nothing.")
    places = {}
    for key, value in found.items():
        what = f"[place] {key!r}"
        told = {"community": value} if isinstance(value, str) else value
        if not isinstance(told, dict):
            raise BadMap(f"{what} must be the name of a community, or a community and a building.")
        texts = _texts(what, told, needed=("community",), also=("building",))
        places[key.strip()] = Where(**{name: _short(text, what) for name, text in texts.items()})
    return places


def _divisions(found: object) -> tuple[Division, ...]:
    levels = ", ".join(LEVELS)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found) or len(found) != len(LEVELS):
        raise BadMap(f"[area] divisions must be three tables: {levels}.")
    divisions = []
    for kind, each in zip(LEVELS, found, strict=True):
        texts = _texts(f"[area] divisions: {kind}", each, needed=("kind", "code", "name"), also=("name_en",))
        if texts["kind"] != kind:
            raise BadMap(f"[area] divisions must go down from the province: {levels}.")
        _short(texts["code"], f"[area] divisions: the code of the {kind}", 12)
        divisions.append(Division(kind, texts["code"], _short(texts["name"], "[area] divisions: name"),
                                  _short(texts.get("name_en", ""), "[area] divisions: name_en")))  # fmt: skip
    return tuple(divisions)


def _company(found: Mapping[str, Any]) -> str:
    """The name of the company that answers, or nothing where the street office does."""
    kind = _texts("[responsible]", {"kind": found.get("kind")}, needed=("kind",))["kind"]
    if kind not in ANSWERS:
        raise BadMap(f"[responsible] kind must be one of {', '.join(ANSWERS)}, not {kind!r}.")
    if kind == OrganisationKind.STREET_OFFICE:
        _only("[responsible]", found, {"kind"}, needed={"kind"})
        return ""
    return _short(_texts("[responsible]", found, needed=("kind", "name"))["name"], "[responsible] name")
