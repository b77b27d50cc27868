"""Moments that no paper of an office can bear are slips of the keyboard, told as such."""

import datetime as dt

import pytest
from django import forms

from zhagen.platform.fields import MomentField


@pytest.mark.parametrize(
    "typed", ["0001-01-01T00:00", "1899-12-31T23:59", "2200-01-01T00:00", "9999-12-31T23:59"]
)
def test_a_moment_of_another_age_is_refused(typed):
    with pytest.raises(forms.ValidationError) as refused:
        MomentField().clean(typed)

    assert refused.value.code == "day_out_of_range"


def test_a_moment_is_read_in_the_offices_time_zone():
    moment = MomentField().clean("2026-03-19T17:00")

    assert moment.astimezone(dt.UTC) == dt.datetime(2026, 3, 19, 9, tzinfo=dt.UTC)


def test_nothing_is_no_moment_where_none_is_asked():
    assert MomentField(required=False).clean("") is None
