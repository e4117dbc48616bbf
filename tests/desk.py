"""The browser of somebody at work: opens pages and sends their forms as a browser would."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import world as small


class Desk:
    """One signed-in browser that reads English."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = small.in_english(client)

    def open(self, address: str) -> TestResponse:
        """The answer to a GET."""
        return self.client.get(address)

    def read(self, address: str) -> str:
        """The visible words of a page that opens."""
        answer = self.open(address)
        assert answer.status_code == 200, address
        return said(answer)

    def send(self, address: str, page: str | None = None, **typed: object) -> TestResponse:
        """Open `page` (the form's own, unless another holds the button, or the way to it), type, and send."""
        shown = self.open(page or address).text
        if f'href="{address}"' in shown:  # the form has a page of its own
            shown = self.open(address).text
        hidden: dict[str, object] = {name: small.value_of(shown, name) for name in ("csrf_token", "key")}
        return self.client.post(address, data=hidden | typed)

    def sent(self, address: str, page: str | None = None, **typed: object) -> str:
        """As `send`, where nothing should be refused; gives the words of the page that follows."""
        answer = self.send(address, page, **typed)
        assert answer.status_code == 303, said(answer)
        return self.read(answer.location)


def said(answer: TestResponse) -> str:
    """The visible words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))
