"""Every field of the pages by which parts come in and go out as tables, for the table of `targets.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.assets.works import Works
from tests.hostile import values as v
from tests.hostile.targets import RARE, Fields, Maker, Target
from tests.register.office import GOOD, Office

CLERK = "clerk_jie"
SURE: Fields = {"sure": (v.TICK, "y")}


def imports(make: Maker, works: Works) -> Iterator[Target]:
    """All of them; each import in the state from which its form is legal."""
    office = Office(make.session, works)
    yield from _looking(make, office)
    yield from _sending(make, office)
    yield from _deciding(make, office)


def _looking(make: Maker, office: Office) -> Iterator[Target]:
    wrong = {"import_id": office.tried([_row(make, office), GOOD | {"type_code": "Z99"}]).id}
    yield Target("register.imports", CLERK, query=_anything("q", "before"))
    yield Target("register.import_page", CLERK, wrong, _anything("show", "after"))
    yield Target("register.faults_file", CLERK, wrong)
    yield Target("register.template_file", CLERK)
    narrowed = ("code", "type", "work_class", "condition", "warranty", "no_maintainer", "never_looked_at", "gone",
                "place")  # fmt: skip
    yield Target("register.export", CLERK, query=_anything(*narrowed), form={"kind": (v.CHOICE, "csv")}, accepted=200)


def _sending(make: Maker, office: Office) -> Iterator[Target]:
    file = office.file([_row(make, office)])
    yield Target("register.upload", CLERK, {"place_id": make.world.community.id}, form={}, files=("file",),
                 proof="file", enclosed=(f"{RARE}.xlsx", file.data))  # fmt: skip
    unknown = office.send([{"标识": "甲-1", "备注": RARE}])
    of_sheet: Fields = {"sheet": (v.CHOICE, "台账"), "heading_row": (v.CHOICE, "1")}
    asked: Fields = {name: (v.ANYTHING, legal) for name, (_kind, legal) in of_sheet.items()}
    said: Fields = {**of_sheet, "column_A": (v.CHOICE, "code"), "column_B": (v.CHOICE, "-")}
    yield Target("register.headings", CLERK, {"import_id": unknown.id}, asked, said)


def _deciding(make: Maker, office: Office) -> Iterator[Target]:
    tried, dropped = (office.tried([_row(make, office)]) for _ in range(2))
    shown: Fields = {"plan": (v.CHOICE, tried.plan), **SURE}
    yield Target("register.apply", CLERK, {"import_id": tried.id}, form=shown)
    yield Target("register.undo", CLERK, {"import_id": office.imported([_row(make, office)]).id}, form=SURE)
    yield Target("register.discard", CLERK, {"import_id": dropped.id}, form=SURE)


def _row(make: Maker, office: Office) -> dict[str, Any]:
    """A row that can be taken, in a community with several projects; outdoors, where no other target draws labels."""
    return GOOD | {"code": f"𠮷-入-{next(make.numbers)}", "building": None, "project": office.works.project.number}


def _anything(*names: str) -> Fields:
    return dict.fromkeys(names, (v.ANYTHING, ""))
