"""Own CSS, JS and signs: an address changes with the content, so that a browser keeps them for a year."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for

from propman.roles import Permission
from propman.web.guard import requires

YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Version the addresses of `app`'s static files, and declare their view public."""
    folder = Path(app.static_folder or "")

    @requires(Permission.PUBLIC)
    def static(filename: str) -> Response:
        return app.send_static_file(filename)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", version(folder / values["filename"]))

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR
    app.view_functions["static"] = static


def address_maker() -> Callable[..., str]:
    """`url_for` for templates. The addresses of files and of pages without values are the same for everybody: each is
    built once.
    """

    @cache
    def built(_root: str, endpoint: str, filename: str | None) -> str:
        return url_for(endpoint, filename=filename) if filename else url_for(endpoint)

    def address(endpoint: str, **values: Any) -> str:
        filename = values.get("filename") if endpoint == "static" and len(values) == 1 else None
        if (values and filename is None) or endpoint.startswith("."):
            return url_for(endpoint, **values)
        return built(request.root_path, endpoint, filename)

    return address


@cache
def version(path: Path) -> str:
    """Eight hexadecimal digits of the content of `path`, or "0" where there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8] if path.is_file() else "0"
