"""The list of indicators: name, labels, unit, smallest usable count, who says it, where the idea is from."""

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """Whose word a figure rests on."""

    RESIDENT = "resident"
    SAMPLED = "sampled"
    COMMUNITY = "community"
    BOTH_SIDES = "both_sides"
    WORKER = "worker"
    RECORD = "record"
    AGENCY = "agency"
    """The agency's own paper: gets no weight unless the contract says so, and then a capped one."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What an indicator is.

    Args:
        name: Code, "<module>.<figure>".
        zh: Chinese label.
        en: English label.
        unit: Unit of the value: "bp", "centi" (hundredths of a point), "days", "hours", "minutes", "count".
        least_count: Fewest rows or answers below which no value is given.
        word: Whose word it rests on.
        source: Where the idea is from.
        made_by: Function in this package that makes it.
    """

    name: str
    zh: str
    en: str
    unit: str
    least_count: int
    word: Word
    source: str
    made_by: str


_STUDY_PRESENCE = "陈锋、侯同佳：第一个表现，服务不稳定"
_STUDY_TRUST = "陈锋、侯同佳：第二个表现，居民不了解、不信任"
_STUDY_NEED = "陈锋、侯同佳：第三个表现，项目目标先于居民需求"
_STUDY_LIFE = "陈锋、侯同佳：第四个表现，只做购买的项目"
_REPLY = "12345 热线：响应率、解决率、满意率"
_REDUCE = "整治形式主义为基层减负"

_LISTED = (
    Indicator(
        "need.met_share",
        "需求已解决（提出人说）",
        "Needs met, by the raiser's word",
        "bp",
        5,
        Word.RESIDENT,
        f"{_STUDY_NEED}；{_REPLY}",
        "need.word_shares",
    ),
    Indicator(
        "need.partly_share",
        "需求部分解决（提出人说）",
        "Needs partly met, by the raiser's word",
        "bp",
        5,
        Word.RESIDENT,
        _REPLY,
        "need.word_shares",
    ),
    Indicator(
        "need.unmet_share",
        "需求未解决（提出人说）",
        "Needs not met, by the raiser's word",
        "bp",
        5,
        Word.RESIDENT,
        _REPLY,
        "need.word_shares",
    ),
    Indicator(
        "need.sampled_met_share",
        "共同需求已解决（随机抽访居民说）",
        "Shared needs met, by sampled residents",
        "bp",
        20,
        Word.SAMPLED,
        _STUDY_NEED,
        "need.sampled_met_share",
    ),
    Indicator(
        "need.first_answer_days",
        "首次回应用时（中位）",
        "Days to the first answer (median)",
        "days",
        5,
        Word.RECORD,
        _REPLY,
        "need.first_answer_days",
    ),
    Indicator(
        "need.overdue_share", "逾期需求", "Needs overdue", "bp", 5, Word.RECORD, _REPLY, "need.overdue_share"
    ),
    Indicator(
        "activity.hours",
        "服务时数",
        "Service hours",
        "hours",
        1,
        Word.AGENCY,
        "财预〔2020〕10号：产出数量",
        "activity.hours",
    ),
    Indicator(
        "activity.sessions",
        "服务场次",
        "Sessions",
        "count",
        1,
        Word.AGENCY,
        "财预〔2020〕10号：产出数量",
        "activity.sessions",
    ),
    Indicator(
        "activity.confirmed_share",
        "抽中的参加者确认有这回事、有用",
        "Drawn participants who confirm it took place and was of use",
        "bp",
        10,
        Word.SAMPLED,
        "抽参加者核实，不加表格",
        "activity.confirmed_share",
    ),
    Indicator(
        "activity.confirmed_participants",
        "经确认的参加者（不重复）",
        "Distinct confirmed participants",
        "count",
        5,
        Word.RESIDENT,
        "抽参加者核实，不加表格",
        "activity.confirmed_participants",
    ),
    Indicator(
        "activity.off_plan_share",
        "计划外任务占工时",
        "Off-plan share of hours",
        "bp",
        5,
        Word.BOTH_SIDES,
        "陈锋、侯同佳：项目事本化，谈感情才伤感情",
        "activity.off_plan_share",
    ),
    Indicator(
        "activity.presence_share",
        "在社区的日子占工作日（含走访和个案）",
        "Days present out of working days, with visits and case contacts",
        "bp",
        20,
        Word.RECORD,
        _STUDY_PRESENCE,
        "activity.presence_share",
    ),
    Indicator(
        "staffing.tenure_days",
        "在岗社工在本社区时间（中位）",
        "Tenure here of the present workers (median)",
        "days",
        1,
        Word.RECORD,
        _STUDY_PRESENCE,
        "staffing.tenure_days",
    ),
    Indicator(
        "staffing.median_stay_days",
        "社工停留时间（中位，含未离岗）",
        "Median stay with censoring",
        "days",
        5,
        Word.RECORD,
        _STUDY_PRESENCE,
        "staffing.median_stay_days",
    ),
    Indicator(
        "staffing.turnover",
        "年流失率",
        "Yearly turnover",
        "bp",
        1,
        Word.RECORD,
        f"{_STUDY_PRESENCE}；深圳 2011–2014 年 17.6%–22.2%",
        "staffing.turnover",
    ),
    Indicator(
        "staffing.same_worker_share",
        "同一社工服务满十二个月的居民",
        "Residents with the same worker for 12 months",
        "bp",
        5,
        Word.RECORD,
        _STUDY_PRESENCE,
        "staffing.same_worker_share",
    ),
    Indicator(
        "staffing.hand_over_share",
        "离岗交接完整",
        "Complete hand-overs",
        "bp",
        1,
        Word.BOTH_SIDES,
        "财政部令第102号：承接主体移交资料",
        "staffing.hand_over_share",
    ),
    Indicator(
        "supervision.minutes_per_worker_month",
        "每名社工每月督导时间（双方都记的）",
        "Supervision minutes a worker and month, logged by both sides",
        "minutes",
        3,
        Word.BOTH_SIDES,
        "社会工作督导指南",
        "supervision.minutes_per_worker_month",
    ),
    Indicator(
        "supervision.disagreed_share",
        "双方记录不一致的督导时间",
        "Supervision time the two sides do not agree on",
        "bp",
        3,
        Word.BOTH_SIDES,
        "陈锋、侯同佳：转做督导",
        "supervision.disagreed_share",
    ),
    Indicator(
        "survey.knows_share",
        "知道机构",
        "Know the agency",
        "bp",
        20,
        Word.SAMPLED,
        _STUDY_TRUST,
        "survey.knows_share",
    ),
    Indicator(
        "survey.knows_work_share",
        "说得出机构做什么",
        "Can say what it does",
        "bp",
        20,
        Word.SAMPLED,
        f"{_STUDY_TRUST}；广州知晓度审计",
        "survey.knows_work_share",
    ),
    Indicator(
        "survey.trust_mean",
        "信任（1–5）",
        "Trust (1–5)",
        "centi",
        10,
        Word.SAMPLED,
        _STUDY_TRUST,
        "survey.trust_mean",
    ),
    Indicator(
        "survey.satisfied_share",
        "满意",
        "Satisfied",
        "bp",
        20,
        Word.SAMPLED,
        "财预〔2020〕10号：服务对象满意度",
        "survey.satisfied_share",
    ),
    Indicator(
        "community.other_meetings",
        "参加项目以外的会议",
        "Meetings outside its own project",
        "count",
        1,
        Word.COMMUNITY,
        _STUDY_LIFE,
        "community.other_meetings",
    ),
    Indicator(
        "community.took_task_share",
        "项目以外的会上领了任务",
        "Took a task at such meetings",
        "bp",
        3,
        Word.COMMUNITY,
        _STUDY_LIFE,
        "community.took_task_share",
    ),
    Indicator(
        "community.load_mean",
        "社区评价：没有添负担（1–5）",
        "The community's rating: no extra load (1–5)",
        "centi",
        1,
        Word.COMMUNITY,
        "陈锋、侯同佳：增加工作负担",
        "community.load_mean",
    ),
    Indicator(
        "paper.minutes_per_hour",
        "每服务一小时的文书分钟数",
        "Paperwork minutes a service hour",
        "minutes",
        5,
        Word.WORKER,
        f"{_REDUCE}；短问卷",
        "paper.minutes_per_hour",
    ),
    Indicator(
        "money.pace",
        "支出进度与时间进度之差",
        "Spending pace less time elapsed",
        "bp",
        1,
        Word.RECORD,
        "预算执行",
        "money.pace",
    ),
    Indicator(
        "money.late_days",
        "付款逾期天数（金额加权）",
        "Days paid late, weighted by amount",
        "days",
        1,
        Word.RECORD,
        "财政部令第102号：按时付款；深圳 2012 年拖欠",
        "money.late_days",
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in _LISTED}
"""All indicators by name."""

SELF_REPORTED = frozenset(each.name for each in _LISTED if each.word is Word.AGENCY)
"""Indicators that rest on the agency's own paper alone."""


def reference_page() -> str:
    """Return docs/reference/indicators.md."""
    lines = [
        "# Indicators",
        "",
        "Made from `zhagen/core/indicators/registry.py` by `reference_page`; do not edit by hand.",
        "",
        "| name | 中文 | English | unit | least count | whose word | idea from |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{each.name}` | {each.zh} | {each.en} | {each.unit} | {each.least_count} | {each.word.value} "
        f"| {each.source} |"
        for each in _LISTED
    ]
    return "\n".join(lines) + "\n"
