"""Renovation projects for the crossing: a near one of each kind of thing, a far one, and one not there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman.communities.models import Place
from propman.projects.queries import photographs_of
from tests import renovations as made
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near, far = (_of(session, world, community) for community in (world.community, world.far_community))
    absent: Parts = {kind: {name: "0" * 32 if name == "key" else 10**9 for name in near[kind]} for kind in near}
    return near, far, absent


def _of(session: Session, world: World, community: Place) -> Parts:
    """A project of the community with an accepted item, its photograph, and a payment."""
    project = made.project(session, world, community=community)
    item = made.accept(session, world, made.item(session, project, world), photos=[made.photo()])
    payment = made.pay(session, world, project)
    return {
        "community": {"community_id": community.id},
        "project": {"project_id": project.id},
        "item": {"work_item_id": item.id},
        "payment": {"payment_id": payment.id},
        "item photo": {"key": photographs_of(session, item.id)[0].photo.key},
    }
