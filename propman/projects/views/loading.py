"""What the pages of this room share: the project, work item or payment of an address, in the scope of the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import render_template, url_for

from propman import clock
from propman.communities.models import Organisation, Place
from propman.communities.queries import address, line
from propman.communities.views.acting import Answer
from propman.db import db
from propman.projects import queries
from propman.projects.models import Payment, Project, WorkItem
from propman.roles import Permission
from propman.web import KeyedForm, current_viewer, page_status

Fields = Sequence[str | tuple[str, ...]]
Groups = Sequence[tuple[str, Fields]]
SEES, KEEPS = Permission.SEE_PROJECTS, Permission.KEEP_PROJECTS


def today() -> date:
    """The local day."""
    return clock.local_date(clock.now())


def load_project(project_id: int, permission: Permission = KEEPS) -> Project:
    """The project of this address. Raises `NotFound` for one with which the viewer may not do what is asked."""
    return queries.project(db.session(), project_id, current_viewer(), clock.now(), permission)


def load_item(work_item_id: int, permission: Permission = KEEPS) -> WorkItem:
    """The work item of this address. Raises `NotFound`."""
    return queries.work_item(db.session(), work_item_id, current_viewer(), clock.now(), permission)


def load_payment(payment_id: int) -> Payment:
    """The payment of this address, for who keeps its project. Raises `NotFound`."""
    return queries.payment(db.session(), payment_id, current_viewer(), clock.now(), KEEPS)


def where(place: Place) -> str:
    """The address of a place as people write it."""
    return address(line(db.session(), place))


def title_of(project: Project) -> str:
    """A project, with its community."""
    return f"{project.community.name} · {project.name}"


def title_of_item(item: WorkItem) -> str:
    """A work item, with its project."""
    return f"{title_of(item.project)} · {item.number} {item.name}"


def page_of(project_id: int) -> str:
    """The address of a project's page."""
    return url_for("projects.project", project_id=project_id)


def page_of_item(work_item_id: int) -> str:
    """The address of a work item's page."""
    return url_for("projects.work_item", work_item_id=work_item_id)


def in_parts(form: KeyedForm, groups: Groups, *, title: str, send: str, above: str, back: str, **more: Any) -> Answer:
    """The page of an act whose form is long: as `asked`, its fields in titled groups, some side by side."""
    page = render_template(
        "projects/form.html", form=form, groups=groups, title=title, send=send, above=above, back=back, **more
    )
    return page, page_status() if form.is_submitted() else 200


def with_present(among: tuple[Organisation, ...], *present: Organisation | None) -> tuple[Organisation, ...]:
    """`among`, and who stands there already though no longer among them."""
    return (*among, *(each for each in present if each is not None and each not in among))
