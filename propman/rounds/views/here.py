"""What a label leads to for somebody on a round: the points of it that are here and left."""

from __future__ import annotations

from flask import url_for

from propman.assets.models import Asset
from propman.communities.codes import normal
from propman.communities.models import Place
from propman.db import db
from propman.inspections.models import Duty
from propman.inspections.views.told import what
from propman.roles import Permission
from propman.rounds import queries
from propman.web import current_viewer


def points_here(place: Place, part: Asset | None, code: str) -> list[tuple[str, str]]:
    """What is inspected here, and the address at which it is recorded with the label that was just scanned."""
    session, viewer = db.session(), current_viewer()
    if not viewer.may(Permission.INSPECT):
        return []
    found = queries.points_at(session, viewer, place, part.id if part else None)
    duties = [session.get_one(Duty, point.duty_id) for point in found]
    words = what(duties)
    return [
        (f"{words[point.duty_id]} · {point.asset.name}" if point.asset else words[point.duty_id],
         url_for("rounds.point", round_id=point.round_id, point_id=point.id, code=normal(code)))
        for point in found
    ]  # fmt: skip
