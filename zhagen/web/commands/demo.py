"""Load the demo into its own data home and serve it."""

import argparse
import os

from zhagen.core.errors import RuleError
from zhagen.web.commands import prepare, serve
from zhagen.web.commands.words import tell, words

MARK = "demo-loaded"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the address to listen on."""
    serve.add_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="load only")


def run(options: argparse.Namespace) -> int:
    """Load the demo if it is not there yet, print an account for each role, serve."""
    os.environ.setdefault("ZHAGEN_HOME", "var/demo")
    if not options.no_serve:
        serve.require_free(options.host, options.port)
    load_once()
    _print_accounts()
    return 0 if options.no_serve else serve.serve(options.host, options.port)


def load_once() -> None:
    """Load the demo into an empty data home; a mark file spares the second start the question.

    Raises:
        RuleError: "command.demo_not_here": the data home belongs to a real office.
    """
    mark = prepare.data_home() / MARK
    if mark.exists() and prepare.is_prepared():
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
    mark.touch()


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
