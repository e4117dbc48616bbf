"""How often, in words of both languages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from propman.data.inspections import CountsFrom
from propman.inspections.event_labels import MOVES
from propman.inspections.labels import how_often
from propman.inspections.models.occasions import Move
from propman.inspections.notices import CALLED_OFF, EXCUSE_ASKED, TEXTS

CASES = (
    ("FREQ=DAILY", "", None, "every day", "每天"),
    ("FREQ=DAILY;INTERVAL=14", "", 15, "every 14 days, at most 15 days apart", "每 14 天，最多相隔 15 天"),
    ("FREQ=WEEKLY", "11-01 04-30", None, "every week, from 1 November to 30 April", "每周，11月1日 至 4月30日"),
    ("FREQ=WEEKLY;BYDAY=SA,SU", "11-01 04-15", None,
     "every week on Saturday and Sunday, from 1 November to 15 April", "每周的星期六、星期日，11月1日 至 4月15日"),
    ("FREQ=DAILY;INTERVAL=30", "11-01 03-31", None, "every 30 days, in the heating season of the place",
     "每 30 天，当地采暖期内"),
    ("FREQ=MONTHLY;INTERVAL=6", "", None, "every 6 months", "每 6 个月"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,31", "", None, "every month on day 15 and on the last day of the month",
     "每月的 15 日和最后一日"),
    ("FREQ=MONTHLY;BYMONTHDAY=30", "", None, "every month on day 30, or the last day of a shorter month",
     "每月的 30 日，当月没有该日的为最后一日"),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "", None, "every month on the last day of the month", "每月的最后一日"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "", None, "each year on 29 February", "每年的2月29日"),
    ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1", "", None, "every month on the last Tuesday of the month",
     "每月的最后一个星期二"),
    ("FREQ=MONTHLY;BYMONTH=1,2,12", "", None, "every month in January, February and December",
     "每月（1月、2月、12月）"),
    ("FREQ=YEARLY", "", None, "each year", "每年"),
    ("FREQ=YEARLY;INTERVAL=2;BYMONTH=4", "", None, "every 2 years in April", "每 2 年（4月）"),
    ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=10", "", None, "each year on 10 May", "每年的5月10日"),
    ("FREQ=YEARLY;BYMONTH=4,9;BYMONTHDAY=15", "", None, "each year on 15 April and 15 September",
     "每年的4月15日、9月15日"),
    ("FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31", "", None,
     "each year on the last day of February and the last day of April", "每年的2月最后一日、4月最后一日"),
    ("YEARS=1,4,7", "", None, "1, 4 and 7 years after first use, then each year",
     "投入使用后第 1、4、7 年，之后每年"),
    ("AFTER=6,12,24", "", None, "6, 12 and 24 months after acceptance", "验收后 6、12、24 个月"),
    ("BEFORE=60", "", None, "60 days before the end of the warranty", "质保期满前 60 天"),
)  # fmt: skip
IN_HEATING_SEASON = {"FREQ=DAILY;INTERVAL=30"}
FROM = {"YEARS": CountsFrom.FIRST_USE, "AFTER": CountsFrom.ACCEPTANCE, "BEFORE": CountsFrom.WARRANTY_END}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rule_is_said_in_words_of_both_languages(app: Flask) -> None:
    for rule, season, gap, english, chinese in CASES:
        starts, ends = season.split() if season else (None, None)
        counts_from = FROM.get(rule.partition("=")[0], CountsFrom.CALENDAR)
        row = SimpleNamespace(rule=rule, counts_from=counts_from, season_from=starts, season_to=ends, greatest_gap=gap,
                              in_heating_season=rule in IN_HEATING_SEASON)  # fmt: skip
        for locale, words in (("en", english), ("zh", chinese)):
            with app.test_request_context(), force_locale(locale):
                assert how_often(row) == words, rule


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_is_called_off_is_called_so_by_one_word_in_the_list_and_in_the_notice(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        said = [str(MOVES[Move.CALLED_OFF]), gettext(TEXTS[CALLED_OFF], starts="11-28"), gettext("Call the event off")]
    assert all("撤销" in words and "取消" not in words for words in said), said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "sentence",
    ["to be done by %(day)s", "due %(day)s, in time until %(last)s", "Due by tomorrow", TEXTS[EXCUSE_ASKED],
     "Spot checks: %(number)s were drawn. Please look again by %(due)s."],
)  # fmt: skip
def test_the_last_day_itself_is_in_time_in_chinese_too(app: Flask, sentence: str) -> None:
    """On that very day 前 reads as before it."""
    day = "2026-11-29 周日"
    with app.test_request_context(), force_locale("zh"):
        words = gettext(sentence, day=day, last=day, due=day, template="T01", number=3)
    assert "最迟" in words
    assert "前" not in words
