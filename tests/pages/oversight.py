"""The tour past the rates."""

from __future__ import annotations

from tests.pages.stops import Stop, every

PAGES = (
    *every("official_qian", "/rates", "/rates?by=companies", "/rates?by=categories", "/rates/list?name=reported",
           "/rates/list?name=satisfaction_n", "/rates/list?name=open", "/rates/list?name=corrections"),
    *every("official_sheng", "/rates?from=2020-01", "/rates?place={street}"),
    *every("dispatcher_mei", "/rates", "/rates?place={community}&organisation={company}", "/rates/list?name=excluded"),
    *every("auditor_shen", "/rates?place={community}"),
    Stop("/rates?from=soon&by=nothing", "official_qian", 400),
    Stop("/rates?from=2020-02&to=2020-01", "official_qian", 400),
    Stop("/rates/list?skip=far", "official_qian", 400),
)  # fmt: skip
REFUSED: tuple[Stop, ...] = ()
