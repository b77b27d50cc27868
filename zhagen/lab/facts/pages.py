"""The generated pages docs/reference/lab-odd.md and lab-facts.md, from the catalogue and the kept results."""

from collections.abc import Iterator

from zhagen.lab.facts.catalogue import (
    HERE,
    STUDY,
    Fact,
    Mechanism,
    facts,
    mechanisms,
    submodels,
    variants,
    verifications,
)
from zhagen.lab.facts.results import Report, Verdict, read_report
from zhagen.lab.honesty import WATERMARK, Badge
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.params import PARAMS

MADE = "Written by `make lab-docs` from the code and `lab-results.json`; do not edit."
CAUTION = (
    f"**{WATERMARK[Badge.UNCALIBRATED]}.** "
    "The defaults were set by hand until the facts held, so that they hold is no evidence; what the model leaves out "
    "stands in [lab-odd](lab-odd.md)."
)
SHOWN = (
    "presence", "trust", "need_match", "participation", "embeddedness", "resolved", "satisfaction", "coverage",
    "quits_line", "padding", "affiliated", "support",
)  # fmt: skip
"""Outcomes of the table of runs, in the order of the design; leakage is told as a direction only."""

UNSAID = {
    "no_purchase": ("satisfaction", "quits_line", "padding", "affiliated", "support"),
    "R6": ("padding", "support"),
}
"""Outcomes that mean nothing where no agency serves under a contract."""

OUT_OF_TABLE = ("start",)
"""Beginnings of the names of runs that serve one fact only."""


def odd_page() -> str:
    """Return docs/reference/lab-odd.md: purpose, entities, schedule, concepts, start, input and submodels."""
    text = (HERE / "odd.txt").read_text("utf-8")
    parts = {"submodels": _submodel_lines(), "levers": _lever_lines(), "params": _param_lines()}
    for name, lines in parts.items():
        text = text.replace("{{" + name + "}}", "\n".join(lines))
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _submodel_lines() -> Iterator[str]:
    yield "| submodel | equation | function |"
    yield "|---|---|---|"
    for each in submodels().values():
        function = each.function.removeprefix("zhagen.lab.model.")
        yield f"| {each.zh} {each.en} | {_cell(each.equation)} | `{function}` |"


def _lever_lines() -> Iterator[str]:
    yield "| lever | as found in 2014 | range | meaning |"
    yield "|---|---|---|---|"
    for each in LEVERS:
        yield f"| `{each.code}` | {each.base:g} | {each.low:g} – {each.high:g} | {_cell(each.meaning)} |"


def _param_lines() -> Iterator[str]:
    yield "| parameter | default | prior | meaning | grade | source |"
    yield "|---|---|---|---|---|---|"
    for each in PARAMS:
        span = f"{each.low:.3g} – {each.high:.3g}" if each.low < each.high else "fixed"
        words = f"{_cell(each.meaning)} | {each.grade} | {_cell(each.source)}"
        yield f"| `{each.code}` | {each.default:g} | {span} | {words} |"


def facts_page() -> str:
    """Return docs/reference/lab-facts.md: every M, S and V with quote, equation, test and last result."""
    report = read_report()
    found = {each.code: each for each in report.verdicts} if report else {}
    lines = [
        "# The study in the model",
        "",
        MADE,
        f"Source of the quotes: {STUDY}. `zhagen lab explain S7` tells the same.",
        "",
        CAUTION,
        "",
    ]
    if report:
        lines += [
            f"Last check: level {report.level}, {report.replications} paired replications of each run, seed {report.seed}, "
            f"code {report.code}, rulebook {report.rulebook[:12]}, parameters {report.parameters[:12]}, "
            f"digest {report.digest[:12]}; {len(report.verdicts) - len(report.failed)} passed, {len(report.failed)} failed.",
            "",
        ]
    lines += ["## Stylised facts", ""]
    lines += [line for fact in facts().values() for line in _fact_lines(fact, found.get(fact.code), report)]
    lines += ["## Closed forms", "", *_form_lines(found), ""]
    lines += ["## Mechanisms", "", *_mechanism_lines(found), ""]
    lines += ["## Base, packs and regimes", "", *_run_lines(report)]
    return "\n".join(lines).rstrip() + "\n"


def _fact_lines(fact: Fact, verdict: Verdict | None, report: Report | None) -> Iterator[str]:
    kind = "near-input, catches errors only" if fact.kind == "in" else "emergent"
    yield f"### {fact.code} {fact.zh}"
    yield ""
    held_up = ", ".join(each.code for each in mechanisms().values() if fact.code in each.tests)
    yield f"{fact.en} Type *{fact.kind}*: {kind}. Mechanisms: {held_up}."
    yield ""
    figures = verdict.figures if verdict else ()
    for place, claim in enumerate(fact.claims):
        shown = f" — {figures[place]}" if place < len(figures) and figures[place] != claim else ""
        yield f"- `{claim}`{shown}"
    if fact.ablation:
        broke = "; ".join(verdict.broken_by) if verdict else ""
        effect = f"breaks it: {broke}" if broke else "result not kept"
        yield f"- without the mechanism ({fact.ablation.zh} {fact.ablation.en}) — {effect}"
    if verdict:
        yield f"- **{'passed' if verdict.passed else 'FAILED'}**{_hold(fact.code, report)}"
    yield ""


def _hold(code: str, report: Report | None) -> str:
    if report is None or code not in report.hold:
        return ""
    share, draws = report.hold[code], report.hold["draws"]
    return f"; holds in {share:.0%} of {draws:.0f} random parameter vectors (±30 %)"


def _form_lines(found: dict[str, Verdict]) -> Iterator[str]:
    yield "| | what | form | found | |"
    yield "|---|---|---|---|---|"
    for each in verifications().values():
        verdict = found.get(each.code)
        figures = _cell("; ".join(verdict.figures)) if verdict else ""
        word = ("passed" if verdict.passed else "FAILED") if verdict else ""
        yield f"| {each.code} | {each.zh} {each.en} | {_cell(each.form)} | {figures} | {word} |"


def _mechanism_lines(found: dict[str, Verdict]) -> Iterator[str]:
    yield "| | the study | how it enters | submodel: equation | tests |"
    yield "|---|---|---|---|---|"
    for each in mechanisms().values():
        yield _mechanism_line(each, found)


def _mechanism_line(each: Mechanism, found: dict[str, Verdict]) -> str:
    quote = f"“{each.quote}” " if each.quote else ""
    models = "<br>".join(
        f"`{submodels()[code].function.removeprefix('zhagen.lab.model.')}`: {_cell(submodels()[code].equation)}"
        for code in each.submodels
    )
    tests = ", ".join(_tested(code, found) for code in each.tests)
    return f"| {each.code} | {quote}{each.zh} {each.en} | {each.enters_zh} {each.enters_en} | {models} | {tests} |"


def _tested(code: str, found: dict[str, Verdict]) -> str:
    return code + (" ✓" if found[code].passed else " ✗") if code in found else code


def _run_lines(report: Report | None) -> Iterator[str]:
    yield "Base is the project system as found in 2014; R1–R6 are the packs; control, pluralism and corporatism are"
    yield "ideal types for comparison, no recommendation; no_purchase is the counterfactual. Means over replications."
    yield ""
    if report is None:
        yield "No results are kept yet: `zhagen lab check --level full -o docs/reference/lab-results.json`."
        return
    yield "![Need resolved by run](lab-need.svg)"
    yield ""
    yield "![Embeddedness by run](lab-embeddedness.svg)"
    yield ""
    yield "![Emergency coverage by run](lab-coverage.svg)"
    yield ""
    yield "| run | " + " | ".join(name.replace("_", " ") for name in SHOWN) + " |"
    yield "|---" * (len(SHOWN) + 1) + "|"
    for name in shown_runs(report):
        figures = [
            "–" if code in UNSAID.get(name, ()) else f"{report.means[name][code]:.2f}" for code in SHOWN
        ]
        yield f"| {name} | " + " | ".join(figures) + " |"


def shown_runs(report: Report) -> list[str]:
    """Return the runs of the table and the figures, in the order of the catalogue."""
    return [name for name in variants() if name in report.means and not name.startswith(OUT_OF_TABLE)]
