"""`zhagen lab calibrate SNAPSHOT -o posterior.json`: fit the model to a district's own records, or say why not."""

import argparse
from pathlib import Path

from zhagen.cli.run import add_command
from zhagen.cli.talk import a_date, a_place


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `calibrate` to the commands of the lab."""
    text = "用本地区自己的记录校准模型 / fit the model to the district's own records"
    command = add_command(commands, "calibrate", text)
    command.add_argument("snapshot", metavar="SNAPSHOT", help="zhagen lab snapshot 写出的文件 / a snapshot")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="posterior.json")
    command.add_argument(
        "--overwrite", action="store_true", help="文件已有也写 / also over a file that exists"
    )
    command.add_argument(
        "--table", type=Path, metavar="FILE", help="保存全部模拟，中断后可接着算 / keep all runs here (.npz)"
    )
    command.add_argument("--seed", type=int, default=1, metavar="N")
    command.add_argument(
        "--quick", action="store_true", help="少算一些，先看看 / fewer runs, for a first look"
    )
    command.add_argument(
        "--rulebook",
        default="live",
        metavar="RULEBOOK",
        help="记录产生时的规则：live、base 或文件 / the rules under which the records came about",
    )
    command.add_argument(
        "--on", type=a_date, metavar="DATE", help="哪一天的规则 / rules in force on this day"
    )
    command.add_argument("--place", type=a_place, default="", metavar="CODE", help="地区代码 / place code")
    command.add_argument(
        "--file", action="append", default=[], metavar="FILE", help="换入的规则文件 / put this rulebook in"
    )
    command.add_argument("--statutes", metavar="FILE", help="新的法定值 / new statutory values")
    command.add_argument("--facts", metavar="FILE", help="当地情况 / the district's figures")
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")
    command.set_defaults(run=run_calibrate, assume=[])  # what is calibrated is not assumed


def run_calibrate(args: argparse.Namespace) -> int:
    """Calibrate on a snapshot, write the posterior, say first whether it is calibrated."""
    from zhagen.cli import calibrating

    return calibrating.run_calibrate(args)
