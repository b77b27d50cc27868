"""A story in which one step was taken many times running is told in as many lines as there are different steps."""

import datetime as dt

from zhagen.delivery.views.common import folded
from zhagen.platform.parts import Step

AT = dt.datetime(2026, 6, 25, 1, tzinfo=dt.UTC)


def step(minute: int, what: str, who: str = "") -> Step:
    return Step(AT + dt.timedelta(minutes=minute), what, who)


def test_the_same_step_running_is_told_once_with_its_count_and_last_moment():
    told = folded(
        [step(0, "开始抽访"), *(step(n, "收到一份答卷") for n in range(1, 39)), step(40, "汇总结果")]
    )

    assert [each.what for each in told] == ["开始抽访", "收到一份答卷（共 38 次，最近一次）", "汇总结果"]
    assert told[1].at == AT + dt.timedelta(minutes=38)


def test_the_same_step_of_two_people_or_parted_by_another_is_told_each_time():
    steps = [
        step(0, "审核", "陈立文"),
        step(1, "审核", "周敏"),
        step(2, "退回", "周敏"),
        step(3, "审核", "周敏"),
    ]

    assert folded(steps) == steps
