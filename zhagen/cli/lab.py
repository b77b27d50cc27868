"""`zhagen lab …`: rehearse a rulebook on the model, check the model, explain it."""

import argparse
from importlib import import_module

PARTS = ("lab_calibrate", "lab_experiments", "lab_facts", "lab_reform", "lab_replay")
"""Modules of this package that add commands to the lab, each by `add_commands(commands)`."""


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of the lab."""
    text = "政策实验室 / the policy lab"
    group = groups.add_parser("lab", help=text, description=text)
    commands = group.add_subparsers(dest="command", required=True)
    for part in PARTS:
        import_module(f"zhagen.cli.{part}").add_commands(commands)
