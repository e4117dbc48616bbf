"""The commands. Each reads its settings from the environment and speaks to a person at a prompt."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from propman.config import BadSetting, Settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

BAD_SETTING = 78  # EX_CONFIG of sysexits.h
UNAVAILABLE = 69  # EX_UNAVAILABLE


class Commands(click.Group):
    """A group that turns what a person can mend into a sentence and an exit code, and never shows a setting's value."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; end with 78 for a bad setting, 69 for a database that does not answer."""
        try:
            return super().invoke(ctx)
        except BadSetting as bad:
            click.echo(str(bad), err=True)
            sys.exit(BAD_SETTING)
        except OperationalError:
            click.echo("The database that PROPMAN_DATABASE_URL names does not answer.", err=True)
            sys.exit(UNAVAILABLE)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """propman: upkeep of renovated old communities. PROPMAN_DATABASE_URL names the database for every command."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


@contextmanager
def house(*, migrated: bool = False) -> Iterator[Flask]:
    """The application with its database, closed at the end. A missing SQLite file is made and migrated, and with
    `migrated` any database.

    Raises `BadSetting` for a database whose schema this program was not written for.
    """
    from propman import create_app, migrate
    from propman.db import db

    settings = Settings.from_environment()
    if migrated or _is_missing_file(settings.database_url):
        migrate.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        engine = db.engine
    try:
        _refuse_another_schema(engine)
        yield app
    finally:
        engine.dispose()


def _refuse_another_schema(engine: Engine) -> None:
    from propman.health import schema_is_current

    with Session(engine) as session:
        if not schema_is_current(session):
            raise BadSetting(
                "The database that PROPMAN_DATABASE_URL names has another schema than this program. "
                "Bring it up to date with:  python3 -m propman migrate upgrade"
            )


def _is_missing_file(database_url: str) -> bool:
    url = make_url(database_url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where it is served.")
@click.option("--prepare", is_flag=True, help="Build the world and return.")
@click.option("--fresh", is_flag=True, help="Throw the old world away and build a new one.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day the world is built around.")
def demo(port: int, prepare: bool, fresh: bool, today: datetime | None) -> None:
    """Serve a small realistic world on this machine."""
    from propman.demo.commands import run

    run(port=port, prepare=prepare, fresh=fresh, today=today.date() if today else None)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the pages from one process. Messages and deadlines need `jobs run` beside it."""
    from propman.serve import serve as serve_pages

    try:
        with house() as app:
            serve_pages(app, host=host, port=port, when_open=lambda: click.echo(f"http://{host}:{port}/"))
    except OSError as taken:
        sentence = f"Port {port} of {host} cannot be used: {taken.strerror}. Try another --port."
        raise click.ClickException(sentence) from None


@main.command()
def setup() -> None:
    """Make the database ready for a real city: schema, divisions, and a link for the first administrator."""
    from propman import clock
    from propman.accounts.operations import setup_first_administrator
    from propman.communities.operations import load_divisions
    from propman.db import db

    with house(migrated=True) as app, app.app_context(), Session(db.engine) as session, session.begin():
        load_divisions(session, now=clock.now())
        token = setup_first_administrator(session, now=clock.now())
    if token is None:
        click.echo("Everything is in place. An administrator exists already; that person invites the others.")
        return
    path = app.url_map.bind("").build("accounts.accept_invitation", {"token": token})
    click.echo("Everything is in place. With this link the first administrator chooses a password, once:")
    click.echo(f"{app.extensions['propman.settings'].public_base_url}{path}")


@main.group()
def migrate() -> None:
    """Move the database between versions of its schema."""


@migrate.command()
def upgrade() -> None:
    """Bring the database to the newest schema and load the rules that came with this program."""
    from propman import migrate as migrations

    migrations.upgrade(Settings.from_environment().database_url)
    click.echo("The database has the newest schema.")


@migrate.command()
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION, or one step with -- -1, or to nothing with base."""
    from alembic import command

    from propman.migrate import alembic_config

    command.downgrade(alembic_config(Settings.from_environment().database_url), revision)
    click.echo(f"The database stands at {revision}.")


@migrate.command(name="check")
def check_schema() -> None:
    """Compare the database with the models; ends with 1 where they differ."""
    from alembic import command
    from alembic.util import CommandError

    from propman.migrate import alembic_config

    try:
        command.check(alembic_config(Settings.from_environment().database_url))
    except CommandError as difference:
        raise click.ClickException(str(difference)) from None


@main.group()
def jobs() -> None:
    """What propman does by itself: deliver messages, hand tickets over, close what stayed unanswered, tidy up."""


@jobs.command(name="run")
def run_jobs() -> None:
    """Run the timetable until told to stop. Any number of these processes may run."""
    from propman.jobs import run_until_stopped

    with house() as app:
        run_until_stopped(app)


@jobs.command()
@click.argument("name")
def once(name: str) -> None:
    """Run the job NAME now, once."""
    from propman import clock
    from propman.jobs import TIMETABLE, run_job

    job = {job.name: job for job in TIMETABLE}.get(name)
    if job is None:
        raise click.BadParameter(f"there is no job {name!r}; there are {', '.join(job.name for job in TIMETABLE)}")
    with house() as app:
        done = run_job(app, job, clock.now())
    if not done:
        sys.exit(1)


@contextmanager
def transaction(engine: Engine, dry: bool) -> Iterator[Session]:
    """A session in a transaction that is committed at its end, or rolled back."""
    with Session(engine) as session, session.begin() as whole:
        yield session
        if dry:
            whole.rollback()


@main.group(name="import")
def bring_in() -> None:
    """Take over what another system holds."""


@bring_in.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "map_file", required=True, type=click.Path(path_type=Path),
              help="TOML that says which columns are what, and what their values mean.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Write nothing; say the same.")
def tickets(file: Path, map_file: Path, dry_run: bool) -> None:
    """Take over the reports in the CSV FILE. Prints each record that is refused, then loaded/refused/unchanged.

    A record is taken over once, by its id. Ends with 1 where file or map cannot be used; then nothing is taken over.
    """
    from propman import clock
    from propman.backlog import files
    from propman.backlog.mapping import BadMap
    from propman.backlog.operations import run
    from propman.db import db

    try:
        by, table = files.map_in(map_file), files.table_in(file)
        with house() as app, app.app_context():
            outcome = run(partial(transaction, db.engine, dry_run), table=table, by=by, now=clock.now(), dry=dry_run)
    except BadMap as bad:
        raise click.ClickException(str(bad)) from None
    for line in files.lines(outcome, dry=dry_run):
        click.echo(line)


@main.command()
def check() -> None:
    """Recount every promise that stored data must keep; ends with 1 if one is broken."""
    from propman import checks, clock
    from propman.db import db
    from propman.files.store import FileStore

    with house() as app, app.app_context():
        store = FileStore(app.extensions["propman.settings"].files_dir)
        findings = checks.recount_snapshot(db.engine, store=store, now=clock.now())
    for line in checks.lines(findings):
        click.echo(line)
    if not checks.all_hold(findings):
        sys.exit(1)


@main.command()
def messages() -> None:
    """Collect the words of the source into the catalogues of propman/translations."""
    from propman.translations.catalogue import update

    for language, waiting in update().items():
        click.echo(f"{language}: {waiting} await translation")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Check every rule of the house and run all tests; ARGUMENTS go to pytest."""
    from propman.selftest import run

    sys.exit(run(list(arguments)))
