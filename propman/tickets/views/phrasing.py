"""Ready-made sentences on the forms of moves: without scripts they stand in for an empty text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import g
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from propman.db import db
from propman.phrases.queries import offered
from propman.tickets.forms.phrased import Phrased
from propman.tickets.forms.resident import MoveForm
from propman.tickets.workflow import Action


def offer_phrases(form: MoveForm, action: Action, organisation_id: int) -> None:
    """Offer on `form` what `organisation_id` says at such a move; where nothing was written, take the choice."""
    if not isinstance(form, Phrased):
        return
    texts = _of(organisation_id).get(action.value, ())
    form.phrase.choices = [SelectChoice("", _("Choose…")), *(SelectChoice(text, text) for text in texts)]
    if form.phrase.data in texts and not (form.note.data or "").strip():
        form.note.data = form.phrase.data


def _of(organisation_id: int) -> Mapping[str, Sequence[str]]:
    """Asked of the database once a request for each organisation."""
    known: dict[int, Mapping[str, Sequence[str]]] = g.setdefault("phrases", {})
    if organisation_id not in known:
        known[organisation_id] = offered(db.session(), organisation_id)
    return known[organisation_id]
