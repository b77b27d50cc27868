"""`zhagen lab run|compare|sweep|morris|sobol|ablate`: experiments on rulebooks, with progress, resumable."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from zhagen.cli.progress import Progress
from zhagen.cli.run import add_command
from zhagen.cli.speaking import Speaker
from zhagen.cli.talk import OK, a_date, a_place, add_language, read_file, say
from zhagen.core.errors import RuleError

if TYPE_CHECKING:  # numbers are loaded when a command runs, not whenever the command line is read
    from zhagen.lab.experiments.results import Result
    from zhagen.lab.experiments.sensitivity import Question
    from zhagen.lab.experiments.setup import Setup
    from zhagen.lab.runner import Engine

INTERRUPTED = 130
"""Exit code of a command that was stopped by Ctrl-C."""

Make = Callable[[argparse.Namespace, "Setup", "Engine"], "Result"]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the experiments to the commands of the lab."""
    run = _command(commands, "run", "推演一套规则 / run one rulebook", run_outlook)
    run.add_argument("base", metavar="RULEBOOK")
    compare = _command(commands, "compare", "比较两套规则 / compare two rulebooks", run_compare)
    _two(compare)
    compare.add_argument(
        "--both-behaviours",
        action="store_true",
        help="机构算账和跟风两种行为都试 / agencies that reckon and agencies that imitate",
    )
    sweep = _command(
        commands, "sweep", "一步步移动，找转折点 / move step by step, find the tipping point", run_sweep
    )
    sweep.add_argument("base", metavar="RULEBOOK")
    sweep.add_argument("lever", nargs="?", metavar="LEVER", help="例如 term / such as term")
    sweep.add_argument("values", nargs="?", metavar="6:36:6", help="从:到:步长 / from:to:step")
    sweep.add_argument("--to", metavar="RULEBOOK", help="走向另一套规则 / towards another rulebook")
    sweep.add_argument("--steps", type=int, default=11)
    _sensitivity(commands, "morris", "筛选影响大的因素 / screen for what matters (Morris)", 20)
    _sensitivity(commands, "sobol", "各因素解释多少变化 / what explains the variance (Sobol)", 128)
    show = add_command(commands, "show", "再看一份结果 / tell a kept result again")
    show.add_argument("file", metavar="FILE.json")
    show.add_argument("--html", type=Path, metavar="PAGE.html", help="写成网页 / write its page")
    show.set_defaults(run=run_show)
    ablate = _command(commands, "ablate", "靠什么起作用 / what carries the effect", run_ablate)
    _two(ablate)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, make: Make
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    add_language(command)
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")
    command.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="结果和进度写入目录 / results and progress"
    )
    command.add_argument("-R", "--replications", type=_positive, default=20)
    command.add_argument("--draws", type=_positive, default=50, help="参数组数 / parameter draws")
    command.add_argument(
        "--posterior", metavar="FILE", help="校准文件，连同 --snapshot / a calibration, with --snapshot"
    )
    command.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="dense_staff|pi=0.8",
        help="两套规则都如此假设 / assumed under every rulebook",
    )
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--months", type=int, default=120)
    command.add_argument("--burn-in", type=int, default=60)
    command.add_argument("--shock", type=int, default=0, metavar="MONTH", help="突发月份 / emergency month")
    command.add_argument("--communities", type=_positive, default=200)
    command.add_argument("--agencies", type=_positive, default=60)
    command.add_argument("--streets", type=_positive, default=10)
    command.add_argument("--snapshot", metavar="FILE", help="街区快照 / snapshot of a district")
    command.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="换入的规则文件 / put this rulebook in"
    )
    command.add_argument("--statutes", metavar="FILE", help="新的法定值 / new statutory values")
    command.add_argument("--on", type=a_date, metavar="DATE", help="规则以这天为准 / rules of this day")
    command.add_argument("--place", type=a_place, default="", metavar="CODE", help="地区代码 / place code")
    command.add_argument("--facts", metavar="FILE", help="本地情况 / figures of the district")
    command.add_argument("--workers", type=_positive, default=os.cpu_count() or 1)
    command.add_argument("--block", type=_positive, default=0, help=argparse.SUPPRESS)
    command.add_argument("--engine", choices=("local", "dask"), default="local")
    command.add_argument("--scheduler", default="", metavar="ADDR", help="Dask 调度器 / Dask scheduler")
    command.set_defaults(run=run_experiment, make=make)
    return command


def _two(command: argparse.ArgumentParser) -> None:
    command.add_argument("base", metavar="BASE")
    command.add_argument("reform", metavar="REFORM")


def _sensitivity(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, points: int
) -> None:
    command = _command(commands, name, text, {"morris": run_morris, "sobol": run_sobol}[name])
    command.add_argument("base", metavar="RULEBOOK")
    command.add_argument("--reform", metavar="RULEBOOK", help="它改动的各项 / the levers it changes")
    command.add_argument("--levers", metavar="A,B", help="这些规则项 / these levers")
    command.add_argument(
        "--params", nargs="?", const="", metavar="A,B", help="这些参数，不写则全部 / these parameters, or all"
    )
    command.add_argument("--points", type=_positive, default=points)
    command.set_defaults(draws=1)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"1, 2, 3 …: {text!r}")
    return int(text)


def run_experiment(args: argparse.Namespace) -> int:
    """Run an experiment, tell its result, write its files."""
    from zhagen.cli.lab_inputs import engine_of, setup_of

    setup = setup_of(args)
    engine = engine_of(args, Progress(args.lang))
    try:
        with _engine(args, engine) as chosen:
            result = args.make(args, setup, chosen)
    except KeyboardInterrupt:
        print(
            "\n" + say("experiment.stopped" if args.out else "experiment.stopped_unkept", args.lang),
            file=sys.stderr,
        )
        return INTERRUPTED
    _tell(args, result)
    return OK


def run_show(args: argparse.Namespace) -> int:
    """Tell a result that was kept, in either language; refuse one that was changed."""
    from zhagen.lab.experiments.results import from_json
    from zhagen.lab.report import html_of
    from zhagen.lab.words import told

    result, speaker = from_json(read_file(args.file)), Speaker(args.lang)
    print("\n".join(told(result, speaker)))
    if args.html:
        _write(args.html, html_of(result, speaker))
        print(say("experiment.written", args.lang, name=args.html), file=sys.stderr)
    return OK


def _engine(args: argparse.Namespace, engine: "Engine") -> AbstractContextManager["Engine"]:
    if args.engine == "local" and not args.scheduler:
        return nullcontext(engine)
    from zhagen.lab.cluster import on_dask

    return on_dask(engine, args.scheduler)


def _tell(args: argparse.Namespace, result: "Result") -> None:
    from zhagen.lab.experiments.results import to_json
    from zhagen.lab.report import html_of
    from zhagen.lab.words import told

    text, speaker = to_json(result), Speaker(args.lang)
    sys.stdout.write(text if args.json else "\n".join(told(result, speaker)) + "\n")
    if args.out:
        for name, content in {"json": text, "html": html_of(result, speaker)}.items():
            file = args.out / f"{args.command}.{name}"
            _write(file, content)
            print(say("experiment.written", args.lang, name=file), file=sys.stderr)


def _write(file: Path, content: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise RuleError("cli.cannot_write", name=str(file), reason=error.strerror) from error


def run_outlook(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Run one rulebook."""
    from zhagen.cli.lab_inputs import ruleset_of
    from zhagen.lab.experiments.outlook import look_ahead

    return look_ahead(ruleset_of(args.base, args), setup, engine=engine)


def run_compare(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Compare two rulebooks."""
    from zhagen.cli.lab_inputs import ruleset_of
    from zhagen.lab.experiments.compare import compare

    base, reform = (ruleset_of(word, args) for word in (args.base, args.reform))
    return compare(base, reform, setup, both_behaviours=args.both_behaviours, engine=engine)


def run_sweep(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Move one lever, or the whole rulebook towards another."""
    from zhagen.cli.lab_inputs import ruleset_of, values_of
    from zhagen.lab.experiments.sweep import sweep_lever, sweep_path

    base = ruleset_of(args.base, args)
    if args.to:
        return sweep_path(base, ruleset_of(args.to, args), args.steps, setup, engine=engine)
    return sweep_lever(base, args.lever or "", values_of(args.values or ""), setup, engine=engine)


def run_ablate(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Switch mechanisms and levers off one by one."""
    from zhagen.cli.lab_inputs import ruleset_of
    from zhagen.lab.experiments.ablation import ablate

    base, reform = (ruleset_of(word, args) for word in (args.base, args.reform))
    return ablate(base, reform, setup, engine=engine)


def run_morris(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Screen levers or parameters."""
    from zhagen.lab.experiments.sensitivity import morris

    return morris(_question(args), args.points, setup, engine=engine)


def run_sobol(args: argparse.Namespace, setup: "Setup", engine: "Engine") -> "Result":
    """Part the variance among levers or parameters."""
    from zhagen.lab.experiments.sensitivity import sobol

    return sobol(_question(args), args.points, setup, engine=engine)


def _question(args: argparse.Namespace) -> "Question":
    from zhagen.cli.lab_inputs import ruleset_of
    from zhagen.lab.experiments.factors import lever_factors, param_factors, reform_factors
    from zhagen.lab.experiments.sensitivity import Question

    base = ruleset_of(args.base, args)
    reform = ruleset_of(args.reform, args) if args.reform else None
    if args.params is not None:
        return Question(base, param_factors([each for each in args.params.split(",") if each]), reform)
    if reform and not args.levers:
        return Question(base, reform_factors(base, reform), reform)
    return Question(base, lever_factors((args.levers or "").split(",")), reform)
