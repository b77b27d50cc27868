"""Form fields that people of an office and residents on phones can fill without help."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan, parse_yuan
from zhagen.platform.texts import explain

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


class MoneyField(forms.CharField):
    """An amount typed in yuan; its value is whole fen (`amount_fen`)."""

    suffix = _("元")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Return the fen of what was typed; None for nothing."""
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return parse_yuan(text)
        except RuleError as error:
            raise forms.ValidationError(explain(error), code=error.code) from error

    def run_validators(self, value: Any) -> None:
        """Check nothing more: the length was of the text, the value is a number."""

    def prepare_value(self, value: Any) -> Any:
        """Show fen as yuan, and what was typed as it was typed."""
        return format_yuan(value) if isinstance(value, int) else value


class DayField(forms.DateField):
    """A date with the phone's own date picker."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> dt.date | None:
        """Return the day; one that no paper of an office can bear is a slip of the keyboard."""
        day = super().clean(value)
        _refuse_far(day)
        return day


class MomentField(forms.DateTimeField):
    """A day and an hour with the phone's own picker, in the office's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        kwargs.setdefault("widget", widget)
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        """Return the moment; see `DayField.clean`."""
        moment = super().clean(value)
        _refuse_far(moment and moment.date())
        return moment


def _refuse_far(day: dt.date | None) -> None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(_("请检查年份。"), code="day_out_of_range")


class MinutesField(forms.IntegerField):
    """A duration in whole minutes."""

    suffix = _("分钟")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 24 * 60)
        super().__init__(**kwargs)


class ChipField(forms.ChoiceField):
    """One of a few choices, each a big button; more than seven are better a plain choice."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect())
        super().__init__(**kwargs)


class ChipModelField(forms.ModelChoiceField):
    """One of a few rows, each a big button."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect())
        kwargs.setdefault("empty_label", None)
        super().__init__(queryset, **kwargs)


class LongTextField(forms.CharField):
    """A text of several lines with its length shown while typing."""

    def __init__(self, *, rows: int = 4, max_length: int = 1000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)
