"""Forms: the hidden key that makes a retry safe, and how a refusal finds its way back beside what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField

from propman.db import db
from propman.errors import Refused
from propman.idempotency import new_key
from propman.text import N_


class KeyedForm(FlaskForm):
    """A form that changes something: it carries an idempotency key, drawn by the server and kept on a refused form."""

    key = HiddenField(default=new_key)

    def payload(self) -> dict[str, object]:
        """What was asked, for the fingerprint: every field but the key and the CSRF token."""
        return {name: value for name, value in self.data.items() if name not in {"key", "csrf_token"}}


@contextmanager
def answer_refusals(form: FlaskForm) -> Iterator[None]:
    """Inside: one operation, then commit, then return the redirect. A refusal rolls back and is written on the form.

    After the block the view shows the form again with `page_status()`.
    """
    try:
        yield
    except Refused as refusal:
        db.session.rollback()
        g.page_status = refusal.status
        blame(form, refusal)
    except IntegrityError:
        db.session.rollback()
        g.page_status = 409
        blame(form, Refused(N_("This collides with something that is already recorded."), status=409))


def page_status() -> int:
    """The answer that the form on this page deserves: 422, or what the refusal said."""
    return int(g.get("page_status", 422))


def blame(form: FlaskForm, refusal: Refused) -> None:
    """Write the sentence of `refusal` beside the field it names, or at the top of `form`."""
    sentence = gettext(refusal.sentence, **refusal.params)
    field = form._fields.get(refusal.field) if refusal.field else None
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]
