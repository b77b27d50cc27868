from tests.core.books import entry, national, street
from zhagen.core.calendar import parse_year
from zhagen.core.rulebook.reference import reference

YEAR = """year = 2027
source = "通知"
confirm = true
[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
work = [2027-01-10]
"""


def test_the_reference_shows_every_layer_with_values_sources_and_marks():
    layer = street(entry("community.tasks_max", "count", "[{ from = 2025-01-01, value = 3 }]"))
    units = {"months": {"zh": "个月", "en": "months"}}

    text = reference((layer, national()), (parse_year(YEAR, "2027"),), units)

    assert text.index("## National (全国)") < text.index("## Qinghe (青禾街道)")
    assert (
        "| `contract.term_max` | 合同期限（一招三年） | Term (three years) | 36 months from 2015-01-01<br>"
        "24 months from 2027-01-01 | lower | 102号令 第二十四条<br>新规（待核） |" in text
    )
    assert "true yes_no from 2017-10-01 until 2030-12-31" in text
    assert "| `community.tasks_max` | 3 count from 2025-01-01 | 会议纪要 3号 |" in text
    assert "| 2027 | 元旦 01-01–01-03 上班 01-10 | 通知（待核） |" in text
