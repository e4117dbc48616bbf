"""The words of the field: the same word for the same thing, in both languages, with what it means in propman."""

from __future__ import annotations

from dataclasses import dataclass

from propman.text import N_


@dataclass(frozen=True)
class Term:
    """A word in Chinese and English, and what it means here (a message to translate)."""

    zh: str
    en: str
    meaning: str


TERMS = (
    Term("报修", "report", N_("Somebody says that something is broken. It gets a number and a PIN.")),
    Term("工单", "ticket", N_("A report with everything that happened to it since.")),
    Term("报修人", "reporter", N_("Who sent the report: alone says in the end whether it is fixed.")),
    Term("调度", "dispatcher", N_("Sends people to reports on behalf of whoever is in charge.")),
    Term("维修工", "worker", N_("Goes there, repairs, and proves it with photos.")),
    Term("派单", "assign", N_("Give a report to a person who will go. Stops the first clock.")),
    Term("改派", "reassign", N_("Give it to somebody else.")),
    Term("开始维修", "start", N_("The person sent has begun.")),
    Term("挂账", "hold", N_("Put off for a reason, until a day: then it goes on by itself. The second clock pauses.")),
    Term("派单异议", "objection", N_("Whoever has a report says that it is not theirs. Somebody above them decides.")),
    Term("督办", "urge", N_("An official wants an answer by a day. Whoever dispatches it answers.")),
    Term("值班表", "rota", N_("Who of an organisation is reachable when. Nobody being there never refuses a report.")),
    Term("计划停水停电", "planned outage", N_("Water, heat, power or a lift is off for a time that is told before.")),
    Term("常用语", "ready-made sentence", N_("Words that an organisation uses again and again at one step.")),
    Term("恢复", "resume", N_("Go on after a hold. The deadline moves by what the hold took.")),
    Term("办结", "complete", N_("Repaired, says who did it. Stops the second clock.")),
    Term("确认", "confirm", N_("The reporter says that it is fixed, with one to five stars.")),
    Term("重开", "reopen", N_("The reporter says that it is not fixed. The second clock starts anew.")),
    Term("回访", "call-back", N_("Somebody other than the repairer asks by telephone how it went.")),
    Term("响应率", "response rate", N_("How many reporters say that somebody was in touch in time.")),
    Term("解决率", "solution rate", N_("How many reporters say that it is fixed.")),
    Term("满意率", "satisfaction rate", N_("How many reporters give four or five stars.")),
    Term("关账月份", "closed month", N_("A month whose figures are laid down and change no more.")),
    Term("不受理", "decline", N_("Whoever is in charge says no, and why.")),
    Term("撤回", "withdraw", N_("The reporter takes the report back.")),
    Term("系统关闭", "closed by the system", N_("Nobody answered after completion. Counts as not solved.")),
    Term("转办", "refer", N_("Hand a report on to the contractor who built it, or to the utility whose it is.")),
    Term("再次转办", "insist", N_("Refer it once more to who refused, and say why.")),
    Term("收回", "take back", N_("No longer wait for whom it was referred to.")),
    Term("保修判定", "verdict", N_("Whether the warranty covers a defect: yes, no, or it cannot be told.")),
    Term("付款方", "payer", N_("Who pays for a repair: the first row of a table that holds, or another for a reason.")),
    Term("移交", "handed over", N_("An open report passes to whoever manages the community now.")),
    Term("响应时限", "time to respond", N_("By when somebody must be sent.")),
    Term("办结时限", "time to repair", N_("By when it must be repaired.")),
    Term("工作时间", "working time", N_("The hours that count for ordinary reports. Emergencies run day and night.")),
    Term("调休上班日", "make-up workday", N_("A weekend day that is worked in exchange for a holiday. It counts.")),
    Term("小区", "community", N_("Some buildings that are managed together.")),
    Term("单元", "entrance", N_("One staircase of a building, with its own door.")),
    Term("物业公司", "property company", N_("Manages a community by contract, from one day to another.")),
    Term("街道办", "street office", N_("Answers for communities that nobody manages.")),
    Term("居委会", "neighbourhood committee", N_("The residents' own committee; it hears and passes on.")),
    Term("业委会", "owners' committee", N_("Elected by the owners of a community. Sees no telephone numbers.")),
    Term("网格员", "grid worker", N_("Looks after some buildings and reports for those who cannot.")),
    Term("楼长", "building head", N_("A neighbour who looks after one building.")),
    Term("施工单位", "contractor", N_("Renovated it, and answers for defects under warranty.")),
    Term("专营单位", "utility", N_("Supplies water, heat, gas or power, and answers for its own pipes and lines.")),
    Term("二维码标牌", "label", N_("The printed code at an entrance. Whoever scans it can report without an account.")),
    Term("未核实", "not yet checked", N_("A rule or number that nobody has compared with its source so far.")),
    Term("巡检任务", "duty", N_("An inspection that is due once, on a day. It has one end, and is never deleted.")),
    Term("一轮巡检", "round", N_("One person goes past the points of some inspections in a community, in a shift.")),
    Term("巡检点", "point", N_("A part, an entrance or a building where somebody stands and answers what is asked.")),
    Term("漏检", "missed", N_("An inspection that nobody did by its last day. It stays missed for ever.")),
    Term("补检", "make-up", N_("What was missed is done after all: linked to it, and it stays missed.")),
    Term("复检", "re-check", N_("Somebody else than the repairer looks again at what an inspection found.")),
)  # fmt: skip
