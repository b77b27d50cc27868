"""Small rulebooks for tests."""

from datetime import date

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.rulebook.layer import Layer
from zhagen.core.rulebook.parse import parse_layer

ON = date(2026, 3, 2)

NATIONAL = """
[layer]
name = "national"
place = ""
title_zh = "全国"
title_en = "National"
parent = ""

[tender.open_tender.bid_period_min]
zh = "投标期限"
en = "Bid period"
unit = "days"
tighter = "higher"
source = "政府采购法 第三十五条"
values = [{ from = 2003-01-01, value = 20 }]

[contract.term_max]
zh = "合同期限"
en = "Term"
unit = "months"
tighter = "lower"
source = "102号令 第二十四条"
values = [
  { from = 2015-01-01, value = 36 },
  { from = 2027-01-01, value = 24, source = "新规", confirm = true },
]
note_zh = "一招三年"
note_en = "three years"

[community.tasks_max]
zh = "任务上限"
en = "Tasks"
unit = "count"
local = true
source = "内控：减负"
values = [{ from = 2020-01-01, value = 4 }]

[procurement.threshold]
zh = "限额标准"
en = "Threshold"
unit = "yuan"
local = true
confirm = true
source = "指引"
values = [{ from = 2020-01-01, value = 500_000 }]

[price.formula]
zh = "价格分"
en = "Price formula"
unit = "text"
local = true
choices = ["lowest_ratio", "fixed_price"]
source = "87号令"
values = [{ from = 2017-10-01, value = "lowest_ratio" }]

[evaluation.scheme]
zh = "方案"
en = "Scheme"
unit = "weights_bp"
local = true
source = "内控"
values = [{ from = 2020-01-01, value = { residents = 6000, office = 4000 } }]

[need.private_kinds]
zh = "不公开种类"
en = "Private kinds"
unit = "texts"
source = "个人信息保护法"
values = [{ from = 2021-11-01, value = ["illness", "violence"] }]

[panel.is_odd]
zh = "单数"
en = "Odd"
unit = "yes_no"
source = "87号令"
until = 2030-12-31
values = [{ from = 2017-10-01, value = true }]

[tender.light_methods]
zh = "限额以下方式"
en = "Light methods"
unit = "texts"
source = "内控"
values = [{ from = 2020-01-01, value = ["selection"] }]
"""

STREET_HEAD = """
[layer]
name = "street"
place = "990101001000"
title_zh = "青禾街道"
title_en = "Qinghe"
parent = "national"
"""


def national() -> Layer:
    return parse_layer(NATIONAL, file="national.toml")


def street(body: str = "", head: str = STREET_HEAD) -> Layer:
    return parse_layer(head + body, file="street.toml")


def entry(name: str, unit: str, values: str, more: str = "") -> str:
    return f'\n[{name}]\nunit = "{unit}"\nsource = "会议纪要 3号"\nvalues = {values}\n{more}\n'


def problems(error: RuleError) -> list[tuple[str, object, object]]:
    """Code, line and key of each problem."""
    parts = error.errors if isinstance(error, SeveralRulesError) else (error,)
    return [(each.code, each.figures.get("line"), each.figures.get("key")) for each in parts]
