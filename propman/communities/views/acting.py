"""What the pages of this room share: the page of one act, who acts, the thing an address names."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, TypeVar

from flask import render_template

from propman import clock
from propman.communities import queries
from propman.communities.kinds import PlaceKind
from propman.communities.models import Engagement, Organisation, Place
from propman.db import ID_LIMIT, db
from propman.errors import NotFound
from propman.web import KeyedForm, current_viewer, page_status

ID = f"int(max={ID_LIMIT - 1})"
Answer = tuple[str, int]
Row = TypeVar("Row")


def asked(form: KeyedForm, *, title: str, send: str, above: str, back: str, lead: str | None = None) -> Answer:
    """The page of one act: what it is (`title`), about what (`above`), its fields, its button, the way back."""
    page = render_template(
        "communities/asked.html", form=form, title=title, send=send, above=above, back=back, lead=lead
    )
    return page, page_status() if form.is_submitted() else 200


def by_whom() -> dict[str, Any]:
    """Who acts and when, as the operations want it."""
    return {"actor_id": current_viewer().user_id, "now": clock.now()}


def load_place(place_id: int, *, kinds: Container[PlaceKind] = frozenset(PlaceKind)) -> Place:
    """The place of this address. Raises `NotFound`, also for a place that is none of the `kinds` a page is for."""
    place = _there(queries.place(db.session(), place_id))
    if place.kind not in kinds:
        raise NotFound()
    return place


def load_organisation(organisation_id: int) -> Organisation:
    """The organisation of this address. Raises `NotFound`."""
    return _there(queries.organisation(db.session(), organisation_id))


def load_engagement(engagement_id: int) -> Engagement:
    """The engagement of this address. Raises `NotFound`."""
    return _there(queries.engagement(db.session(), engagement_id))


def _there(row: Row | None) -> Row:
    if row is None:
        raise NotFound()
    return row
