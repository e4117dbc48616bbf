"""`propman demo`: build the world where there is none, say how to come in, serve it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click
from flask import Flask
from sqlalchemy.orm import Session

from propman import clock, create_app, jobs, migrate
from propman.accounts.passwords import hash_password
from propman.config import BadSetting, Settings
from propman.db import db
from propman.demo import building, reminder, welcome
from propman.demo.shelf import Shelf
from propman.files.operations import delete_erased_files, sweep
from propman.files.store import FileStore
from propman.health import schema_is_current
from propman.serve import serve
from propman.voice.operations import delete_erased_voices
from propman.voice.operations import sweep as sweep_voices

HOST = "127.0.0.1"
FIRST, LAST = date(2021, 3, 1), date(2099, 12, 31)  # the shipped rules begin with 2020, and a world needs its past


def run(*, port: int, prepare: bool, fresh: bool, today: date | None) -> None:
    """Build the world where there is none, print how to come in and serve it on 127.0.0.1:`port` until Ctrl-C.

    `prepare` returns instead of serving; `fresh` throws an old world away; `today` is the day a new world is built
    around, by default the present one. Raises `BadSetting` where another installation would be touched, and
    `click.ClickException` where the port is taken.
    """
    today = today or clock.local_date(clock.now())
    if not FIRST <= today <= LAST:
        raise BadSetting(f"--today must lie between {FIRST} and {LAST}.")
    if not prepare:
        _refuse_taken(port)
    with _house(port) as app:
        with app.app_context():
            anchor = _world(app, today, fresh=fresh)
            with Session(db.engine) as session:
                words = "\n".join(welcome.lines(session, anchor=anchor, address=f"http://{HOST}:{port}"))
        if reminder.is_old(anchor, clock.local_date(clock.now())):
            reminder.install(app, anchor)
        if prepare:
            click.echo(words)
        else:
            _serve(app, port, words)


@contextmanager
def _house(port: int) -> Iterator[Flask]:
    """The application on the newest schema. A demo that has no settings of its own is reached by its port."""
    settings = Settings.from_environment({"PROPMAN_PUBLIC_BASE_URL": f"http://{HOST}:{port}"} | os.environ)
    if settings.mode != "demo":
        raise BadSetting("A demo, whose passwords everybody knows, does not run with PROPMAN_MODE=production.")
    app = create_app(settings)
    with app.app_context():
        engine = db.engine
    try:
        with Session(engine) as session:
            current = schema_is_current(session)
        if not current:
            logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps say nothing to who wants to look around
            migrate.upgrade(settings.database_url)
        yield app
    finally:
        engine.dispose()


def _world(app: Flask, today: date, *, fresh: bool) -> date:
    """The anchor day of the world in the database, built around `today` where there is none or a `fresh` one is wanted.

    One transaction: whoever breaks it off finds what was there before. Its pictures are on the disk by then; those of
    a build that was broken off are swept away by the jobs.
    """
    settings: Settings = app.extensions["propman.settings"]
    store = Shelf(settings.files_dir)
    with Session(db.engine) as session, session.begin():
        anchor = building.anchor_of(session)
        if anchor is None and building.is_inhabited(session):
            raise BadSetting(
                "The database that PROPMAN_DATABASE_URL names holds something else than a demo world: it stays."
            )
        if anchor is not None and not fresh:
            return anchor
        click.echo(f"Building the demo world around {today}; this takes some seconds ...", err=True)
        if anchor is not None:
            building.clear(session)
        building.build(
            session,
            anchor=today,
            password_hash=hash_password(welcome.PASSWORD, cheap=settings.cheap_passwords),
            store=store,
            keys=settings.tracking_keys,
        )
    _tidy(store, swept=anchor is not None)
    return today


def _tidy(store: FileStore, *, swept: bool) -> None:
    """Delete the pictures and voice notes of erased reports, and those that an old world left behind."""
    with Session(db.engine) as session, session.begin():
        delete_erased_files(session, store, now=clock.now())
        delete_erased_voices(session, store, now=clock.now())
        if swept:
            sweep(session, store, now=clock.now())
            sweep_voices(session, store, now=clock.now())


def _refuse_taken(port: int) -> None:
    """Look before a world is built for a port that something else answers on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise _taken(port, taken) from None


def _taken(port: int, fault: OSError) -> click.ClickException:
    return click.ClickException(f"Port {port} of {HOST} cannot be used: {fault.strerror}. Try another --port.")


def _serve(app: Flask, port: int, words: str) -> None:
    """Serve pages and run the timetable in this one process."""
    timetable = jobs.start(app)
    try:
        serve(app, host=HOST, port=port, when_open=lambda: click.echo(words))
    except OSError as taken:
        raise _taken(port, taken) from None
    finally:
        timetable.shutdown(wait=True)
