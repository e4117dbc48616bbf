"""The entries of the audit in words, as far as the viewer may know who and what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from propman.accounts.labels import role_word
from propman.accounts.models import Membership
from propman.assets.labels import FIELDS as PART_FIELDS
from propman.audit.queries import Entry
from propman.catalogue.words import FIELD_WORDS
from propman.portal.acts import BY_STRANGERS, FIELDS, KINDS
from propman.portal.queries import Things
from propman.projects.labels import ITEM_FIELDS, PROJECT_FIELDS
from propman.roles import Permission, Viewer

FIELDS_OF: Mapping[str, Mapping[str, object]] = {
    "asset": PART_FIELDS, "project": PROJECT_FIELDS, "work_item": ITEM_FIELDS,
}  # fmt: skip
CATALOGUE = {
    "asset_type": "code", "asset_attribute": "code", "warranty_rule": "key", "setting": "name",
    "escalation_rule": "code",
}  # fmt: skip
"""Things of the catalogue, and how the address of their page names them."""
INSPECTED = ("inspection_template", "inspection_schedule", "inspection_item")
"""Things of the library of inspections, each on the page of its template."""
PLACE_IN_A_RULE = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Line:
    """One entry in words; `url` opens the thing, for a viewer who may."""

    entry: Entry
    who: str
    what: str
    field: str | None
    thing: str
    url: str | None
    note: str | None


def line_of(entry: Entry, things: Things, viewer: Viewer) -> Line:
    """`entry` in words; `things` holds what it names, as far as `viewer` may know it."""
    thing, url = _thing(entry, things, viewer)
    word = KINDS.get(entry.kind)
    return Line(
        entry=entry,
        who=_who(entry, things),
        what=_(word) if word else entry.kind,
        field=_field(entry),
        thing=thing,
        url=url,
        note=_note(entry),
    )


def _field(entry: Entry) -> str | None:
    """What the field that was changed is called, on the page of its thing."""
    own, field = FIELDS_OF.get(entry.subject_kind, {}), entry.field
    if field is None:
        return None
    if field in own:
        return str(own[field])
    if field.startswith("attribute_"):
        return str(_("a property"))
    word = FIELDS.get(field) or FIELD_WORDS.get(field)
    return str(_(word)) if word else field


def _who(entry: Entry, things: Things) -> str:
    if entry.actor_id is not None:
        return _person(entry.actor_id, things)
    stranger = entry.request_id is not None or entry.kind in BY_STRANGERS
    return str(_("nobody signed in") if stranger else _("propman itself"))


def _person(person_id: int, things: Things) -> str:
    """A person by name and number; the number alone tells one who was erased, or is not named here, from another."""
    if person_id not in things.people:
        return str(_("a person at home, no. %(number)s", number=person_id))
    name = things.people[person_id]
    return str(_("%(name)s, no. %(number)s", name=name or _("erased"), number=person_id))


def _thing(entry: Entry, things: Things, viewer: Viewer) -> tuple[str, str | None]:
    """What it was done to, in words, and the address of its page where the viewer may open it."""
    number, administers = entry.subject_number, viewer.may(Permission.ADMINISTER)
    if entry.subject_kind == "view":
        return _address(entry.subject_id), None
    if entry.kind == "shipped_rows_loaded":
        count = sum(entry.details.get("inserted", {}).values())
        return str(ngettext("%(num)d row", "%(num)d rows", count)), None
    if entry.kind == "register_exported":
        return str(ngettext("%(num)d part", "%(num)d parts", entry.details["count"])), None
    if entry.subject_kind in CATALOGUE:
        named: Any = {CATALOGUE[entry.subject_kind]: entry.subject_id}
        return entry.subject_id, url_for(f"catalogue.{entry.subject_kind}", **named) if administers else None
    if entry.subject_kind in INSPECTED:
        page = url_for("inspections.template", code=entry.subject_id.partition(":")[0])
        return entry.subject_id, page if viewer.may(Permission.SEE_INSPECTIONS) else None
    if number is None:
        return str(_("an account that is not known")) if entry.subject_kind == "user" else entry.subject_id, None
    if entry.subject_kind == "user":
        return _person(number, things), url_for("accounts.person", person_id=number) if administers else None
    if entry.subject_kind == "membership" and number in things.memberships:
        return _role(things.memberships[number], things, administers)
    if entry.subject_kind == "place" and number in things.places:
        return things.places[number], url_for("communities.place", place_id=number) if administers else None
    if entry.subject_kind == "organisation" and number in things.organisations:
        url = url_for("communities.organisation", organisation_id=number)
        return things.organisations[number], url if administers else None
    if entry.subject_kind == "ticket" and number in things.reports:
        report = things.reports[number]
        return report, url_for("tickets.ticket", number=report) if viewer.may(Permission.SEE_TICKETS) else None
    return _renovated(entry, number, things)


def _renovated(entry: Entry, number: int, things: Things) -> tuple[str, str | None]:
    """A part, an import of parts, a renovation project or a work item; of what is none of these the number alone."""
    if entry.subject_kind == "asset" and number in things.parts:
        return things.parts[number], url_for("assets.part", asset_id=number)
    if entry.subject_kind == "register_import" and number in things.imports:
        return things.imports[number], url_for("register.import_page", import_id=number)
    if entry.subject_kind == "project" and number in things.projects:
        return things.projects[number], url_for("projects.project", project_id=number)
    if entry.subject_kind == "work_item" and number in things.items:
        return things.items[number], url_for("projects.work_item", work_item_id=number)
    return str(_("no. %(number)s", number=number)), None


def _role(membership: Membership, things: Things, administers: bool) -> tuple[str, str | None]:
    """A role and where it is held; of somebody who is not named here, not the home either."""
    held = [membership.organisation.name] if membership.organisation else []
    if membership.place_id is not None and membership.user_id in things.people:
        held.append(things.places[membership.place_id])
    words = " · ".join([role_word(membership.role), *held])
    url = url_for("accounts.person", person_id=membership.user_id) if administers else None
    return str(_("%(what)s: %(detail)s", what=_person(membership.user_id, things), detail=words)), url


def _address(endpoint: str) -> str:
    """The address of a page without the ids in it: /admin/people/…/roles/new."""
    rule = next(current_app.url_map.iter_rules(endpoint), None) if endpoint in current_app.view_functions else None
    return PLACE_IN_A_RULE.sub("…", rule.rule) if rule else endpoint


def _note(entry: Entry) -> str | None:
    """What else is known of it and worth a word."""
    if entry.kind == "denied":
        return str(_("not found or out of sight") if entry.details.get("status") == 404 else _("not allowed"))
    if entry.kind == "sign_in_failed":
        known = entry.details.get("known_device")
        return str(_("on a browser that had signed in before") if known else _("on an unknown browser"))
    return None
