"""Tables of the backlog for the crossing: what they hold follows the scope, and who may open one finds each of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.tickets import imports
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    imports.taken_over(session, world, "crossing")
    return (
        {"table": {"table": "reports", "kind": "csv"}},
        {"table": {"table": "places", "kind": "xlsx"}},
        {"table": {"table": "people", "kind": "csv"}},
    )
