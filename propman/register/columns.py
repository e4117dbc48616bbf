"""Every column of the table of parts: what it is called, what else it is called, what it takes. Pure.

The same list reads a file, writes one, makes the template, and stands in `docs/register.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from enum import StrEnum
from typing import Final

from propman.text import N_


class Accepts(StrEnum):
    """What the cells of a column hold."""

    NAME = "name"  # of something that is there: a place, an organisation, a work item
    WORDS = "words"
    CHOICE = "choice"
    CATALOGUE = "catalogue"  # a type of part or a warranty rule
    QUANTITY = "quantity"
    AMOUNT = "amount"
    WHOLE = "whole"
    DAY = "day"
    FLAG = "flag"


class Need(StrEnum):
    """Whether a row must fill a column."""

    ALWAYS = "always"
    NEW = "new"  # if the part is not in the register yet
    NO = "no"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the table.

    `heading` is English and marked for the catalogue, whose Chinese is `zh`; `also` are other headings that mean it.
    `hint` says what it takes. `most` is the longest text, `least` and `greatest` bound a whole number. `units` that
    may stand behind the heading, each with what it multiplies by; None where any unit may. `example` stands in the
    template. `with_unit` are headings that mean it only where one of `units` stands behind them.
    """

    field: str
    heading: str
    zh: str
    also: tuple[str, ...] = ()
    with_unit: tuple[str, ...] = ()
    accepts: Accepts
    hint: str
    need: Need = Need.NO
    most: int = 0
    least: int = 0
    greatest: int = 0
    units: Mapping[str, int] | None = filled(default_factory=dict)
    example: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that a heading can say to mean it, except what a person has mapped."""
        return (self.zh, self.heading, *self.also, *self.with_unit)


_MONTHS: Final = {"月": 1, "个月": 1, "months": 1, "年": 12, "years": 12}
_YUAN: Final = {"元": 1, "yuan": 1, "cny": 1, "rmb": 1, "人民币元": 1, "千元": 1_000,
                "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}  # fmt: skip
_YEARS: Final = {"年": 1, "years": 1}
_SHARE: Final = N_("In yuan; 0 where nothing came from there. The shares of a part come to its cost exactly.")

COLUMNS: Final = (
    Column(field="street", heading=N_("Street office area"), zh="街道", accepts=Accepts.NAME, most=80,
           also=("所属街道", "街道办", "街道办事处", "街道(乡镇)", "街镇", "乡镇街道", "street"),
           hint=N_("Only to tell communities of one name apart."), example="花园街道"),
    Column(field="community", heading=N_("Community"), zh="小区", need=Need.ALWAYS, accepts=Accepts.NAME, most=200,
           also=("小区名称", "所属小区", "居民小区", "老旧小区", "小区(院落)", "项目小区", "住宅小区", "compound"),
           hint=N_("The name of the community; of two with one name the street in front: 花园街道 红旗小区. Not needed "
                   "where the file is sent for one community."), example="红旗小区"),
    Column(field="building", heading=N_("Building"), zh="楼栋", accepts=Accepts.NAME, most=80,
           also=("楼号", "楼栋号", "楼宇", "幢号", "栋号", "楼幢", "楼座", "建筑", "building no"),
           hint=N_("The building in the community: 3号楼 or 3. Empty for what is outdoors or shared."),
           example="3号楼"),
    Column(field="entrance", heading=N_("Entrance"), zh="单元", accepts=Accepts.NAME, most=80,
           also=("单元号", "门洞", "单元门牌", "stairwell", "unit no"),
           hint=N_("The entrance in the building: 2单元 or 2. Empty for what belongs to the whole building."),
           example="2单元"),
    Column(field="code", heading=N_("Part code"), zh="部位编码", need=Need.ALWAYS, accepts=Accepts.WORDS, most=40,
           also=("编码", "编号", "部位编号", "设施编号", "设施编码", "资产编号", "资产编码", "设备编号", "台账编号",
                 "档案号", "code", "asset code", "asset number", "part number"),
           hint=N_("The bureau's own number of the part, unique in its community. By it a part is found again: a code "
                   "that is there already is changed."), example="B18-0302"),
    Column(field="type_code", heading=N_("Part type"), zh="部位类型", need=Need.NEW, accepts=Accepts.CATALOGUE, most=80,
           also=("类型", "设施类型", "部位类别", "设施类别", "类别", "资产类别", "资产类型", "设备类型", "类型编码",
                 "类型代码", "type", "type code", "asset type"),
           hint=N_("The type of part, by its code or name."), example="B18 楼道灯"),
    Column(field="name", heading=N_("Part name"), zh="部位名称", need=Need.NEW, accepts=Accepts.WORDS, most=120,
           also=("名称", "设施名称", "部位设施名称", "部位设施", "资产名称", "设备名称", "name", "asset name"),
           hint=N_("What people call it."), example="3号楼2单元楼道灯"),
    Column(field="spot", heading=N_("Where exactly"), zh="具体位置", accepts=Accepts.WORDS, most=80,
           also=("位置", "安装位置", "所在位置", "详细位置", "坐落", "location", "spot"),
           hint=N_("Where in that place it is."), example="一至六层"),
    Column(field="quantity", heading=N_("Quantity"), zh="数量", accepts=Accepts.QUANTITY, units=None,
           also=("工程量", "规模", "设施数量", "quantity"),
           hint=N_("A number of at least 0 with up to three decimals."), example="6"),
    Column(field="unit", heading=N_("Unit"), zh="计量单位", accepts=Accepts.WORDS, most=20,
           also=("单位", "unit of quantity"), hint=N_("What the quantity is counted in."), example="盏"),
    Column(field="model", heading=N_("Supplier and model"), zh="供应商和型号", accepts=Accepts.WORDS, most=120,
           also=("品牌型号", "规格型号", "型号", "厂家型号", "厂家", "生产厂家", "品牌", "供应商", "规格", "model",
                 "supplier"),
           hint=N_("Who made it, and what it is called there."), example="欧普 LED 9W"),
    Column(field="drawing_no", heading=N_("Drawing number"), zh="图号", accepts=Accepts.WORDS, most=80,
           also=("图纸编号", "竣工图号", "图纸号", "drawing"), hint=N_("The number of the drawing that shows it."),
           example="电施-07"),
    Column(field="ownership", heading=N_("Owner"), zh="产权人", need=Need.NEW, accepts=Accepts.CHOICE,
           also=("产权", "产权归属", "权属", "产权性质", "产权单位", "所有权", "ownership"),
           hint=N_("Whose it is."), example="全体业主共有"),
    Column(field="maintainer", heading=N_("Maintainer"), zh="维护责任单位", accepts=Accepts.NAME, most=80,
           also=("维护单位", "管护单位", "管护责任单位", "维保单位", "养护单位", "管理单位", "责任单位", "管养单位",
                 "maintained by"),
           hint=N_("The organisation that keeps it in repair, by its name."), example=""),
    Column(field="claim_holder", heading=N_("Claim holder"), zh="索赔权利人", accepts=Accepts.NAME, most=80,
           also=("建设单位", "业主单位", "保修权利人", "client"),
           hint=N_("Who may claim on the contractor, where that is neither the one of the work item nor the owner of "
                   "the project."), example=""),
    Column(field="criticality", heading=N_("What a failure does"), zh="重要程度", accepts=Accepts.CHOICE,
           also=("重要性", "重要等级", "关键程度", "criticality"),
           hint=N_("Empty for a new part: as usual for its type."), example=""),
    Column(field="cost_fen", heading=N_("Cost"), zh="造价", accepts=Accepts.AMOUNT, units=_YUAN,
           also=("投资", "投资额", "金额", "工程造价", "费用", "原值", "投资金额", "资产原值", "cost", "price"),
           hint=N_("In yuan, or in units of 10,000 yuan under the heading 造价（万元）."), example="540.00"),
    Column(field="budget_fen", heading=N_("Public budget"), zh="财政资金", accepts=Accepts.AMOUNT, units=_YUAN,
           also=("其中：财政资金", "财政", "财政补助", "财政补助资金", "财政出资", "budget"), hint=_SHARE),
    Column(field="bonds_fen", heading=N_("Government bonds"), zh="专项债券", accepts=Accepts.AMOUNT, units=_YUAN,
           also=("其中：专项债券", "债券", "债券资金", "专项债", "专项债券资金", "bonds"), hint=_SHARE),
    Column(field="franchise_unit_fen", heading=N_("Pipeline franchise units"), zh="管线专营单位出资",
           accepts=Accepts.AMOUNT, units=_YUAN,
           also=("其中：管线专营单位出资", "专营单位出资", "其中：专营单位出资", "管线单位出资", "专营单位资金",
                 "franchise unit"), hint=_SHARE),
    Column(field="residents_fen", heading=N_("Residents"), zh="居民出资", accepts=Accepts.AMOUNT, units=_YUAN,
           also=("其中：居民出资", "居民自筹", "居民自筹资金", "居民资金", "业主出资"), hint=_SHARE),
    Column(field="social_capital_fen", heading=N_("Social capital"), zh="社会资本", accepts=Accepts.AMOUNT,
           units=_YUAN, also=("其中：社会资本", "社会资金", "社会资本出资", "社会力量出资"), hint=_SHARE),
    Column(field="project", heading=N_("Project number"), zh="项目编号", accepts=Accepts.NAME, most=120,
           also=("改造项目编号", "项目文号", "改造项目", "所属项目", "项目名称", "项目", "project"),
           hint=N_("The renovation project, by its number or name. Not needed where the community has only one."),
           example="2023-041"),
    Column(field="work_item", heading=N_("Work item"), zh="改造分项", accepts=Accepts.NAME, most=140,
           also=("分项", "分项编号", "分项名称", "分项工程", "所属改造分项", "改造内容", "工程内容",
                 "work item number"),
           hint=N_("The work item that made it, by its number in the project or its name; else say why there is "
                   "none."), example="6"),
    Column(field="no_project", heading=N_("Why no project made it"), zh="无改造项目的原因", accepts=Accepts.CHOICE,
           also=("无项目原因", "未关联项目原因", "非改造原因", "来源", "reason for no project"),
           hint=N_("In place of a work item: why there is none."), example=""),
    Column(field="accepted_on", heading=N_("Accepted on"), zh="竣工验收日期", accepts=Accepts.DAY,
           also=("验收日期", "竣工日期", "验收时间", "竣工验收时间", "竣工时间", "验收合格日期", "acceptance date"),
           hint=N_("Only where it is not the day of the work item."), example=""),
    Column(field="in_use_since", heading=N_("In use since"), zh="投入使用日期", accepts=Accepts.DAY,
           also=("投用日期", "投入使用时间", "启用日期", "开始使用日期", "投运日期", "first use"),
           hint=N_("As its registration says: the tests of a lift are counted from this day."), example=""),
    Column(field="warranty_key", heading=N_("Warranty rule"), zh="保修规则", accepts=Accepts.CATALOGUE, most=80,
           also=("保修类别", "保修依据", "保修项目", "保修类型", "warranty"),
           hint=N_("By its key or name, only where it is not the rule of the work item."), example=""),
    Column(field="contract_months", heading=N_("Warranty by contract, in months"), zh="合同保修期（月）",
           accepts=Accepts.WHOLE, least=1, greatest=1200, units=_MONTHS,
           also=("合同保修月数", "contract months"),
           with_unit=("合同保修期", "保修期", "质保期", "保修期限", "质保期限"),
           hint=N_("A whole number of months, or of years under the heading 合同保修期（年）; only where it is not the "
                   "term of the work item."), example=""),
    Column(field="design_life_years", heading=N_("Design life, in years"), zh="设计使用年限（年）",
           accepts=Accepts.WHOLE, least=1, greatest=100, units=_YEARS,
           also=("设计使用年限", "设计年限", "使用年限", "使用寿命", "design life"),
           hint=N_("A whole number of years; only where it is not that of the work item."), example=""),
    Column(field="condition", heading=N_("Condition"), zh="状况", accepts=Accepts.CHOICE,
           also=("现状", "完好程度", "完好状况", "完好情况", "状态", "现状评价", "state"),
           hint=N_("How it was found: 1 very poor to 5 as new, or in words. With the day."), example="完好"),
    Column(field="condition_on", heading=N_("Condition found on"), zh="状况日期", accepts=Accepts.DAY,
           also=("检查日期", "查验日期", "巡查日期", "评定日期", "检查时间", "现状日期", "found on"),
           hint=N_("The day on which it was found so."), example="2023-10-12"),
    Column(field="removed_on", heading=N_("Removed on"), zh="拆除日期", accepts=Accepts.DAY,
           also=("停用日期", "注销日期", "拆除时间", "removal date"),
           hint=N_("From which day on it is gone."), example=""),
)  # fmt: skip
"""In the order in which they are written. The properties of types follow, each with the heading `property_heading`."""

BY_FIELD: Final = {column.field: column for column in COLUMNS}

SHARES: Final = {
    name: name.removesuffix("_fen")
    for name in ("budget_fen", "bonds_fen", "franchise_unit_fen", "residents_fen", "social_capital_fen")
}
"""By field of what a source gave, which source it is (`projects.models.FundingSource`), in their order."""

NUMBER: Final = "row"
WARRANTY_END: Final = "warranty_last_on"

TOLD: Final = {
    NUMBER: (N_("Serial number"), "序号", ("行号", "no", "row", "顺序号")),
    WARRANTY_END: (N_("Warranty ends on"), "保修截止日期",
                   ("保修期至", "质保到期日", "质保期至", "保修终止日期", "保修到期日", "保修到期时间")),
    "faults": (N_("What is wrong"), "错误说明", ("问题",)),
    "district": (N_("County or district"), "区县", ("所属区县", "县区", "县(市、区)", "行政区", "区域")),
}  # fmt: skip
"""What a heading can say that is known and still not read: we write it ourselves, or work it out."""

PROPERTY: Final = "attribute_"
PROPERTY_MARK: Final = "属性"
"""In front of the heading of a property whose name is the heading of a column too."""


def property_field(code: str) -> str:
    """The field of the property `code`, as the columns and the faults name it."""
    return f"{PROPERTY}{code}"


def markdown() -> str:
    """The columns as `docs/register.md` holds them."""
    needs = {Need.ALWAYS: "always", Need.NEW: "new part", Need.NO: ""}
    lines = ["| column | heading | field | needed | takes | also called |", "|---|---|---|---|---|---|"]
    for each in COLUMNS:
        also = [*each.also, *(f"{heading}（{unit}）" for heading in each.with_unit[:1] for unit in each.units or ())]
        lines.append(f"| {each.heading} | {each.zh} | {each.field} | {needs[each.need]} | {each.hint} | "
                     f"{'、'.join(also)} |")  # fmt: skip
    return "\n".join(lines) + "\n"
