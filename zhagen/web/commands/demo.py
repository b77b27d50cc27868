"""Load the demo into its own data home and serve it."""

import argparse
import os
import signal
import subprocess
import sys

from zhagen.core.errors import RuleError
from zhagen.web.commands import prepare, serve
from zhagen.web.commands.words import tell, words

MARK = "demo-loaded"
STOPPED = 128 + signal.SIGTERM


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address to listen on."""
    serve.add_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="load only")


def run(options: argparse.Namespace) -> int:
    """Load the demo if it is not there yet, print an account for each role, serve."""
    os.environ.setdefault("ZHAGEN_HOME", "var/demo")
    if options.no_serve:
        load_once()
        _print_accounts()
        return 0
    serve.require_free(options.host, options.port)
    if _is_marked():
        _print_accounts()
    elif code := _load_beside():
        return code
    return serve.serve(options.host, options.port)


def _load_beside() -> int:
    """Load in a process of its own, whose memory ends with it; stopped, this process stops it too.

    Its votes are so small that they are counted long before the loops of the count would be compiled.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    plainly = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    words = [sys.executable, "-m", "zhagen", "demo", "--no-serve"]
    return subprocess.run(words, env=plainly, check=False).returncode


def _is_marked() -> bool:
    return (prepare.data_home() / MARK).exists() and prepare.is_prepared()


def load_once() -> None:
    """Load the demo into an empty data home; a mark file spares the second start the question.

    Raises:
        RuleError: "command.demo_not_here": the data home belongs to a real office.
    """
    if _is_marked():
        return
    prepare.prepare()
    from zhagen.parties.actions.office import has_office
    from zhagen.parties.models import User
    from zhagen.platform.clock import is_demo
    from zhagen.web.demo.load import is_loaded, load_demo

    if not is_demo() and (has_office() or User.objects.exists()):
        raise RuleError("command.demo_not_here", home=prepare.data_home())
    if not is_loaded():
        tell("command.demo_loading")
        world = load_demo(_Progress().show)
        print(flush=True)
        tell("command.demo_loaded", actions=sum(world.done.values()))
    (prepare.data_home() / MARK).touch()


class _Progress:
    """Shows each year of the story, and a dot for each of its months."""

    def __init__(self) -> None:
        self.year = ""

    def show(self, month: str) -> None:
        """Show that a month, such as "2024-03", is being told."""
        if month[:4] != self.year:
            self.year = month[:4]
            print(f"\n  {self.year} ", end="", flush=True)
        print(".", end="", flush=True)


def _print_accounts() -> None:
    from zhagen.web.demo.accounts import PASSWORD
    from zhagen.web.demo.tour import tries

    tell("command.demo_accounts", password=PASSWORD)
    for each in tries():
        if each.account:
            print(f"  {each.account.username:<14} {words(each.role)}  {each.account.name}", flush=True)
        else:
            print(f"  {'-':<14} {words(each.role)}", flush=True)
        print(f"  {'':<14}   {words(each.hint)}", flush=True)
