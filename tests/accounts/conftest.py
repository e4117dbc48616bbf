"""Browsers for tests of accounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def new_client(new_client: Callable[[], FlaskClient]) -> Callable[[], FlaskClient]:
    """Make one more browser, of somebody who reads English."""

    def make() -> FlaskClient:
        client = new_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return make
