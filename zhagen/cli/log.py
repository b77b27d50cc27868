"""`zhagen log verify|verifier|draw`: check an exported event log or a draw, without a database."""

import argparse
import ast
import json
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from zhagen.cli.run import add_command
from zhagen.cli.talk import BROKEN, NEEDS_DATABASE, OK, USAGE, complain, plain_errors, read_file, say
from zhagen.core.checkpoint import PublicKey, parse_public_key
from zhagen.core.draws import verify_draw
from zhagen.core.errors import RuleError
from zhagen.core.log_check import Report, check_log

VERIFIER_PARTS = ("errors", "merkle", "checkpoint", "log_form", "log_check")
"""Modules of the core that make up the verifier in one file."""


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands on the event log."""
    group = groups.add_parser("log", help="事件日志 / the event log")
    commands = group.add_subparsers(dest="command", required=True)
    command = add_command(
        commands, "verify", "核对日志：改、删、换、截、分叉 / find any edit, drop, swap, cut, fork"
    )
    add_verify_arguments(command)
    command.set_defaults(run=run_verify)
    command = add_command(
        commands, "verifier", "输出单文件核对程序 / print the verifier as one file of Python"
    )
    command.set_defaults(run=run_verifier)
    command = add_command(commands, "export", "导出数据库中的日志 / write the log of the database to a file")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(run=lambda args: NEEDS_DATABASE)
    _add_draw(commands)


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `log verify` takes, on a file as on the live database."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="导出的日志；不写则核对数据库 / none: the database"
    )
    parser.add_argument(
        "--root",
        action="append",
        default=[],
        metavar="FILE_OR_TEXT",
        help="外部保存的日志根，可多次 / a root kept outside, may be repeated",
    )
    parser.add_argument(
        "--key", action="append", default=[], help="日志公钥，可多次 / a public key, may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="机器可读 / for machines")


def _add_draw(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = add_command(commands, "draw", "核对一次抽签 / check a draw against its commitment")
    command.add_argument("commitment", help="事先公布的承诺值 / published before")
    command.add_argument("seed", help="事后公开的种子（十六进制） / seed in hex, published after")
    command.add_argument("population", metavar="FILE", help="名单，每行一个 / candidates, one a line")
    command.add_argument("drawn", nargs="+", help="公布的结果，按顺序 / the result in its order")
    command.add_argument(
        "--public", default="", help="封闭名单时的公开文字 / public text fixed with the list"
    )
    command.set_defaults(run=run_draw)


def run_verify(args: argparse.Namespace) -> int:
    """Check a file; 0 sound, 1 something is wrong, 2 it could not be checked."""
    if args.file is None:
        return NEEDS_DATABASE
    try:
        outside, keys = outside_roots(args.root), public_keys(args.key)
        with _opened(args.file) as lines:
            report = check_log(lines, name=Path(args.file).name, outside=outside, keys=keys)
    except RuleError as error:
        complain(error, args.lang)
        return USAGE
    return show_report(report, args.lang, as_json=args.json)


def show_report(report: Report, language: str, *, as_json: bool = False) -> int:
    """Print a report for people or machines; return 0 if nothing is wrong, else 1."""
    code = BROKEN if report.findings else OK
    if as_json:
        whole = {"size": report.size, "root": report.root.hex(), "sound": not report.findings}
        lists = {"findings": report.findings, "notes": report.notes}
        whole |= {name: [item for e in errors for item in plain_errors(e)] for name, errors in lists.items()}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return code
    for error in (*report.findings, *report.notes):
        print(say(error.code, language, **error.figures))
    verdict = "log.unsound" if report.findings else "log.sound"
    print(say(verdict, language, size=report.size, root=report.root.hex(), findings=len(report.findings)))
    return code


def outside_roots(given: Sequence[str]) -> list[tuple[str, str]]:
    """Return where each root is from and its text; what names no file is taken as the text itself."""
    return [_root(each) for each in given]


def _root(given: str) -> tuple[str, str]:
    if "\n" in given or "\\n" in given:
        return "--root", given.replace("\\n", "\n")
    return given, read_file(given)


def public_keys(given: Sequence[str]) -> list[PublicKey]:
    """Return public keys given as text or in files, one a line."""
    texts = [line for each in given for line in (each if "+" in each else read_file(each)).splitlines()]
    return [parse_public_key(text) for text in texts if text.strip()]


class _opened:  # noqa: N801 - read as a phrase: `with _opened(name) as lines:`
    """The lines of a file, with a clear error where it cannot be read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Iterator[bytes]:
        try:
            self._file = Path(self._name).open("rb")
        except OSError as error:
            raise RuleError("cli.cannot_read", name=self._name, reason=error.strerror) from error
        return iter(self._file)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def run_draw(args: argparse.Namespace) -> int:
    """Check a published draw."""
    population = [line.strip() for line in read_file(args.population).splitlines() if line.strip()]
    try:
        seed = bytes.fromhex(args.seed)
    except ValueError:
        seed = b""
    verify_draw(args.commitment, seed, population, args.drawn, public=args.public)
    print(say("draw.sound", args.lang, count=len(args.drawn), candidates=len(population)))
    return OK


def run_verifier(args: argparse.Namespace) -> int:
    """Print the verifier as one file that needs Python alone (and PyNaCl to check signatures)."""
    sys.stdout.write(verifier_source())
    return OK


def verifier_source() -> str:
    """Return one Python file made of the very modules that check logs here."""
    parts = ['"""Check an exported log of Zhagen: python verify.py LOG [ROOT.txt ...]. Apache-2.0."""\n']
    folder = files("zhagen") / "core"
    for name in VERIFIER_PARTS:
        parts.append(_without_own_imports((folder / f"{name}.py").read_text(encoding="utf-8")))
    parts.append(_VERIFIER_MAIN)
    return "\n\n".join(parts)


def _without_own_imports(source: str) -> str:
    """Drop a module's docstring and its imports of other modules of the product."""
    body = ast.parse(source).body
    own = [
        node for node in body if isinstance(node, ast.ImportFrom) and str(node.module).startswith("zhagen.")
    ]
    dropped = {line for node in (body[0], *own) for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    return "\n".join(line for number, line in enumerate(source.split("\n"), start=1) if number not in dropped)


_VERIFIER_MAIN = """
if __name__ == "__main__":
    import sys

    with open(sys.argv[1], "rb") as log:
        given = [(name, open(name, encoding="utf-8").read()) for name in sys.argv[2:]]
        report = check_log(log, name=sys.argv[1], outside=given)
    for item in (*report.findings, *report.notes):
        print(item)
    print("events", report.size, "root", report.root.hex(), "NOT SOUND" if report.findings else "sound")
    sys.exit(1 if report.findings else 0)
"""
