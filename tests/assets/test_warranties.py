"""The stored end of a warranty follows its papers at once, and rules, seasons and the setting by recounting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock, jobs
from propman.assets import operations, queries
from propman.assets.models import Asset, WarrantyStanding
from propman.assets.warranty import Reason
from propman.catalogue.models import SettingRow, WarrantyRule
from propman.communities.models import HeatingSeason
from propman.data.works import WarrantyBasis
from tests.assets.works import ACCEPTED, Works, far_part, item, old_part, part
from tests.statements import sent_to

NOW = clock.now()
TODAY = clock.local_date(NOW)
WATER = {"place_id": None}


def ends(session: Session, *parts: Asset) -> list[date | None]:
    """What is stored of each."""
    session.expire_all()
    return [each.warranty_last_on for each in parts]


def recount(session: Session) -> list[queries.Stale]:
    """What the job would find."""
    session.flush()
    return queries.stale(session, queries.Grounds(session, TODAY))


def heal(app: Flask, session: Session) -> None:
    """Run the job."""
    session.commit()
    [job] = [each for each in jobs.TIMETABLE if each.name == "warranties"]
    assert jobs.run_job(app, job, clock.now())


def test_each_kind_of_papers_gives_its_end(session: Session, works: Works) -> None:
    community = works.world.community
    life = item(session, works.project, community, 20, "B19", "STRUCT", "道路", design_life_years=15)
    agreed = item(session, works.project, community, 21, "I07", "CONTRACT", "绿化", contract_months=12)
    roof, heating, road, green, unaccepted, old = (
        part(session, works),
        part(session, works, work_item_id=works.heating.id, place_id=community.id),
        part(session, works, work_item_id=life.id),
        part(session, works, work_item_id=agreed.id),
        part(session, works, work_item_id=works.pending.id),
        old_part(session, works),
    )
    known = [date(2029, 9, 30), date(2026, 4, 20), date(2039, 9, 30), date(2025, 9, 30)]
    assert ends(session, roof, heating, road, green) == known
    assert [each.warranty for each in (unaccepted, old)] == [WarrantyStanding.UNKNOWN, WarrantyStanding.NONE]
    found = queries.guarantees(session, [unaccepted.id, old.id, roof.id], TODAY)
    assert [found[each.id].end.reason for each in (unaccepted, old, roof)] == [
        Reason.NOT_ACCEPTED, Reason.NO_PROJECT, None,
    ]  # fmt: skip
    assert found[roof.id].rule is not None
    assert recount(session) == []


def test_what_is_said_of_the_part_goes_before_its_work_item(session: Session, works: Works) -> None:
    roof = part(session, works, accepted_on=date(2020, 2, 29), warranty_key="MEP2")
    assert ends(session, roof) == [date(2022, 2, 28)]
    longer = part(session, works, contract_months=120)
    assert ends(session, longer) == [date(2034, 9, 30)]


def test_a_work_item_that_is_accepted_later_takes_its_parts_along_at_once(session: Session, works: Works) -> None:
    life = item(session, works.project, works.world.community, 30, "B01", "WP5", "屋面", accepted_on=None)
    roofs = [part(session, works, work_item_id=life.id) for _ in range(3)]
    versions = [roof.version for roof in roofs]
    life.accepted_on = ACCEPTED
    session.flush()
    assert [roof.warranty_last_on for roof in roofs] == [date(2029, 9, 30)] * 3
    life.contract_months, life.name = 72, "屋面防水工程"
    session.flush()
    assert ends(session, *roofs) == [date(2030, 9, 30)] * 3
    life.warranty_key, life.contract_months = "MEP2", None
    session.commit()
    assert ends(session, *roofs) == [date(2026, 9, 30)] * 3
    assert [roof.version for roof in roofs] == versions, "forms that are open stay good"


def test_a_rolled_back_change_of_a_work_item_leaves_no_trace(session: Session, works: Works) -> None:
    roof = part(session, works)
    session.commit()
    works.roof.accepted_on = date(2020, 1, 1)
    session.flush()
    session.rollback()
    assert ends(session, roof) == [date(2029, 9, 30)]
    assert recount(session) == []


def test_the_rule_of_the_day_of_acceptance_counts(app: Flask, session: Session, works: Works) -> None:
    before = part(session, works)
    after = part(session, works, accepted_on=date(2025, 6, 1))
    session.add(WarrantyRule(key="WP5", position=2, name_zh="屋面防水", name_en="Roof", basis=WarrantyBasis.MONTHS,
                             minimum=84, valid_from=date(2025, 1, 1), source="新规"))  # fmt: skip
    assert [each.asset_id for each in recount(session)] == [after.id]
    heal(app, session)
    assert ends(session, before, after) == [date(2029, 9, 30), date(2032, 6, 1)]
    assert recount(session) == []


def test_seasons_that_are_entered_corrected_or_withdrawn_reach_their_places_alone(
    app: Flask, session: Session, works: Works
) -> None:
    world = works.world
    near = part(session, works, work_item_id=works.heating.id, place_id=world.community.id)
    pipes = item(session, works.far_project, world.far_community, 5, "B12", "HEAT2", "供热管网")
    far = far_part(session, works, work_item_id=pipes.id)
    own = HeatingSeason(place_id=world.county.id, from_year=2025, to_year=2025, starts="10-15", ends="05-10",
                        source="道里区通知", verified_on=TODAY)  # fmt: skip
    session.add(own)
    heal(app, session)
    assert ends(session, near, far) == [date(2026, 5, 10), date(2026, 4, 20)]
    own.withdrawn_at = NOW
    heal(app, session)
    assert ends(session, near, far) == [date(2026, 4, 20), date(2026, 4, 20)]
    session.execute(update(HeatingSeason).values(withdrawn_at=NOW))
    heal(app, session)
    assert ends(session, near, far) == [None, None]
    assert near.warranty is WarrantyStanding.UNKNOWN


def test_the_setting_for_a_season_under_way_counts_from_its_day(app: Flask, session: Session, works: Works) -> None:
    pipes = part(session, works, work_item_id=works.heating.id, accepted_on=date(2024, 11, 15))
    assert ends(session, pipes) == [date(2027, 4, 20)]
    session.add(SettingRow(name="part_season_counts", value=1, unit="yes_no", label_zh="计入", label_en="counts",
                           source="市政府", valid_from=TODAY))  # fmt: skip
    heal(app, session)
    assert ends(session, pipes) == [date(2026, 4, 20)]


def test_what_somebody_changed_meanwhile_is_left_to_them(session: Session, works: Works) -> None:
    roof = part(session, works)
    found = queries.Stale(roof.id, roof.version - 1, WarrantyStanding.UNKNOWN, None, (roof.warranty, None))
    operations.settle_warranties(session, found=[found])
    assert ends(session, roof) == [date(2029, 9, 30)]


def test_a_batch_costs_as_many_statements_as_one_part(session: Session, works: Works) -> None:
    def cost(*parts: Asset) -> int:
        session.flush()
        session.expire_all()
        ids = [each.id for each in parts]
        with sent_to(session.get_bind()) as sent:
            assert len(queries.guarantees(session, ids, TODAY)) == len(parts)
        return len(sent)

    one = part(session, works, work_item_id=works.heating.id)
    many = [one, *(part(session, works, work_item_id=works.heating.id, accepted_on=ACCEPTED + timedelta(days=n))
                   for n in range(20)), far_part(session, works)]  # fmt: skip
    few = cost(one)
    assert cost(*many) == few
    assert few <= 6


def test_the_job_runs_in_batches_and_a_second_run_finds_nothing(
    app: Flask, session: Session, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PARTS_AT_ONCE", 2)
    roofs = [part(session, works) for _ in range(5)]
    session.execute(update(Asset).values(warranty=WarrantyStanding.UNKNOWN, warranty_last_on=None))
    heal(app, session)
    assert ends(session, *roofs) == [date(2029, 9, 30)] * 5
    assert session.scalar(select(jobs.heartbeat.Heartbeat.done).filter_by(name="warranties")) == 5
    heal(app, session)
    session.expire_all()
    assert session.scalar(select(jobs.heartbeat.Heartbeat.done).filter_by(name="warranties")) == 0
