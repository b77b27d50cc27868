"""The reference of levers as Markdown: docs/reference/lab-levers.md is this text."""

from collections.abc import Iterator

from zhagen.core.errors import Catalogue
from zhagen.core.rulebook.layers import definition
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.lever_map import LEVER_SOURCES, Origin
from zhagen.lab.local_facts import PREFIX, FactKind, shipped_facts
from zhagen.lab.office_levers import SCALES
from zhagen.lab.packs import Pack, base_sources, forms, packs, presets, regimes

_HEAD = """# Levers of the policy lab

Written by `make docs` from the code; do not edit. Why it is made so: [0060](../decisions/0060-levers-are-rulebook-values.md).
Grades: A the study, E published evidence, L law, J our judgement.
"""


def lever_page(rules: Rules, texts: Catalogue) -> str:
    """Return the page: levers by who can move them, local figures, the office's screen, packs and regimes.

    Args:
        rules: The national rulebook in force.
        texts: Message catalogue.
    """
    parts = [_HEAD, *_levers(texts), *_screen(rules, texts), *_figures(texts), *_packs(rules)]
    return "\n".join(parts).rstrip() + "\n"


def _both(texts: Catalogue, code: str) -> str:
    return f"{texts[code]['zh']}<br>{texts[code]['en']}"


def _levers(texts: Catalogue) -> Iterator[str]:
    for origin in Origin:
        yield f"## {texts[f'lever_origin.{origin}']['en'].capitalize()}\n"
        yield texts[f"lever_origin.{origin}"]["zh"] + "。\n"
        yield "| lever | name | as found in 2014 | grade | how it is read | from |\n|---|---|---|---|---|---|"
        for code, source in LEVER_SOURCES.items():
            if source.origin is not origin:
                continue
            base = base_sources()[code]
            names = [f"`{name}`" for name in source.paths]
            names += [f"`{_figure_name(name)}`" for name in source.facts]
            cells = (
                f"`{code}`", _both(texts, f"lever.{code}"), f"{base.value:g}: {base.source}", base.grade,
                _both(texts, f"lever_from.{code}"), "<br>".join(names) or "—",
            )  # fmt: skip
            yield f"| {' | '.join(cells)} |"
        yield ""


def _figure_name(name: str) -> str:
    return PREFIX + name if shipped_facts()[name].kind is FactKind.PRACTICE else name


def _screen(rules: Rules, texts: Catalogue) -> Iterator[str]:
    yield "## What an office moves on its screen\n"
    yield "Local values, and those that it may tighten. The layer above, or the law, brings the range down.\n"
    yield "| value | name | unit | scale | step | may change | source |\n|---|---|---|---|---|---|---|"
    for name, scale in SCALES.items():
        rule = definition(rules.layers, name)
        unit = texts[f"unit.{rule.unit}"]["en"] or "1"
        scaled = "by indicator" if rule.unit == "indicator" else f"{scale.least}–{scale.most}"
        step = "" if rule.unit == "indicator" else str(scale.step)
        change = "local" if rule.local else rule.tighter
        source = rule.values[-1].source + ("（待核）" if rule.values[-1].confirm else "")
        yield f"| `{name}` | {rule.zh}<br>{rule.en} | {unit} | {scaled} | {step} | {change} | {source} |"
    yield ""


def _figures(texts: Catalogue) -> Iterator[str]:
    yield "## Local figures\n"
    yield "Not rules. `practice.…` may stand in a reform and be rehearsed; a fact stands in the district's own file.\n"
    yield "| figure | name | value | unit | grade | source |\n|---|---|---|---|---|---|"
    for name, fact in shipped_facts().items():
        unit = texts[f"unit.{fact.unit}"]["en"]
        cells = (
            f"`{_figure_name(name)}`",
            f"{fact.zh}<br>{fact.en}",
            str(fact.value),
            unit,
            fact.grade,
            fact.source,
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _packs(rules: Rules) -> Iterator[str]:
    yield "## Packs and presets\n"
    yield "Changes from the base as found in 2014; beside it, the same over a rulebook in force.\n"
    yield "| code | title | levers | over a rulebook | grade, source |\n|---|---|---|---|---|"
    yield from (_pack(each) for each in (*packs().values(), *forms(rules).values(), *presets().values()))
    yield "\n## Regimes\n"
    yield "理想类型，只供研究比较，不是建议；不出现在任何单位的页面上。"
    yield "Ideal types for research comparison only, not a recommendation; on no office's screen.\n"
    yield "| code | title | levers and assumptions | over a rulebook | grade, source |\n|---|---|---|---|---|"
    yield from (_pack(each) for each in regimes().values())


def _pack(pack: Pack) -> str:
    moved = ", ".join(f"{code} {value:g}" for code, value in {**pack.changed, **pack.params}.items())
    rules = "<br>".join(f"`{name}` {_shown(value)}" for name, value in pack.rules.items())
    title = f"{pack.zh}<br>{pack.en}" + (f"<br>{pack.note_zh}<br>{pack.note_en}" if pack.note_zh else "")
    return f"| `{pack.code}` | {title} | {moved or '—'} | {rules or '—'} | {pack.grade}: {pack.source} |"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
