"""A browser at the register, and the forms on its pages."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from tests import stories
from tests.desk import Desk as AnyDesk
from tests.world import value_of


class Desk(AnyDesk):
    """One browser that reads English; its forms carry a version, and a page can hold several of them."""

    def send(self, address: str, page: str | None = None, **typed: Any) -> TestResponse:
        """Open `page` (the form's own, unless another holds it), type, and send."""
        shown = form_to(self.open(page or address).text, address)
        names = [name for name in ("csrf_token", "key", "version") if f'name="{name}"' in shown]
        return self.client.post(address, data={name: value_of(shown, name) for name in names} | typed)


def form_to(page: str, address: str) -> str:
    """The form of a page that goes to `address`."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if f'action="{address}"' in unescape(form):
            return str(form)
    raise AssertionError(f"no form to {address}")


def photo(colour: str = "red") -> tuple[io.BytesIO, str]:
    """A file as a form sends it."""
    return io.BytesIO(stories.picture(colour)), "屋面.jpg"
