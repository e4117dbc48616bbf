"""The page behind the code of a blank label: for a visitor whom to call; for staff a form that binds it, on site.

It works without scripts: a search finds a place, the place shows what in it has no label yet, one is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.assets import operations, queries
from propman.assets.forms.tending import BindForm
from propman.assets.views import blueprint
from propman.assets.views.loading import TENDS, load_part, load_place, page_of, today, within
from propman.catalogue.queries import emergency_numbers
from propman.communities import operations as communities
from propman.communities.forms import FindPlaces
from propman.communities.kinds import LABELLED_KINDS, PlaceKind
from propman.communities.models import Place, PlaceCode
from propman.communities.queries import address, find_places, label, lines, reach, responsible_on
from propman.communities.views.acting import by_whom
from propman.db import db
from propman.errors import NotFound
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires

MOST_FOUND = 20
MOST_OFFERED = 60


def blank_page(found: PlaceCode) -> str:
    """The page of a blank label: for anybody, and with the form for whoever tends the community it was drawn for."""
    if found.sheet is None or not _binds(found.sheet.community):
        return _for_visitors(found)
    return _for_staff(found, BindForm(formdata=None))


@blueprint.post("/labels/<code>/bind")
@requires(TENDS)
def bind_label(code: str) -> tuple[str, int] | Response:
    """Let a blank label hang on a part or a place from now on."""
    found = label(db.session(), code)
    if found is None or found.sheet is None or not _binds(found.sheet.community):
        raise NotFound()
    form = BindForm()

    def act() -> int:
        kind, target_id = form.target.data.split("-")
        asked = {"code": found.code, **by_whom()}
        if kind == "part":
            operations.bind_part_label(db.session(), asset_id=load_part(int(target_id), TENDS).id, **asked)
        else:
            communities.bind_label(db.session(), place_id=load_place(int(target_id), TENDS).id, **asked)
        return int(target_id)

    if form.validate_on_submit():
        with answer_refusals(form):
            target_id = int(act_once(form, act)["id"])
            db.session.commit()
            flash(_("The label is bound. Whoever scans it comes here."), "success")
            part = form.target.data.startswith("part-")
            return redirect(page_of(target_id) if part else url_for("portal.place", code=code), code=303)
    again = label(db.session(), code)
    if again is None or again.place_id is not None:
        return render_template("assets/bound_meanwhile.html", form=form, code=code), page_status()
    return _for_staff(again, form), page_status()


def _binds(community: Place) -> bool:
    """Whether the viewer tends this community, or something in it."""
    viewer, now = current_viewer(), clock.now()
    if not viewer.may(TENDS):
        return False
    held = reach(viewer, TENDS, today())
    inside = any(path.startswith(community.path) for path in held.paths)
    return inside or queries.reaches(db.session(), community, viewer, now, TENDS)


def _for_visitors(found: PlaceCode) -> str:
    session = db.session()
    community = found.sheet.community if found.sheet else None
    return render_template(
        "assets/blank.html",
        community=community,
        responsible=responsible_on(session, community.id, today()) if community else None,
        numbers=emergency_numbers(session, today()),
    )


def _for_staff(found: PlaceCode, form: BindForm) -> str:
    """The search, what it finds, and what at the chosen place has no label yet."""
    session, find = db.session(), FindPlaces(request.args)
    held = reach(current_viewer(), TENDS, today())
    here = _chosen()
    asked = (find.q.data or "").strip()
    places = find_places(session, held.prefixes(session), asked, on=today(), limit=MOST_FOUND) if asked else ()
    offered = [place for place in places if place.kind in LABELLED_KINDS]
    if not asked and (here is None or here.kind is PlaceKind.COMMUNITY):
        offered = [place for place in _buildings(found, held.prefixes(session)) if place != here]
    form.target.choices = _targets(here) if here else []
    shown = lines(session, [*offered, *([here] if here else [])])
    return render_template(
        "assets/bind.html",
        label=found,
        form=form,
        find=find,
        here=here,
        asked=asked,
        cut=len(form.target.choices) >= MOST_OFFERED,
        places=offered,
        where={place_id: address(line) for place_id, line in shown.items()},
    )


def _buildings(found: PlaceCode, prefixes: Sequence[str]) -> Sequence[Place]:
    """Where to begin: the community the label was drawn for and its buildings, as far as the viewer reaches them."""
    if found.sheet is None:
        return ()
    community = found.sheet.community
    branch = queries.branch(db.session(), community, community, clock.now())
    places = [branch.place, *(each.place for each in branch.inside)]
    return [place for place in places if any(place.path.startswith(prefix) for prefix in prefixes)]


def _chosen() -> Place | None:
    """The place that the address names, within reach. Raises `NotFound` for any other."""
    text = request.args.get("place", "")
    if not text:
        return None
    return load_place(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0, TENDS)


def _targets(here: Place) -> list[SelectChoice]:
    """What at this place and inside it has no label yet, each with where it is; of a community what is nowhere else."""
    session, alone = db.session(), here.kind is PlaceKind.COMMUNITY
    places = queries.bare_places(session, here, today(), limit=MOST_OFFERED, alone=alone)
    parts = queries.bare_parts(session, here, today(), limit=MOST_OFFERED, alone=alone)
    shown = lines(session, [*places, *(part.place for part in parts)])
    return [
        *(SelectChoice(f"place-{place.id}", address(shown[place.id])) for place in places),
        *(SelectChoice(f"part-{part.id}", f"{part.name} · {within(shown[part.place_id])} · {part.code}")
          for part in parts),
    ]  # fmt: skip
