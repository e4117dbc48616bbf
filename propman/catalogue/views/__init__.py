"""The administration of the catalogue of parts: types, what they carry, and how long the law guarantees them."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask
from flask_babel import gettext

from propman.catalogue.words import (
    ATTRIBUTE_KIND_WORDS,
    BASIS_WORDS,
    CLASS_WORDS,
    CRITICALITY_WORDS,
    MAINTAINER_WORDS,
    TRADE_WORDS,
)

blueprint = Blueprint("catalogue", __name__)

MODULES = ("asset_types", "asset_attributes", "warranty_rules", "settings", "checking", "ending")


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
        trade_word=lambda trade: gettext(TRADE_WORDS[trade]),
    )
