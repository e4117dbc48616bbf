"""What was corrected, in words: of each thing what stood there and what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.communities.queries import address, lines
from propman.tickets.labels import PRIORITIES
from propman.tickets.queries.rows import AnyEvent
from propman.web.filters import moment, name_of


def corrections_of(session: Session, events: Sequence[AnyEvent]) -> dict[int, str]:
    """What each correction among the `events` of a ticket changed, by event. No query where there is none."""
    found = [(before, event) for before, event in pairwise(events) if event.changes]
    if not found:
        return {}
    places = _places(session, _ids(found, "place"))
    parts = dict(session.execute(select(Asset.id, Asset.name).where(Asset.id.in_(_ids(found, "part")))).all())
    kinds = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(found[-1][1].at))}
    words: dict[str, dict[Any, str]] = {
        "category": kinds, "priority": {code: str(word) for code, word in PRIORITIES.items()}, "place": places,
        "part": parts,
    }  # fmt: skip
    return {event.id: _("; ").join(_said(before, event, words)) for before, event in found}


def _said(before: AnyEvent, event: AnyEvent, words: Mapping[str, Mapping[Any, str]]) -> Iterable[str]:
    named = {"category": _("category"), "priority": _("urgency"), "place": _("place"), "part": _("part")}
    for name, (old, new) in (event.changes or {}).items():
        known = words[name]
        yield _change(named[name], known.get(old, _("not known") if old is None else str(old)),
                      known.get(new, _("not known") if new is None else str(new)))  # fmt: skip
    for name, was, now in (
        (_("somebody sent by"), before.respond_due_at, event.respond_due_at),
        (_("repaired by"), before.resolve_due_at, event.resolve_due_at),
    ):
        if was != now:
            yield _change(name, _at(was), _at(now))


def _change(name: str, old: str, new: str) -> str:
    return str(_("%(name)s %(old)s → %(new)s", name=name, old=old, new=new))


def _at(due_at: datetime | None) -> str:
    return moment(due_at) if due_at else str(_("no time limit"))


def _ids(found: Iterable[tuple[AnyEvent, AnyEvent]], name: str) -> set[int]:
    pairs = [(event.changes or {}).get(name, ()) for _before, event in found]
    return {each for pair in pairs for each in pair if each is not None}


def _places(session: Session, ids: set[int]) -> dict[Any, str]:
    rows = session.scalars(select(Place).where(Place.id.in_(ids))).all() if ids else []
    whole = lines(session, rows) if rows else {}
    return {place.id: address(whole[place.id]) for place in rows}
