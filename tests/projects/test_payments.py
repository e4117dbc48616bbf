"""What a project owes and what it paid of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from propman.audit.queries import history_of
from propman.errors import NotFound, Refused
from propman.projects import operations, queries
from propman.projects.models import Payment
from tests import renovations as made
from tests.renovations import ACCEPTED, COST, DAY, TODAY, YUAN
from tests.world import World

DUE = 300_000 * YUAN


def paid(session: Session, payment: Payment, fen: int = DUE, on: date = ACCEPTED) -> Payment:
    return operations.record_paid(session, payment_id=payment.id, paid_on=on, paid_fen=fen, **made.by_nobody())


def test_money_is_due_and_paid_and_the_history_says_to_whom(session: Session, world: World) -> None:
    project = made.project(session, world)
    roof = made.item(session, project, world)
    later = made.pay(session, world, project, due_on=ACCEPTED + DAY, purpose="尾款")
    first = made.pay(session, world, project, work_item_id=roof.id)
    assert list(queries.payments_of(session, project.id)) == [first, later]
    assert list(queries.payments_of(session, work_item_id=roof.id)) == [first]
    paid(session, first, DUE - 1)
    paid(session, first)
    lines = history_of(session, subject_kind="project", subject_id=project.id)[:2]
    told = f"{world.contractor.name}, 进度款: 2024-09-30 300,000.00"
    assert [(line.field, line.old, line.new) for line in lines] == [
        ("paid", f"{told} → 2024-09-30 299,999.99", f"{told} → 2024-09-30 300,000.00"),
        ("paid", None, f"{told} → 2024-09-30 299,999.99"),
    ]


def test_no_more_is_due_than_the_project_costs(session: Session, world: World) -> None:
    project = made.project(session, world)
    made.pay(session, world, project, due_fen=COST - 1)
    with pytest.raises(Refused, match=r"With it 1,000,000.01 yuan would be due"):
        made.pay(session, world, project, due_fen=2)
    made.pay(session, world, project, due_fen=1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"due_fen": 0}, "due_fen"),
        ({"due_fen": -1}, "due_fen"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "长" * 121}, "purpose"),
        ({"due_on": date(1900, 1, 1)}, "due_on"),
        ({"due_on": date(TODAY.year + 11, 1, 1)}, "due_on"),
        ({"work_item_id": 10**9}, "work_item_id"),
        ({"work_item_id": 2**63}, "work_item_id"),
    ],
)
def test_what_cannot_be_due_is_refused_by_name(
    session: Session, world: World, said: dict[str, object], field: str
) -> None:
    project = made.project(session, world)
    with pytest.raises(Refused) as refused:
        made.pay(session, world, project, **said)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_the_item_is_one_of_the_project_and_the_payee_takes_part_here(session: Session, world: World) -> None:
    project = made.project(session, world)
    other = made.item(session, made.project(session, world, number="2"), world)
    with pytest.raises(Refused) as refused:
        made.pay(session, world, project, work_item_id=other.id)
    assert refused.value.field == "work_item_id"
    with pytest.raises(Refused) as refused:
        operations.add_payment(session, project_id=project.id, payee_id=world.street_office.id, purpose="款",
                               due_on=ACCEPTED, due_fen=1, **made.by_nobody())  # fmt: skip
    assert refused.value.field == "payee_id"


@pytest.mark.parametrize(("fen", "on", "field"), [
    (DUE + 1, ACCEPTED, "paid_fen"), (0, ACCEPTED, "paid_fen"), (DUE, TODAY + DAY, "paid_on"),
    (DUE, date(1900, 1, 1), "paid_on"),
])  # fmt: skip
def test_what_cannot_have_been_paid_is_refused(session: Session, world: World, fen: int, on: date, field: str) -> None:
    payment = made.pay(session, world, made.project(session, world))
    with pytest.raises(Refused) as refused:
        paid(session, payment, fen, on)
    assert refused.value.field == field
    assert payment.paid_on is None


def test_only_what_was_never_paid_is_taken_back(session: Session, world: World) -> None:
    project = made.project(session, world)
    mistake, right = made.pay(session, world, project), made.pay(session, world, project)
    assert operations.withdraw_payment(session, payment_id=mistake.id, **made.by_nobody()) == project.id
    paid(session, right)
    with pytest.raises(Refused, match="It has been paid"):
        operations.withdraw_payment(session, payment_id=right.id, **made.by_nobody())
    with pytest.raises(NotFound):
        operations.withdraw_payment(session, payment_id=mistake.id, **made.by_nobody())
    assert list(queries.payments_of(session, project.id)) == [right]
    assert history_of(session, subject_kind="project", subject_id=project.id)[1].new is None
