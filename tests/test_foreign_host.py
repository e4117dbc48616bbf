"""A request under a name that is none of this installation's."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("address", ["/", "/sign-in", "/static/css/base.css", "/no-such-page"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_foreign_host_is_refused_and_never_becomes_part_of_an_address(
    client: FlaskClient, method: str, address: str
) -> None:
    answer = client.open(address, method=method, base_url="http://elsewhere.example")

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert 'href="http' not in answer.text
    assert answer.headers["X-Request-Id"]
