"""Keeping the sentences of an organisation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.communities.models import Organisation
from propman.data.phrases import shipped_phrases
from propman.db import held
from propman.errors import NotFound, Refused
from propman.personal import clean
from propman.phrases import queries
from propman.phrases.models import LONGEST, Phrase
from propman.text import N_

MOST_OF_A_MOVE = 12


def add_phrase(session: Session, *, organisation_id: int, move: str, text: str, now: datetime) -> Phrase:
    """Offer `text` for `move`; the first own one of a move brings the shipped ones with it. Flushes.

    The caller has asked whether the organisation is that of who adds it. Raises `Refused` (422) for what is too long,
    one too many, or no move; 409 for what is offered already.
    """
    held(session, Organisation, organisation_id)
    text = clean(text)
    if move not in shipped_phrases():
        raise Refused(N_("Choose for which step it is."), field="move")
    if not text or len(text) > LONGEST:
        raise Refused(N_("Write a sentence of at most %(most)s characters."), field="text", most=LONGEST)
    own = [phrase.text for phrase in queries.kept(session, organisation_id) if phrase.move == move]
    offered = own or list(shipped_phrases()[move])
    if text in offered:
        raise Refused(N_("This sentence is offered already."), status=409, field="text")
    if len(offered) >= MOST_OF_A_MOVE:
        raise Refused(N_("At most %(most)s sentences for one step. Take one out first."), most=MOST_OF_A_MOVE)
    texts = [text] if own else [*offered, text]
    made = [Phrase(organisation_id=organisation_id, move=move, text=each, made_at=now) for each in texts]
    session.add_all(made)
    session.flush()
    return made[-1]


def delete_phrase(session: Session, *, organisation_ids: set[int], phrase_id: int) -> None:
    """Offer it no longer. Raises `NotFound` for one of another organisation and for none alike."""
    found = session.get(Phrase, phrase_id)
    if found is None or found.organisation_id not in organisation_ids:
        raise NotFound()
    session.delete(found)
    session.flush()
