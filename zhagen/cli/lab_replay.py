"""`zhagen lab snapshot|cases|replay`: what leaves the database for the lab, and past rounds judged again."""

import argparse

from zhagen.cli.run import add_command
from zhagen.cli.talk import NEEDS_DATABASE


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `snapshot` to the commands of the lab."""
    text = "导出本地区的去标识化快照 / write the de-identified snapshot of the district"
    command = add_command(commands, "snapshot", text)
    add_database_arguments(command)
    command.set_defaults(run=lambda args: NEEDS_DATABASE)


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a command takes that writes a file from the live database."""
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="写到哪个文件 / the file to write"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="文件已有也写 / also over a file that exists"
    )
