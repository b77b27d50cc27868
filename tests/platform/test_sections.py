"""A long form in sections: folded while nothing is wrong; its heading says what stands in it."""

import pytest
from django import forms

from zhagen.platform.sections import Section, parts_of


class Lines(forms.Form):
    SECTIONS = (
        Section("第一项", ("title_1", "weight_1"), folds=True, shows="{title_1} {weight_1}%"),
        Section("说明", ("note",), folds=True),
    )
    owner = forms.CharField()
    title_1 = forms.CharField(required=False)
    weight_1 = forms.IntegerField(required=False)
    note = forms.CharField(required=False)


def parts(**typed):
    return list(parts_of(Lines({"owner": "陈立文", **typed})))


def test_fields_of_no_section_come_first_without_a_heading():
    first, *_ = parts()

    assert [field.name for field in first.fields] == ["owner"]
    assert first.title == ""


def test_a_filled_section_that_says_what_stands_in_it_stays_folded():
    _, line, _ = parts(title_1="报价 {weight_1}", weight_1="20")

    assert line.title == "第一项 · 报价 {weight_1} 20%"
    assert not line.is_open


@pytest.mark.parametrize("typed", [{}, {"title_1": "报价"}, {"weight_1": "20"}])
def test_a_section_not_all_filled_keeps_its_plain_heading(typed):
    assert parts(**typed)[1].title == "第一项"


def test_what_is_wrong_is_never_folded_away():
    _, line, _ = parts(title_1="报价", weight_1="二十")

    assert line.is_open


def test_what_was_written_without_a_summary_stays_open():
    assert parts(note="请先电话联系")[2].is_open
    assert not parts()[2].is_open
