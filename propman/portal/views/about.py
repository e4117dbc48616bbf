"""What the words mean, how a report moves, and whom to call in an emergency."""

from __future__ import annotations

from flask import render_template

from propman import clock
from propman.catalogue.queries import categories, emergency_numbers_everywhere
from propman.communities.queries import division_names
from propman.db import db
from propman.portal.glossary import TERMS
from propman.portal.views import blueprint
from propman.roles import Permission
from propman.tickets.workflow import MOVES
from propman.web import requires
from propman.web.filters import name_of


@blueprint.get("/glossary")
@requires(Permission.PUBLIC)
def glossary() -> str:
    """The words of the field, in Chinese and English."""
    return render_template("portal/glossary.html", terms=TERMS)


@blueprint.get("/workflow")
@requires(Permission.PUBLIC)
def workflow() -> str:
    """Which move is legal, by whom, and what it needs: the table that the program itself obeys."""
    return render_template("portal/workflow.html", moves=MOVES)


@blueprint.get("/emergency")
@requires(Permission.PUBLIC)
def emergency() -> str:
    """The numbers to call at once, for what, and whether somebody has checked them."""
    today = clock.local_date(clock.now())
    kinds = {kind.code: name_of(kind) for kind in categories(db.session(), today)}
    numbers = emergency_numbers_everywhere(db.session(), today)
    areas = {row.number: (row.areas or "").split(",") for row in numbers if row.areas}
    called = division_names(db.session(), {code for codes in areas.values() for code in codes})
    return render_template(
        "portal/emergency.html",
        numbers=numbers,
        names={row.number: [kinds[code] for code in row.categories.split(",") if code in kinds] for row in numbers},
        areas={number: [called[code] for code in codes if code in called] for number, codes in areas.items()},
    )
