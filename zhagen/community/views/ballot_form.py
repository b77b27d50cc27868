"""The ballot as a form: big buttons or numbers, one a project, made from the frozen terms of the vote."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.fund.vote import WITH_POINTS, VotedProject, VoteTerms, chosen_fen
from zhagen.core.money import format_yuan

NUMBERED = (*WITH_POINTS, VoteType.ORDINAL)


class _Priced:
    """Tells the page's small script what each choice costs; without the script nothing is missing but the sum."""

    fen: dict[str, int]


class PricedBoxes(forms.CheckboxSelectMultiple, _Priced):
    """Tick boxes that know their project's money."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return an option with its money."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-fen"] = self.fen.get(str(value), 0)
        return option


class PricedRadios(forms.RadioSelect, _Priced):
    """One choice among projects that know their money."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return an option with its money."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-fen"] = self.fen.get(str(value), 0)
        return option


def words_of(project: VotedProject) -> str:
    """Return a project as a voter reads it."""
    where = f" · {project.building}" if project.building else ""
    return now_("%(number)s号 %(title)s · %(yuan)s元") % {
        "number": project.number,
        "title": project.title + where,
        "yuan": format_yuan(project.asked_fen),
    }


def how_to(terms: VoteTerms) -> str:
    """Return in one sentence how the ballot is filled in."""
    most = terms.most_named
    if terms.vote_type == VoteType.CHOOSE_1:
        return now_("选一项。")
    if terms.vote_type == VoteType.CUMULATIVE:
        return now_("把 %(points)d 分分给您想办的项目，正好用完。") % {"points": terms.points}
    if terms.vote_type == VoteType.SCORING:
        return now_("给您想办的项目打 1 到 %(most)d 分，不想办的留空。") % {"most": terms.mark_most}
    if terms.vote_type == VoteType.ORDINAL:
        return now_("最想办的填 1，其次填 2，依次往下；不想办的留空。")
    return (
        now_("勾选您想办的项目，最多 %(most)d 项。") % {"most": most}
        if most
        else now_("勾选您想办的项目，几项都行。")
    )


class ChoiceForm(forms.Form):
    """One ballot."""

    def __init__(self, *args: Any, terms: VoteTerms, barred: Collection[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms, self.barred = terms, barred
        open_ = [project for project in terms.projects if project.number not in barred]
        if terms.vote_type in NUMBERED:
            for project in open_:
                self.fields[f"p{project.number}"] = _number_field(project, terms)
        else:
            self.fields["choice"] = _chosen_field(open_, terms)

    def rows(self) -> list[tuple[VotedProject, Any]]:
        """Return each project with the field, or the option of the one field, in which it is chosen."""
        projects = [each for each in self.terms.projects if each.number not in self.barred]
        if self.terms.vote_type in NUMBERED:
            return [(project, self[f"p{project.number}"]) for project in projects]
        return list(zip(projects, self["choice"], strict=True))

    def clean(self) -> dict[str, Any]:
        """Add what the ballot says, as `named`."""
        data = super().clean() or self.cleaned_data
        return data if self.errors else {**data, "named": self.choice()}

    def choice(self) -> dict[int, int]:
        """Return what a valid form says: number of each project named → 1, or its points, mark or rank."""
        data = self.cleaned_data
        if self.terms.vote_type in NUMBERED:
            numbers = (project.number for project in self.terms.projects)
            return {number: data[f"p{number}"] for number in numbers if data.get(f"p{number}") is not None}
        chosen = data["choice"]
        return {int(each): 1 for each in ([chosen] if isinstance(chosen, str) else chosen) if each}

    def hidden(self) -> list[tuple[str, object]]:
        """Return the same as names and values of hidden inputs."""
        choice = self.choice()
        if self.terms.vote_type in NUMBERED:
            return [(f"p{number}", mark) for number, mark in choice.items()]
        return [("choice", number) for number in choice]

    def chosen_fen(self) -> int:
        """Return what the projects named ask for together."""
        return chosen_fen(self.choice(), self.terms)


def _number_field(project: VotedProject, terms: VoteTerms) -> forms.Field:
    """Return points to be typed, or a mark or place to be picked."""
    shown: dict[str, Any] = {"label": words_of(project), "required": False}
    if terms.vote_type == VoteType.CUMULATIVE:
        field: forms.Field = forms.IntegerField(min_value=1, max_value=terms.points, **shown)
        field.widget.attrs.update({"inputmode": "numeric", "data-points": "", "placeholder": " "})
    else:
        field = forms.TypedChoiceField(choices=_picks(terms), coerce=int, empty_value=None, **shown)
    field.widget.attrs["data-fen"] = project.asked_fen
    return field


def _picks(terms: VoteTerms) -> list[tuple[str, str]]:
    """Return the marks or the places of a ballot, each with its name."""
    if terms.vote_type == VoteType.SCORING:
        names = ((number, now_("%(n)s 分") % {"n": number}) for number in range(1, terms.mark_most + 1))
    else:
        last = min(terms.most_named or len(terms.projects), len(terms.projects))
        names = ((number, now_("第 %(n)s 位") % {"n": number}) for number in range(1, last + 1))
    return [("", "—"), *((str(number), name) for number, name in names)]


def _chosen_field(projects: list[VotedProject], terms: VoteTerms) -> forms.Field:
    choices = [(str(project.number), words_of(project)) for project in projects]
    fen = {str(project.number): project.asked_fen for project in projects}
    if terms.vote_type == VoteType.CHOOSE_1:
        one = forms.ChoiceField(label=_("项目"), choices=choices, required=False, widget=PricedRadios)
        one.widget.fen = fen
        return one
    many = forms.MultipleChoiceField(label=_("项目"), choices=choices, required=False, widget=PricedBoxes)
    many.widget.fen = fen
    return many
