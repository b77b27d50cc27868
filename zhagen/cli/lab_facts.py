"""`zhagen lab explain S7` and `zhagen lab check`: what the model claims, why, and whether it holds."""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

from zhagen.cli.progress import Progress
from zhagen.cli.talk import BROKEN, OK, add_language, say
from zhagen.core.errors import RuleError
from zhagen.lab.facts.catalogue import (
    STUDY,
    Fact,
    Mechanism,
    Verification,
    facts,
    find,
    mechanisms,
    submodels,
    verifications,
)
from zhagen.lab.facts.results import KEPT, read_report
from zhagen.lab.honesty import WATERMARK, Badge


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `explain` and `check` to the commands of the lab."""
    text = "说明一条机制、事实或闭式解 / explain a mechanism M, a fact S or a closed form V"
    explain = commands.add_parser("explain", help=text, description=text)
    add_language(explain)
    explain.add_argument("code", metavar="S7|M31|V3")
    explain.add_argument("--results", type=Path, default=KEPT, metavar="FILE")
    explain.set_defaults(run=run_explain)
    text = "逐条检验模型 / judge every closed form and every fact"
    check = commands.add_parser("check", help=text, description=text)
    add_language(check)
    check.add_argument("--level", choices=("quick", "full"), default="quick")
    check.add_argument(
        "--only", action="append", default=[], metavar="S7", help="只看这一条 / only this fact"
    )
    check.add_argument("-R", "--replications", type=_positive, default=0)
    check.add_argument("--workers", type=_positive, default=os.cpu_count() or 1)
    check.add_argument("--block", type=_positive, default=0, help=argparse.SUPPRESS)
    check.add_argument("--seed", type=int, default=1)
    check.add_argument(
        "--hold",
        type=_positive,
        default=0,
        metavar="DRAWS",
        help="在多少组随机参数下再试 / try on so many random parameter vectors",
    )
    check.add_argument("--json", action="store_true", help="机器可读 / for machines")
    check.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="结果和进度写入目录 / results and progress"
    )
    check.set_defaults(run=run_check)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"1, 2, 3 …: {text!r}")
    return int(text)


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
            code=report.code,
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


def run_check(args: argparse.Namespace) -> int:
    """Judge everything; print a line each and the count last; return 1 where something failed."""
    from zhagen.cli.lab_inputs import engine_of
    from zhagen.lab.facts.check import check
    from zhagen.lab.facts.results import report_text
    from zhagen.lab.facts.runs import District

    for code in args.only:
        if code not in facts():
            raise RuleError("lab.no_such_entry", name=code)
    district = District(seed=args.seed, engine=engine_of(args, Progress(args.lang)))
    report = check(
        args.level, district, replications=args.replications, codes=args.only, hold_draws=args.hold
    )
    if args.out:
        _keep(args.out / "check.json", report_text(report))
    if args.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return BROKEN if report.failed else OK
    print(WATERMARK[Badge.UNCALIBRATED])
    everything = {**verifications(), **facts()}
    for verdict in report.verdicts:
        entry = everything[verdict.code]
        print(f"{'PASS' if verdict.passed else 'FAIL'} {verdict.code:<4} {_words(entry, '', args.lang)}")
        print("".join(f"          {figure}\n" for figure in verdict.figures), end="")
        if isinstance(entry, Fact) and entry.ablation:
            _tell_ablation(entry, verdict.broken_by, args.lang)
        if verdict.code in report.hold:
            share = f"{report.hold[verdict.code]:.0%}"
            print("          " + say("lab.explain_hold", args.lang, share=share, draws=args.hold))
    failed = len(report.failed)
    print(f"{len(report.verdicts) - failed} passed, {failed} failed")
    return BROKEN if failed else OK


def _tell_ablation(entry: Fact, broken_by: tuple[str, ...], language: str) -> None:
    if entry.ablation is None:
        return
    text = _words(entry.ablation, "", language)
    code = "lab.ablation_breaks" if broken_by else "lab.ablation_without_effect"
    print("          " + say(code, language, text=text, figures="; ".join(broken_by)))


def _keep(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RuleError("cli.cannot_write", name=str(file), reason=error.strerror) from error
