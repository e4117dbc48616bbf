"""Forms: the hidden key that makes a retry safe, and how a refusal finds its way back beside what was typed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, g, request, session
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField
from wtforms.validators import Length, Regexp

from propman import clock
from propman.db import db
from propman.errors import Refused
from propman.idempotency import new_key, once
from propman.text import N_
from propman.web.guard import current_viewer


def install(app: Flask) -> None:
    """Let the forms and templates of `app` have the token of a request without signing it anew."""
    app.before_request(_take_signed)
    app.jinja_env.globals["csrf_token"] = _token


_signed: OrderedDict[str, str] = OrderedDict()
_MOST_SIGNED = 5000


def _take_signed() -> None:
    """Use the token again that this process signed for the same browser: it holds as long as the session."""
    if request.endpoint not in {None, "static"}:
        _known()


def _known() -> str | None:
    known = _signed.get(session.get("csrf_token", ""))
    if known is None:
        g.pop("csrf_token", None)  # of a session that ended in this request
    else:
        g.csrf_token = known
    return known


def _token() -> str:
    token = _known()
    if token is None:
        token = generate_csrf()
        _signed[session["csrf_token"]] = token
        while len(_signed) > _MOST_SIGNED:
            _signed.popitem(last=False)
    return token


class KeyedForm(FlaskForm):
    """A form that changes something: it carries an idempotency key, drawn by the server and kept on a refused form."""

    key = HiddenField(default=lambda: new_key(clock.now()))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if self.key.raw_data == []:  # sent without one: a key is drawn where a form is shown, never where it is sent
            self.key.data = ""

    def payload(self) -> dict[str, object]:
        """What was asked, for the fingerprint: every field but the key and the CSRF token."""
        return {name: value for name, value in self.data.items() if name not in {"key", "csrf_token"}}


class VersionForm(KeyedForm):
    """A form for what somebody else may change meanwhile: it carries the version that the person saw."""

    version = HiddenField(
        validators=[Regexp(r"[0-9]{1,9}\Z", message=_l("Open the page again and send it once more."))]
    )

    @property
    def seen_version(self) -> int:
        """The version as a number; call after validation."""
        return int(self.version.data)


def at_most(most: int) -> Length:
    """A text of at most `most` characters; else a sentence that names the limit."""
    return Length(max=most, message=_l("Please keep it to %(most)s characters.", most=most))


def act_once(form: KeyedForm, act: Callable[[], object], **asked: object) -> dict[str, Any]:
    """Run `act` once for the key of `form` and the person who is signed in; gives the id it returned as {"id": …}.

    What was asked, and must be the same at a retry, is this address, every field, and `asked`. Raises as `once`.
    """
    return once(
        db.session(),
        principal=f"user:{current_viewer().user_id}",
        key=form.key.data or "",
        payload={**form.payload(), **asked, "address": request.path},
        now=clock.now(),
        act=lambda: {"id": act()},
    )


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
