"""A browser at the register, and the forms on its pages."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import stories
from tests import world as small
from tests.world import value_of


class Desk:
    """One browser that reads English: opens pages and sends their forms as a browser would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = small.in_english(client)

    def open(self, address: str) -> TestResponse:
        return self.client.get(address)

    def read(self, address: str) -> str:
        """The visible words of a page that opens."""
        answer = self.open(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return said(answer)

    def send(self, address: str, page: str | None = None, **typed: Any) -> TestResponse:
        """Open `page` (the form's own, unless another holds it), type, and send."""
        shown = form_to(self.open(page or address).text, address)
        names = [name for name in ("csrf_token", "key", "version") if f'name="{name}"' in shown]
        return self.client.post(address, data={name: value_of(shown, name) for name in names} | typed)

    def sent(self, address: str, page: str | None = None, **typed: Any) -> str:
        """As `send`, where nothing should be refused; gives the words of the page that follows."""
        answer = self.send(address, page, **typed)
        assert answer.status_code == 303, said(answer)
        return self.read(answer.location.split("#")[0])


def form_to(page: str, address: str) -> str:
    """The form of a page that goes to `address`."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if f'action="{address}"' in unescape(form):
            return str(form)
    raise AssertionError(f"no form to {address}")


def said(answer: TestResponse) -> str:
    """The visible words of a page."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.text, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def photo(colour: str = "red") -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(stories.picture(colour)), "屋面.jpg"
