"""propman: upkeep of renovated old communities. `create_app` puts the house together and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from propman.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application.

    In: `settings`, or None to read them from the environment. Out: a Flask application whose every view has declared
    its permission. Raises `config.BadSetting` for a missing, unknown or weak setting and `RuntimeError` for a view
    without a declaration. Third-party imports stay inside, so that `python3 -m propman` can start without any.
    """
    from propman.assembly import assemble
    from propman.config import Settings as Environment

    return assemble(settings or Environment.from_environment())
