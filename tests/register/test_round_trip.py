"""Export, import, export: nothing changes, whatever stands in the register and whatever kind of file it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations as assets
from propman.assets.models import Asset, AssetCondition, AssetFunding, NoProject, Ownership
from propman.assets.operations import Part
from propman.assets.queries import PartFilter
from propman.audit.models import Change
from propman.communities.models import Place
from propman.communities.operations import add_place, close_place
from propman.data.works import Criticality
from propman.projects.models import FundingSource
from propman.register import operations
from propman.register.forms import WrittenAs
from propman.register.models import Import, ImportedPart, ImportRow, ImportState
from propman.register.queries.around import catalogue
from propman.register.queries.exporting import exported, exported_count, properties_in
from propman.register.writing import Words, parts_sheet
from propman.sheets.csv_writing import GBK, UTF_8, write_csv
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.reading import read
from tests import world as small
from tests.assets import works as renovated
from tests.register.office import Office

NOW = clock.now()
KINDS = [(kind, language) for kind in WrittenAs for language in ("zh", "en")]


def written(
    session: Session, office: Office, kind: WrittenAs, language: str, wanted: PartFilter | None = None
) -> bytes:
    """The parts that an official sees, as a file."""
    viewer, wanted = small.viewer(session, office.world.official_sheng), wanted or PartFilter()
    known = catalogue(session, clock.local_date(NOW))
    properties = properties_in(session, viewer, wanted, NOW, known)
    sheet = parts_sheet("台账", Words(language, known), properties, exported(session, viewer, wanted, NOW))
    out = BytesIO()
    if kind is WrittenAs.XLSX:
        write_xlsx([sheet], out, now=NOW)
    else:
        write_csv(sheet, out, encoding=GBK if kind is WrittenAs.CSV_GBK else UTF_8)
    return out.getvalue()


def sent_back(session: Session, office: Office, data: bytes, place: Place) -> Import:
    """The file as an import, after its dry run."""
    file = operations.File("parts", data, read(data, "parts"))
    sent = office.send_file(file, place, office.world.official_sheng)
    assert sent.state is ImportState.CHECKING, [each for each in sent.headings.values() if not each["known"]]
    office.work()
    return sent


SHARES = {FundingSource.BUDGET: 123_456_789_00, FundingSource.SOCIAL_CAPITAL: 1}


def filled(session: Session, office: Office) -> None:
    """Parts with everything that a part can have, and parts with as little as it can."""
    world, works, by = office.world, office.works, {"actor_id": None, "now": clock.now()}
    odd = "=1+1, \"引号\" '撇' 全角ＡＢＣ１２３ ㎡ \U0001f3e0"
    parts = [
        renovated.said(works, code="FULL", name=odd, spot="＠东侧", quantity=Decimal("1200.125"), unit="㎡",
                       model="+86 138", drawing_no="-建施01", maintainer_id=world.company.id,
                       claim_holder_id=world.street_office.id, cost_fen=123_456_789_01, shares=SHARES,
                       accepted_on=date(2024, 10, 2), in_use_since=date(2012, 3, 1),
                       warranty_key="MEP2", contract_months=60, design_life_years=20,
                       attributes={"membrane": "SBS", "area": 1200.5, "drains": 4}),
        renovated.said(works, code="00123", type_code="B10", place_id=world.community.id, quantity=Decimal(0),
                       attributes={"anti_fall_net": False, "depth": -1.25}),
        renovated.said(works, code="1e5", type_code="B20", place_id=world.entrance.id, no_project=NoProject.DONATED,
                       attributes={"expires_on": date(2027, 2, 28)}, ownership=Ownership.PUBLIC, cost_fen=0,
                       criticality=Criticality.A),
        renovated.said(works, code="TRUE", type_code="B06", attributes={"model": "门禁型号"}, name="2024-01-01"),
    ]  # fmt: skip
    for part in parts:
        made = assets.add_part(session, community_id=world.community.id, part=part, **by)
        for score, on in ((3, date(2025, 1, 1)), (5, date(2025, 6, 1))):
            if made.code in {"FULL", "TRUE"}:
                assets.record_condition(session, asset_id=made.id, score=score, found_on=on, **by)
    renovated.far_part(session, works, code="FAR")
    _odd_places(session, office)
    session.commit()


def _odd_places(session: Session, office: Office) -> None:
    """Parts in places that have closed, of two names in one area, and one that is gone."""
    world, works, by = office.world, office.works, {"actor_id": None, "now": clock.now()}
    second = add_place(session, parent_id=world.county.id, name="通江街道", **by)
    for street in (world.street, second):
        twin = add_place(session, parent_id=street.id, name="同名小区", **by)
        renovated.part(session, works, community=twin, place_id=twin.id, no_project=NoProject.UNKNOWN, code="TWIN")
    closing = add_place(session, parent_id=world.community.id, name="7号楼", **by)
    renovated.part(session, works, place_id=closing.id, code="CLOSED")
    close_place(session, place_id=closing.id, on=clock.local_date(clock.now()), **by)
    gone = renovated.part(session, works, code="GONE")
    assets.remove_part(session, asset_id=gone.id, on=date(2025, 5, 5), seen_version=gone.version, **by)


@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_an_export_that_is_sent_back_changes_nothing(
    session: Session, office: Office, kind: WrittenAs, language: str
) -> None:
    filled(session, office)
    for wanted, count in ((PartFilter(), 8), (PartFilter(gone=True), 1)):
        data = written(session, office, kind, language, wanted)
        sent = sent_back(session, office, data, office.world.province)
        assert (sent.new_rows, sent.changed_rows, sent.bad_rows, sent.same_rows) == (0, 0, 0, count), (
            office.faults(sent), office.told(sent),
        )  # fmt: skip
        assert written(session, office, kind, language, wanted) == data


def test_a_list_is_exported_as_it_is_narrowed(session: Session, office: Office) -> None:
    filled(session, office)
    viewer = small.viewer(session, office.world.clerk_jie)
    wanted = PartFilter(place=office.world.building)
    codes = [part["code"] for part in exported(session, viewer, wanted, NOW)]
    assert {*codes} == {"FULL", "TRUE", "1e5"}
    assert exported_count(session, viewer, wanted, NOW) == len(codes)


@pytest.mark.parametrize("who", ["dispatcher_mei", "clerk_jie", "auditor_shen", "far_official", "grid_worker_gao"])
def test_nobody_exports_what_is_not_theirs(session: Session, office: Office, who: str) -> None:
    filled(session, office)
    viewer = small.viewer(session, office.world.people[who])
    codes = {part["code"] for part in exported(session, viewer, PartFilter(), NOW)}
    assert ("FAR" in codes) is (who in {"auditor_shen", "far_official"})
    assert ("FULL" in codes) is (who != "far_official")
    assert ("00123" in codes) is (who not in {"far_official", "grid_worker_gao"})


# --- whatever a part is ---

LETTERS = st.characters(blacklist_categories=("C", "Z"))
LINE = st.text(LETTERS, min_size=1, max_size=20)
NOTHING: Any = st.none()
ATTRIBUTES = {
    "B01": {
        "membrane": LINE,
        "area": st.integers(-(10**6), 10**6).map(lambda n: n / 1000),
        "drains": st.integers(0, 99),
    },
    "B10": {"anti_fall_net": st.booleans(), "depth": st.integers(0, 9), "flow": LINE},
    "B20": {"pressure": st.integers(0, 99), "expires_on": st.dates(date(1950, 1, 1), date(2149, 12, 31))},
}
WHAT = st.sampled_from(sorted(ATTRIBUTES)).flatmap(
    lambda code: st.tuples(st.just(code), st.fixed_dictionaries({}, optional=ATTRIBUTES[code]))
)
PARTS = st.builds(
    dict,
    what=WHAT,
    name=LINE,
    spot=NOTHING | LINE,
    quantity=NOTHING | st.integers(0, 10**12 - 1).map(lambda n: Decimal(n) / 1000),
    unit=NOTHING | st.text(LETTERS, min_size=1, max_size=10),
    model=NOTHING | LINE,
    drawing_no=NOTHING | LINE,
    ownership=st.sampled_from(Ownership),
    criticality=st.sampled_from(Criticality),
    cost_fen=NOTHING | st.integers(0, 10**15 - 1),
    accepted_on=NOTHING | st.dates(date(1950, 1, 1), date(2026, 1, 1)),
    in_use_since=NOTHING | st.dates(date(1950, 1, 1), date(2026, 1, 1)),
    warranty_key=NOTHING | st.sampled_from(["WP5", "MEP2", "HEAT2", "STRUCT", "CONTRACT"]),
    contract_months=NOTHING | st.integers(1, 1200),
    design_life_years=NOTHING | st.integers(1, 100),
    no_project=NOTHING | st.sampled_from(NoProject),
    paid_by=st.lists(st.sampled_from(FundingSource), unique=True),
    kept_by=st.booleans(),
    deep=st.sampled_from(["community", "building", "entrance"]),
    found=st.lists(st.tuples(st.integers(1, 5), st.dates(date(1950, 1, 1), date(2026, 1, 1))), max_size=2),
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    parts=st.lists(PARTS, min_size=1, max_size=6),
    codes=st.lists(LINE, min_size=6, max_size=6, unique_by=lambda code: normal(code)),
    how=st.sampled_from(KINDS),
)
def test_import_export_import_changes_nothing(
    session: Session, office: Office, parts: Sequence[dict[str, Any]], codes: Sequence[str], how: tuple[WrittenAs, str]
) -> None:
    _fresh(session)
    made = [_add(session, office, code, said) for code, said in zip(codes, parts, strict=False)]
    session.commit()
    data = written(session, office, *how)
    sent = sent_back(session, office, data, office.world.county)
    assert (sent.new_rows, sent.changed_rows, sent.bad_rows, sent.same_rows) == (0, 0, 0, len(made)), (
        office.faults(sent), office.told(sent),
    )  # fmt: skip
    before = {normal(part.code): _columns(part) for part in office.parts().values()}
    _fresh(session)
    sent = sent_back(session, office, data, office.world.county)
    assert (sent.new_rows, sent.bad_rows) == (len(made), 0), office.faults(sent)
    office.order(sent)
    office.work()
    assert {part.code: _columns(part) for part in office.parts().values()} == before
    again = sent_back(session, office, written(session, office, *how), office.world.county)
    assert (again.new_rows, again.changed_rows, again.bad_rows) == (0, 0, 0)


def normal(code: str) -> str:
    """A code as an import stores it, if it was not there before: full-width signs made ordinary."""
    found = " ".join(unicodedata.normalize("NFKC", code).split())
    return found if found and len(found) <= 40 else code


def _fresh(session: Session) -> None:
    for model in (ImportRow, ImportedPart, Import, AssetCondition, AssetFunding, Asset, Change):
        session.execute(delete(model))
    session.commit()


def _columns(part: Asset) -> dict[str, Any]:
    columns = {column.key: getattr(part, column.key) for column in Asset.__table__.columns
               if column.key not in {"id", "version", "code"}}  # fmt: skip
    return columns | {"shares": part.shares}


def _add(session: Session, office: Office, code: str, said: dict[str, Any]) -> Asset:
    world, by = office.world, {"actor_id": None, "now": clock.now()}
    told = dict(said)
    type_code, attributes = told.pop("what")
    found, deep, kept_by = told.pop("found"), told.pop("deep"), told.pop("kept_by")
    sources = told.pop("paid_by")
    if (said["cost_fen"] or 0) < len(FundingSource):
        sources = []
    shares = dict.fromkeys(sources, 1)
    if sources:
        shares[sources[0]] = said["cost_fen"] - len(sources) + 1
    part = Part(
        code=code, shares=shares, type_code=type_code, attributes=attributes, place_id=getattr(world, deep).id,
        maintainer_id=world.company.id if kept_by else None,
        work_item_id=None if said["no_project"] else office.works.roof.id, **told,
    )  # fmt: skip
    made = assets.add_part(session, community_id=world.community.id, part=part, **by)
    for score, on in found[:1]:
        assets.record_condition(session, asset_id=made.id, score=score, found_on=on, **by)
    return made
