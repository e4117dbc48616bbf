"""Labels and posters for paper: A4, 21 labels a sheet; the code large enough for any telephone, and readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from propman.assets import queries
from propman.assets.views import blueprint
from propman.assets.views.labels import LABELS, SHEET, load_sheet
from propman.assets.views.loading import TENDS, load_place, today, where
from propman.catalogue.queries import emergency_numbers
from propman.communities.models import Place
from propman.communities.queries import address, blank_labels, code_in_use, community_of, lines, responsible_on
from propman.db import db
from propman.errors import NotFound
from propman.web import requires

A_SHEET = 21  # labels of 63.5 × 38.1 mm on A4: three beside each other, seven below
_GROUPS = ((0, 4), (4, 8), (8, 13))


@dataclass(frozen=True)
class PrintedLabel:
    """One label: its code as an image and in letters, what it hangs on, where that is."""

    qr: Markup
    code: str
    title: str
    where: str


@blueprint.get(f"{LABELS}/places")
@requires(TENDS)
def print_places(place_id: int) -> str:
    """The labels of the entrances, buildings and the community itself at this place."""
    here, session = load_place(place_id, TENDS), db.session()
    found = queries.places_with_labels(session, here, today())
    shown = lines(session, [place for place, _label in found])
    labels = [printed(label.code, _own_name(shown[place.id]), _above(shown[place.id])) for place, label in found]
    return _sheets(labels, title=_("Labels of places"), above=where(here), back=_labels_of(here))


@blueprint.get(f"{LABELS}/parts")
@requires(TENDS)
def print_parts(place_id: int) -> str:
    """The labels of the parts at this place and inside it."""
    here, session = load_place(place_id, TENDS), db.session()
    found = queries.parts_with_labels(session, here, today())
    shown = lines(session, [part.place for part, _label in found])
    labels = [printed(label.code, part.name, address(shown[part.place_id])) for part, label in found]
    return _sheets(labels, title=_("Labels of parts"), above=where(here), back=_labels_of(here))


@blueprint.get(SHEET)
@requires(TENDS)
def print_blanks(sheet_id: int) -> str:
    """The labels of a sheet that are still blank."""
    sheet = load_sheet(sheet_id)
    blanks = blank_labels(db.session(), sheet.id)
    labels = [printed(label.code, _("For repairs, scan here"), sheet.community.name) for label in blanks]
    return _sheets(labels, title=_("Blank labels"), above=sheet.community.name, back=_labels_of(sheet.community))


@blueprint.get(f"{LABELS}/poster")
@requires(TENDS)
def poster(place_id: int) -> str:
    """A poster for the door of a place that has a code: large, with how to report and whom to call."""
    here, session = load_place(place_id, TENDS), db.session()
    label, community = code_in_use(session, here.id), community_of(session, here)
    if label is None or community is None:
        raise NotFound()
    return render_template(
        "assets/poster.html",
        label=printed(label.code, _own_name(lines(session, [here])[here.id]), where(here)),
        responsible=responsible_on(session, community.id, today()),
        numbers=emergency_numbers(session, today()),
        back=_labels_of(here),
    )


def printed(code: str, title: str, place: str) -> PrintedLabel:
    """A label as it is printed: the image holds the whole address, so that any camera opens it."""
    base = current_app.extensions["propman.settings"].public_base_url
    drawn = segno.make(base + url_for("portal.place", code=code), error="m", micro=False)
    svg = drawn.svg_inline(border=0, omitsize=True, svgclass="label-qr", lineclass=None)
    letters = " ".join(code[first:last] for first, last in _GROUPS)
    return PrintedLabel(Markup(svg), letters, title, place)  # noqa: S704 - drawn by segno from an address of ours


def _sheets(labels: Sequence[PrintedLabel], *, title: str, above: str, back: str) -> str:
    """The page to print: at most ten sheets of paper at once, the rest behind `?from=`."""
    first = _first(len(labels))
    shown = labels[first : first + queries.AT_ONCE]
    following = first + queries.AT_ONCE
    return render_template(
        "assets/label_sheets.html",
        sheets=[shown[start : start + A_SHEET] for start in range(0, len(shown), A_SHEET)],
        title=title,
        above=above,
        back=back,
        total=len(labels),
        next=url_for(request.endpoint or "", **(request.view_args or {}), start=following)
        if following < len(labels)
        else None,
    )


def _first(total: int) -> int:
    """Where this page of labels begins; what is no number begins at the first."""
    text = request.args.get("start", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if number < total else 0


def _own_name(line: Sequence[Place]) -> str:
    """What a label of a place says in large letters: 3号楼 2单元; of a community its name."""
    return " ".join(place.name for place in line[5:]) or line[-1].name


def _above(line: Sequence[Place]) -> str:
    """And below in small ones: the community it lies in; of a community its street."""
    return line[4].name if len(line) > 5 else line[3].name


def _labels_of(place: Place) -> str:
    return url_for("assets.labels", place_id=place.id)
