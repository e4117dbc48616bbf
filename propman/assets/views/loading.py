"""What the addresses of this room name, loaded through the scope of who is looking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for

from propman import clock
from propman.assets import queries
from propman.assets.models import Asset
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import address, line
from propman.db import db
from propman.roles import Permission
from propman.web import current_viewer

SEES, TENDS, KEEPS = Permission.SEE_REGISTER, Permission.TEND_PARTS, Permission.KEEP_REGISTER


def today() -> date:
    """The local day."""
    return clock.local_date(clock.now())


def load_part(asset_id: int, permission: Permission = SEES) -> Asset:
    """The part of this address. Raises `NotFound` for one with which the viewer may not do what needs `permission`."""
    return queries.load(db.session(), asset_id, current_viewer(), clock.now(), permission)


def load_place(place_id: int, permission: Permission = SEES) -> Place:
    """The community, building or entrance of this address. Raises `NotFound`."""
    return queries.load_place(db.session(), place_id, current_viewer(), clock.now(), permission)


def load_community(place_id: int, permission: Permission = SEES) -> Place:
    """The community of this address, within reach as a whole. Raises `NotFound`."""
    return queries.load_community(db.session(), place_id, current_viewer(), clock.now(), permission)


def where(place: Place) -> str:
    """The address of a place as people write it."""
    return address(line(db.session(), place))


def within(places: Sequence[Place]) -> str:
    """Where something is in its community: 3号楼 2单元; the community itself for what is shared."""
    below = [place for place in places if place.kind in {PlaceKind.BUILDING, PlaceKind.ENTRANCE}]
    return address(below or places)


def page_of(asset_id: int) -> str:
    """The address of a part's page."""
    return url_for("assets.part", asset_id=asset_id)
