"""What gunicorn serves for the ruler: the application on the database that the environment names; the null route."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from propman import create_app
from propman.config import Settings
from tests.performance.measuring import null_app

DATABASE = "PROPMAN_RULER_DATABASE"


def settings(url: str) -> Settings:
    """Settings as of a test, on the database at `url`."""
    return Settings.for_tests(database_url=url, data_dir=Path(tempfile.gettempdir()) / "propman-ruler-files")


null = null_app()
app = create_app(settings(os.environ[DATABASE])) if DATABASE in os.environ else null
