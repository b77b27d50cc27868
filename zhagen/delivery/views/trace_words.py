"""What a trace says of how each figure was made, in Chinese; core's own words are the English.

Core names a formula in a few English words that are stored with the result and hashed with it; a page in
Chinese says the same by this table. A formula that the table does not know is shown as core wrote it.
"""

import re

from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.scoring.renewal import Advice, Verdict
from zhagen.platform.texts import language, say

NAMES = {
    "evaluation.score": ("评估得分", "Score of the evaluation"),
    "renewal.advice": ("建议", "Advice"),
    "activity.reported": ("机构自记数量", "On the agency's record"),
    "activity.confirmed_outputs": ("经参加者核实的数量", "Confirmed by participants"),
    "acceptance.promised": ("约定", "Promised"),
    "acceptance.off_plan": ("计划外任务抵作", "Off-plan tasks counted in"),
}

PHRASES = (
    (r"weighted mean of the items measured", "有数据的各项按权重平均"),
    (
        r"not graded: measured (\d+) bp of the weight, (\d+) bp needed",
        r"不评等次：有数据的权重为万分之 \1，至少要万分之 \2",
    ),
    (r"not yet known: too few terms measured", "有数据的条款太少，暂不能判断"),
    (r"missing: neutral", "没有数据，不计入"),
    (r"missing: zero", "没有数据，按零分计"),
    (r"harshest step of the terms", "取各条款中最重的一级"),
    (r"not measured", "没有测到"),
    (r"nobody was asked", "没有问到人"),
    (r"agency's record", "机构自己的记录"),
    (r"reported × share confirmed by participants drawn at random", "自记数量 × 随机抽取的参加者核实的比例"),
    (r"took place and was of use ÷ drawn and heard", "说有这回事并且有用 ÷ 抽中并答复"),
    (r"raisers who say met ÷ raisers heard", "说已解决的提出人 ÷ 答复的提出人"),
    (r"sampled residents who say met ÷ asked", "说已解决的抽访居民 ÷ 答复的抽访居民"),
    (r"mean of trust answers", "信任评分的平均"),
    (r"mean of the community offices' ratings", "社区评分的平均"),
    (
        r"(\d+) of (\d+) communities served have rated, half needed",
        r"所服务的 \2 个社区中有 \1 个评了分，至少一半评了才出数",
    ),
    (r"median days of the present workers", "在岗社工天数的中位数"),
    (r"leavings ÷ worker-days × 365", "离岗人次 ÷ 在岗人日 × 365"),
    (r"Kaplan–Meier median", "在岗时长的中位数（Kaplan–Meier 法）"),
    (r"fewer than half have left", "离岗的不到一半"),
    (r"same worker as a year ago ÷ served then and now", "仍由一年前同一社工服务 ÷ 前后都在服务的"),
    (r"cases with a receiver ÷ open cases of leavers", "有接手人的个案 ÷ 离岗社工的未结个案"),
    (
        r"doors that say yes ÷ asked, weighted by the doors of each building",
        "说知道的户 ÷ 答复的户，按各楼户数加权",
    ),
    (r"doors that say yes ÷ asked", "说知道的户 ÷ 答复的户"),
    (r"answers 4 and 5 ÷ answers", "答 4 分和 5 分的 ÷ 全部答复"),
    (r"smaller of both logs ÷ worker-months", "双方记录取小 ÷ 人月"),
    (r"difference of both logs ÷ larger of both", "双方记录之差 ÷ 较大的一方"),
    (r"meetings outside its own project, recorded by the community", "社区记录的、与本项目无关的会议"),
    (r"meetings where it took a task ÷ meetings it was at", "领了任务的会议 ÷ 到会的会议"),
    (r"mean of the promises, each at most in full", "各项约定完成率的平均，每项最多算足"),
    (r"delivered ÷ promised, at most in full", "已交付 ÷ 约定，最多算足"),
    (r"confirmed by askers, to the contract's cap", "交办人已确认，以合同上限为限"),
    (r"spent ÷ budget", "支出 ÷ 预算"),
    (r"fewer than (\d+)", r"不足 \1 份，不出数"),
    (r"\((?:wilson[a-z-]*|mean[a-z-]*|stratified[a-z-]*), (\d\d)00 bp\)", r"（\1% 区间）"),
    (r"(\d+) → 0, (\d+) → full; weight (\d+)00 bp", r"\1 得零分，\2 得满分；权重 \3%"),
    (r"([≥≤]) (\d+)00 bp", r"\1 \2%"),
    (r"; ", "；"),
)
"""What core says, as a pattern, and the same in Chinese; the longer before the shorter."""


def name_in_words(name: str) -> str:
    """Return what a figure of a trace is called: an indicator by its name, in full or by its last part."""
    place = 0 if language() == "zh" else 1
    if name in NAMES:
        return NAMES[name][place]
    found = INDICATORS.get(name) or next(
        (INDICATORS[each] for each in INDICATORS if each.endswith(f".{name}")), None
    )
    return name if found is None else (found.zh, found.en)[place]


def rule_in_words(rule: str) -> str:
    """Return how a figure was made, in the reader's language."""
    if language() != "zh":
        return rule
    for said, chinese in PHRASES:
        rule = re.sub(said, chinese, rule)
    return rule


def value_in_words(value: object, unit: str) -> object:
    """Return a figure that is a word, an advice or a verdict, as people read it; others as they are."""
    if unit != "text" or not isinstance(value, str):
        return value
    kind = "advice" if value in set(Advice) else "verdict" if value in set(Verdict) else ""
    return say(f"{kind}.{value}") if kind else value
