"""The shipped files: complete, in agreement with one another, and refused by name where one row is wrong."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from itertools import product
from pathlib import Path

import pytest

import propman.data
from propman.callbacks.script import script
from propman.data import escalation, inspections, outages, phrases, reading, works
from propman.data.reading import ANY_CATEGORY, Dated, GoesTo
from propman.limits import LimitKind, Priority

READERS: dict[str, Callable[..., tuple[Dated, ...]]] = {
    "divisions.csv": reading.read_divisions,
    "calendar.csv": reading.read_calendar_days,
    "calendar_years.csv": reading.read_calendar_years,
    "hours.toml": reading.read_hours,
    "categories.toml": reading.read_categories,
    "category_questions.toml": reading.read_category_questions,
    "clocks.toml": reading.read_clocks,
    "emergency_numbers.toml": reading.read_emergency_numbers,
    "routing.toml": reading.read_routing,
    "settings.toml": reading.read_settings,
    "outages.toml": outages.read_outages,
    "asset_attributes.toml": works.read_asset_attributes,
    "asset_types.toml": works.read_asset_types,
    "warranty_rules.toml": works.read_warranty_rules,
    "escalation_rules.toml": escalation.read_escalation_rules,
    "take_over_items.toml": works.read_take_over_items,
    "inspection_templates.toml": inspections.read_templates,
    "inspection_schedules.csv": inspections.read_schedules,
    "inspection_items.csv": inspections.read_items,
}
SENTENCES: dict[str, Callable[[], object]] = {
    "phrases.toml": phrases.shipped_phrases,
    "call_script.toml": lambda: script("zh"),
}
"""What is said, not what holds: no dated rows."""

SHIPPED = Path(propman.data.__path__[0])
CATEGORIES = reading.read_categories()
BY_CODE = {row.code: row for row in CATEGORIES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped files, to be broken."""
    for name in READERS:
        shutil.copy(SHIPPED / name, tmp_path)
    return tmp_path


def test_every_shipped_file_has_a_reader() -> None:
    assert {path.name for path in SHIPPED.iterdir() if path.suffix in {".toml", ".csv"}} == {*READERS, *SENTENCES}


@pytest.mark.parametrize("name", SENTENCES)
def test_shipped_sentences_are_read(name: str) -> None:
    assert SENTENCES[name]()


@pytest.mark.parametrize("name", READERS)
def test_every_row_names_its_source_and_fits_its_column(name: str) -> None:
    rows = READERS[name]()
    assert rows
    for row in rows:
        assert row.source
        assert len(row.source) <= 300
        assert row.valid_to is None or row.valid_from < row.valid_to
        texts = [getattr(row, field.name) for field in fields(row) if field.name != "source"]
        assert all(len(text) <= 200 for text in texts if isinstance(text, str))


def test_divisions_are_the_province_13_prefectures_and_121_counties() -> None:
    rows = reading.read_divisions()
    assert Counter(row.level.value for row in rows) == {"province": 1, "prefecture": 13, "county": 121}
    counties = Counter(row.full_name[-1] for row in rows if row.level.value == "county")
    assert counties == {"区": 54, "市": 21, "县": 45 + 1}
    assert [row.full_name for row in rows if row.full_name.endswith("自治县")] == ["杜尔伯特蒙古族自治县"]


def test_divisions_stand_under_the_unit_whose_code_they_begin_with() -> None:
    seen: set[str] = set()
    for row in reading.read_divisions():
        above = {"province": None, "prefecture": "230000", "county": row.code[:4] + "00"}[row.level]
        assert row.parent == above
        assert above is None or above in seen
        assert row.full_name.startswith(row.name)
        seen.add(row.code)


@pytest.mark.parametrize(
    ("code", "full_name", "name_en"),
    [
        ("230000", "黑龙江省", "Heilongjiang Province"),
        ("230103", "南岗区", "Nangang District"),
        ("230208", "梅里斯达斡尔族区", "Meilisi Daur District"),
        ("230751", "金林区", "Jinlin District"),  # a district under a county's number
        ("231183", "嫩江市", "Nenjiang City"),
        ("232700", "大兴安岭地区", "Daxing'anling Prefecture"),
        ("232701", "漠河市", "Mohe City"),  # a city under a district's number
    ],
)
def test_names_that_a_rule_would_get_wrong(code: str, full_name: str, name_en: str) -> None:
    row = next(row for row in reading.read_divisions() if row.code == code)
    assert (row.full_name, row.name_en) == (full_name, name_en)


def test_calendar_days_are_announced_before_they_come() -> None:
    for row in reading.read_calendar_days():
        assert row.valid_from < row.day


def test_calendar_years_cover_the_calendar_days() -> None:
    years = {row.year: row.status.value for row in reading.read_calendar_years()}
    assert set(years) == {row.day.year for row in reading.read_calendar_days()}
    assert [year for year, status in years.items() if status == "official"] == list(range(2020, 2027))


def test_tiles_stand_in_order_and_look_different() -> None:
    assert [row.position for row in CATEGORIES] == list(range(1, len(CATEGORIES) + 1))
    for name in ("code", "name_zh", "name_en", "icon"):
        assert len({getattr(row, name) for row in CATEGORIES}) == len(CATEGORIES), name
    assert all(row.code.isidentifier() and row.code.isascii() and row.code.islower() for row in CATEGORIES)
    assert all(len(row.name_zh) <= 16 and len(row.name_en) <= 40 for row in CATEGORIES)


def test_dangers_come_first_and_each_has_a_number_to_call() -> None:
    assert [row.emergency for row in CATEGORIES] == sorted((row.emergency for row in CATEGORIES), reverse=True)
    served = {category for row in reading.read_emergency_numbers() for category in row.categories}
    assert {row.code for row in CATEGORIES if row.emergency} <= served
    assert all((row.priority is Priority.P0) == row.emergency for row in CATEGORIES)


def test_only_what_happens_inside_a_flat_is_private() -> None:
    assert [row.code for row in CATEGORIES if row.private] == ["in_home"]


def test_every_category_has_clocks_at_every_priority() -> None:
    rows = {(row.category, row.priority): row for row in reading.read_clocks()}
    for category, priority in product(BY_CODE, Priority):
        assert rows.get((category, priority)) or rows[ANY_CATEGORY, priority]
    own = [row for row in rows.values() if row.category != ANY_CATEGORY]
    assert all(row.priority is BY_CODE[row.category].priority for row in own)


@pytest.mark.parametrize(
    ("category", "priority", "limits"),
    [
        ("lift_trapped", "P0", "at once / 30 min / – / 24 h"),
        ("missing_cover", "P0", "at once / 2 h / 2 h / 6 h"),
        ("falling_hazard", "P0", "15 min / 30 min / – / agreed"),
        ("heat", "P1", "15 min / 2 h / – / 48 h"),
        ("urgent_repair", "P2", "by grade / by grade / – / 24 h"),
        ("leak", "P3", "1 day / 2 days / – / agreed"),
        ("environment", "P4", "1 day / – / – / 7 days"),
    ],
)
def test_limits_are_those_of_the_domain_table(category: str, priority: str, limits: str) -> None:
    row = next(row for row in reading.read_clocks() if (row.category, row.priority) == (category, priority))
    assert f"{row.respond} / {row.on_site} / {row.make_safe} / {row.resolve}" == limits


def test_general_limits_do_not_shrink_as_matters_get_less_urgent() -> None:
    rank = {LimitKind.AT_ONCE: 0, LimitKind.MINUTES: 1, LimitKind.HOURS: 2, LimitKind.DAYS: 3}
    general = [row for row in reading.read_clocks() if row.category == ANY_CATEGORY]
    for clock_name in ("respond", "resolve"):
        lengths = [(rank[getattr(row, clock_name).kind], getattr(row, clock_name).number) for row in general]
        assert lengths == sorted(lengths)


def test_every_category_is_routed_and_somebody_on_the_spot_is_among_the_choices() -> None:
    routes: dict[str, list[reading.RoutingRow]] = {}
    for row in reading.read_routing():
        routes.setdefault(row.category, []).append(row)
    assert set(routes) == set(BY_CODE)
    for category, rows in routes.items():
        assert [row.position for row in rows] == list(range(1, len(rows) + 1)), category
        assert GoesTo.PROPERTY_COMPANY in {row.goes_to for row in rows}, category
        for row in rows:
            assert (row.trade is not None) == (row.goes_to in {GoesTo.UTILITY, GoesTo.CONTRACTOR}), category


def test_settings_are_those_of_the_specification() -> None:
    assert {row.name: row.value for row in reading.read_settings()} == {
        "basically_satisfied_counts": 0,
        "close_unanswered_after_days": 7,
        "completion_needs_minutes": 0,
        "reopen_within_days": 14,
        "former_company_access_days": 90,
        "outage_grace_hours": 2,
        "outage_longest_days": 30,
        "season_notice_days": 14,
        "part_season_counts": 0,
        "rate_weight_response": 30,
        "rate_weight_solution": 35,
        "referral_answer_days": 3,
        "slip_valid_days": 180,
        "spot_check_days": 14,
        "spot_check_most": 30,
        "spot_check_percent": 5,
        "warranty_watch_days": 90,
    }


@pytest.mark.parametrize(
    ("name", "right", "wrong", "says"),
    [
        ("clocks.toml", 'respond = "at once"', 'respond = "soon"', "row 1: respond: 'soon' is no limit"),
        ("clocks.toml", 'respond = "at once"', 'answer = "at once"', "row 1: unknown answer"),
        ("clocks.toml", 'respond = "at once"\n', "", "row 1: respond: is missing"),
        ("clocks.toml", 'category = "gas_leak"', 'category = "lift_trapped"', "row 2: .* is here twice"),
        ("clocks.toml", 'category = "gas_leak"', 'category = "gass"', "row 2: no such category: gass"),
        ("clocks.toml", 'priority = "P0"', 'priority = "P9"', "row 1: priority: 'P9' is not a valid Priority"),
        ("clocks.toml", "[[clocks]]", "[clocks]", "Cannot overwrite"),
        ("hours.toml", "[[hours]]", "[[hour]]", "must hold .*hours.* entries"),
        ("routing.toml", 'trade = "lift"', 'trade = "lifts"', "row 1: trade: 'lifts' is not a valid Trade"),
        ("routing.toml", 'category = "lift_trapped"', 'category = "*"', "row 1: no such category"),
        ("emergency_numbers.toml", '["lift_trapped", ', '["lift", ', "row 1: no such category: lift"),
        ("emergency_numbers.toml", '["power"]', "[]", "row 6: categories: must be a list"),
        ("categories.toml", "emergency = true", 'emergency = "yes"', "row 1: emergency: must be true or false"),
        ("categories.toml", "position = 1\n", "position = -1\n", "row 1: position: must be a whole number"),
        ("categories.toml", "position = 1\n", "position = true\n", "row 1: position: must be a whole number"),
        ("categories.toml", 'source = "propman 建议值"', 'source = ""', "row 1: source: must be a text"),
        ("categories.toml", 'verified_on = ""', 'verified_on = "soon"', "row 1: verified_on: "),
        ("categories.toml", "valid_from = 2020-01-01", 'valid_from = ""', "row 1: valid_from: must be a text"),
        ("hours.toml", "[08:30:00, 12:00:00]", "[08:30:00]", "row 1: shifts: must be pairs"),
        ("calendar.csv", "2020-01-01,holiday", "2020-01-01,day off", "row 1: kind: 'day off' is not a valid DayKind"),
        ("calendar.csv", "2020-01-19,", "2020-01-01,", "row 2: .* is here twice"),
        ("calendar.csv", "2020-01-01,holiday,", "2020-13-01,holiday,", "row 1: day: "),
        ("calendar.csv", ",2019-11-21,\n", ",2019-11-21,,\n", "row 1: unknown None"),
        ("calendar.csv", "source,", "src,", "row 1: unknown src"),
        ("divisions.csv", "230100,哈尔滨,哈尔滨市", "230100,哈尔滨,", "row 2: full_name: must be a text"),
        ("inspection_templates.toml", '["I01"]', '["I99"]', "row 1: not known: I99"),
        ("inspection_templates.toml", '["I01"]', '""', "row 1: a part has asset_types"),
        ("inspection_templates.toml", '["contractor"]', '["builder"]', "row 1: not known: builder"),
        ("inspection_schedules.csv", "T01,half_month", "T99,half_month", "row 1: not known: T99"),
        ("inspection_schedules.csv", ",10,true,15,", ",10,yes,15,", "row 1: early: must be true or false"),
        ("inspection_schedules.csv", ",11-01,04-30,", ",11-01,,", "row 36: a season has two ends"),
        ("inspection_schedules.csv", ",11-01,03-31,true", ",,,true", "row 35: a heating season has days"),
        ("inspection_schedules.csv", ",,11-01,03-31,true", ",40,11-01,03-31,true", "row 35: a heating season has days"),
        ("inspection_items.csv", "half_year year", "half_year decade", "row 12: not known: decade"),
        ("inspection_items.csv", "number,mm,0,15,", "number,mm,20,15,", "row 6: limits that a number does not have"),
        ("inspection_items.csv", "number,mm,0,15,", "number,mm,0,a bit,", "row 6: most: must be a quantity"),
        ("settings.toml", "value = 7", 'value = "seven"', "row 1: value: must be a whole number"),
    ],
)
def test_wrong_row_is_refused_by_file_and_number(folder: Path, name: str, right: str, wrong: str, says: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert right in text
    (folder / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=f"^{name}.*{says}"):
        READERS[name](folder)
