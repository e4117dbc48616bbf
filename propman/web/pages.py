"""Headers of every answer, error pages, and the two switches that every page carries: language and text size."""

from __future__ import annotations

from functools import cache

from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response
from wtforms.i18n import messages_path

from propman.db import db
from propman.errors import NotFound, Refused
from propman.roles import Permission
from propman.web.guard import current_viewer, note_denial, request_id, requires

Answer = tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException | Response

LANGUAGES = ("zh", "en")
VIEWS = ("normal", "elder", "largest")

blueprint = Blueprint("web", __name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
    "Cache-Control": "no-store",  # unless the view says how long it may be kept
}


def install(app: Flask) -> None:
    """Hang headers, error pages and template names on `app`."""
    app.after_request(_headers)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for fault in (OperationalError, PoolTimeout, DBAPIError):
        app.register_error_handler(fault, _database_away)
    app.register_error_handler(Exception, _fault)
    app.context_processor(_names)
    app.register_blueprint(blueprint)


def select_language() -> str:
    """zh or en: what the person chose, else what the account says, else what the browser asks for, else zh."""
    chosen = session.get("language")
    language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "zh"
    request.wtforms_translations = _words_of_wtforms(language)  # type: ignore[attr-defined] # else read from its file anew
    return str(language)


@cache
def _words_of_wtforms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


def local_path(target: str | None) -> str:
    """`target` if it is a path on this site, else the home page: never a way out to another site."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        if not any(ord(letter) < 33 or letter == "\\" for letter in target):
            return target
    return url_for("portal.home")


@blueprint.post("/settings/language")
@requires(Permission.PUBLIC)
def set_language() -> Response:
    """Remember the language for this browser."""
    if request.form.get("lang") in LANGUAGES:
        session["language"] = request.form["lang"]
    return redirect(local_path(request.form.get("next")), code=303)


@blueprint.post("/settings/view")
@requires(Permission.PUBLIC)
def set_view() -> Response:
    """Remember the text size for this browser: normal, elder view or largest."""
    if request.form.get("view") in VIEWS:
        session["view"] = request.form["view"]
    return redirect(local_path(request.form.get("next")), code=303)


def _names() -> dict[str, object]:
    view = session.get("view")
    return {
        "viewer": current_viewer(),
        "locale": str(get_locale() or "zh"),
        "elder": view if view in VIEWS else "normal",
        "request_id": request_id(),
    }


def _headers(response: Response) -> Response:
    if request.endpoint == "static":
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    said = {name.lower() for name, _value in response.headers}
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in said])
    response.headers["X-Request-Id"] = request_id()
    return response


def _page(status: int, sentence: str | None = None) -> tuple[str, int]:
    db.session.rollback()
    return render_template([f"errors/{status}.html", "errors/error.html"], status=status, sentence=sentence), status


def _refused(refusal: Refused) -> tuple[str, int]:
    db.session.rollback()
    if isinstance(refusal, NotFound) and current_viewer().signed_in:
        note_denial(status=404)
    return _page(refusal.status, gettext(refusal.sentence, **refusal.params))


def _csrf(_fault: CSRFError) -> tuple[str, int]:
    return _page(400, gettext("This form was open too long or came from another page. Go back and send it again."))


def _http(fault: HTTPException) -> Answer:
    broke = getattr(fault, "original_exception", None)  # of a fault that came up while another one was answered
    if isinstance(broke, Exception):
        return _database_away(broke)
    code = fault.code or 500
    if code < 400 or isinstance(fault, SecurityError):  # under a foreign Host our pages cannot even name their sheets
        return fault
    page, status = _page(code)
    response = fault.get_response()
    response.set_data(page)
    response.content_type = "text/html; charset=utf-8"
    response.status_code = status
    return response  # keeps Allow of a 405 and Retry-After of a 429


def _database_away(fault: Exception) -> Answer:
    if not isinstance(fault, (OperationalError, PoolTimeout)) and not getattr(fault, "connection_invalidated", False):
        return _fault(fault)
    _log(fault)
    page, status = _page(503)
    return page, status, {"Retry-After": "5"}


def _fault(fault: Exception) -> tuple[str, int]:
    if current_app.testing:
        raise fault
    _log(fault)
    return _page(InternalServerError.code)


def _log(fault: Exception) -> None:
    current_app.logger.error("request %s failed: %s", request_id(), type(fault).__name__, exc_info=fault)
