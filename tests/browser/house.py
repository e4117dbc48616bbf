"""A house that is lived in, served by a process of its own, and the browsers that look at it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from propman.config import ROOT, Settings
from propman.db import Base, engine_options, prepare_engine
from tests import world as small
from tests.pages import tour
from tests.stories import KEY_ID
from tests.world import World

PHONE = (390, 844)
DESK = (1280, 900)
PATIENCE = 60_000  # milliseconds a busy machine may take for an answer or a change on a page: a bound, not a figure
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
)  # fmt: skip


@dataclass
class House:
    """A running installation: where it is, who lives in it, and what stands in braces in the addresses of the tour."""

    base: str
    settings: Settings
    world: World
    things: dict[str, Any]
    cookies: dict[str, Any] = field(default_factory=dict)  # by person, of a browser that has signed in

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on its database, beside the running process."""
        with session_on(self.settings.database_url) as session:
            yield session

    def at(self, address: str) -> str:
        """The whole address of a stop of the tour."""
        return self.base + address.format_map(self.things)


@contextmanager
def session_on(database_url: str) -> Iterator[Session]:
    """A session that shares nothing with the application."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@contextmanager
def running(database: Path, folder: Path) -> Iterator[House]:
    """Furnish the migrated SQLite file `database`, serve it, and stop at the end; photographs lie in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    mine = {
        "PROPMAN_DATABASE_URL": f"sqlite:///{database}", "PROPMAN_DATA_DIR": str(folder),
        "PROPMAN_PUBLIC_BASE_URL": base, "PROPMAN_TRACKING_KEYS": f"{KEY_ID}:{secrets.token_urlsafe(48)}",
    }  # fmt: skip
    settings = Settings.from_environment(mine)
    with session_on(settings.database_url) as session:
        world = small.build(session, files=settings.files_dir)
        things = tour.furnish(session, world, settings)
        for each in vars(world).values():
            if isinstance(each, Base):
                session.refresh(each)  # whole, for whoever asks without a session
        session.expunge_all()
    others = {name: value for name, value in os.environ.items() if not name.startswith("PROPMAN_")}
    command = [sys.executable, "-m", "propman", "serve", "--port", str(port)]
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=others | mine, stdout=subprocess.PIPE, stderr=log)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().decode().startswith(base), (folder / "log.txt").read_text()
        yield House(base, settings, world, things)
    finally:
        server.terminate()
        server.communicate(timeout=20)


@dataclass
class Visitors:
    """Opens browser windows for people, and remembers what went wrong in them."""

    house: House
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(
        self, who: str = "", *, size: tuple[int, int] = PHONE, scripts: bool = True, language: str = "zh",
        dark: bool = False, view: str = "normal",
    ) -> Page:  # fmt: skip
        """A window of `who` (an attribute of the world; "" is a visitor), signed in, with a language and text size."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            java_script_enabled=scripts,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            base_url=self.house.base,
            storage_state=self._signed_in(who) if who else None,
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if language != "zh":
            _choose(context, "/settings/language", "lang", language)
        if view != "normal":
            _choose(context, "/settings/view", "view", view)
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{page.url}: {fault}"))
        page.on("console", lambda line: self._hear(page, line.type, line.text))
        return page

    def close(self) -> None:
        """Close every window. Raises AssertionError if a script or the content security policy complained in one."""
        for context in self.contexts:
            context.close()
        assert not self.faults

    def _signed_in(self, who: str) -> Any:
        if who not in self.house.cookies:
            context = self.browser.new_context(base_url=self.house.base, locale="zh-CN")
            token = small.token_of(context.request.get("/sign-in").text())
            form = {"who": self.house.world.people[who].phone or "", "password": small.PASSWORD, "csrf_token": token}
            assert "/sign-in" not in context.request.post("/sign-in", form=form).url
            self.house.cookies[who] = context.storage_state()
            context.close()
        return self.house.cookies[who]

    def _hear(self, page: Page, kind: str, text: str) -> None:
        """Errors in the console count, but for the browser's remark on a page that is meant to answer with 4xx."""
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.faults.append(f"{page.url}: {text}")


def _choose(context: BrowserContext, path: str, name: str, value: str) -> None:
    token = small.token_of(context.request.get("/track").text())
    assert context.request.post(path, form={name: value, "next": "/track", "csrf_token": token}).ok
