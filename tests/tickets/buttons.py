"""Pressing the buttons of a page as a browser would: the form as it stands on the page, with what is typed into it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import world as worlds
from tests.world import World

Sign = Callable[[str], FlaskClient]
"""Name of a person in the small world -> the browser in which that person is signed in."""


def in_english(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Sign:
    """Sign people in, each with a browser of their own and English pages."""

    def sign(name: str) -> FlaskClient:
        world.people[name].language = "en"
        return worlds.sign_in(session, new_client(), world.people[name])

    return sign


def text_of(page: str) -> str:
    """What is to be read on `page`: without markup, blanks run together."""
    bare = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def form_on(page: str, action: str, *names: str) -> str | None:
    """The markup of the first form that is posted to the address `action` and has fields with these names, or None."""
    begins = rf'<form(?=[^>]* method="post")[^>]* action="{re.escape(action)}"'
    found = re.findall(rf"{begins}.*?</form>", page, flags=re.DOTALL)
    return next((form for form in found if all(f' name="{name}"' in form for name in names)), None)


def hidden_in(form: str) -> dict[str, str]:
    """Name and value of the hidden fields of a form."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", form) if 'type="hidden"' in tag]
    return {_part(tag, "name"): html.unescape(_part(tag, "value")) for tag in tags}


def form_for(client: FlaskClient, page_at: str, action: str) -> str:
    """The form that goes to `action`: on the page at `page_at`, or on the page of its own that a link there opens."""
    page = client.get(page_at)
    form = form_on(page.text, action)
    if form is None and links_to(page.text, action):
        form = form_on(client.get(action).text, action)
    assert form is not None, f"no form to {action} on {page_at} ({page.status_code})"
    return form


def links_to(page: str, action: str) -> bool:
    """Whether a link on `page` opens the address `action`."""
    return f'href="{action}"' in page


def press(client: FlaskClient, page_at: str, action: str, **typed: Any) -> TestResponse:
    """Open the page at `page_at`, fill the form that goes to `action` with `typed`, and send it."""
    return send(client, action, hidden_in(form_for(client, page_at, action)), **typed)


def send(client: FlaskClient, action: str, kept: Mapping[str, str], **typed: Any) -> TestResponse:
    """Send to `action` the hidden fields `kept` and what was `typed`."""
    return client.post(action, data={**kept, **typed}, content_type="multipart/form-data")


def _part(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""
