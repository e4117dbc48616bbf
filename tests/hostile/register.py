"""Every field of the register's pages, for the table of `targets.py`: parts, what is found of them, labels, imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from propman.assets import operations, queries
from propman.assets.models import Asset, AssetPhotoStage, TakeOver, TakeOverItem, TakeOverState
from propman.communities.models import LabelSheet
from propman.communities.operations import draw_blanks
from propman.communities.queries import blank_labels
from propman.files.operations import Upload, prepare
from tests import stories
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.hostile import values as v
from tests.hostile.imports import imports
from tests.hostile.targets import ALL_AT_ONCE, LEAP_DAY, RARE, Fields, Maker, Target

QUANTITY = v.Kind(v.EVERYTHING - {"empty", "word"})  # 1.5 and ² are quantities
CLERK, ZHAO, MEI = "clerk_jie", "worker_zhao", "dispatcher_mei"


def register(make: Maker) -> Iterator[Target]:
    """All of them."""
    works = renovated.furnish(make.session, make.world)
    yield from _looking(make, works)
    yield from _keeping(make, works)
    yield from _tending(make, works)
    yield from _take_overs(make)
    yield from _labels(make, works)
    yield from imports(make, works)


def _looking(make: Maker, works: Works) -> Iterator[Target]:
    roof = _part(make, works)
    yield Target("assets.register", CLERK, query=_anything("q", "after"))
    yield Target("assets.place", CLERK, {"place_id": make.world.building.id})
    narrowed = ("code", "type", "work_class", "condition", "warranty", "no_maintainer", "never_looked_at", "gone",
                "place", "after")  # fmt: skip
    yield Target("assets.parts", CLERK, query=_anything(*narrowed))
    yield Target("assets.unwatched", CLERK, query=_anything("company", "after"))
    yield Target("assets.part", CLERK, {"asset_id": roof.id})
    yield Target("assets.photo", CLERK, {"asset_id": roof.id, "key": _photo(make, roof)}, _anything("size"))


def _keeping(make: Maker, works: Works) -> Iterator[Target]:
    world, roof = make.world, _part(make, works)
    kind = {"type": (v.ANYTHING, "B01")}

    def version_of(asset_id: int) -> str:
        make.session.rollback()
        return str(make.session.scalar(select(Asset.version).where(Asset.id == asset_id)))

    line, choice = (v.ENGLISH_NAME, RARE), v.CHOICE_OR_NONE
    form: dict[str, Any] = {
        "name": (v.NAME, RARE), "code": (v.NAME, lambda: f"𠮷-{next(make.numbers)}"), "spot": line,
        "unit": (v.ENGLISH_NAME, "㎡"), "model": line, "drawing_no": line, "quantity": (QUANTITY, "１２.５"),
        "place_id": (v.CHOICE, str(world.entrance.id)), "work_item_id": (v.CHOICE, str(works.roof.id)),
        "criticality": (v.CHOICE, "A"), "ownership": (v.CHOICE, "public"),
        "maintainer_id": (choice, str(world.utility.id)),
        "claim_holder_id": (choice, str(world.street_office.id)), "cost_fen": (QUANTITY, "￥1,234.5 元"),
        "budget": (QUANTITY, "１,000"), "bonds": (QUANTITY, "￥234"), "franchise_unit": (QUANTITY, "0.25"),
        "residents": (QUANTITY, "0.25 元"), "social_capital": (QUANTITY, "0"),
        "accepted_on": (v.DAY_OR_NONE, LEAP_DAY), "warranty_key": (choice, "MEP2"),
        "in_use_since": (v.DAY_OR_NONE, LEAP_DAY),
        "contract_months": (v.COUNT, "1200"), "design_life_years": (v.COUNT, "100"),
        "attribute_membrane": line, "attribute_area": (QUANTITY, "820.125"), "attribute_drains": (QUANTITY, "6"),
    }  # fmt: skip
    added = {**form, "version": (v.CHOICE, "0")}
    yield Target("assets.add_part", CLERK, {"place_id": world.building.id}, kind, added)
    changed = {**form, "version": (v.CHOICE, lambda: version_of(roof.id))}
    yield Target("assets.change_part", CLERK, {"asset_id": roof.id}, kind, changed)
    gone, back = _part(make, works), _part(make, works)
    operations.remove_part(make.session, asset_id=back.id, on=make.today, seen_version=back.version,
                           **make.by_nobody())  # fmt: skip
    removed = {"removed_on": (v.A_DAY, make.today.isoformat()), "version": (v.CHOICE, lambda: version_of(gone.id))}
    yield Target("assets.remove_part", CLERK, {"asset_id": gone.id}, form=removed)
    restored = {"version": (v.CHOICE, lambda: version_of(back.id))}
    yield Target("assets.restore_part", CLERK, {"asset_id": back.id}, form=restored)


def _tending(make: Maker, works: Works) -> Iterator[Target]:
    roof, labelled, replaced, revoked = (_part(make, works) for _ in range(4))
    of = {"asset_id": roof.id}
    found: Fields = {"score": (v.CHOICE, "1"), "found_on": (v.A_DAY, LEAP_DAY), "note": (v.WORDS, ALL_AT_ONCE)}
    yield Target("assets.record_condition", ZHAO, of, form=found, files=("photos",))
    shown: Fields = {"stage": (v.CHOICE, "baseline"), "taken_on": (v.A_DAY, LEAP_DAY)}
    yield Target("assets.add_pictures", ZHAO, of, form=shown, files=("photos",), proof="photos")
    yield Target("assets.erase_photo", ZHAO, {**of, "key": _photo(make, roof)}, form={})
    yield Target("assets.draw_label", ZHAO, {"asset_id": labelled.id}, form={})
    yield Target("assets.replace_label", ZHAO, {"asset_id": replaced.id}, form={})
    code = operations.draw_part_code(make.session, asset_id=revoked.id, **make.by_nobody()).code
    yield Target("assets.revoke_label", ZHAO, {"asset_id": revoked.id, "code": code}, form={})


def _take_overs(make: Maker) -> Iterator[Target]:
    session = make.session
    yield Target("assets.take_overs", MEI)
    waiting, open_one, done = (make.engagement(0) for _ in range(3))
    yield Target("assets.open_take_over", MEI, {"engagement_id": waiting.id}, form={})
    under_way, ready = (
        operations.open_take_over(session, engagement_id=each.id, now=make.now) for each in (open_one, done)
    )
    yield Target("assets.take_over", MEI, {"take_over_id": under_way.id})
    form: Fields = {"state": (v.CHOICE, "defective"), "note": (v.TOLD, ALL_AT_ONCE), "score": (v.CHOICE_OR_NONE, "")}
    yield Target("assets.check_line", MEI, {"take_over_id": under_way.id, "item_id": _line(make, under_way)}, form=form)
    for line in session.scalars(select(TakeOverItem).where(TakeOverItem.take_over_id == ready.id)):
        operations.check_item(session, item_id=line.id, state=TakeOverState.HANDED_OVER, **make.by_nobody())
    yield Target("assets.close_take_over", MEI, {"take_over_id": ready.id}, form={})


def _labels(make: Maker, works: Works) -> Iterator[Target]:
    world, start = make.world, _anything("start")
    printed, bound, lost = (_sheet(make) for _ in range(3))
    here = {"place_id": world.community.id}
    yield Target("assets.labels", MEI, here)
    yield Target("assets.draw_labels", MEI, {"place_id": world.building.id}, form={})
    yield Target("assets.draw_blanks", MEI, here, form={"count": (v.CHOICE, "210")})
    for endpoint in ("assets.print_places", "assets.print_parts"):
        yield Target(endpoint, MEI, here, start)
    yield Target("assets.poster", MEI, {"place_id": world.entrance.id})
    yield Target("assets.print_blanks", MEI, {"sheet_id": printed.id}, start)
    yield Target("assets.revoke_blanks", MEI, {"sheet_id": lost.id}, form={})
    blank, fresh = (_blank(make, each) for each in (printed, bound))
    asked = _anything("q", "place")
    yield Target("portal.place", ZHAO, {"code": blank}, asked, note="blank")
    bare = renovated.part(make.session, works, place_id=world.community.id)
    yield Target("assets.bind_label", ZHAO, {"code": fresh}, asked, {"target": (v.CHOICE, f"part-{bare.id}")})


def _anything(*names: str) -> Fields:
    return dict.fromkeys(names, (v.ANYTHING, ""))


def _part(make: Maker, works: Works) -> Asset:
    return renovated.part(make.session, works)


def _photo(make: Maker, part: Asset) -> str:
    [row] = operations.add_photos(make.session, asset_id=part.id, stage=AssetPhotoStage.NOW, taken_on=make.today,
                                  pictures=prepare([Upload(stories.picture())]), store=make.world.store,
                                  **make.by_nobody())  # fmt: skip
    return row.photo.key


def _sheet(make: Maker) -> LabelSheet:
    return draw_blanks(make.session, community_id=make.world.community.id, count=1, **make.by_nobody())


def _blank(make: Maker, sheet: LabelSheet) -> str:
    [label] = blank_labels(make.session, sheet.id)
    return label.code


def _line(make: Maker, take_over: TakeOver) -> int:
    return queries.lines_of(make.session, take_over)[0].id
