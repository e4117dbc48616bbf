"""What a browser holds, and who that makes of it: the session's random id in Flask's signed cookie; a device cookie.

Flask-Login keeps the id under the name of its user; the id opens a row of `sign_in_session`, and that a `Viewer`.
There is no remember cookie: a session of its own lasts as long as it may.
"""

from __future__ import annotations

import ipaddress
import re

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from propman import clock
from propman.accounts.operations.sessions import DEVICE_LASTS, TOUCH_EVERY, Opened, touch
from propman.accounts.queries import entered
from propman.accounts.tokens import hash_token, new_token, pseudonym
from propman.config import Settings
from propman.db import db
from propman.roles import NOBODY, Viewer
from propman.web import apart, viewer_loader

KEPT_AT_SIGN_IN = ("language", "view")
_DEVICE = re.compile(r"[A-Za-z0-9_-]{43}")

# The first that is named wins: almost all of them also claim to be Safari.
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("HuaweiBrowser", "Huawei Browser"), ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"), ("MiuiBrowser", "Mi Browser"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


class SignedIn(UserMixin):
    """A signed-in browser, as Flask-Login wants it: its id is the random id of the session, not the person's."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token, self.viewer = token, viewer

    def get_id(self) -> str:
        """The session's random id."""
        return self.token


def install(app: Flask) -> None:
    """Let Flask-Login load a `SignedIn` for `app`, and the guard its Viewer."""
    manager = LoginManager(app, add_context_processor=False)  # the page that says "no database" asks it nothing
    manager.session_protection = None  # telephones change their address all day; the cookie is the proof
    manager.user_loader(_load)
    viewer_loader(app, _viewer)


def _viewer() -> Viewer:
    user = current_user._get_current_object()  # once: a proxy asks anew for each of its attributes
    return user.viewer if isinstance(user, SignedIn) else NOBODY


def _load(token: str) -> SignedIn | None:
    now = clock.now()
    found = entered(db.session(), token=token, now=now)
    if found is None:
        return None
    if now - found.seen_at >= TOUCH_EVERY:
        db.session.rollback()
        apart(lambda session: touch(session, session_id=found.session_id, now=now))
    return SignedIn(token, found.viewer)


def settings() -> Settings:
    """What this installation decided."""
    found: Settings = current_app.extensions["propman.settings"]
    return found


def session_token() -> str | None:
    """The random id of the session that this browser holds, alive or not."""
    token = cookie.get("_user_id")
    return token if isinstance(token, str) else None


def enter(opened: Opened) -> None:
    """Give this browser its new session. Everything it held before goes, but for language and text size."""
    forget()
    cookie.setdefault("language", opened.language)
    cookie.permanent = opened.lasting
    login_user(SignedIn(opened.token, NOBODY))


def forget() -> None:
    """Take everything from this browser but language and text size."""
    kept = {name: cookie[name] for name in KEPT_AT_SIGN_IN if name in cookie}
    cookie.clear()
    cookie.update(kept)


def device() -> str:
    """The random name of this device: the one it carries, or a new one for `remember_device`."""
    carried = request.cookies.get(_device_cookie(), "")
    return carried if _DEVICE.fullmatch(carried) else new_token()


def device_hash() -> str | None:
    """The hash of the name that this device carries, or None."""
    carried = request.cookies.get(_device_cookie(), "")
    return hash_token(carried) if _DEVICE.fullmatch(carried) else None


def remember_device(response: Response, name: str) -> Response:
    """Let the device carry `name`, so that strangers' wrong passwords cannot keep its owner out."""
    response.set_cookie(
        _device_cookie(), name, max_age=DEVICE_LASTS, httponly=True, secure=settings().secure, samesite="Lax"
    )
    return response


def _device_cookie() -> str:
    return "__Host-propman-device" if settings().secure else "propman-device"


def address_pseudonym() -> str:
    """What stands for the client's network address in counters. Of IPv6 the first half: a household has the rest."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return pseudonym("", key=settings().secret_key)
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address
    return pseudonym(str(address), key=settings().secret_key)


def browser_name() -> str:
    """ "Chrome, Android": enough for a person to recognise their own browser, nothing to identify it by."""
    agent = request.user_agent.string
    name = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (name, system) if part)
