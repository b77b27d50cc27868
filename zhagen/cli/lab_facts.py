"""`zhagen lab explain S7`: what the model claims, why, and what was last found."""

import argparse
from collections.abc import Callable
from pathlib import Path

from zhagen.cli.talk import OK, add_language, say
from zhagen.lab.facts.catalogue import (
    STUDY,
    Fact,
    Mechanism,
    Verification,
    find,
    mechanisms,
    submodels,
)
from zhagen.lab.facts.results import KEPT, read_report


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `explain` to the commands of the lab."""
    text = "说明一条机制、事实或闭式解 / explain a mechanism M, a fact S or a closed form V"
    explain = commands.add_parser("explain", help=text, description=text)
    add_language(explain)
    explain.add_argument("code", metavar="S7|M31|V3")
    explain.add_argument("--results", type=Path, default=KEPT, metavar="FILE")
    explain.set_defaults(run=run_explain)


def run_explain(args: argparse.Namespace) -> int:
    """Print what an entry says, how it enters, how it is tested and what was last found."""
    entry = find(args.code)
    lines = _OF[type(entry)](entry, args.lang)
    print("\n".join([*lines, *_last(entry.code, args)]))
    return OK


def _words(entry: object, name: str, language: str) -> str:
    return str(getattr(entry, f"{name}_{language}" if name else language))


def _of_mechanism(entry: Mechanism, language: str) -> list[str]:
    lines = [f"{entry.code}  {_words(entry, '', language)}"]
    if entry.quote:
        lines.append(say("lab.explain_quote", language, quote=entry.quote, study=STUDY))
    else:
        lines.append(say("lab.explain_source", language, study=STUDY))
    lines.append(say("lab.explain_enters", language, text=_words(entry, "enters", language)))
    lines += _submodel_lines(entry.submodels, language)
    return [*lines, say("lab.explain_tests", language, tests=", ".join(entry.tests))]


def _of_fact(entry: Fact, language: str) -> list[str]:
    lines = [f"{entry.code}  {_words(entry, '', language)}", say(f"lab.explain_kind_{entry.kind}", language)]
    behind = [each for each in mechanisms().values() if entry.code in each.tests]
    for each in behind:
        quote = f"“{each.quote}” " if each.quote else ""
        lines.append(f"  {each.code}  {quote}{_words(each, '', language)}")
    lines += _submodel_lines(
        tuple(dict.fromkeys(code for each in behind for code in each.submodels)), language
    )
    lines += [say("lab.explain_claim", language, claim=claim) for claim in entry.claims]
    if entry.ablation:
        lines.append(say("lab.explain_ablation", language, text=_words(entry.ablation, "", language)))
    return lines


def _of_form(entry: Verification, language: str) -> list[str]:
    return [
        f"{entry.code}  {_words(entry, '', language)}",
        say("lab.explain_claim", language, claim=entry.form),
    ]


_OF: dict[type, Callable[..., list[str]]] = {
    Mechanism: _of_mechanism,
    Fact: _of_fact,
    Verification: _of_form,
}


def _submodel_lines(codes: tuple[str, ...], language: str) -> list[str]:
    lines: list[str] = []
    for code in codes:
        each = submodels()[code]
        lines += [f"  {_words(each, '', language)}  {each.function}", f"    {each.equation}"]
    return lines


def _last(code: str, args: argparse.Namespace) -> list[str]:
    report = read_report(args.results)
    if report is None:
        return [say("lab.explain_no_result", args.lang)]
    wanted = {code} | set(mechanisms()[code].tests if code in mechanisms() else ())
    lines = [
        say(
            "lab.explain_result",
            args.lang,
            level=report.level,
            replications=report.replications,
            seed=report.seed,
            version=report.version,
        )
    ]
    for verdict in report.verdicts:
        if verdict.code in wanted:
            word = say("lab.passed" if verdict.passed else "lab.failed", args.lang)
            lines += [f"  {verdict.code} {word}  {figure}" for figure in verdict.figures]
            lines += [say("lab.broken_by", args.lang, figure=figure) for figure in verdict.broken_by]
    if code in report.hold:
        lines.append(
            say(
                "lab.explain_hold",
                args.lang,
                share=f"{report.hold[code]:.0%}",
                draws=f"{report.hold['draws']:.0f}",
            )
        )
    return lines
