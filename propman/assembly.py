"""Puts the house together: settings, extensions, guard, blueprints."""

from __future__ import annotations

import gc
from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from propman.config import ROOT, Settings
from propman.db import db, engine_options, prepare_engine
from propman.translations import compile_catalogues
from propman.web import compiled, filters, forms, guard, pages, signs, static_files, timeline, wording

BLUEPRINTS = (
    "propman.accounts.views",
    "propman.notify.views",
    "propman.catalogue.views",
    "propman.communities.views",
    "propman.households.views",
    "propman.projects.views",
    "propman.assets.views",
    "propman.rota.views",
    "propman.outages.views",
    "propman.register.views",
    "propman.tickets.views",
    "propman.desk.views",
    "propman.callbacks.views",
    "propman.oversight.views",
    "propman.backlog.views",
    "propman.search.views",
    "propman.inspections.views",
    "propman.rounds.views",
    "propman.spotchecks.views",
    "propman.portal.views",
    "propman.health",
)
GARBAGE = (10_000, 20, 20)
"""How seldom Python looks for rings of forgotten objects: a page makes thousands of objects, and at Python's own pace
looking costs an eighth of it. But what a page leaves behind is a ring of a hundred kilobytes: not too seldom either.
"""


class Propman(Flask):
    """A Flask application in which no view is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func` as it is: Flask looks at six functions of each request whether they are coroutines."""
        return func


def assemble(settings: Settings) -> Flask:
    """Build the application from `settings`; see `propman.create_app`."""
    app = Propman("propman", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.jinja_environment = compiled.Templates  # type: ignore[assignment]
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["propman.settings"] = settings
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    compile_catalogues()
    wording.Wording(app, locale_selector=pages.select_language, default_locale="zh", default_timezone="Asia/Shanghai")
    guard.install(app)  # before CSRF: the size limit and the declared permission come first
    CSRFProtect(app)
    Compress(app)
    filters.install(app)
    forms.install(app)
    wording.install(app)
    signs.install(app)
    timeline.install(app)
    pages.install(app)
    for name in BLUEPRINTS:
        import_module(name).install(app)
    static_files.install(app)
    guard.refuse_undeclared(app)
    gc.set_threshold(*GARBAGE)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "__Host-propman" if settings.secure else "propman",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "propman" / "translations"),
        "TESTING": settings.mode == "test",
        "PROPAGATE_EXCEPTIONS": False,
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"],
    }
