"""The words of the cells that hold one of few answers, in both languages: the first two are the ones we write. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_KEPT: Final = 200  # characters of a text that is remembered folded: no name is longer, and a cell may hold MBs


@dataclass(frozen=True)
class Choice:
    """One answer: the `code` that is stored, how it is written in Chinese and in English, and what else means it."""

    code: str
    zh: str
    en: str
    also: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that means it."""
        return (self.code, self.zh, self.en, *self.also)


OWNERSHIPS: Final = (
    Choice("owners", "全体业主共有", "all owners in common",
           ("业主共有", "全体业主", "业主", "共有", "小区共有", "全体共有", "owners")),
    Choice("utility", "专营单位", "the utility", ("专营", "专业经营单位", "水电气热单位", "供水公司", "供热公司",
                                              "供电公司", "燃气公司", "utility")),
    Choice("operator", "运营单位", "its operator", ("运营商", "运营方", "投资方", "社会资本", "operator")),
    Choice("public", "市政公有", "the municipality", ("市政", "公有", "政府", "国有", "市政公用", "municipality")),
)  # fmt: skip

CRITICALITIES: Final = (
    Choice("A", "A：失效危及人身安全", "A: a failure endangers people", ("A级", "甲", "一级", "关键", "危及安全")),
    Choice("B", "B：失效导致停供或损坏房屋", "B: a failure stops a supply or spoils the building",
           ("B级", "乙", "二级", "重要")),
    Choice("C", "C：失效造成不便", "C: a failure is a nuisance", ("C级", "丙", "三级", "一般")),
)  # fmt: skip

NO_PROJECTS: Final = (
    Choice("earlier", "改造前已有，未更新", "there before the renovation, not renewed",
           ("改造前已有", "原有", "既有", "利旧", "未改造", "earlier")),
    Choice("later", "改造后增设", "added after the renovation", ("后增", "后期增设", "新增", "改造后新增", "later")),
    Choice("donated", "捐赠", "donated", ("捐建", "受赠")),
    Choice("unknown", "资料缺失", "papers not found", ("资料不全", "无资料", "不详", "档案缺失", "unknown")),
)  # fmt: skip

CONDITIONS: Final = (
    Choice("5", "完好", "as new", ("完好无损", "优", "新")),
    Choice("4", "较好", "good condition", ("良", "良好", "好", "good")),
    Choice("3", "一般", "fair condition", ("中", "尚可", "fair")),
    Choice("2", "较差", "poor condition", ("差", "poor")),
    Choice("1", "很差", "very poor condition", ("危险", "严重损坏", "很坏", "very poor")),
)

CHOICES: Final[Mapping[str, tuple[Choice, ...]]] = {
    "ownership": OWNERSHIPS,
    "criticality": CRITICALITIES,
    "no_project": NO_PROJECTS,
    "condition": CONDITIONS,
}
"""By the field that they answer."""


def folded(text: str) -> str:
    """`text` for comparing names and answers: form NFKC, small letters, no spaces."""
    return _folded(text) if len(text) <= LONGEST_KEPT else _folded.__wrapped__(text)


@lru_cache(maxsize=50_000)  # a file says the same names over and over
def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


_MEANT: Final = {field: {folded(word): one for one in choices for word in one.words}
                 for field, choices in CHOICES.items()}  # fmt: skip
_BY_CODE: Final = {field: {one.code: one for one in choices} for field, choices in CHOICES.items()}


def meant(field: str, text: str) -> Choice | None:
    """Which answer to `field` the `text` of a cell is, or None."""
    return _MEANT[field].get(folded(text))


def choice(field: str, code: str) -> Choice:
    """The answer to `field` that is stored as `code`."""
    return _BY_CODE[field][code]
