"""Which sentences are offered for a move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.data.phrases import shipped_phrases
from propman.phrases.models import Phrase


def offered(session: Session, organisation_id: int) -> Mapping[str, Sequence[str]]:
    """The sentences by move: the organisation's own and, for a move without any, those that come with propman."""
    own: dict[str, list[str]] = defaultdict(list)
    for phrase in kept(session, organisation_id):
        own[phrase.move].append(phrase.text)
    return {**shipped_phrases(), **own}


def kept(session: Session, organisation_id: int) -> Sequence[Phrase]:
    """The organisation's own, in the order in which they were added."""
    query = select(Phrase).where(Phrase.organisation_id == organisation_id).order_by(Phrase.id)
    return session.scalars(query).all()
