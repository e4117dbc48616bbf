"""The page of one part: what it is, whose, until when guaranteed, how it was and is, its papers and its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import queries
from propman.assets.labels import CRITICALITIES, FIELDS, NO_PROJECTS, OWNERSHIPS
from propman.assets.models import Asset, NoProject, Ownership
from propman.assets.queries import Picture
from propman.assets.views import blueprint
from propman.assets.views.loading import KEEPS, SEES, TENDS, load_part, today
from propman.assets.views.standing import tell
from propman.audit.queries import history_of
from propman.catalogue.models import AssetAttribute, AssetType
from propman.catalogue.queries import asset_attributes, asset_types_ever, number_setting
from propman.communities.forms import ActForm
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import address, line, manager_on
from propman.communities.views import names_in
from propman.communities.views.acting import ID
from propman.data.works import AttributeKind, Criticality
from propman.db import db
from propman.projects.labels import SOURCES
from propman.projects.queries import last_transfers
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.filters import day, name_of, yuan
from propman.web.photographs import sent

PART = f"/parts/<{ID}:asset_id>"
_WORDS: dict[str, tuple[Any, dict[Any, Any]]] = {
    "ownership": (Ownership, OWNERSHIPS),
    "criticality": (Criticality, CRITICALITIES),
    "no_project": (NoProject, NO_PROJECTS),
}
"""What the history holds as a value of its own, and the words for it."""


@dataclass(frozen=True)
class Shot:
    """A photograph as the page shows it."""

    url: str
    thumb_url: str
    alt: str
    taken_on: str
    erase: str | None


@blueprint.get(PART)
@requires(SEES)
def part(asset_id: int) -> str:
    """Everything about one part, and what can be done with it."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found = load_part(asset_id)
    kinds = asset_types_ever(session)
    tends, keeps = (queries.may(session, found, viewer, now, each) for each in (TENDS, KEEPS))
    then, lately = queries.pictures_of(session, found)
    given = queries.guarantees(session, [found.id], today())[found.id]
    places = line(session, found.place)
    return render_template(
        "assets/part.html",
        part=found,
        kind=kinds.get(found.type_code),
        where=address(places),
        told=tell(session, given, today(), number_setting(session, "warranty_watch_days", today())),
        papers=given.papers,
        transfer=last_transfers(session, [found.work_item_id]).get(found.work_item_id) if found.work_item_id else None,
        then=_shots(found, then, tends),
        lately=_shots(found, lately, tends),
        conditions=queries.conditions_of(session, found),
        **_figures(session, found),
        manager=manager_on(session, found.community_id, today()),
        labels=queries.labels_ever_on(session, found.id),
        tends=tends,
        keeps=keeps,
        sees_project=found.work_item_id and _sees_projects(places),
        today=today(),
        act=ActForm(formdata=None),
        **_history(session, found, kinds, shown=keeps),
    )


@blueprint.get(f"{PART}/photos/<key>")
@requires(SEES)
def photo(asset_id: int, key: str) -> Response:
    """A photograph of this part, or of the work item that made it."""
    return sent(queries.picture(db.session(), load_part(asset_id), key))


def _sees_projects(places: Sequence[Place]) -> bool:
    """Whether the viewer may open the projects of the community in this line of places."""
    community = next(each for each in places if each.kind is PlaceKind.COMMUNITY)
    return queries.reaches(db.session(), community, current_viewer(), clock.now(), Permission.SEE_PROJECTS)


def _shots(part: Asset, pictures: Sequence[Picture], tends: bool) -> list[Shot]:
    def shot(each: Picture) -> Shot:
        key, own = each.photo.key, each.own
        taken_on = day(each.taken_on)
        return Shot(
            url=url_for("assets.photo", asset_id=part.id, key=key),
            thumb_url=url_for("assets.photo", asset_id=part.id, key=key, size="thumb"),
            alt=_("%(name)s, %(day)s", name=part.name, day=taken_on),
            taken_on=taken_on,
            erase=url_for("assets.erase_photo", asset_id=part.id, key=key) if own and tends else None,
        )

    return [shot(each) for each in pictures]


def _figures(session: Session, part: Asset) -> dict[str, Any]:
    """How much of it there is, who paid how much for it, and what it has of its type's properties, in words."""
    return {
        "quantity": _quantity(part),
        "shares": [(SOURCES[source], yuan(fen)) for source, fen in part.shares.items()],
        "attributes": _attributes(part, asset_attributes(session, today())),
    }


def _quantity(part: Asset) -> str | None:
    """The quantity with its unit, without trailing zeros."""
    return None if part.quantity is None else f"{part.quantity.normalize():f} {part.unit or ''}".strip()


def _attributes(part: Asset, known: dict[str, AssetAttribute]) -> list[tuple[str, str]]:
    """What the part has of its type's properties, in words; a property that went out of use keeps its code."""
    return [
        (name_of(known[code]) if code in known else code, _value(known.get(code), value))
        for code, value in part.attributes.items()
    ]


def _value(attribute: AssetAttribute | None, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    unit = f" {attribute.unit}" if attribute is not None and attribute.unit else ""
    return f"{value:g}{unit}" if attribute is not None and attribute.kind is AttributeKind.NUMBER else str(value)


def _history(session: Session, part: Asset, kinds: dict[str, AssetType], *, shown: bool) -> dict[str, Any]:
    """What was changed of the part, for those who keep the register: lines in words, and who."""
    if not shown:
        return {"history": (), "names": {}}
    history = history_of(session, subject_kind="asset", subject_id=part.id)
    known = asset_attributes(session, today())
    lines = [
        {
            "at": each.at,
            "actor_id": each.actor_id,
            "field": _field(each.field, known),
            "old": _was(each.field, each.old, kinds, known),
            "new": _was(each.field, each.new, kinds, known),
        }
        for each in history
    ]
    return {"history": lines, "names": names_in(history)}


def _field(name: str, known: dict[str, AssetAttribute]) -> str:
    attribute = known.get(name.removeprefix("attribute_"))
    return str(FIELDS[name]) if name in FIELDS else name_of(attribute) if attribute else name


def _was(name: str, value: str | None, kinds: dict[str, AssetType], known: dict[str, AssetAttribute]) -> str | None:
    """A value of the history as people say it."""
    if value is None:
        return None
    if name in _WORDS:
        of, words = _WORDS[name]
        return str(words[of(value)])
    if name == "type_code" and value in kinds:
        return f"{value} {name_of(kinds[value])}"
    if name == "cost_fen":
        return str(_("%(amount)s yuan", amount=value))
    attribute = known.get(name.removeprefix("attribute_"))
    if attribute is not None and attribute.kind is AttributeKind.FLAG:
        return str(_("yes") if value == str(True) else _("no"))
    return value
