"""A long form in sections: what is rarely needed is folded away until something stands in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from django.forms import BoundField, Form


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form, declared in the form's `SECTIONS`.

    Args:
        title: Its heading.
        names: Names of fields, or beginnings of names that end with "_".
        folds: Folded away as long as nothing stands in it and nothing in it is wrong.
        is_preset: Its fields come filled by the rules: folded all the same.
        shows: What stands in it, said beside the heading when all of it is filled, as "{title_1} {weight_1}%";
            such a section is folded when it is filled, too.
    """

    title: object
    names: tuple[str, ...]
    folds: bool = False
    is_preset: bool = False
    shows: str = ""

    def heading(self, fields: list[BoundField]) -> object:
        """Return the title, with what the section shows once that is filled."""
        values = {field.name: field.value() for field in fields}
        named = [name for _, name, _, _ in Formatter().parse(self.shows) if name]
        if not named or not all(values.get(name) for name in named):
            return self.title
        return f"{self.title} · {self.shows.format(**values)}"

    def holds(self, name: str) -> bool:
        """Whether a field belongs here."""
        return any(name == each or (each.endswith("_") and name.startswith(each)) for each in self.names)


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the page draws it."""

    title: object
    fields: list[BoundField]
    folds: bool = False
    is_open: bool = True


def parts_of(form: Form) -> Iterable[Part]:
    """Return the fields of a form by its sections; those of none come first, without a heading."""
    sections: tuple[Section, ...] = getattr(form, "SECTIONS", ())
    rest = [field for field in form if not any(each.holds(field.name) for each in sections)]
    yield Part("", rest)
    for section in sections:
        fields = [field for field in form if section.holds(field.name)]
        if fields:
            yield Part(section.heading(fields), fields, section.folds, _is_open(section, fields))


def _is_open(section: Section, fields: list[BoundField]) -> bool:
    if any(field.errors for field in fields):
        return True
    return not (section.is_preset or section.shows) and any(field.value() for field in fields)
