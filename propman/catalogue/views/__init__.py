"""The administration of the catalogue: types of parts, their guarantee, the rules of a city, who is told when."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask
from flask_babel import gettext

from propman.catalogue.words import (
    ATTRIBUTE_KIND_WORDS,
    BASIS_WORDS,
    CLASS_WORDS,
    CRITICALITY_WORDS,
    LEVEL_WORDS,
    MAINTAINER_WORDS,
    TIME_LIMIT_WORDS,
    TRADE_WORDS,
    YEAR_WORDS,
)

blueprint = Blueprint("catalogue", __name__)

MODULES = (
    "asset_types", "asset_attributes", "warranty_rules", "settings", "escalation_rules", "rules", "festivals",
    "checking", "ending",
)  # fmt: skip


def install(app: Flask) -> None:
    """Register the pages on `app`, and the filters that say the words of the catalogue."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(
        class_word=lambda kind: gettext(CLASS_WORDS[kind]),
        criticality_word=lambda degree: gettext(CRITICALITY_WORDS[degree]),
        maintainer_word=lambda maintainer: gettext(MAINTAINER_WORDS[maintainer]),
        basis_word=lambda basis: gettext(BASIS_WORDS[basis]),
        attribute_kind_word=lambda kind: gettext(ATTRIBUTE_KIND_WORDS[kind]),
        level_word=lambda level: gettext(LEVEL_WORDS[level]),
        time_limit_word=lambda limit: gettext(TIME_LIMIT_WORDS[limit]),
        year_word=lambda status: gettext(YEAR_WORDS[status]),
        trade_word=lambda trade: gettext(TRADE_WORDS[trade]),
    )
