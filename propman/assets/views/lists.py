"""Lists of parts: narrowed by the address bar; and those whose warranty ends without anybody having looked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from propman import clock
from propman.assets import queries
from propman.assets.forms.lists import PartsForm, UnwatchedForm
from propman.assets.models import Asset
from propman.assets.queries import Key, Order
from propman.assets.views import blueprint
from propman.assets.views.loading import SEES, load_place, today
from propman.catalogue.queries import asset_types_ever, number_setting
from propman.communities.models import Organisation, Place
from propman.communities.queries import address, lines, managers_on
from propman.db import ID_LIMIT, db
from propman.errors import Refused
from propman.text import N_
from propman.web import current_viewer, requires
from propman.web.filters import name_of

_SHAPES = {
    Order.PLACE: re.compile(r"p(\d{1,18})~([^~]{1,10})~(\d{1,18})", re.ASCII),
    Order.ENDING: re.compile(r"e(\d{4}-\d\d-\d\d)~(\d{1,18})", re.ASCII),
    Order.ENDED: re.compile(r"d(\d{4}-\d\d-\d\d)~(\d{1,18})", re.ASCII),
    Order.WORST: re.compile(r"w([1-5])~(\d{1,18})", re.ASCII),
}


@dataclass(frozen=True)
class Line:
    """One part of a list, in words; `company` manages its community today (None: nobody)."""

    part: Asset
    what: str
    where: str
    company: Organisation | None = None


@blueprint.get("/register/parts")
@requires(SEES)
def parts() -> tuple[str, int]:
    """The parts in the scope of the viewer. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    kinds, form = asset_types_ever(session), PartsForm(request.args)
    form.offer(kinds.values())
    good, place = form.validate(), _place()
    wanted = form.wanted(place, kinds.values())
    page = queries.parts(session, viewer, wanted, now, after=_key(request.args.get("after"), queries.order_of(wanted)))
    asked = form.asked() | ({"place": place.id} if place else {})
    shown = render_template(
        "assets/parts.html",
        form=form,
        place=place,
        where=address(lines(session, [place])[place.id]) if place else None,
        lines=_lines(page.parts, {code: name_of(kind) for code, kind in kinds.items()}),
        asked=asked,
        chips_shown=_chips(asked),
        today=today(),
        soon=number_setting(session, "warranty_watch_days", today()),
        next=url_for("assets.parts", **{**asked, "after": _key_text(page.order, page.next)}) if page.next else None,
        first=url_for("assets.parts", **asked) if request.args.get("after") else None,
    )
    return shown, 200 if good else 400


@blueprint.get("/register/unwatched")
@requires(SEES)
def unwatched() -> tuple[str, int]:
    """The parts whose warranty ends soon and that nobody has looked at since: of an area, and company by company."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    companies = queries.companies_seen(session, viewer, now)
    form = UnwatchedForm(request.args)
    form.offer(companies)
    good = form.validate()
    asked = form.asked()
    company_id = int(asked["company"]) if "company" in asked else None
    page = queries.unwatched(
        session, viewer, now, company_id=company_id, after=_key(request.args.get("after"), Order.ENDING)
    )
    kinds = {code: name_of(kind) for code, kind in asset_types_ever(session).items()}
    shown = render_template(
        "assets/unwatched.html",
        form=form,
        lines=_lines(page.parts, kinds, managed=True),
        asked=asked,
        today=today(),
        days=number_setting(session, "warranty_watch_days", today()),
        next=url_for("assets.unwatched", **{**asked, "after": _key_text(page.order, page.next)}) if page.next else None,
        first=url_for("assets.unwatched", **asked) if request.args.get("after") else None,
    )
    return shown, 200 if good else 400


def _lines(parts: Sequence[Asset], kinds: dict[str, str], *, managed: bool = False) -> list[Line]:
    """The parts in words; with who manages their communities if asked."""
    found = lines(db.session(), [part.place for part in parts])
    managers = managers_on(db.session(), {part.community_id for part in parts}, today()) if managed else {}
    return [
        Line(
            part=part,
            what=kinds.get(part.type_code, part.type_code),
            where=address(found[part.place_id]),
            company=managers.get(part.community_id),
        )
        for part in parts
    ]


def _place() -> Place | None:
    """The place that the address narrows to, within reach. Raises `NotFound` for any other."""
    text = request.args.get("place", "")
    if not text:
        return None
    return load_place(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0)


def _chips(asked: dict[str, Any]) -> list[tuple[str, str, bool, None]]:
    """The ready-made filters: word, address, whether it is the one that is shown. The place stays."""
    kept = {name: value for name, value in asked.items() if name == "place"}
    ready: list[tuple[str, dict[str, Any]]] = [
        (_("All parts"), {}),
        (_("Warranty ends soon"), {"warranty": "90"}),
        (_("Warranty cannot be told"), {"warranty": "unknown"}),
        (_("In poor condition"), {"condition": str(queries.POOR)}),
        (_("Never looked at"), {"never_looked_at": 1}),
        (_("Without a maintainer"), {"no_maintainer": 1}),
    ]
    return [(word, url_for("assets.parts", **{**values, **kept}), asked == {**values, **kept}, None)
            for word, values in ready]  # fmt: skip


def _key_text(order: Order, key: Key) -> str:
    """Where a page ends, as the address carries it: how it is sorted, and the key."""
    return order.value + "~".join(str(part) for part in key)


def _key(text: str | None, order: Order) -> Key | None:
    """The key in the address, for a list in this order. Raises `Refused` (400) for what is none."""
    if not text:
        return None
    found = _SHAPES[order].fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        first, *rest = found.groups()
        head: Any = date.fromisoformat(first) if order in {Order.ENDING, Order.ENDED} else int(first)
        key: Key = (head, *rest[:-1], int(rest[-1]))
        if any(isinstance(part, int) and part >= ID_LIMIT for part in key):
            raise ValueError(text)
        return key
    except ValueError:
        raise Refused(N_("The address of this page is not complete. Open the list again."), status=400) from None
